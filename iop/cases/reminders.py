"""Reminders of what others are to answer: by hand, and by themselves once when the day is near and once after it.

How many days is the municipality's to say. Somebody who has just been asked, or reminded by hand, is left in peace:
what counts is whether anything has gone since the day when the reminder was to go.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from iop.mail import after_commit
from iop.municipalities.models import Membership, Municipality, Unit, User
from iop.municipalities.permissions import Role

from .actions import add_record
from .letters import remind
from .machinery import Refused
from .models import Case, Direction, Letter, LetterKind, Statement

log = logging.getLogger(__name__)

Absolute = Callable[[str], str]


@dataclass(frozen=True)
class Kind:
    """Something that reminds of itself. ``waiting``: its rows, each with ``case``, ``due`` and ``reminded_at``."""

    waiting: Callable[[], QuerySet]
    asked_on: Callable[[Model], date]
    remind: Callable[..., None]  # takes the row, ``by`` and ``absolute``


KINDS: list[Kind] = []


def is_time(due: date, *, last: date, today: date, municipality: Municipality) -> bool:
    """Is a reminder to go? ``last``: when they last heard of it, be it the question itself."""
    before, after = municipality.remind_before, municipality.remind_after
    near, late = due - timedelta(days=before), due + timedelta(days=after)
    if after and today >= late:
        return last < late
    return bool(before) and near <= today <= due and last < near


def send_due(municipality: Municipality, *, absolute: Absolute, today: date | None = None) -> Iterator[str]:
    """Send what is due today, each in a transaction of its own. Yields what was reminded of, as the log may tell it."""
    today = today or timezone.localdate()
    soon = today + timedelta(days=municipality.remind_before)
    for kind in KINDS:
        rows = kind.waiting().filter(case__municipality=municipality, case__closed_on=None, due__lte=soon)
        for pk in list(rows.order_by("pk").values_list("pk", flat=True)):
            if reference := _send_one(kind, rows, pk, today=today, municipality=municipality, absolute=absolute):
                yield f"Påminnelse i {reference}"


def _send_one(kind: Kind, rows: QuerySet, pk: int, *, today, municipality, absolute) -> str:
    """The reference of the case, or nothing where it was not time, or nobody could be reminded."""
    try:
        with transaction.atomic():
            case = rows.model.objects.filter(pk=pk).values("case")
            list(Case.objects.select_for_update().filter(pk__in=case))  # another run waits here
            list(rows.model.objects.select_for_update().filter(pk=pk))
            row = rows.select_related("case__municipality", "case__coordinator").filter(pk=pk).first()
            if row is None:
                return ""
            last = max(kind.asked_on(row), _day(row.reminded_at) or date.min)
            if not is_time(row.due, last=last, today=today, municipality=municipality):
                return ""
            kind.remind(row, by=None, absolute=absolute)
            return row.case.reference
    except Refused:
        return ""
    except Exception:  # whatever is wrong with one must not keep the others' from going
        log.exception("Påminnelsen för %s %s gick inte", rows.model.__name__, pk)
        return ""


def _day(at: datetime | None) -> date | None:
    return timezone.localdate(at) if at else None


# Letters


def remind_of_letter(letter: Letter, *, by, absolute: Absolute) -> None:
    remind(letter, subject=letter.subject, text=letter.text, by=by, absolute=absolute)


def _completions() -> QuerySet[Letter]:
    """Those that nobody has answered, and those whose papers have not all come."""
    rows = Letter.objects.filter(kind=LetterKind.COMPLETION, reminds=True, settled_at=None)
    return rows.filter(Q(answers=None) | Q(waits_for_papers=True)).distinct()


KINDS.append(
    Kind(
        waiting=_completions,
        asked_on=lambda letter: timezone.localdate(letter.sent_at),
        remind=remind_of_letter,
    )
)


# Statements


def remind_of_statement(statement: Statement, *, by, absolute: Absolute) -> None:
    """By a new link where one was sent, otherwise those of the unit who can answer in the program."""
    if statement.sent_to:
        subject = f"Yttrande från {statement.body}, {statement.case.reference}"
        remind(statement, subject=subject, text=statement.question, by=by, absolute=absolute)
    else:
        remind_unit(
            statement,
            what=f"ett yttrande från {statement.body}",
            text=statement.question,
            page="statements",
            anchor=f"yttrande-{statement.pk}",
            by=by,
            absolute=absolute,
        )


KINDS.append(
    Kind(
        waiting=lambda: Statement.objects.filter(reminds=True, answered_on=None, returned_on=None),
        asked_on=lambda statement: timezone.localdate(statement.asked_at),
        remind=remind_of_statement,
    )
)


# Those who answer in the program


def units_that_answer(case: Case) -> set[int]:
    """Units with anybody whom ``who_answers`` finds, for those who would remind them."""
    people = Membership.objects.filter(municipality=case.municipality_id, role=Role.ADVISER, user__is_active=True)
    people = people.exclude(user__in=case.recusals.in_force().values("person_id"))
    if case.secret:
        people = people.filter(user__in=case.cleared.all())
    return set(people.exclude(unit=None).values_list("unit", flat=True))


def who_answers(unit: Unit | None, case: Case) -> list[User]:
    """Advisers of the unit who see the case and have no jäv in it."""
    if unit is None:
        return []
    here = {"memberships__municipality": case.municipality_id, "memberships__unit": unit, "is_active": True}
    people = User.objects.filter(memberships__role=Role.ADVISER, **here).order_by("pk")
    people = people.exclude(pk__in=case.recusals.in_force().values("person_id"))
    return [one for one in people if Case.objects.visible_to(one).filter(pk=case.pk).exists()]


@transaction.atomic
def remind_unit(
    row: Model,
    *,
    what: str,
    text: str,
    page: str,
    anchor: str,
    by,
    absolute: Absolute,
) -> None:
    """A letter with the way to the page where it is answered, to each of the unit's own people.

    ``row``: with ``unit``, ``due`` and ``reminded_at``, waiting. A question that has become secret is not repeated.
    """
    locked = (
        type(row).objects.select_for_update(of=("self",)).select_related("unit", "case__municipality").get(pk=row.pk)
    )
    case, today = locked.case, timezone.localdate()
    if case.closed_on is not None or not locked.is_waiting:
        raise Refused("Det finns redan ett svar, eller så väntar ni inte längre på något. Ladda om sidan.")
    if _day(locked.reminded_at) == today:
        raise Refused("En påminnelse har redan gått i dag.")
    people = who_answers(locked.unit, case)
    if not people:
        raise Refused("Ingen som kan svara har ett konto här. Ring, eller skicka frågan med en länk i stället.")
    locked.reminded_at = timezone.now()
    locked.save(update_fields=["reminded_at"])
    first = getattr(locked, "asked_record", None)
    secret = case.secret or first is not None and first.secret
    context = {"case": case, "municipality": case.municipality, "secret": secret, "what": what, "due": locked.due}
    address = reverse(page, args=[case.municipality.slug, case.reference])
    body = render_to_string(
        "cases/mail/reminder.txt", context | {"text": text, "link": absolute(f"{address}#{anchor}")}
    )
    about = f"Påminnelse: {what}, {case.reference}"
    subject = f"Påminnelse från {case.municipality.name}" if secret else about[:150]
    for person in people:
        after_commit(EmailMessage(subject, body, to=[person.email], reply_to=[case.municipality.email]))
    to = ", ".join(person.email for person in people)
    kept = {"counterpart": to[:200], "about": about[:200], "text": body, "copy_of": None if secret else first}
    add_record(case, direction=Direction.INTERNAL, by=by, **kept)
