"""What the office does around the many cases: the case file, statements, meetings, tasks and decisions."""

from initiatives.models import Meeting
from iop.cases.models import Decision, DecisionKind, DecisionOutcome, Direction, Record, Statement, Task, TaskKind
from iop.municipalities.models import Municipality
from iop.municipalities.permissions import Role

from .cases import at
from .tables import insert, remember
from .words import Words

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


def hear(words: Words, adviser_id: int) -> None:
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
            "answered_name": f"CASE WHEN {answered} THEN (SELECT name FROM municipalities_user WHERE id = %(adviser)s) ELSE '' END",
        },
        {**words.texts, "adviser": adviser_id},
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
    _task(municipality, TaskKind.RECEIVE, "true", "received_on + 5", done="assessed_on", tab="case")
    waiting = "reached > 0 AND mod(n, 3) = 0"
    done = "CASE WHEN reached > 1 OR stage = 'closed' THEN assessed_on + 9 + mod(n, 12) END"
    _task(municipality, TaskKind.STATEMENT, waiting, "assessed_on + 21", done=done, tab="statements", waits=True,
          source="outline JOIN cases_statement s USING (case_id)", subject=("statement", "s.id"))  # fmt: skip
    done = "coalesce(agreement_on, closed_on)"
    _task(municipality, TaskKind.MEETING, "reached > 1", "dialogue_on + 30", done=done, tab="statements")
    agreements = "outline JOIN agreements_agreement a USING (case_id)"
    decided, begun = (
        "coalesce(force_on - 20, closed_on, CASE WHEN writing = 'signing' THEN agreement_on + 20 END)",
        "force_on",
    )
    _task(municipality, TaskKind.DECIDE, "writing <> 'drafting'", "agreement_on + 45", done=decided, tab="agreement",
          role=Role.SECRETARY, waits=True, source=agreements, subject=("agreement", "a.id"))  # fmt: skip
    _task(municipality, TaskKind.SIGN, "writing = 'signing' OR reached = 4", "coalesce(force_on, agreement_on + 50)", done=begun,
          tab="agreement", role=Role.SECRETARY, waits=True, source=agreements, subject=("agreement", "a.id"))  # fmt: skip
    _task(municipality, TaskKind.TERM_ENDS, "reached = 4", "greatest(term_ends - 182, force_on)", done="closed_on",
          tab="follow_ups", source=agreements, subject=("agreement", "a.id"))  # fmt: skip
    _task(municipality, TaskKind.FOLLOW_UP, "NOT f.cancelled", "f.due", done="f.held_on", tab="follow_ups",
          source=f"{agreements} JOIN followup_followup f ON f.agreement_id = a.id", subject=("followup", "f.id"))  # fmt: skip


def _task(municipality, kind: TaskKind, where: str, due: str, *, done: str, tab: str, role: str = "",
          waits: bool = False, source: str = "outline", subject: tuple[str, str] = ("case", "case_id")) -> None:  # fmt: skip
    columns = {
        "municipality": "%(municipality)s",
        "case": "case_id",
        "subject_kind": f"'{subject[0]}'",
        "subject_id": subject[1],
        "kind": f"'{kind}'",
        "title": f"'{kind.label}'",
        "due": due,
        "role": f"'{role}'",
        "waits_for_others": "true" if waits else "false",
        "tab": f"'{tab}'",
        "opened_at": at("received_on"),
        "closed_at": at(done),
        "closed_by": f"CASE WHEN ({done}) IS NOT NULL THEN coordinator_id END",
    }
    insert(Task, f"{source} WHERE {where}", columns, {"municipality": municipality.pk})
