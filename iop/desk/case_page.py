"""The frame of every page of a case: the way line, the tabs, the next step and the gate."""

from dataclasses import dataclass, field, replace

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from agreements.models import Agreement, AgreementStage
from iop.cases.checks import verdict_of
from iop.cases.machinery import Finding, Matter, Refused
from iop.cases.models import Case, Stage, stages_taken, states_of_closed, stood_at_the_end
from iop.cases.opened import Meanwhile
from iop.cases.recusals import may_not_act, recusals_of
from iop.cases.versions import Impact, impact, newer_rules
from iop.rulesets.judge import Verdict, counts_in_list, list_holds
from iop.rulesets.schema import Gate, RuleSet
from iop.swedish_text import number
from iop.written import written_in

from .case_rows import read

TABS = (
    ("case", "Översikt"),
    ("checklist", "Checklista"),
    ("parties", "Parter och underlag"),
    ("statements", "Yttranden och möten"),
    ("letters", "Brev"),
    ("agreement", "Avtal"),
    ("follow_ups", "Uppföljning"),
    ("record_list", "Akt"),
    ("timeline", "Händelser"),
)


def case_or_404(request: HttpRequest, reference: str, *, past: bool = False) -> Case:
    """The case of the municipality in the address, if the person may see it. ``past``: its histories are shown."""
    here = Case.objects.visible_to(request.user).filter(municipality=request.municipality)
    case = get_object_or_404(here, reference=reference)
    case.municipality = request.municipality
    if request.method == "POST":
        keep_from_acting(request, case)
    else:
        read(case, past=past)
    return case


def keep_from_acting(request: HttpRequest, case: Case) -> None:
    """Jäv: whatever is sent about the case by a person who must not act in it is refused, whatever the role."""
    try:
        may_not_act(request.user, case)
    except Refused as refusal:
        raise PermissionDenied(str(refusal)) from refusal


def agreement_of(case: Case) -> Agreement | None:
    """The agreement that is worked on, else the latest."""
    agreements = list(case.agreements.all())
    for agreement in agreements:
        agreement.case = case
    open_ones = [a for a in agreements if a.stage != AgreementStage.ENDED]
    return (open_ones or agreements or [None])[-1]


@dataclass
class GatePanel:
    """What stands before the next step, and the button that takes it."""

    heading: str
    button: str
    action: str  # url name of the step
    findings: list[Finding] = field(default_factory=list)
    met: int = 0
    act: str = "move"
    needs_form: bool = False  # the step is a form on the agreement page

    @property
    def blocks(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.blocks]

    @property
    def warnings(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.effect == "warn"]


def gate_panel(case: Case, agreement: Agreement | None, matter: Matter | None = None) -> GatePanel | None:
    """The next step of the case or of its agreement, with the same findings that the step itself will check."""
    called = case.rules.the_agreement
    matter = matter or case.matter()
    at_agreement = replace(matter, agreement=agreement)  # what has been loaded is kept in common
    if case.stage == Stage.RECEIVED:
        return GatePanel("Innan bedömningen börjar", "Ta emot initiativet", "receive", act="work")
    if case.stage == Stage.ASSESSMENT:
        panel = GatePanel("Innan dialog kan inledas", "Inled dialog", "start_dialogue")
        panel.findings = case.findings_before(Stage.DIALOGUE, matter)
    elif case.stage == Stage.DIALOGUE:
        panel = GatePanel(f"Innan {called} börjar skrivas", f"Börja skriva {called}", "begin_writing")
        panel.findings = case.findings_before(Stage.AGREEMENT, matter)
    elif agreement is None:
        return None
    elif agreement.stage == AgreementStage.DRAFTING:
        panel = GatePanel("Innan ärendet går till beslut", "Skicka till beslut", "send_to_decision")
        panel.findings = agreement.findings_before(AgreementStage.DECISION, at_agreement)
    elif agreement.stage == AgreementStage.DECISION:
        panel = GatePanel("Innan undertecknande", "För in beslutet", "agreement", act="decide", needs_form=True)
        panel.findings = agreement.findings_before(AgreementStage.SIGNING, at_agreement)
    elif agreement.stage == AgreementStage.SIGNING:
        panel = GatePanel(f"Innan {called} börjar gälla", f"Låt {called} börja gälla", "enter_into_force")
        panel.findings = agreement.findings_before(AgreementStage.IN_FORCE, at_agreement)
    else:
        return None
    panel.met = met_criteria(matter)[0]
    return panel


def tried_under(case: Case, rules: RuleSet) -> Impact:
    """What would be otherwise before the next step of the case, had it followed ``rules``."""
    return impact(case, rules, now=_findings_ahead(case), then=_findings_ahead(case.under(rules)))


def _findings_ahead(case: Case) -> list[Finding]:
    panel = gate_panel(case, agreement_of(case))
    return panel.findings if panel else []


def met_criteria(matter: Matter) -> tuple[int, int]:
    """(met, all) of the criteria that stand before dialogue, or of all where the guideline names no such step."""
    every = [rule for rule in matter.rules.criteria if rule.enabled]
    rules = [rule for rule in every if rule.before == Gate.DIALOGUE] or every
    met = sum(verdict_of(rule, matter.case.subject, matter) is Verdict.MET for rule in rules)
    return met, len(rules)


