"""Checks of what the ground floor of a case owns: answers, statements, responsible units and scope."""

from collections.abc import Iterable, Iterator

from django.utils import timezone

from iop.municipalities.models import UnitKind
from iop.rulesets.judge import Verdict, judge_rule, list_holds
from iop.rulesets.schema import Answerable, Effect
from iop.swedish_text import day

from .machinery import CIRCUMSTANCES, Finding, Matter, Subject, check, precondition
from .models import DecisionKind, DecisionOutcome, Stage

WHAT_IS_MISSING = {
    Verdict.UNMET: "inte uppfyllt",
    Verdict.UNCLEAR: "oklart",
    Verdict.UNANSWERED: "inte bedömt",
}


def answers_of(matter: Matter) -> dict[tuple[str, str, int], dict[str, str]]:
    """(rule, subject kind, subject) -> part -> value, for all answers of the case in one query."""

    def load():
        answers: dict[tuple[str, str, int], dict[str, str]] = {}
        for row in matter.case.answers.all():
            answers.setdefault((row.rule, row.subject_kind, row.subject_id), {})[row.part] = row.value
        return answers

    return matter.once("answers", load)


def verdict_of(rule: Answerable, subject: Subject, matter: Matter) -> Verdict:
    answers = answers_of(matter).get((rule.key, subject.kind, subject.pk), {})
    return judge_rule(rule.for_form(subject.legal_form), answers, facts_of(matter))


FACTS = {}  # name -> function(matter) -> value; filled by the floors that own the facts


def facts_of(matter: Matter) -> dict[str, str]:
    return matter.once("facts", lambda: {name: ask(matter) for name, ask in FACTS.items()})


def statements_in(matter: Matter) -> set[str]:
    return matter.once(
        "statements",
        lambda: {row.rule for row in matter.case.statements.all() if row.answered_on},
    )


@check("criterion")
def criteria(rules: list, matter: Matter) -> Iterator[Finding]:
    """Unmet criteria; those of a list that needs only some of its rows speak once, for the list."""
    lists = {row.key: row for row in matter.rules.lists}
    by_list: dict[str, list] = {}
    for rule in rules:
        by_list.setdefault(rule.list, []).append(rule)
    subject = matter.case.subject
    for key, rows in by_list.items():
        rule_list = lists.get(key)
        verdicts = {rule.key: verdict_of(rule, subject, matter) for rule in rows}
        if rule_list and rule_list.holds_when in ("any", "at_least"):
            if not list_holds(rule_list, verdicts.values()):
                needed = rule_list.least or 1
                strongest = max(rows, key=lambda rule: rule.effect.strength)
                yield matter.finding(
                    strongest,
                    subject,
                    f"{rule_list.heading}: minst {needed} behöver vara {'uppfyllda' if needed > 1 else 'uppfyllt'}",
                    tab="checklist",
                )
            continue
        for rule in rows:
            if verdicts[rule.key] is not Verdict.MET:
                yield _unmet(rule, verdicts[rule.key], subject, matter, tab="checklist")


def _unmet(rule, verdict: Verdict, subject: Subject, matter: Matter, *, tab: str) -> Finding:
    waiting = rule.waits_for and rule.waits_for not in statements_in(matter)
    state = "väntar på yttrande" if waiting else WHAT_IS_MISSING[verdict]
    if rule.valid_to and rule.valid_to < timezone.localdate():
        state += f" (regelns lista gällde till och med {day(rule.valid_to)})"
    about = f"{subject.label}: " if subject.label else ""
    what, against = f"{about}{short(rule)} – {state}", verdict is Verdict.UNMET
    return matter.finding(rule, subject, what, tab=tab, cause=verdict.value, against=against)


def short(rule, most: int = 110) -> str:
    """The rule in a line: the heading of ours if there is one, otherwise the first words of the guideline."""
    text = (getattr(rule, "ask", "") or rule.wording).strip().rstrip(".")
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + " …"


def check_answers(rules: Iterable, subjects: Iterable[Subject], matter: Matter, *, tab: str) -> Iterator[Finding]:
    """Unmet answerable rules, once for each subject. Used by every floor for its own subjects."""
    subjects = list(subjects)
    for rule in rules:
        for subject in subjects:
            verdict = verdict_of(rule, subject, matter)
            if verdict is not Verdict.MET:
                yield _unmet(rule, verdict, subject, matter, tab=tab)


