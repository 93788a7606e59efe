"""What the office does around the many cases: the case file, statements, meetings, tasks and decisions."""

from dataclasses import dataclass

from initiatives.models import Meeting
from iop.cases.models import Decision, DecisionKind, DecisionOutcome, Direction, Record, Statement, Task, TaskKind
from iop.municipalities.models import Municipality, User
from iop.municipalities.permissions import Role

from .cases import at
from .tables import insert, remember
from .words import Words


@dataclass(frozen=True)
class Todo:
    """A task of many cases, in SQL: where there is one, when it is due and when it was done."""

    kind: TaskKind
    tab: str
    where: str
    due: str
    done: str
    source: str = "outline"
    subject: str = "case"
    subject_id: str = "case_id"
    role: str = ""
    waits: bool = False


HEARD = "CASE WHEN reached > 1 OR stage = 'closed' THEN assessed_on + 9 + mod(n, 12) END"
DECIDED = "coalesce(force_on - 20, closed_on, CASE WHEN writing = 'signing' THEN agreement_on + 20 END)"
AGREEMENT = {
    "source": "(outline JOIN agreements_agreement a USING (case_id))",
    "subject": "agreement",
    "subject_id": "a.id",
}
STATEMENT = {"source": "outline JOIN cases_statement s USING (case_id)", "subject": "statement", "subject_id": "s.id"}
FOLLOW_UP = {
    "source": f"{AGREEMENT['source']} JOIN followup_followup f ON f.agreement_id = a.id",
    "subject": "followup",
    "subject_id": "f.id",
}
OTHERS = {"role": Role.SECRETARY, "waits": True}
SIGNING = "writing = 'signing' OR reached = 4"
TASKS = (
    Todo(TaskKind.RECEIVE, "case", "true", "received_on + 5", "assessed_on"),
    Todo(TaskKind.STATEMENT, "statements", "true", "assessed_on + 21", HEARD, waits=True, **STATEMENT),
    Todo(TaskKind.MEETING, "statements", "reached > 1", "dialogue_on + 30", "coalesce(agreement_on, closed_on)"),
    Todo(TaskKind.DECIDE, "agreement", "writing <> 'drafting'", "agreement_on + 45", DECIDED, **AGREEMENT, **OTHERS),
    Todo(TaskKind.SIGN, "agreement", SIGNING, "agreement_on + 50", "force_on", **AGREEMENT, **OTHERS),
    Todo(
        TaskKind.TERM_ENDS, "follow_ups", "reached = 4", "greatest(term_ends - 182, force_on)", "closed_on", **AGREEMENT
    ),
    Todo(TaskKind.FOLLOW_UP, "follow_ups", "true", "f.due", "f.held_on", **FOLLOW_UP),
)

# The case file of a case that came all the way; each row is there where those before it are.
FILE = (
    ("true", Direction.IN, "'Initiativ: ' || title", "received_on", "challenge || chr(10) || chr(10) || idea"),
    ("true", Direction.OUT, "'Vi har tagit emot ert initiativ'", "received_on", "%(receipt)s"),
    ("reached > 1", Direction.INTERNAL, "'Anteckningar från första mötet'", "dialogue_on", "%(meeting)s"),
    ("reached > 2", Direction.OUT, "'Utkast: ' || title", "agreement_on", "%(point)s"),
    ("reached > 3", Direction.INTERNAL, "'Protokollsutdrag'", "force_on - 20", "%(reasons)s"),
    ("reached > 3", Direction.INTERNAL, "'Undertecknat avtal'", "force_on - 5", "''"),
)


def keep_file(words: Words) -> None:
    for number, (where, direction, about, day, text) in enumerate(FILE, 1):
        insert(
            Record,
            f"outline WHERE {where}",
            {
                "case": "case_id",
                "number": str(number),
                "day": day,
                "direction": f"'{direction}'",
                "counterpart": "''" if direction == Direction.INTERNAL else "contact",
                "about": f"left({about}, 200)",
                "text": text,
                "by": "coordinator_id",
                "registered_at": at(day),
            },
            words.texts,
        )


def hear(words: Words, adviser: User) -> None:
    """A unit is asked in every third case that is assessed; the newest have not been answered."""
    answered = "reached > 1 OR stage = 'closed'"
    insert(
        Statement,
        "outline WHERE reached > 0 AND mod(n, 3) = 0",
        {
            "case": "case_id",
            "unit": "responsible_id",
            "question": "%(question)s",
            "asked_by": "coordinator_id",
            "asked_at": at("assessed_on"),
            "due": "assessed_on + 21",
            "text": f"CASE WHEN {answered} THEN %(statement)s ELSE '' END",
            "answered_on": f"CASE WHEN {answered} THEN assessed_on + 9 + mod(n, 12) END",
            "answered_by": f"CASE WHEN {answered} THEN %(adviser)s END",
            "answered_name": f"CASE WHEN {answered} THEN %(name)s ELSE '' END",
        },
        {**words.texts, "adviser": adviser.pk, "name": adviser.name},
    )  # fmt: skip
    remember(Statement, "outline o JOIN cases_statement t ON t.case_id = o.case_id", when="t.asked_at")


def meet(words: Words) -> None:
    insert(
        Meeting,
        "outline WHERE reached > 1",
        {
            "case": "case_id",
            "name": "'Första mötet'",
            "day": "dialogue_on",
            "held": "true",
            "participants": "contact || ' och handläggaren'",
            "notes": "%(meeting)s",
            "by": "coordinator_id",
        },
        words.texts,
    )
    remember(Meeting, "outline o JOIN initiatives_meeting t ON t.case_id = o.case_id", when=at("o.dialogue_on"))


def decide(words: Words) -> None:
    insert(
        Decision,
        "outline o JOIN agreements_agreement a ON a.case_id = o.case_id "
        "LEFT JOIN cases_record r ON r.case_id = o.case_id AND r.number = 5 WHERE writing = 'signing' OR reached = 4",
        {
            "case": "o.case_id",
            "subject_kind": "'agreement'",
            "subject_id": "a.id",
            "kind": f"'{DecisionKind.AGREEMENT}'",
            "outcome": f"'{DecisionOutcome.YES}'",
            "body": "responsible_id",
            "decided_on": "coalesce(force_on - 20, agreement_on + 20)",
            "paragraph": "(1 + mod(n, 140))::text",
            "reasons": "%(reasons)s",
            "record": "r.id",
            "by": "coordinator_id",
        },
        words.texts,
    )


def give_tasks(municipality: Municipality) -> None:
    """Where there is something to do. What has been done is kept as closed tasks."""
    for one in TASKS:
        done = one.done
        columns = {
            "municipality": "%(municipality)s",
            "case": "case_id",
            "subject_kind": f"'{one.subject}'",
            "subject_id": one.subject_id,
            "kind": f"'{one.kind}'",
            "title": f"'{one.kind.label}'",
            "due": one.due,
            "role": f"'{one.role}'",
            "waits_for_others": str(one.waits),
            "tab": f"'{one.tab}'",
            "opened_at": at("received_on"),
            "closed_at": at(done),
            "closed_by": f"CASE WHEN ({done}) IS NOT NULL THEN coordinator_id END",
        }
        insert(Task, f"{one.source} WHERE {one.where}", columns, {"municipality": municipality.pk})
