"""Rows of answerable rules, ready to show: the wording, each part with its answer, and what it waits for."""

from dataclasses import dataclass

from iop.cases.actions import answer_now, question_mark, values_of
from iop.cases.checks import facts_of, statements_in, verdict_of
from iop.cases.machinery import Matter, Subject
from iop.cases.models import Answer, Statement
from iop.cases.opened import marks_of
from iop.rulesets.judge import Verdict, judge_value


@dataclass
class Part:
    part: str
    text: str
    answer: Answer | None
    values: list[tuple[str, str, str]]  # stored value, label, and how it is judged
    id: str  # unique in the page
    opened: str  # marks of what the form was opened with
    asked: str  # mark of the question as it is shown


@dataclass
class Row:
    number: int
    rule: object
    subject: Subject
    verdict: Verdict
    parts: list[Part]
    waiting: bool = False
    statement: Statement | None = None
    fact: str = ""
    own_answer: str = ""

    @property
    def many(self) -> bool:
        return len(self.parts) > 1 or bool(self.parts and self.parts[0].part)


def full_answers(matter: Matter) -> dict[tuple, Answer]:
    """(rule, subject kind, subject, part) -> answer with reason and who, in one query."""
    return matter.once(
        "full answers",
        lambda: {(a.rule, a.subject_kind, a.subject_id, a.part): a for a in matter.case.answers.select_related("by")},
    )


def rows(rules, subject: Subject, matter: Matter, *, own_answers: dict | None = None) -> list[Row]:
    answers = full_answers(matter)
    asked = matter.once("statements by rule", lambda: _statements(matter)) if any_waits(rules) else {}
    found = []
    for number, asked_rule in enumerate(rules, 1):
        rule = asked_rule.for_form(subject.legal_form)
        parts = [
            Part(
                part,
                text,
                answers.get((rule.key, subject.kind, subject.pk, part)),
                [(value, label, judge_value(rule.answer, value).value) for value, label in values_of(rule).items()],
                f"{rule.key}-{subject.kind}-{subject.pk}-{part or '0'}",
                marks_of(answer_now(answers.get((rule.key, subject.kind, subject.pk, part)))),
                question_mark(rule, part),
            )
            for part, text in rule.parts
        ]
        waits_for = getattr(rule, "waits_for", "")
        found.append(
            Row(
                number=number,
                rule=rule,
                subject=subject,
                verdict=verdict_of(rule, subject, matter),
                parts=parts,
                waiting=bool(waits_for) and waits_for not in statements_in(matter),
                statement=asked.get(waits_for),
                fact=facts_of(matter).get(rule.answer.fact, "") if rule.answer.type == "fact" else "",
                own_answer=(own_answers or {}).get(rule.key, "").replace("_", " "),
            )
        )
    return found


def any_waits(rules) -> bool:
    return any(getattr(rule, "waits_for", "") for rule in rules)


def _statements(matter: Matter) -> dict[str, Statement]:
    return {s.rule: s for s in matter.case.statements.select_related("unit", "record") if s.rule}
