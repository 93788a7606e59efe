"""Letters about a meeting with an .ics beside them, so that it stands in people's calendars (RFC 5546).

Each gets a letter of one's own, without the others' addresses. Of a secret case neither title, organisation, what the
meeting is called nor who else comes is told: a letter can be read by others on its way.
"""

from datetime import date
from email.message import MIMEPart
from enum import StrEnum

from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone
from icalendar import Calendar, Event, vCalAddress, vText

from iop.cases.actions import add_record
from iop.cases.models import Direction
from iop.mail import after_commit
from iop.swedish_text import day as in_words

from .models import Meeting, MeetingParticipant


class Notice(StrEnum):
    """Why a letter is sent. The value begins its subject."""

    INVITATION = "Inbjudan"
    MOVED = "Ändrat möte"
    CANCELLED = "Inställt möte"
    NOT_YOU = "Mötet gäller inte längre dig"
    HELD = "Mötet har redan hållits"  # on another day than the one that was planned

    @property
    def method(self) -> str:
        return "REQUEST" if self in (Notice.INVITATION, Notice.MOVED) else "CANCEL"


def send(meeting: Meeting, notice: Notice, people: QuerySet[MeetingParticipant], *, by) -> int:
    """Send to these, and put the letter in the case file as it went. Returns how many it went to; none: nothing."""
    people = list(people)
    if not people:
        return 0
    if meeting.invited_at:
        meeting.sequence += 1
    meeting.invited_at = timezone.now()
    meeting.save(update_fields=["sequence", "invited_at"])
    subject, text = _subject(meeting, notice), _text(meeting, notice)
    for person in people:
        message = EmailMessage(subject, text, to=[person.email], reply_to=[meeting.case.municipality.email])
        message.attach(_attached(calendar(meeting, notice, person), notice))
        after_commit(message)
    meeting.people.filter(pk__in=[person.pk for person in people]).update(invited=True)
    to = "\n".join(f"{person.name} <{person.email}>" for person in people)
    add_record(
        meeting.case,
        direction=Direction.OUT,
        counterpart=", ".join(person.email for person in people),
        about=subject,
        text=f"{text}\n\nSkickat var för sig till:\n{to}",
        by=by,
    )
    return len(people)


def _called(meeting: Meeting) -> str:
    """What the meeting is called in letters and calendars."""
    if meeting.case.secret:
        return f"Möte, {meeting.case.reference}"
    return f"{meeting.name}: {meeting.case.title}"


def _subject(meeting: Meeting, notice: Notice) -> str:
    name = f"möte, {meeting.case.reference}" if meeting.case.secret else meeting.name
    return " ".join(f"{notice}: {name}, {in_words(meeting.day)}".split())


def _text(meeting: Meeting, notice: Notice) -> str:
    people = meeting.people.select_related("unit", "party__organisation")
    context = {
        "meeting": meeting,
        "case": meeting.case,
        "municipality": meeting.case.municipality,
        "notice": notice.name,
        "invites": notice.method == "REQUEST",
        "who": ", ".join([*(f"{one.name} ({one.comes_from})" for one in people), *meeting.participants.splitlines()]),
    }
    return render_to_string("initiatives/mail/meeting.txt", context)


def calendar(meeting: Meeting, notice: Notice, person: MeetingParticipant) -> bytes:
    """The meeting as one person's calendar takes it in."""
    case, municipality = meeting.case, meeting.case.municipality
    event = Event()
    event.add("uid", f"{meeting.uid}@iop")
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", meeting.invited_at)
    event.add("summary", _called(meeting))
    if meeting.starts:
        event.add("dtstart", meeting.begins)
        if meeting.ends:
            event.add("dtend", meeting.begins.replace(hour=meeting.ends.hour, minute=meeting.ends.minute))
    else:
        event.add("dtstart", meeting.day)
    if meeting.place:
        event.add("location", meeting.place)
    if case.secret:
        event.add("class", "CONFIDENTIAL")
    event.add("status", "CANCELLED" if notice.method == "CANCEL" else "CONFIRMED")
    event.add("organizer", _address(municipality.email, municipality.name))
    event.add("attendee", _address(person.email, person.name, partstat="NEEDS-ACTION", rsvp="TRUE"))

    found = Calendar()
    found.add("prodid", "-//IOP//Möten//SV")
    found.add("version", "2.0")
    found.add("method", notice.method)
    found.add_component(event)
    year = meeting.day.year
    found.add_missing_timezones(first_date=date(year, 1, 1), last_date=date(year + 1, 1, 1))
    return found.to_ical()


def _address(email: str, name: str, **parameters: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    # A parameter's value cannot hold a quotation mark, and no library escapes it.
    address.params["cn"] = vText(name.replace('"', "'"))
    for key, value in parameters.items():
        address.params[key] = vText(value)
    return address


def _attached(content: bytes, notice: Notice) -> MIMEPart:
    """As text/calendar with its method, so that mail programs offer to take it in."""
    part = MIMEPart()
    part.set_content(
        content,  # as bytes, since its lines end with CR LF wherever it is read
        maintype="text",
        subtype="calendar",
        disposition="attachment",
        filename="mote.ics",
        params={"method": notice.method, "charset": "utf-8"},
    )
    return part
