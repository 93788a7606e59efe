"""Secrecy of a case or of one record in it: who may see, with the ground that the law gives."""

from collections.abc import Callable, Iterable

from django.db import transaction

from .machinery import Refused
from .models import Case, Letter, Record, Statement, Task

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


@transaction.atomic
def mark_secret(what: Case | Record, *, ground: str, by, cleared: Iterable = ()) -> None:
    """From now on only the case's coordinator, the one who marks and those let in see it.

    ``by``: None where the program does it, of what goes out by itself. Letters that repeat a record go with it.
    """
    if not ground.strip():
        raise Refused("Skriv grunden för sekretess, till exempel vilken paragraf.")
    what.secret, what.secrecy_ground = True, ground.strip()
    what.save(update_fields=["secret", "secrecy_ground"])
    what.cleared.add(*filter(None, [by]), *cleared)
    for hide in AFTER_SECRET if isinstance(what, Record) else AFTER_SECRET_CASE:
        hide(what)
    for copy in what.copies.filter(secret=False) if isinstance(what, Record) else ():
        mark_secret(copy, ground=ground, by=by, cleared=cleared)


@transaction.atomic
def let_in(what: Case | Record, people: Iterable, *, by) -> None:
    """Who may see what is secret, beside the coordinator; the one who decides stays."""
    what.cleared.set({*people, by})


@transaction.atomic
def lift_secrecy(what: Case | Record, *, by) -> None:
    what.secret, what.secrecy_ground = False, ""
    what.save(update_fields=["secret", "secrecy_ground"])
