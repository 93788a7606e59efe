"""Secrecy of a case or of one record in it: who may see, with the ground that the law gives."""

from collections.abc import Callable, Iterable

from django.db import transaction

from .machinery import Refused
from .models import Case, Direction, Letter, Outcome, Record, RecordFile, Statement, Task
from .opened import changes

AFTER_SECRET: list[Callable[[Record], None]] = []
AFTER_SECRET_CASE: list[Callable[[Case], None]] = []


def after_secret_case(function: Callable[[Case], None]) -> Callable[[Case], None]:
    """Register what a floor does when a whole case has become secret: what was told openly is taken back."""
    AFTER_SECRET_CASE.append(function)
    return function


def after_secret(function: Callable[[Record], None]) -> Callable[[Record], None]:
    """Register what a floor does when a record has become secret: the titles of tasks must not tell of it."""
    AFTER_SECRET.append(function)
    return function


@after_secret
def name_no_answerer(record: Record) -> None:
    """«Läs svaret från …» stands in everybody's worklist."""
    letters = Letter.objects.filter(answers=record).values("pk")
    Task.objects.open().filter(subject_kind="letter", subject_id__in=letters).update(title="Läs svaret")
    statements = Statement.objects.filter(record=record).values("pk")
    Task.objects.open().filter(subject_kind="statement", subject_id__in=statements).update(title="Läs yttrandet")


def goes_with(record: Record) -> list[Record]:
    """The open records that become secret with it: those that hold one of its files, and those that repeat its words.

    In its own case, and in the one that went on where it was a double. The same file may lie in many cases, as a form
    that everybody is sent; there it is judged by itself.
    """
    repeats, new = {record.pk}, {record.pk}
    while new := _repeating(new) - repeats:
        repeats |= new
    files = RecordFile.objects.filter(record=record).values("file")
    here = {record.case_id, *Record.objects.filter(pk__in=repeats).values_list("case", flat=True)}
    same = set(RecordFile.objects.filter(file__in=files, record__case__in=here).values_list("record", flat=True))
    rows = Record.objects.filter(pk__in=repeats | same | _repeating(same), secret=False).exclude(pk=record.pk)
    return list(rows.select_related("case").order_by("case", "number"))


def _repeating(records: set[int]) -> set[int]:
    """Letters that repeat them, and the record that told another case what had come in."""
    came_in = Record.objects.filter(pk__in=records, direction=Direction.IN).values("case")
    doubles = Case.objects.filter(pk__in=came_in, outcome=Outcome.MERGED, closing_record__copy_of__isnull=False)
    copies = Record.objects.filter(copy_of__in=records).values_list("pk", flat=True)
    return {*copies, *doubles.values_list("closing_record__copy_of", flat=True)}


def _lock(what: Case | Record) -> None:
    """The case first, as everything that adds to it does: nothing goes out meanwhile."""
    Case.objects.select_for_update().get(pk=what.pk if isinstance(what, Case) else what.case_id)


@transaction.atomic
def mark_secret(what: Case | Record, *, ground: str, by, cleared: Iterable = ()) -> list[Record]:
    """From now on only the case's coordinator, the one who marks and those let in see it.

    ``by``: None where the program does it, of what goes out by itself. Returns the records that went with it.
    """
    if not ground.strip():
        raise Refused("Skriv grunden för sekretess, till exempel vilken paragraf.")
    _lock(what)
    also = goes_with(what) if isinstance(what, Record) else []
    for one in (what, *also):
        one.secret, one.secrecy_ground = True, ground.strip()
        one.save(update_fields=["secret", "secrecy_ground"])
        one.cleared.add(*filter(None, [by]), *cleared)
        for hide in AFTER_SECRET if isinstance(one, Record) else AFTER_SECRET_CASE:
            hide(one)
    return also


@transaction.atomic
def let_in(what: Case | Record, people: Iterable, *, by) -> None:
    """Who may see what is secret, beside the coordinator; the one who decides stays."""
    what.cleared.set({*people, by})


def holds_secrets(case: Case) -> bool:
    """Is anything in it secret? Then an e-mail to those outside says only that there is something to read."""
    return case.secret or case.records.filter(secret=True).exists()


def secrecy_of(what: Case | Record) -> dict:
    """What a form of secrecy is opened with: the ground, and those let in who can be chosen."""
    here = what.municipality_id if isinstance(what, Case) else what.case.municipality_id
    people = what.cleared.filter(memberships__municipality=here, is_active=True)
    return {"ground": what.secrecy_ground, "people": list(people)}


@transaction.atomic
def change_secrecy(what: Case | Record, written: dict, *, by, opened: str = "") -> list[Record]:
    """Save what was changed of the ground and of those let in. Raises Meanwhile where somebody else changed the same.

    Returns the records that became secret with it.
    """
    _lock(what)
    what.refresh_from_db(fields=["secret", "secrecy_ground"])
    stored = secrecy_of(what)
    changed = changes(opened, now={name: stored[name] for name in written}, mine=written)
    if not what.secret and "ground" not in changed:
        raise Refused("Någon har tagit bort sekretessmarkeringen. Ladda om sidan, och markera på nytt om den behövs.")
    also = []
    if "ground" in changed and not what.secret:
        also = mark_secret(what, ground=changed["ground"], by=by, cleared=changed.get("people", ()))
    elif "ground" in changed:  # what went with it has its own ground
        what.secrecy_ground = changed["ground"]
        what.save(update_fields=["secrecy_ground"])
    if "people" in changed:
        let_in(what, changed["people"], by=by)
    return also


@transaction.atomic
def lift_secrecy(what: Case | Record, *, by) -> None:
    what.secret, what.secrecy_ground = False, ""
    what.save(update_fields=["secret", "secrecy_ground"])
