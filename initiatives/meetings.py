"""Verbs of meetings: planning and noting them, moving and cancelling them, who comes, and what was agreed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from iop.cases.actions import add_record, after_end, close_task, open_task
from iop.cases.machinery import Refused, still_open
from iop.cases.models import Case, Direction, Record, Task, TaskKind
from iop.cases.opened import changes
from iop.cases.secrecy import after_secret
from iop.municipalities.models import User
from iop.swedish_text import day as in_words
from iop.swedish_text import lower_first

from .invitations import Notice, send
from .models import AgreedPoint, Meeting, MeetingParticipant
from .people import Person, checked, names_in, without
from .rounds import have_been_called

MOST_PEOPLE = 40  # at one meeting; each with an address gets a letter
MOST_POINTS = 50
HOURS = ("starts", "ends")
ONLY_ONE = "Det är den enda deltagaren. Ställ in mötet i stället."
NEUTRAL = "En punkt som ni kom överens om"  # its words are in minutes that are secret


@dataclass(frozen=True)
class Agreed:
    """What was agreed: what, who does it, and by when."""

    text: str
    who: str
    due: date


@transaction.atomic
def note_meeting(
    case: Case,
    *,
    name: str,
    day: date,
    by,
    participants: str = "",
    people: Iterable[Person] = (),
    starts: time | None = None,
    ends: time | None = None,
    place: str = "",
    rule: str = "",
    topics: Iterable[str] = (),
    notes: str = "",
    points: Iterable[Agreed] = (),
    held: bool | None = None,
) -> Meeting:
    """Write down a meeting that was held, or plan one. Times to come are planned, and become a task.

    ``participants``: as they were written; ``people``: those who can be invited. One of the two there must be.
    One to come is about what the rule set wants talked about, where nothing else is said.
    """
    still_open(case)
    people, points = checked(people), list(points)
    if not participants.strip() and not people:
        raise Refused("Skriv vilka som deltar i mötet.")
    if len(people) > MOST_PEOPLE:
        raise Refused(f"Skriv högst {MOST_PEOPLE} deltagare.")
    if held is None:
        held = not is_ahead(day, starts)
    meeting = Meeting(case=case, rule=rule, name=name, day=day, starts=starts, ends=ends, place=place, held=held, by=by)
    topics = list(topics) or ([] if held else _demanded(case, rule))
    meeting.participants, meeting.topics, meeting.notes = participants.strip(), topics, notes
    _right_hours(meeting)
    if not held and day < timezone.localdate():
        raise Refused("Välj en dag som inte har varit. Har mötet redan hållits, anteckna det i stället.")
    if not held and points:
        raise Refused("Skriv vad ni kom överens om när mötet har hållits.")
    meeting.save()
    for person in people:  # one by one: search hears of each
        MeetingParticipant.objects.create(meeting=meeting, **vars(person))
    have_been_called(case, people, by=by)
    if held:
        _agree(meeting, points)
        _minutes(meeting, by=by)
    else:
        about = {"subject": meeting.subject, "person": by, "tab": "statements"}
        open_task(case, TaskKind.MEETING, title=name, due=day, **about)
    return meeting


def _demanded(case: Case, key: str) -> list[str]:
    return [topic for rule in case.rules.meetings if key and rule.key == key for topic in rule.topics]


def is_ahead(day: date, starts: time | None) -> bool:
    now = timezone.localtime()
    return (day, starts or time.min) > (now.date(), now.time())


def _right_hours(meeting: Meeting) -> None:
    if meeting.ends and not meeting.starts:
        raise Refused("Skriv när mötet börjar.")
    if meeting.ends and meeting.ends <= meeting.starts:
        raise Refused("Mötet slutar innan det har börjat. Ändra tiderna.")


@transaction.atomic
def hold_meeting(
    meeting: Meeting,
    *,
    by,
    topics: Iterable[str] = (),
    notes: str = "",
    points: Iterable[Agreed] = (),
    day: date | None = None,
    people: Iterable[Person] | None = None,
    participants: str = "",
    **where,
) -> int:
    """A planned meeting was held, perhaps on another day or with others than those who were to come.

    ``people`` and ``participants``: those who came, and whoever else was to come did not; without ``people`` all came.
    ``where``: starts, ends and place where they are said; else they stay, but hours not for another day. Returns how
    many of those invited are told that the day to come is off.
    """
    meeting = _planned(meeting)
    day = day or meeting.day
    if day > timezone.localdate():
        raise Refused("Mötesdagen ligger i framtiden. Anteckna mötet när det har hållits.")
    hours = {name: where.get(name) or (getattr(meeting, name) if day == meeting.day else None) for name in HOURS}
    off = is_ahead(meeting.day, meeting.starts) and (day, hours["starts"]) != (meeting.day, meeting.starts)
    told = send(meeting, Notice.HELD, meeting.people.filter(invited=True), by=by) if off else 0
    meeting.day, meeting.starts, meeting.ends = day, hours["starts"], hours["ends"]
    meeting.place = where.get("place") or meeting.place
    _right_hours(meeting)
    if people is not None:
        _note_who_came(meeting, checked(people), participants, by=by)
    meeting.held, meeting.topics, meeting.notes = True, list(topics), notes
    changed = ["day", *HOURS, "place", "participants", "absent", "held", "topics", "notes"]
    meeting.save(update_fields=changed)  # at once, so that the timeline tells it as one
    close_task(meeting.case, TaskKind.MEETING, by=by, subject=meeting.subject)
    _agree(meeting, points)
    _minutes(meeting, by=by)
    return told


def _note_who_came(meeting: Meeting, people: list[Person], participants: str, *, by) -> None:
    """Those in rows stay there, with whether they came; nobody stands there twice."""
    whole = [party.name for party in meeting.case.parties.select_related("organisation")]
    came, known = [*people, *map(Person, names_in(participants, whole))], list(meeting.people.all())
    if not came:
        raise Refused("Ange vilka som kom till mötet.")
    for row in known:
        row.absent = not any(one.is_the(row) for one in came)
        row.save(update_fields=["absent"])
    new = [one for one in people if not any(one.is_the(row) for row in known)]
    for one in new:
        MeetingParticipant.objects.create(meeting=meeting, **vars(one))
    have_been_called(meeting.case, new, by=by)
    here = {one.name.casefold() for one in came}
    meeting.absent = ", ".join(name for name in names_in(meeting.participants, whole) if name.casefold() not in here)
    meeting.participants = without(participants, [one.name for one in [*known, *new]], whole)


@transaction.atomic
def move_meeting(meeting: Meeting, *, day: date, by, opened: str = "", **other) -> Meeting:
    """A planned meeting gets another day, and its task with it; those who were invited are told.

    ``other``: starts, ends and place, where they are said; else they stay. ``opened``: marks of what the form was
    opened with. Raises Meanwhile where somebody else has moved it since.
    """
    meeting = _planned(meeting)
    if day < timezone.localdate():
        raise Refused("Välj en dag som inte har varit. Har mötet redan hållits, anteckna det i stället.")
    mine = {"day": day} | other
    new = changes(opened, now={name: getattr(meeting, name) for name in mine}, mine=mine)
    if not new:
        raise Refused("Mötet ligger redan då. Ändra dag, tid eller plats.")
    for name, value in new.items():
        setattr(meeting, name, value)
    _right_hours(meeting)
    if meeting.starts and not is_ahead(meeting.day, meeting.starts):
        raise Refused("Tiden har redan varit. Anteckna mötet i stället.")
    meeting.save(update_fields=list(new))
    about = {"subject_kind": "meeting", "subject_id": meeting.pk}
    meeting.case.tasks.open().filter(kind=TaskKind.MEETING, **about).update(due=meeting.day)
    send(meeting, Notice.MOVED, meeting.people.filter(invited=True), by=by)
    return meeting


@transaction.atomic
def cancel_meeting(meeting: Meeting, *, why: str, by) -> None:
    """A planned meeting does not come about. Why is kept in the case file, and told to nobody by letter."""
    meeting = _planned(meeting)
    if not why.strip():
        raise Refused("Skriv varför mötet ställs in.")
    _cancel(meeting, why=why, by=by)


def to_come(case: Case) -> QuerySet[Meeting]:
    """Planned, and not begun yet as far as anybody knows."""
    now = timezone.localtime()
    begun = Q(day__lt=now.date()) | Q(day=now.date(), starts__lte=now.time())
    return case.meetings.filter(held=False, cancelled=False).exclude(begun)


@after_end
def cancel_those_to_come(case: Case, by) -> None:
    """Nobody should go to a meeting about a case that has ended. What was for an earlier day may have been held."""
    for meeting in to_come(case).select_for_update(of=("self",)).select_related("case__municipality"):
        _cancel(meeting, why="Ärendet avslutades.", by=by)


def _cancel(meeting: Meeting, *, why: str, by) -> None:
    meeting.cancelled, meeting.cancelled_why = True, why.strip()
    close_task(meeting.case, TaskKind.MEETING, by=by, subject=meeting.subject)
    meeting.minutes = add_record(
        meeting.case,
        direction=Direction.INTERNAL,
        counterpart=meeting.who,
        about=f"Inställt: {lower_first(meeting.name)} {in_words(meeting.day)}",
        text=meeting.cancelled_why,
        by=by,
    )
    meeting.save(update_fields=["cancelled", "cancelled_why", "minutes"])
    send(meeting, Notice.CANCELLED, meeting.people.filter(invited=True), by=by)


# Who comes


@transaction.atomic
def invite(meeting: Meeting, *, by) -> int:
    """Send the invitation to all who have an address; those who have had it get it again as it is now."""
    meeting = _planned(meeting)
    if meeting.day < timezone.localdate():
        raise Refused("Mötesdagen har varit. Flytta mötet först, eller anteckna att det har hållits.")
    people = meeting.people.exclude(email="")
    if not people:
        raise Refused("Ingen av deltagarna har en e-postadress. Lägg till en deltagare med adress.")
    return send(meeting, Notice.INVITATION, people, by=by)


@transaction.atomic
def add_participant(meeting: Meeting, person: Person, *, by) -> MeetingParticipant:
    meeting = _planned(meeting)
    (person,) = checked([person])
    known = list(meeting.people.all())
    if len(known) >= MOST_PEOPLE:
        raise Refused(f"Mötet har redan {MOST_PEOPLE} deltagare.")
    if person.email and person.email in {one.email for one in known}:
        raise Refused(f"{person.email} är redan med på mötet.")
    have_been_called(meeting.case, [person], by=by)
    return MeetingParticipant.objects.create(meeting=meeting, **vars(person))


@transaction.atomic
def remove_participant(participant: MeetingParticipant, *, by) -> None:
    """Somebody does not come after all. One who was invited is told that the meeting is off for him or her."""
    meeting = _planned(participant.meeting)
    others = meeting.people.exclude(pk=participant.pk)
    if not others.exists() and not meeting.participants:
        raise Refused(ONLY_ONE)
    send(meeting, Notice.NOT_YOU, meeting.people.filter(pk=participant.pk, invited=True), by=by)
    participant.delete()


@transaction.atomic
def remove_written(meeting: Meeting, name: str, *, by) -> None:
    """Somebody who was written freely does not come after all; the others stay as they were written."""
    meeting, gone = _planned(meeting), " ".join(name.split())
    whole = [party.name for party in meeting.case.parties.select_related("organisation")]
    kept = without(meeting.participants, [gone], whole)
    if kept == meeting.participants:
        raise Refused(f"{gone[:120] or 'Deltagaren'} står inte längre bland deltagarna. Ladda om sidan.")
    if not kept and not meeting.people.exists():
        raise Refused(ONLY_ONE)
    meeting.participants = kept
    meeting.save(update_fields=["participants"])


# What was agreed


@transaction.atomic
def add_point(meeting: Meeting, point: Agreed, *, by) -> AgreedPoint:
    """Something that the minutes left out; the case file gets it as an addition."""
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("case").get(pk=meeting.pk)
    still_open(meeting.case)
    if not meeting.held:
        raise Refused("Skriv vad ni kom överens om när mötet har hållits.")
    (row,) = _agree(meeting, [point])
    row.record = add_record(
        meeting.case,
        direction=Direction.INTERNAL,
        counterpart=meeting.who,
        about=f"Tillägg till anteckningar från {lower_first(meeting.name)} {in_words(meeting.day)}",
        text=_in_minutes(row),
        by=by,
    )
    row.save(update_fields=["record"])
    return row


@transaction.atomic
def tick_point(point: AgreedPoint, *, by) -> None:
    """It is done, and the task with it."""
    point = AgreedPoint.objects.select_for_update(of=("self",)).select_related("meeting__case").get(pk=point.pk)
    still_open(point.meeting.case)
    if point.done_on:
        raise Refused("Punkten är redan klar.")
    point.done_on, point.done_by = timezone.localdate(), by
    point.save(update_fields=["done_on", "done_by"])
    close_task(point.meeting.case, TaskKind.AGREED_POINT, by=by, subject=point.subject)


def _agree(meeting: Meeting, points: Iterable[Agreed]) -> list[AgreedPoint]:
    points = list(points)
    if len(points) + meeting.points.count() > MOST_POINTS:
        raise Refused(f"Skriv högst {MOST_POINTS} punkter för ett möte.")
    if any(point.due < meeting.day for point in points):
        raise Refused("Det som är överenskommet ska vara klart efter mötet. Ändra dagen.")
    rows = []
    for point in points:
        row = AgreedPoint.objects.create(meeting=meeting, text=point.text, who=point.who, due=point.due)
        secret = meeting.minutes is not None and meeting.minutes.secret
        title = NEUTRAL if secret else f"{row.who}: {row.text}"
        title = title if len(title) <= 200 else f"{title[:199]}…"
        about = {"subject": row.subject, "waits_for_others": _is_for_others(row), "tab": "statements"}
        about["person"] = _official_called(row.who, meeting.case)
        open_task(meeting.case, TaskKind.AGREED_POINT, title=title, due=row.due, **about)
        rows.append(row)
    return rows


def _official_called(name: str, case: Case) -> User | None:
    """Who works here by that name, so that the point stands among the person's own; nobody where two do."""
    found = User.objects.filter(is_active=True, memberships__municipality=case.municipality_id)
    people = list(found.filter(name__iexact=" ".join(name.split()))[:2])
    return people[0] if len(people) == 1 else None


