"""Ending a case without agreement, or when a partnership is over: how, why, what else was offered, who decided."""

from dataclasses import replace

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from followup.actions import end
from initiatives.meetings import to_come
from initiatives.models import FormJudgement, JudgedForm
from iop.cases.checks import answers_of, verdict_of
from iop.cases.fields import DayField, PaperField, Paragraph, TextArea
from iop.cases.forms import CloseForm, units_of
from iop.cases.machinery import Finding, Matter, findings_before
from iop.cases.models import Outcome, Stage
from iop.municipalities.access import official
from iop.municipalities.models import Unit
from iop.municipalities.permissions import Act
from iop.rulesets.judge import Verdict, judge_value
from iop.rulesets.schema import Effect, Gate
from iop.swedish_text import lower_first
from partners.reopening import reopen

from ..answers import full_answers
from ..case_page import agreement_of, carried_out, case_or_404, render_case, try_to, written

OUTCOME_OF_FORM = {
    JudgedForm.GRANT: Outcome.GRANT,
    JudgedForm.LOU: Outcome.PROCUREMENT,
    JudgedForm.LOV: Outcome.CHOICE_SYSTEM,
    JudgedForm.NONE: Outcome.NOT_SUITABLE,
}


class EndingForm(CloseForm):
    other_ways = TextArea(
        label="Andra vägar som ni erbjuder",
        max_length=5000,
        required=False,
        help_text="Till exempel föreningsbidrag, en kontakt på en annan förvaltning eller stöd att söka medel.",
    )
    body = forms.ModelChoiceField(
        Unit.objects.none(), label="Nämnd eller styrelse som beslutade", required=False, empty_label="Inget beslut där"
    )
    delegate = forms.CharField(label="eller delegat", help_text="Namn och befattning.", max_length=120, required=False)
    delegation_point = forms.CharField(label="Punkt i delegationsordningen", max_length=60, required=False)
    decided_on = DayField(label="Beslutsdag", required=False)
    paragraph = Paragraph(required=False)
    file = PaperField(label="Protokollsutdrag eller delegationsbeslut", required=False)
    letter = forms.BooleanField(label="Skriv ett brev om det till organisationen härnäst", required=False, initial=True)

    def __init__(self, *args, case, **kwargs):
        super().__init__(*args, case=case, **kwargs)
        self.fields["why"].widget.attrs["rows"] = 8
        self.fields["body"].queryset = units_of(case.municipality).bodies()

    def clean(self):
        data = super().clean()
        who = [name for name in ("body", "delegate") if data.get(name)]
        if len(who) == 2:
            self.add_error("delegate", "Ange antingen ett organ eller en delegat.")
        if who and not data.get("decided_on") and "decided_on" not in self.errors:
            self.add_error("decided_on", "Skriv vilken dag beslutet fattades.")
        if not who and (data.get("decided_on") or data.get("paragraph") or data.get("file")):
            self.add_error("body", "Ange vem som beslutade, eller ta bort uppgifterna om beslutet.")
        return data

    @property
    def decision(self) -> dict:
        """As ``record_decision`` takes it; empty where nobody decided."""
        data = self.cleaned_data
        if not (data["body"] or data["delegate"]):
            return {}
        names = ("body", "delegate", "delegation_point", "decided_on", "paragraph")
        return {name: data[name] for name in names} | {"uploads": [data["file"]] if data["file"] else []}


def reasons_of(matter: Matter, judged: FormJudgement | None) -> str:
    """A beginning for the reasons: what was found not to hold, with its place, and why; to be edited.

    Of the case what was answered; of its parties and its agreement what the checks of the steps say. The ending has a
    record of its own, so what is secret does not follow, whoever ends the case.
    """
    case, given = matter.case, full_answers(matter)
    lines = []
    if judged and judged.form != JudgedForm.IOP:
        why = "" if judged.record and judged.record.secret else judged.reasons
        lines.append(f"Vi bedömer att {lower_first(judged.get_form_display())} passar bättre. {why}".strip())
    asked = [rule for rule in (*case.rules.criteria, *case.rules.questions) if rule.enabled and rule.per == "case"]
    answers_of(matter)
    for rule in asked:
        if verdict_of(rule, case.subject, matter) is not Verdict.UNMET:
            continue
        place = f" ({rule.source})" if rule.source else ""
        why = [a.reason for (key, *_), a in given.items() if key == rule.key and a.reason]
        lines.append(f"Inte uppfyllt: «{rule.wording}»{place}. {' '.join(why)}".strip())
    known = {rule.key for rule in asked}
    lines += [_in_words(one, given) for one in _found_against(matter) if one.rule.key not in known]
    return "\n\n".join(lines)


def _found_against(matter: Matter) -> list[Finding]:
    """What hinders or warns before any step, since it was found not to hold. An override lets it by."""
    at_agreement = replace(matter, agreement=agreement_of(matter.case))
    found = [one for one in findings_before(Gate.IN_FORCE, at_agreement) if one.against and one.override is None]
    return [one for one in found if one.effect in (Effect.BLOCK, Effect.WARN)]


def _in_words(finding: Finding, given: dict) -> str:
    place = f" ({finding.rule.source})" if finding.rule.source else ""
    about = (finding.rule.key, finding.subject.kind, finding.subject.pk)
    answers = [answer for (*place_of, _), answer in given.items() if tuple(place_of) == about and answer.reason]
    why = [one.reason for one in answers if judge_value(finding.rule.answer, one.value) is Verdict.UNMET]
    return f"{finding.sentence}{place}. {' '.join(why)}".strip()


def _begun(case) -> EndingForm:
    initial = {}
    if case.stage != Stage.IN_FORCE:
        judged = FormJudgement.objects.filter(case=case).select_related("record").first()
        initial["why"] = reasons_of(case.matter(), judged)
        initial["outcome"] = OUTCOME_OF_FORM.get(judged.form, "") if judged else ""
    return EndingForm(case=case, initial=initial)


@official(Act.MOVE)
@require_http_methods(["GET", "HEAD", "POST"])
def close_case(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    case = case_or_404(request, reference)
    if case.stage == Stage.CLOSED and request.method != "POST":
        return redirect(case)
    form = EndingForm(request.POST, request.FILES, case=case) if request.method == "POST" else _begun(case)

    def close(data):
        ways, why = data["other_ways"], data["why"]
        end(case, outcome=data["outcome"], why=why, other_ways=ways, by=request.user, **form.decision)

    if request.method == "POST" and carried_out(form, close):
        messages.success(request, "Ärendet är avslutat.")
        if form.cleaned_data["letter"]:
            address = reverse("write_letter", args=[municipality.slug, case.reference])
            return redirect(f"{address}?mall=avslut")
        return redirect(case)
    status = 422 if form.is_bound else 200
    context = {"form": form, "to_come": to_come(case)}
    return render_case(request, case, "case", "desk/case/ending.html", status=status, **context)


@official(Act.MOVE)
@require_POST
def reopen_case(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    case = case_or_404(request, reference)
    how = {"by": request.user, "absolute": request.build_absolute_uri}
    try_to(
        request, lambda: reopen(case, why=written(request, "why"), **how), "Ärendet är öppet igen, och bedöms på nytt."
    )
    return redirect(case)