def conclusions(matter: Matter) -> list[dict]:
    """For each list of criteria: what the guideline lets one conclude now, in its own words."""
    found = []
    for row in matter.rules.lists:
        rules = [rule for rule in matter.rules.criteria if rule.list == row.key and rule.enabled]
        counted = [rule for rule in rules if counts_in_list(matter.rules, rule)] or rules
        verdicts = [verdict_of(rule, matter.case.subject, matter) for rule in counted]
        found.append({"list": row, "holds": list_holds(row, verdicts), "rules": rules})
    return found


STEPS = (
    (Stage.RECEIVED, "Inkommet"),
    (Stage.ASSESSMENT, "Bedömning"),
    (Stage.DIALOGUE, "Dialog"),
    (AgreementStage.DRAFTING, "Avtalsskrivning"),
    (AgreementStage.DECISION, "Beslut"),
    (AgreementStage.SIGNING, "Undertecknande"),
    (AgreementStage.IN_FORCE, "Gällande"),
)


def way_line(case: Case, agreement: Agreement | None) -> list[dict]:
    """The seven steps from initiative to agreement in force, with the day each was reached.

    Of a closed case those that it really went through, and the end.
    """
    reached = {change.to_stage: change.at for change in case.stage_changes.all()}
    reached |= {Stage.RECEIVED: case.received_on}
    if Stage.AGREEMENT in reached:
        reached = {AgreementStage.DRAFTING: reached[Stage.AGREEMENT]} | reached
    if case.stage == Stage.CLOSED:
        taken = stages_taken(case)
        taken |= {AgreementStage.DRAFTING} if Stage.AGREEMENT in taken else set()
        steps = [(key, label) for key, label in STEPS if key in taken]
        last = stood_at_the_end(case)
        if last == Stage.AGREEMENT:
            last = stood_at_the_end(case, subject_kind="agreement", closed=AgreementStage.ENDED)
        states = states_of_closed([key for key, _ in steps], last)
        line = [
            {"label": label, "state": state, "day": reached.get(key)}
            for (key, label), state in zip(steps, states, strict=True)
        ]
        return [*line, {"label": Stage.CLOSED.label, "state": "now", "day": case.closed_on}]
    here = agreement.stage if agreement and case.stage in (Stage.AGREEMENT, Stage.IN_FORCE) else case.stage
    keys = [key for key, _ in STEPS]
    position = keys.index(here) if here in keys else keys.index(AgreementStage.DRAFTING)
    line = []
    for place, (key, label) in enumerate(STEPS):
        state = "done" if place < position else "now" if place == position else ""
        line.append({"label": label, "state": state, "day": reached.get(key) if place <= position else None})
    if case.stage == Stage.IN_FORCE:
        line[-1]["state"] = "now"
    return line


def render_case(
    request: HttpRequest,
    case: Case,
    tab: str,
    template: str,
    *,
    status: int = 200,
    matter=None,
    agreement=None,
    **context,
) -> HttpResponse:
    """A page of the case with its frame. ``status`` 422 where a form needs to be mended."""
    rows = read(case)
    agreement = agreement or agreement_of(case)
    matter = matter or case.matter()
    panel = gate_panel(case, agreement, matter)
    met, of = met_criteria(matter)
    tabs = [
        (reverse(name, args=[request.municipality.slug, case.reference]), label, name == tab)
        for name, label in {**dict(TABS), "agreement": case.rules.agreement_is_called.capitalize()}.items()
    ]
    frame = {
        "case": case,
        "rules": case.rules,
        "agreement": agreement,
        "tabs": tabs,
        "way": way_line(case, agreement),
        "gate": panel,
        "tab": tab,
        "written": written_in(request) if status == 422 else [],
        "met": met,
        "of": of,
        "next_task": next(iter(rows["open_tasks"]), None),
        "newer": newer_rules(case, rows["versions"]) if case.closed_on is None else None,
        "matter": matter,
    }
    recusals = recusals_of(case)
    frame["recusals"] = recusals
    if any(recusal.person_id == request.user.pk for recusal in recusals):
        frame |= {"recused": True, "may": {"see": True}}
    return render(request, template, frame | context, status=status)


def carried_out(form, action) -> bool:
    """Run ``action(cleaned data)`` if the form is whole; what the program refuses becomes an error of the form."""
    if not form.is_valid():
        return False
    try:
        action(form.cleaned_data)
    except Refused as refusal:
        if isinstance(refusal, Meanwhile):
            form.show(refusal)
        form.add_error(None, str(refusal))
        return False
    return True


def written(request: HttpRequest, name: str, most: int = 5000) -> str:
    """A text from the form as the database can keep it, without NUL. Raises Refused where it is too long: never cut."""
    text = request.POST.get(name, "").replace("\x00", "").strip()
    if len(text) > most:
        raise Refused(
            f"Texten är för lång: {number(len(text))} tecken. Högst {number(most)} får plats. Korta den, eller lägg "
            "den i akten och hänvisa till handlingen."
        )
    return text


def refuse(request: HttpRequest, why: str) -> None:
    """Tell on the next page why it was not done, with what was written so that it is not lost."""
    texts = written_in(request)
    messages.error(request, why + (f" Du skrev: «{'; '.join(texts)}»" if texts else ""))


def try_to(request: HttpRequest, action, done: str = "") -> bool:
    """Run an action without a form; what the program refuses is told on the next page."""
    try:
        action()
    except Refused as refusal:
        refuse(request, str(refusal))
        return False
    if done:
        messages.success(request, done)
    return True