def _is_for_others(point: AgreedPoint) -> bool:
    """Who does it is written freely; the coordinator's own is what bears the coordinator's name."""
    coordinator = point.meeting.case.coordinator
    return coordinator is not None and point.who.strip().casefold() != coordinator.name.casefold()


@after_secret
def name_no_point(record: Record) -> None:
    """What was agreed stands as tasks in everybody's worklist, until what tells of it is secret."""
    points = AgreedPoint.objects.filter(Q(meeting__minutes=record) | Q(record=record)).values("pk")
    kind = AgreedPoint().subject.kind
    Task.objects.open().filter(subject_kind=kind, subject_id__in=points).update(title=NEUTRAL)


def _planned(meeting: Meeting) -> Meeting:
    """The meeting, locked, if it is still to come."""
    Case.objects.select_for_update().get(pk=meeting.case_id)  # first, as when a case ends
    rows = Meeting.objects.select_for_update(of=("self",)).select_related("case__municipality")
    meeting = rows.get(pk=meeting.pk)
    still_open(meeting.case)
    if meeting.held:
        raise Refused("Mötet är redan antecknat.")
    if meeting.cancelled:
        raise Refused("Mötet är inställt.")
    return meeting


def _minutes(meeting: Meeting, *, by) -> None:
    people, points = meeting.people.select_related("unit", "party__organisation"), meeting.points.all()
    came = _named([one for one in people if not one.absent], meeting.participants)
    absent = _named([one for one in people if one.absent], meeting.absent)
    parts = [
        f"Deltagare: {came}" if came else "",
        f"Inbjudna som inte kom: {absent}" if absent else "",
        f"Ämnen: {', '.join(meeting.topics)}" if meeting.topics else "",
        meeting.notes.strip(),
        "\n".join(["Överenskommet:", *map(_in_minutes, points)]) if points else "",
    ]
    meeting.minutes = add_record(
        meeting.case,
        direction=Direction.INTERNAL,
        counterpart=meeting.who,
        about=f"Anteckningar från {lower_first(meeting.name)}",
        day=meeting.day,
        text="\n\n".join(filter(None, parts)),
        by=by,
    )
    meeting.save(update_fields=["minutes"])


def _named(people: Iterable[MeetingParticipant], written: str) -> str:
    return ", ".join([*(f"{one.name} ({one.comes_from})" for one in people), *written.splitlines()])


def _in_minutes(point: AgreedPoint) -> str:
    return f"– {point.text} ({point.who}, senast {in_words(point.due)})"
