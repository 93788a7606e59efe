"""Meetings, and what each side will bring."""

from datetime import date, timedelta

from django.utils.text import slugify

from initiatives.meetings import Agreed, note_meeting, tick_point
from initiatives.people import Person
from initiatives.rounds import name_participants, write_position
from iop.rulesets.schema import Gate
from partners.actions import add_contribution, note_support
from partners.models import Contribution, OtherSupport

from ..clock import workday
from ..telling import Telling


def meet_first(t: Telling) -> None:
    _round(t)
    _meetings(t, Gate.DIALOGUE, "Första samtalet")


def meet(t: Telling) -> None:
    _meetings(t, Gate.DRAFTING, "Arbetsmöte", last=True)


def _meetings(t: Telling, gate: Gate, usual: str, *, last: bool = False) -> None:
    """Those that the rule set asks for before the gate, spread over the days; where it asks for none, a talk."""
    asked = [rule for rule in t.rules.meetings if rule.enabled and rule.key not in t.story.meetings_missing]
    anyone = [rule for rule in asked if rule.meeting == "any"]
    plan = [
        (rule.key, rule.name, rule.topics)
        for rule in asked
        if rule.meeting != "any" and rule.before is gate
        for _ in range(rule.least)
    ]
    if not any(rule.before is gate and rule.meeting != "any" for rule in t.rules.meetings):
        plan = [("", usual, ())]
    if last:
        held = t.case.meetings.filter(held=True).count() + len(plan)
        plan += [("", usual, ())] * (max((rule.least for rule in anyone), default=0) - held)
    for number, (key, name, topics) in enumerate(plan, 1):
        every = [topic for rule in anyone for topic in rule.topics] if last and number == len(plan) else []
        day = workday(t.since + (t.day - t.since) * number / len(plan), t.today)
        with t.on(day, t.coordinator):
            meeting = note_meeting(
                t.case,
                name=name,
                rule=key,
                day=day,
                held=True,
                participants=participants(t),
                topics=dict.fromkeys([*topics, *every]),
                notes=_notes(t, name, number),
                points=_agreed(t, day) if last and number == len(plan) else (),
                by=t.coordinator,
            )
        for point in meeting.points.filter(due__lt=t.today):
            with t.on(point.due, t.coordinator):
                tick_point(point, by=t.coordinator)


def _agreed(t: Telling, day: date) -> list[Agreed]:
    return [Agreed(t.say(t.phrases.agreed), t.coordinator.name, day + timedelta(days=14))]


def _round(t: Telling) -> None:
    """Every affected unit says whom it sends, and what it thinks."""
    officials, positions = t.phrases.officials, t.phrases.positions
    for number, row in enumerate(t.case.rounds.select_related("unit"), t.case.serial):
        official = officials[number % len(officials)]
        address = f"{slugify(official).replace('-', '.')}@{t.municipality.slug}.example"
        with t.on(workday(t.since + (t.day - t.since) / 3, t.today), t.coordinator):
            name_participants(row, [Person(official, address)], by=t.coordinator)
            row.refresh_from_db()
            write_position(row, text=positions[number % len(positions)], seen="", by=t.coordinator)


def participants(t: Telling) -> str:
    theirs = [f"{organisation.contact} ({organisation.name})" for _, _, organisation in t.parties]
    return ", ".join([f"{t.coordinator.name} ({t.municipality.short_name})", *theirs, *t.story.affected])


def _notes(t: Telling, name: str, number: int) -> str:
    before = t.case.meetings.count()
    return t.story.notes[before] if before < len(t.story.notes) else t.say(t.phrases.meetings, name, number)


def contribute(t: Telling) -> None:
    """What each side is to bring, and what the organisations get besides."""
    parties = {organisation.key: party for party, _, organisation in t.parties}
    for row in t.story.contributions:
        contribution = Contribution(
            case=t.case,
            party=parties[row.by] if row.by else None,
            kind=row.kind,
            what=row.what,
            value_per_year=row.value,
            hours_per_year=row.hours,
            basis=row.basis,
        )
        with t.on(by=t.coordinator):
            contribution.full_clean()
            add_contribution(contribution)
    for row in t.story.support:
        party = parties[row.organisation]
        support = OtherSupport(
            case=t.case,
            organisation=party.organisation,
            activity=party.activity if row.this_activity else None,
            unit=t.cast.units[row.unit] if row.unit else None,
            giver=row.giver,
            what=row.what,
            money=row.money,
            value_per_year=row.value,
        )
        with t.on(by=t.coordinator):
            support.full_clean()
            note_support(support)
