"""Meetings that we take part in, and what we took on at them."""

import re
from collections import defaultdict

from django.db.models import Prefetch

from initiatives.models import AgreedPoint, Meeting
from iop.municipalities.models import Membership

from .case import addresses_in
from .door import Seat

POINTS = Prefetch("points", AgreedPoint.objects.exclude(record__secret=True))


def meetings_of(seats: list[Seat]) -> dict[int, list[Meeting]]:
    """By case, those that somebody of ours was asked to, or is written as taking part in. Inner ones are not told."""
    by_case, ours, officials = {seat.case.pk: seat for seat in seats}, addresses_in(seats), _officials(seats)
    found: dict[int, list[Meeting]] = {number: [] for number in by_case}
    rows = Meeting.objects.filter(case__in=list(by_case)).select_related("minutes").prefetch_related("people", POINTS)
    for meeting in rows:
        seat = by_case[meeting.case_id]
        names = _names(seat) - (set() if seat.vouched_for else officials[seat.case.municipality_id])
        if not _is_inner(meeting, seat) and _takes_part(meeting, seat, ours[seat.case.pk], names):
            secret = seat.case.secret or meeting.minutes is not None and meeting.minutes.secret
            meeting.told = [] if secret else list(meeting.points.all())  # none that was added in a secret record
            meeting.about = [] if secret else meeting.topics
            found[seat.case.pk].append(meeting)
    return found


def taken_on(seat: Seat, meetings: list[Meeting]) -> list[AgreedPoint]:
    """What is still to be done by ours: the organisation, or one of its people, by whole name («Anna Ek och Bo»)."""
    ours = [re.compile(rf"(?<!\w){re.escape(name)}(?!\w)") for name in _names(seat)]
    points = [point for one in meetings for point in one.told if point.done_on is None]
    return [point for point in points if any(name.search(point.who.casefold()) for name in ours)]


def _names(seat: Seat) -> set[str]:
    return {name.casefold() for party in seat.parties for name in (party.name, party.contact_name) if name}


def _officials(seats: list[Seat]) -> dict[int, set[str]]:
    """A sender who calls herself what an official is called is not in the official's meetings."""
    found = defaultdict(set)
    where = {seat.case.municipality_id for seat in seats if not seat.vouched_for}
    for place, name in Membership.objects.filter(municipality__in=where).values_list("municipality", "user__name"):
        found[place].add(name.casefold())
    return found


def _is_inner(meeting: Meeting, seat: Seat) -> bool:
    return any(rule.key == meeting.rule and rule.meeting == "internal" for rule in seat.case.rules.meetings)


def _takes_part(meeting: Meeting, seat: Seat, ours: set[str], names: set[str]) -> bool:
    numbers = {party.pk for party in seat.parties}
    invited = any(one.party_id in numbers or one.email.lower() in ours for one in meeting.people.all())
    return invited or bool(names & _written(f"{meeting.participants}\n{meeting.absent}"))


def _written(participants: str) -> set[str]:
    """Names as they were typed, each whole; of «Anna (Kören)» what stands in the brackets, which is where she is from.

    «Bo» takes no part where «Boel» does.
    """
    entries = (" ".join(name.split()).casefold() for name in re.split(r"[,;\n]", participants))
    return {one.rpartition("(")[2].removesuffix(")") if one.endswith(")") else one for one in entries}
