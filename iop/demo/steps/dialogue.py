"""Meetings, and what each side will bring."""

from initiatives.actions import note_meeting
from iop.rulesets.schema import Gate
from partners.actions import add_contribution, note_support
from partners.models import Contribution, OtherSupport

from ..clock import workday
from ..telling import Telling


def meet_first(t: Telling) -> None:
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
            note_meeting(
                t.case,
                name=name,
                rule=key,
                day=day,
                held=True,
                participants=participants(t),
                topics=dict.fromkeys([*topics, *every]),
                notes=_notes(t, name, number),
                by=t.coordinator,
            )


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
