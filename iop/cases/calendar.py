"""A person's tasks as a calendar, read by an address that is itself the key (RFC 5545)."""

import secrets
from collections.abc import Callable, Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from icalendar import Calendar, Event

from iop.municipalities.models import Municipality, User
from iop.municipalities.permissions import Act

from .letters import hash_of
from .models import CalendarAddress, Task

MOST = 1000  # events; those due first
TOLD = ("title", "due", "kind", "subject_kind", "subject_id", "tab", "opened_at", "case__reference", "case__secret")


@transaction.atomic
def make_address(user: User, municipality: Municipality) -> str:
    """The secret of a new address, told this once. An earlier one stops working."""
    User.objects.select_for_update().get(pk=user.pk)  # two clicks at once: the later one's holds
    secret = secrets.token_urlsafe(24)
    CalendarAddress.objects.filter(user=user, municipality=municipality).delete()
    CalendarAddress.objects.create(user=user, municipality=municipality, token_hash=hash_of(secret))
    return secret


def revoke_address(user: User, municipality: Municipality) -> bool:
    """Was there one to revoke?"""
    removed, _ = CalendarAddress.objects.filter(user=user, municipality=municipality).delete()
    return removed > 0


def reader_of(slug: str, secret: str) -> tuple[User, Municipality] | None:
    """Whose address it is, while that person still works there."""
    rows = CalendarAddress.objects.select_related("user", "municipality")
    row = rows.filter(token_hash=hash_of(secret), municipality__slug=slug, user__is_active=True).first()
    if row is None or not row.user.may(Act.SEE, row.municipality):
        return None
    return row.user, row.municipality


def own_tasks(user: User, municipality: Municipality) -> QuerySet[Task]:
    """What stands under «Mina» in the worklist: to do, and waiting for others."""
    tasks = Task.objects.visible_to(user).filter(municipality=municipality).open()
    mine = tasks.without_recused(user).mine(user, user.membership_in(municipality.pk))
    told = mine.select_related("case").only(*TOLD)
    return told.order_by("due", "pk")


def calendar_of(tasks: Iterable[Task], municipality: Municipality, absolute: Callable[[str], str]) -> bytes:
    """All-day events on the days when the tasks are due. ``absolute`` turns a path into a full address."""
    found = Calendar()
    found.add("prodid", "-//IOP//Uppgifter//SV")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", f"IOP, {municipality.name}")
    for task in tasks:
        task.municipality = municipality
        event = Event()
        event.add("uid", f"uppgift-{task.pk}@{municipality.slug}.iop")
        event.add("dtstamp", task.opened_at)
        event.add("dtstart", task.due)
        event.add("dtend", task.due + timedelta(days=1))
        event.add("summary", _summary(task))
        event.add("url", absolute(task.get_absolute_url()))
        event.add("transp", "TRANSPARENT")
        if task.case and task.case.secret:
            event.add("class", "CONFIDENTIAL")
        found.add_component(event)
    return found.to_ical()


def _summary(task: Task) -> str:
    """Calendars are shared and shown on walls: of a secret case nothing but its reference is told."""
    if task.case is None:
        return task.title
    what = f"{task.case.reference}: {'Sekretessmarkerat ärende' if task.case.secret else task.title}"
    return f"Väntar på andra: {what}" if task.is_for_others else what
