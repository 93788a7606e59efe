"""What the page of statements and meetings shows of meetings, and of the round among affected units."""

from collections.abc import Callable

from django.db.models import prefetch_related_objects

from initiatives.meeting_forms import (
    CancelForm,
    HeldForm,
    MeetingForm,
    MoveForm,
    NamingForm,
    ParticipantForm,
    PointForm,
    PositionForm,
    RoundLinkForm,
    invitable,
    places_of,
)
from initiatives.models import UnitRound
from initiatives.people import names_in
from initiatives.rounds import asks_units, known_addresses
from iop.cases.models import Case
from iop.municipalities.models import User
from iop.municipalities.permissions import Act, Role
from iop.municipalities.swedish import in_swedish_order

Hides = Callable[[int | None], bool]


def with_people(case: Case) -> Case:
    """The case with parties, rounds and whom they named, asked for once."""
    prefetch_related_objects(
        [case],
        "parties__organisation",
        "rounds__unit",
        "rounds__participants",
        "rounds__named_by",
        "rounds__position_by",
    )
    return case


def _opened_with(case: Case, meetings: list, asked: str) -> dict:
    """The kind that was asked for, or the first that the rules still lack; the coordinator mostly takes part."""
    rules = [rule for rule in case.rules.meetings if rule.enabled and rule.meeting != "any"]
    there = [meeting.rule for meeting in meetings if not meeting.cancelled]
    lacking = [rule.key for rule in rules if there.count(rule.key) < rule.least]
    return {"rule": asked or next(iter(lacking), ""), "people": ["handlaggare"] if case.coordinator_id else []}


def meetings_part(case: Case, failed: tuple, hidden: Hides, asked: str | None) -> dict:
    """Meetings with their forms. ``failed``: the prefix of a form that needs to be mended, and the form.

    ``asked``: the kind of meeting that the form is opened for, where one comes from what says that it lacks.
    ``hidden``: tells of a record whether the reader may not see it; what stands in it is not shown here either.
    """
    name, form = failed
    rules = with_people(case).rules
    meetings = list(case.meetings.prefetch_related("people__unit", "people__party__organisation", "points"))
    places, whole = places_of(case), [party.name for party in case.parties.all()]
    for meeting in meetings:
        held, moved, off, more, point = (
            f"{what}-{meeting.pk}" for what in ("holl", "flytta", "stall-in", "deltagare", "punkt")
        )
        meeting.hidden = hidden(meeting.minutes_id)
        meeting.agreed = [point for point in meeting.points.all() if not hidden(point.record_id)]
        if meeting.is_planned:
            meeting.form = form if name == held else HeldForm(case=case, meeting=meeting, prefix=held)
            meeting.move_form = form if name == moved else MoveForm(meeting=meeting, prefix=moved)
            meeting.cancel_form = form if name == off else CancelForm(prefix=off)
            meeting.person_form = form if name == more else ParticipantForm(places=places, prefix=more)
            meeting.written = names_in(meeting.participants, whole)
            meeting.can_be_invited = any(person.email for person in meeting.people.all())
        elif meeting.held:
            meeting.point_form = form if name == point else PointForm(prefix=point)
    return {
        "meetings": meetings,
        "officials": User.objects.filter(is_active=True, memberships__municipality=case.municipality_id)
        .order_by(in_swedish_order("name"))
        .values_list("name", flat=True),
        "meeting_rules": [rule for rule in rules.meetings if rule.enabled],
        "opens_meeting": asked is not None,
        "meeting_form": form
        if name == "mote"
        else MeetingForm(
            case=case,
            invitable=invitable(case),
            prefix="mote",
            initial=_opened_with(case, meetings, asked or ""),
        ),
    }


def rounds_part(
    user: User, case: Case, failed: tuple, hidden: Hides, unsettled: set[tuple[str, int]], answering: set[int]
) -> dict:
    """The affected units with what each has answered; units that are affected no longer, if they answered.

    ``unsettled``: what the coordinator has an answer of to look at, as tasks name it. ``answering``: units with
    somebody who can be reminded.
    """
    name, form = failed
    rounds = list(with_people(case).rounds.all())
    affected = {unit.pk for unit in case.affected_units.all()} if rounds else set()
    known = known_addresses(rounds, user)
    for row in rounds:
        naming, position = f"utse-{row.pk}", f"standpunkt-{row.pk}"
        row.hidden = hidden(row.record_id)
        row.is_affected = row.unit_id in affected
        row.may_answer = row.is_affected and not case.closed_on and may_answer_round(user, case, row)
        row.naming_form = form if name == naming else NamingForm(round=row, prefix=naming)
        link, to = f"lank-{row.pk}", row.sent_to or known.get(row.unit_id, "")
        row.link_form = form if name == link else RoundLinkForm(prefix=link, initial={"to": to})
        row.can_be_reminded = bool(row.sent_to) or row.unit_id in answering
        row.unsettled = ("unitround", row.pk) in unsettled
        row.position_form = form if name == position else PositionForm(round=row, prefix=position)
    asked = [row for row in rounds if row.is_affected]
    return {
        "asks_units": asks_units(case),
        "rounds": rounds,
        "rounds_asked": len(asked),
        "rounds_answered": sum(row.named_on is not None for row in asked),
    }


def may_answer_round(user: User, case: Case, row: UnitRound) -> bool:
    """Coordinators write in what came another way; advisers answer for their own unit."""
    if not user.may(Act.ANSWER_ROUND, case.municipality):
        return False
    membership = user.membership_in(case.municipality_id)
    return membership.role != Role.ADVISER or membership.unit_id == row.unit_id
