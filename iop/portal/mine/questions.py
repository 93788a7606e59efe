"""The rules of a case that its organisation answers itself, and how each stands."""

from dataclasses import dataclass

from django.db.models import Prefetch, prefetch_related_objects

from agreements.models import Agreement
from iop.cases.actions import statement_is_in
from iop.cases.machinery import Subject, in_play
from iop.cases.models import Answer, Stage
from iop.rulesets.schema import Answerable, Gate

from .door import Seat


@dataclass(frozen=True)
class Question:
    """One part of a rule that the organisation answers, and how it stands."""

    rule: Answerable
    part: str
    text: str
    subject: Subject
    answer: Answer | None

    @property
    def name(self) -> str:
        return f"{self.rule.key}-{self.subject.kind}-{self.subject.pk}-{self.part or 0}"

    @property
    def now(self) -> dict:
        """What an official has entered shows its value; the reason is the official's own words."""
        if self.answer is None:
            return {"value": "", "reason": ""}
        return {"value": self.answer.value, "reason": self.answer.reason if self.answer.said_by else ""}


def questions_of(seat: Seat, agreement: Agreement | None) -> list[Question]:
    """Those of the rules that the organisation answers, while they lie ahead. Of a secret case officials ask."""
    case = seat.case
    asked = _asked_of_it(seat)
    if not asked:
        return []
    subjects = _subjects(seat, agreement)
    known = {(row.rule, row.part, row.subject_kind, row.subject_id): row for row in case.answers.all()}
    matter = case.matter()
    found = []
    for rule in asked:
        waits = rule.waits_for and not statement_is_in(case, rule.waits_for)
        if rule.answer.type == "fact" or waits or not _lies_ahead(rule, case, agreement) or not in_play(rule, matter):
            continue
        for subject in subjects[rule.per]:
            own = rule.for_form(subject.legal_form)
            for part, text in own.its_parts:
                found.append(Question(own, part, text, subject, known.get((own.key, part, subject.kind, subject.pk))))
    return found


def know_answers(seats: list[Seat]) -> None:
    """Read what has been answered in all of the cases at once, where there is something to answer."""
    cases = [seat.case for seat in seats if _asked_of_it(seat)]
    prefetch_related_objects(cases, Prefetch("answers", Answer.objects.select_related("by")))


def _asked_of_it(seat: Seat) -> list[Answerable]:
    if seat.case.secret or not seat.speaks_for:
        return []
    rules = seat.case.rules
    answerable = (*rules.criteria, *rules.questions, *rules.controls, *rules.budgets)
    return [rule for rule in answerable if rule.enabled and rule.its_parts]


def _subjects(seat: Seat, agreement: Agreement | None) -> dict[str, list[Subject]]:
    parties = [party.subject for party in seat.speaks_for]
    return {
        "case": [seat.case.subject],
        "party": parties,
        "agreement": [Subject.of(agreement)] if agreement and agreement.is_open_for_writing else [],
    }


def _lies_ahead(rule: Answerable, case, agreement: Agreement | None) -> bool:
    """Nothing is asked before the municipality wants to go on, but for what stands before that very step."""
    if case.stage == Stage.ASSESSMENT:
        return rule.before == Gate.DIALOGUE
    return case.stage == Stage.DIALOGUE or case.stage == Stage.AGREEMENT and agreement.is_open_for_writing
