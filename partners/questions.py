"""The questions of a guideline that the organisations of a case answer themselves, and the day by which they do.

A stage that brings new questions brings a day for them; the coordinator may set another, or none. A task waits for what
is not answered by then, whoever enters it.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from iop.cases.actions import close_task, open_task, statement_is_in
from iop.cases.machinery import Subject, after_answers, after_moves, after_new_rules, in_play
from iop.cases.models import Answer, Case, Stage, TaskKind
from iop.rulesets.schema import Answerable, Gate
from iop.swedish_text import day

from .models import Party


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


def questions_to(parties: list[Party], case: Case, agreement: Any) -> list[Question]:
    """Those of the rules that the parties answer, while they lie ahead. ``agreement``: the latest of the case."""
    asked = case.rules.asked_of_organisations
    if not asked:
        return []
    being_written = agreement is not None and agreement.is_open_for_writing
    subjects = {
        "case": [case.subject],
        "party": [party.subject for party in parties],
        "agreement": [Subject.of(agreement)] if being_written else [],
    }
    known = {(row.rule, row.part, row.subject_kind, row.subject_id): row for row in case.answers.all()}
    matter = case.matter()
    found = []
    for rule in asked:
        waits = rule.waits_for and not statement_is_in(case, rule.waits_for)
        if (
            rule.answer.type == "fact"
            or waits
            or not _lies_ahead(rule, case, being_written)
            or not in_play(rule, matter)
        ):
            continue
        for subject in subjects[rule.per]:
            own = rule.for_form(subject.legal_form)
            for part, text in own.its_parts:
                found.append(Question(own, part, text, subject, known.get((own.key, part, subject.kind, subject.pk))))
    return found


def _lies_ahead(rule: Answerable, case: Case, being_written: bool) -> bool:
    """Nothing is asked before the municipality wants to go on, but for what stands before that very step."""
    if case.stage == Stage.ASSESSMENT:
        return rule.before == Gate.DIALOGUE
    return case.stage == Stage.DIALOGUE or case.stage == Stage.AGREEMENT and being_written


def _is_new(rule: Answerable, stage: str) -> bool:
    """Does the rule begin to be asked at that stage?"""
    if rule.before == Gate.DIALOGUE:
        return stage == Stage.ASSESSMENT
    return stage == (Stage.AGREEMENT if rule.per == "agreement" else Stage.DIALOGUE)


@after_moves
def give_a_day(moved) -> None:
    """A case has come to a stage, or its agreement to one where it can or cannot be written."""
    case = moved if isinstance(moved, Case) else moved.case
    asked, matter = case.rules.asked_of_organisations, case.matter()
    if moved is case and any(_is_new(rule, case.stage) and in_play(rule, matter) for rule in asked):
        case.answers_by = timezone.localdate() + timedelta(days=case.municipality.days_for_answers)
        case.save(update_fields=["answers_by"])
    await_answers(case)


@after_new_rules
@after_answers
def await_answers(case: Case, *, by=None) -> None:
    """Somebody is to see that answers are missing when their day comes, also of a secret case, where officials ask."""
    fresh = Case.objects.select_related("unit", "responsible").get(pk=case.pk)  # no answers that a page has read before
    if not fresh.answers_by:
        close_task(case, TaskKind.COMPLETION, by=by)
        return
    parties = case.parties.active().organisations().select_related("organisation")
    if all(one.now["value"] for one in questions_to(list(parties), fresh, fresh.agreements.last())):
        close_task(case, TaskKind.COMPLETION, by=by)
    else:
        title = "Invänta organisationens svar på riktlinjens frågor"
        open_task(case, TaskKind.COMPLETION, title=title, due=fresh.answers_by, waits_for_others=True, tab="checklist")


def asks_by(case: Case) -> str:
    """For a letter to those who see the case: that they are asked, and by when. Of a secret case officials ask."""
    waits = case.tasks.open().filter(kind=TaskKind.COMPLETION, subject_kind="case").first()
    return "" if case.secret or waits is None else f" Svara på riktlinjens frågor till er senast den {day(waits.due)}."
