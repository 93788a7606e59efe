"""Invitations: a letter to each with the meeting for the calendar, told anew when it is moved or cancelled."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.utils import timezone
from icalendar import Calendar

from initiatives.meetings import (
    add_participant,
    cancel_meeting,
    hold_meeting,
    invite,
    move_meeting,
    note_meeting,
    remove_participant,
)
from initiatives.models import Side
from initiatives.people import Person
from iop.cases.machinery import Refused
from iop.cases.secrecy import mark_secret
from iop.swedish_text import day as in_words
from tests.cases import driver

ANNA = Person("Anna Åkesson", "anna@sprakbron.example", Side.ORGANISATION)
BO = Person("Bo Ek", "bo@mora.example")
STOCKHOLM = ZoneInfo("Europe/Stockholm")


@pytest.fixture
def day() -> date:
    return timezone.localdate() + timedelta(days=7)


@pytest.fixture
def planned(assessed, coordinator, day):
    hours = {"starts": time(9), "ends": time(10, 30), "place": "Biblioteket, Köpmangatan 4; rum 2"}
    people = [ANNA, BO, Person("Karin utan adress")]
    topics = ["Behovet"]
    return note_meeting(
        assessed, name="Första möte", rule="MOR-25", day=day, people=people, topics=topics, by=coordinator, **hours
    )


@pytest.fixture
def sent(django_capture_on_commit_callbacks):
    """Do something, and be given the letters that went."""

    def sent(action) -> list:
        before = len(mail.outbox)
        with django_capture_on_commit_callbacks(execute=True):
            action()
        return mail.outbox[before:]

    return sent


@pytest.fixture
def invited(planned, coordinator, sent):
    sent(lambda: invite(planned, by=coordinator))
    planned.refresh_from_db()
    return planned


def event_in(letter):
    """(calendar, its only event) of a letter, as a mail program finds it."""
    (part,) = [one for one in letter.message().walk() if one.get_content_type() == "text/calendar"]
    content = part.get_payload(decode=True)
    assert content.count(b"\n") == content.count(b"\r\n") > 10
    found = Calendar.from_ical(content)
    assert part.get_param("method") == found["method"]
    (event,) = found.walk("VEVENT")
    return found, event


def test_each_with_an_address_gets_a_letter_of_ones_own(planned, coordinator, sent, day):
    letters = sent(lambda: invite(planned, by=coordinator))
    assert [letter.to for letter in letters] == [["bo@mora.example"], ["anna@sprakbron.example"]]
    assert all("bo@mora.example" not in letter.message().as_string() for letter in letters[1:])
    letter = letters[1]
    assert letter.reply_to == ["iop@mora.example"]
    assert "Språkcafé på biblioteket" in letter.body
    assert "Tid: kl. 9.00–10.30" in letter.body and "Ämnen: Behovet" in letter.body
    assert "Anna Åkesson (annan organisation)" in letter.body and "Karin utan adress" in letter.body
    found, event = event_in(letter)
    assert (found["method"], event["sequence"], event["status"]) == ("REQUEST", 0, "CONFIRMED")
    assert event.decoded("dtstart") == datetime.combine(day, time(9), STOCKHOLM)
    assert event.decoded("dtend") == datetime.combine(day, time(10, 30), STOCKHOLM)
    assert event["dtstart"].params["TZID"] == "Europe/Stockholm"
    assert [zone["TZID"] for zone in found.walk("VTIMEZONE")] == ["Europe/Stockholm"]
    assert event["location"] == "Biblioteket, Köpmangatan 4; rum 2"
    assert event["organizer"] == "mailto:iop@mora.example"
    assert event["attendee"] == "mailto:anna@sprakbron.example"
    assert event["attendee"].params["CN"] == "Anna Åkesson"


def test_the_letter_stands_in_the_case_file_as_it_went(planned, coordinator, sent):
    letters = sent(lambda: invite(planned, by=coordinator))
    record = planned.case.records.last()
    assert (record.direction, record.about) == ("out", letters[0].subject)
    assert record.counterpart == "bo@mora.example, anna@sprakbron.example"
    assert record.text.startswith(letters[0].body)
    assert record.text.endswith("Bo Ek <bo@mora.example>\nAnna Åkesson <anna@sprakbron.example>")


def test_a_meeting_without_hours_takes_the_whole_day(assessed, coordinator, sent, day):
    meeting = note_meeting(assessed, name="Samtal", day=day, people=[ANNA], by=coordinator)
    (letter,) = sent(lambda: invite(meeting, by=coordinator))
    assert event_in(letter)[1].decoded("dtstart") == day


def test_what_the_guideline_wants_talked_about_is_told(assessed, coordinator, sent, day):
    joint = next(rule for rule in assessed.rules.meetings if rule.meeting == "joint")
    meeting = note_meeting(assessed, name=joint.name, rule=joint.key, day=day, people=[ANNA], by=coordinator)
    assert meeting.topics == list(joint.topics)
    (letter,) = sent(lambda: invite(meeting, by=coordinator))
    assert f"Ämnen: {', '.join(joint.topics)}\n" in letter.body


def test_without_anybody_to_send_to(assessed, coordinator, sent, day):
    meeting = note_meeting(assessed, name="Samtal", day=day, participants="Anna och Bo", by=coordinator)
    with pytest.raises(Refused, match="^Ingen av deltagarna har en e-postadress."):
        invite(meeting, by=coordinator)
    assert not assessed.records.filter(about__startswith="Inbjudan").exists()


def test_moved_twice_it_is_the_same_meeting_with_a_higher_number(invited, coordinator, sent, day):
    uid = f"{invited.uid}@iop"
    for number, days in ((1, 1), (2, 2)):
        then = day + timedelta(days=days)
        letters = sent(lambda then=then: move_meeting(invited, day=then, starts=time(13), ends=None, by=coordinator))
        assert len(letters) == 2
        found, event = event_in(letters[0])
        assert (found["method"], event["uid"], event["sequence"]) == ("REQUEST", uid, number)
        assert event.decoded("dtstart") == datetime.combine(then, time(13), STOCKHOLM)
    assert invited.case.records.filter(about__startswith="Ändrat möte: Första möte").count() == 2


def test_where_nobody_is_invited_nobody_is_told(planned, coordinator, sent, day):
    assert sent(lambda: move_meeting(planned, day=day + timedelta(days=1), by=coordinator)) == []
    assert sent(lambda: cancel_meeting(planned, why="Sjuk.", by=coordinator)) == []
    planned.refresh_from_db()
    assert (planned.sequence, planned.invited_at) == (0, None)


def test_cancelled_it_leaves_the_calendars_and_nobody_is_told_why(invited, coordinator, sent):
    letters = sent(lambda: cancel_meeting(invited, why="Anna är sjuk.", by=coordinator))
    assert [letter.to for letter in letters] == [["bo@mora.example"], ["anna@sprakbron.example"]]
    found, event = event_in(letters[0])
    assert (found["method"], event["status"], event["sequence"]) == ("CANCEL", "CANCELLED", 1)
    assert event["uid"] == f"{invited.uid}@iop"
    assert "sjuk" not in letters[0].body + event.to_ical().decode()


def test_cancelled_twice_it_is_told_once(invited, coordinator, sent):
    sent(lambda: cancel_meeting(invited, why="Sjuk.", by=coordinator))

    def again():
        with pytest.raises(Refused, match="^Mötet är inställt.$"):
            cancel_meeting(invited, why="Igen.", by=coordinator)

    assert sent(again) == []


def test_one_who_was_added_gets_it_when_it_is_sent_again(invited, coordinator, sent):
    more = add_participant(invited, Person("Cia", "cia@mora.example"), by=coordinator)
    assert not more.invited
    letters = sent(lambda: invite(invited, by=coordinator))
    assert {to for letter in letters for to in letter.to} == {
        "bo@mora.example", "anna@sprakbron.example", "cia@mora.example"
    }  # fmt: skip
    assert {event_in(letter)[1]["sequence"] for letter in letters} == {1}


def test_one_who_is_removed_is_told_and_the_others_are_not(invited, coordinator, sent):
    bo, anna, nobody = (
        invited.people.get(name="Bo Ek"),
        invited.people.get(email=ANNA.email),
        invited.people.get(email=""),
    )
    assert sent(lambda: remove_participant(nobody, by=coordinator)) == []
    (letter,) = sent(lambda: remove_participant(bo, by=coordinator))
    assert letter.to == ["bo@mora.example"]
    assert event_in(letter)[0]["method"] == "CANCEL"
    with pytest.raises(Refused, match="^Det är den enda deltagaren."):
        remove_participant(anna, by=coordinator)
    assert [one.name for one in invited.people.all()] == ["Anna Åkesson"]


def test_a_secret_case_tells_nothing_but_when_and_where(planned, coordinator, sent, day):
    mark_secret(planned.case, ground="26 kap. 1 § OSL", by=coordinator)
    letters = sent(lambda: invite(planned, by=coordinator))
    letters += sent(lambda: move_meeting(planned, day=day + timedelta(days=1), by=coordinator))
    letters += sent(lambda: cancel_meeting(planned, why="Sjuk.", by=coordinator))
    assert len(letters) == 6
    for letter in letters:
        to_anna = letter.to == ["anna@sprakbron.example"]
        whole = f"{letter.subject}\n{letter.body}\n{event_in(letter)[0].to_ical().decode()}".replace("\r\n ", "")
        if to_anna:
            whole = whole.replace("anna@sprakbron.example", "").replace("Anna Åkesson", "")
        for word in ("Språk", "språk", "Anna", "Första möte", "Behovet", "26 kap"):
            assert (letter.to, word, word in whole) == (letter.to, word, False)
        assert planned.case.reference in whole


def test_what_is_over_is_not_invited_to(invited, planned, coordinator, sent):
    planned.__class__.objects.update(day=timezone.localdate() - timedelta(days=1))
    with pytest.raises(Refused, match="^Mötesdagen har varit."):
        invite(planned, by=coordinator)
    hold_meeting(planned, topics=[], notes="", by=coordinator)
    with pytest.raises(Refused, match="^Mötet är redan antecknat.$"):
        invite(planned, by=coordinator)


@pytest.mark.parametrize(
    ("person", "told"),
    [
        (Person("Anna", "anna@x.example\nBcc: alla@x.example"), "E-postadressen för Anna är inte riktig"),
        (Person("Anna", "anna@x.example\r\n.ny"), "E-postadressen för Anna är inte riktig"),
        (Person("Anna", "anna"), "E-postadressen för Anna är inte riktig"),
        (Person("Anna", f"{'a' * 300}@x.example"), "E-postadressen för Anna är"),
        (Person("Anna@"), "E-postadressen för Anna@ är inte riktig"),
        (Person("  ", "anna@x.example"), "Skriv namnet på var och en"),
        (Person("x" * 121), "är för långt"),
    ],
)
def test_people_who_cannot_be_invited(assessed, planned, coordinator, day, person, told):
    with pytest.raises(Refused, match=told):
        note_meeting(assessed, name="Samtal", day=day, people=[person], by=coordinator)
    with pytest.raises(Refused, match=told):
        add_participant(planned, person, by=coordinator)


def test_a_name_with_signs_of_its_own_breaks_nothing(assessed, coordinator, sent, day):
    name = 'Anna "Ankan"; Ek, ordf: x\nATTENDEE:mailto:alla@x.example'
    meeting = note_meeting(assessed, name="Samtal", day=day, people=[Person(name, "anna@x.example")], by=coordinator)
    (letter,) = sent(lambda: invite(meeting, by=coordinator))
    _, event = event_in(letter)
    assert event["attendee"] == "mailto:anna@x.example"
    assert event["attendee"].params["CN"] == "Anna 'Ankan'; Ek, ordf: x ATTENDEE:mailto:alla@x.example"


def test_an_address_is_on_a_meeting_once(planned, coordinator):
    with pytest.raises(Refused, match="^anna@sprakbron.example är redan med på mötet.$"):
        add_participant(planned, Person("Anna igen", "ANNA@sprakbron.example"), by=coordinator)


def test_meetings_have_marks_of_their_own(assessed, coordinator, day):
    marks = {note_meeting(assessed, name="Möte", day=day, participants="Alla", by=coordinator).uid for _ in range(3)}
    assert len(marks) == 3


def test_the_hour_when_the_clocks_go_back(assessed, coordinator, sent):
    """The last Sunday of October has two o'clock twice; the letter says Stockholm's time and leaves it at that."""
    day = date(timezone.localdate().year + 1, 10, 31)
    day -= timedelta(days=(day.weekday() + 1) % 7)
    hours = {"starts": time(2, 30), "ends": time(3, 30)}
    meeting = note_meeting(assessed, name="Samtal", day=day, people=[ANNA], by=coordinator, **hours)
    (letter,) = sent(lambda: invite(meeting, by=coordinator))
    event = event_in(letter)[1]
    assert event.to_ical().decode().count("TZID=Europe/Stockholm") == 2


def test_in_mora_each_kind_is_planned_and_counts_when_it_was_held(assessed, coordinator, sent, day):
    """First, joint, internal and follow-up; the talk about the three topics may be any of them."""
    rules = {rule.meeting: rule for rule in assessed.rules.meetings}
    assert set(rules) == {"first", "joint", "internal", "planning", "any"}
    topics = [topic for rule in rules.values() for topic in rule.topics]
    for kind in ("first", "joint", "internal", "planning"):
        rule = rules[kind]
        meeting = note_meeting(assessed, name=rule.name, rule=rule.key, day=day, people=[ANNA], by=coordinator)
        sent(lambda meeting=meeting: invite(meeting, by=coordinator))
        gate = rule.before.value
        assert rule.key in driver.says(driver.findings_at(gate, assessed))
        move_meeting(meeting, day=timezone.localdate(), by=coordinator)
        hold_meeting(meeting, topics=topics, notes="", by=coordinator)
        assert rule.key not in driver.says(driver.findings_at(gate, assessed))
    assert rules["any"].key not in driver.says(driver.findings_at("drafting", assessed))


def test_in_gavle_an_idea_meeting_is_planned_and_counts_when_it_was_held(gavle, neighbour, sent, day):
    case = driver.to_assessment(driver.send_in(gavle), by=neighbour)
    rule = next(rule for rule in case.rules.meetings if rule.meeting == "idea")
    meeting = note_meeting(case, name=rule.name, rule=rule.key, day=day, people=[ANNA], by=neighbour)
    sent(lambda: invite(meeting, by=neighbour))
    lacks = [sentence for sentence in driver.sentences(driver.findings_at("drafting", case)) if "Idémöte" in sentence]
    planned = f"men planerat till den {in_words(day)}: anteckna det när det har hållits"
    assert lacks == [f"Idémöte: inget är antecknat, {planned}"]
    move_meeting(meeting, day=timezone.localdate(), by=neighbour)
    hold_meeting(meeting, topics=[], notes="En idé.", by=neighbour)
    assert not [one for one in driver.sentences(driver.findings_at("drafting", case)) if "Idémöte" in one]
