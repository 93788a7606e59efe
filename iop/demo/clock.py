"""A past for the demonstration. Demo only: nothing else in the program may move the clock or name who acts."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace

from django.utils import timezone
from simple_history.models import HistoricalRecords

SATURDAY = 5


class _EveryDatetime(type):
    """Django asks whether a value is a ``timezone.datetime``; every datetime must go on being one."""

    def __instancecheck__(cls, value) -> bool:
        return isinstance(value, datetime)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """The program believes that it is ``moment``, and the clock ticks on from there.

    What ``timezone.now`` asks is changed, not ``timezone.now`` itself: the defaults of models hold on to that function.
    """
    gap = moment - datetime.now(UTC)

    class Then(datetime, metaclass=_EveryDatetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + gap

    before = timezone.datetime
    timezone.datetime = Then
    try:
        yield
    finally:
        timezone.datetime = before


@contextmanager
def acting(user) -> Iterator[None]:
    """History is told who acts, as its middleware does during a request. ``None``: somebody who is not logged in."""
    HistoricalRecords.context.request = SimpleNamespace(user=user)
    try:
        yield
    finally:
        del HistoricalRecords.context.request


def workday(day: date, today: date) -> date:
    """The day itself, or for a weekend the Monday after; the Friday before where that Monday has not come yet."""
    if day.weekday() < SATURDAY:
        return day
    monday = day + timedelta(days=7 - day.weekday())
    return monday if monday <= today else day - timedelta(days=day.weekday() - SATURDAY + 1)


def moment_of(day: date, minute: int) -> datetime:
    """``minute``: minutes since midnight, local time. Never in the future."""
    local = timezone.make_aware(datetime.combine(day, time(minute // 60, minute % 60)))
    return min(local, timezone.now() - timedelta(seconds=1))