# Questions are asked of a case, of each party or of an agreement; the floor that owns the subject names it here.
SUBJECTS = {"case": (lambda matter: [matter.case.subject], "checklist")}


@check("question", "budget", "control")
def answerable(rules: list, matter: Matter) -> Iterator[Finding]:
    for rule in rules:
        if rule.per in SUBJECTS:
            subjects, tab = SUBJECTS[rule.per]
            yield from check_answers([rule], subjects(matter), matter, tab=tab)


@check("statement")
def statements(rules: list, matter: Matter) -> Iterator[Finding]:
    """A statement or consultation that the guideline calls for and that has not been answered."""
    asked = matter.once("asked", lambda: {row.rule for row in matter.case.statements.all() if row.is_waiting})
    for rule in rules:
        if rule.key in statements_in(matter):
            continue
        kind = "Samråd med" if rule.consultation else "Yttrande från"
        state = "har begärts men inte kommit" if rule.key in asked else "är inte begärt"
        yield matter.finding(rule, matter.case.subject, f"{kind} {rule.unit} {state}", tab="statements")


def affected_bodies(matter: Matter) -> list:
    """Nämnder, styrelser and bolag that the case touches, the responsible one among them."""

    def load():
        case = matter.case
        bodies = {unit.pk: unit for unit in case.affected_units.all()}
        if case.responsible:
            bodies[case.responsible_id] = case.responsible
        return [u for u in bodies.values() if u.kind in (UnitKind.NAMND, UnitKind.STYRELSE, UnitKind.BOLAG)]

    return matter.once("bodies", load)


def municipalities_of(matter: Matter) -> int:
    return 1 + sum(bool(name.strip()) for name in matter.case.other_municipalities.split(","))


CIRCUMSTANCES |= {"units": lambda matter: len(affected_bodies(matter)), "municipalities": municipalities_of}


@check("route")
def routes(rules: list, matter: Matter) -> Iterator[Finding]:
    """Is the responsible body the one the guideline names for a case of this sort?"""
    case = matter.case
    for rule in rules:
        responsible = case.responsible.name if case.responsible else ""
        if rule.responsible and not (case.responsible and rule.responsible in case.responsible.names):
            what, cause = f"{rule.responsible} ska vara ansvarig för ärendet", responsible[:80]
        elif rule.decides and (elsewhere := _decided_elsewhere(rule.decides, matter)):
            what, cause = f"{rule.decides} ska besluta, men {elsewhere} har gjort det", elsewhere[:80]
        elif rule.kinds_of_unit and (case.responsible is None or case.responsible.kind not in rule.kinds_of_unit):
            kinds = " eller ".join(UnitKind(kind).label for kind in rule.kinds_of_unit)
            what, cause = f"Ange vilken {kinds} som ansvarar och beslutar", responsible[:80]
        else:
            continue
        yield matter.finding(rule, case.subject, what, tab="case", anchor="fakta", cause=cause)


def _decided_elsewhere(body: str, matter: Matter) -> str:
    """The body that said yes to the agreement, if it is another. A delegate decides for the body that delegated."""
    decisions = matter.once(
        "decided",
        lambda: sorted(
            (
                decision
                for decision in matter.case.decisions.all()
                if decision.kind == DecisionKind.AGREEMENT and decision.outcome == DecisionOutcome.YES
            ),
            key=lambda decision: decision.at,
        ),
    )
    last = decisions[-1] if decisions else None
    return last.body.name if last and last.body and body not in last.body.names else ""


@check("scope")
def scopes(rules: list, matter: Matter) -> Iterator[Finding]:
    """A case owned by a sort of unit that the guideline does not name is outside its stated scope."""
    responsible = matter.case.responsible
    for rule in rules:
        if responsible and rule.kinds_of_unit and responsible.kind not in rule.kinds_of_unit:
            yield matter.finding(
                rule,
                matter.case.subject,
                f"{responsible.name} nämns inte bland dem som riktlinjen omfattar",
                tab="case",
                anchor="fakta",
                effect=Effect.WARN,
            )


@precondition("case", Stage.DIALOGUE)
def areas_are_given(case) -> Iterator[Finding]:
    """Otherwise rules for an area would be passed by because nobody said that the case is about it."""
    if case.areas_to_choose and not case.areas:
        what = f"Det är inte angivet om ärendet gäller {' eller '.join(case.areas_to_choose)}"
        yield Finding(None, case.subject, Effect.WARN, what, "case", "fakta")
