"""Meetings of a case on the page."""

from datetime import time, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar

from initiatives.meetings import Agreed, hold_meeting, invite, move_meeting, note_meeting
from initiatives.models import Meeting
from initiatives.people import Person
from initiatives.rounds import name_participants, write_position
from iop.cases.actions import edit_facts
from iop.cases.machinery import Refused
from iop.cases.recusals import state
from iop.cases.secrecy import mark_secret
from iop.municipalities.permissions import Role
from iop.swedish_text import day
from tests.cases import driver

TODAY = timezone.localdate()


@pytest.fixture
def send(assessed):
    def send(user, path: str, prefix: str, **data):
        data = {prefix + name: value for name, value in data.items()}
        return driver.logged_in(user).post(f"/mora/arenden/{assessed.reference}/{path}", data)

    return send


def meet(send, user, **data):
    whole = {"rule": "MOR-25", "day": TODAY, "participants": "Anna och Karin", "notes": "Ett bra möte."} | data
    whole = {f"mote-{name}": value for name, value in whole.items()}
    return send(user, "moten/nytt/", "", **whole)


def test_noting_a_meeting(send, coordinator):
    topics = ["Behovet", "Det gemensamma intresset"]
    assert meet(send, coordinator, topics=topics).status_code == 302
    meeting = Meeting.objects.get()
    assert (meeting.rule, meeting.name, meeting.held, meeting.topics) == ("MOR-25", "Första möte", True, topics)


@pytest.mark.parametrize(
    ("data", "name"),
    [({"rule": ""}, "Samtal"), ({"rule": "", "name": "Fika"}, "Fika"), ({"name": "Fika"}, "Fika"), ({}, "Första möte")],
)
def test_what_a_meeting_is_called(send, coordinator, data, name):
    meet(send, coordinator, **data)
    assert Meeting.objects.get().name == name


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"participants": ""}, "Skriv vilka som deltar i mötet."),
        ({"participants": "   "}, "Skriv vilka som deltar i mötet."),
        ({"participants": "", "people": ["utsedd-1"]}, "Välj ett giltigt alternativ."),
        ({"starts": "25.00"}, "Skriv tiden som timme.minut, till exempel 9.00."),
        ({"ends": "10:00"}, "Skriv när mötet börjar."),
        ({"starts": "10:00", "ends": "9.30"}, "Mötet slutar innan det har börjat."),
        ({"text_1": "Fråga rektorn"}, "Skriv vad som ska göras, vem som gör det och när det ska vara klart."),
        ({"text_1": "Fråga", "who_1": "Karin", "due_1": "2026-01-01"}, "Det som är överenskommet ska vara klart efter"),
        (
            {"day": TODAY + timedelta(days=1), "text_1": "Fråga", "who_1": "K", "due_1": "2099-01-01"},
            "Skriv vad ni kom överens om när mötet har hållits.",
        ),
        ({"day": ""}, "Detta fält måste fyllas i."),
        ({"day": "snart"}, "Skriv dagen som år-månad-dag, till exempel 2026-11-03."),
        ({"rule": "MOR-36"}, "Välj ett giltigt alternativ."),
        ({"rule": "MOR-999"}, "Välj ett giltigt alternativ."),
        ({"topics": ["Vädret"]}, "Välj ett giltigt alternativ."),
        ({"participants": "Siv, siv@gast.example / Bo"}, "E-postadressen för Siv, siv@gast.example / Bo är inte"),
        ({"participants": "siv@gast.example"}, "Skriv vad den som har adressen siv@gast.example heter"),
    ],
)
def test_a_meeting_that_cannot_be_noted(send, coordinator, data, told):
    response = meet(send, coordinator, **data)
    assert response.status_code == 422
    assert told in response.text
    assert "Ett bra möte." in response.text
    assert Meeting.objects.count() == 0


def test_those_written_with_an_address_are_invited_and_told_to_others_by_name_alone(send, coordinator, assessed):
    written = "Siv Gäst, siv@gast.example\nKim <kim@mora.example>\nExtra Person"
    meet(send, coordinator, participants=written, day=TODAY + timedelta(days=7))
    meeting = Meeting.objects.get()
    assert {(one.name, one.email, one.side) for one in meeting.people.all()} == {
        ("Siv Gäst", "siv@gast.example", "organisation"),
        ("Kim", "kim@mora.example", "municipality"),
    }
    invite(meeting, by=coordinator)
    letter = assessed.records.get(about__startswith="Inbjudan").text.partition("Skickat var för sig")[0]
    assert "Deltagare: Kim (kommunen), Siv Gäst (annan organisation), Extra Person" in letter and "siv@" not in letter


def test_the_minutes_name_everybody(send, coordinator, assessed):
    meet(send, coordinator, participants="Siv Gäst, siv@gast.example\nExtra Person\nAnna", people=["handlaggare"])
    record = assessed.records.last()
    assert record.counterpart == "Karin Samordnare, Siv Gäst, Extra Person, Anna"
    assert record.text.startswith(
        "Deltagare: Karin Samordnare (Kommunstyrelseförvaltningen), Siv Gäst (annan organisation), Extra Person, Anna\n"
    )


def test_the_form_begins_with_the_meeting_that_lacks(send, coordinator, assessed, client):
    address = f"{assessed.get_absolute_url()}yttranden/"
    page = client.get(address)
    form = page.context["meeting_form"]
    assert (form["rule"].value(), form["people"].value()) == ("MOR-25", ["handlaggare"])
    assert f'href="{assessed.get_absolute_url()}fakta/#fakta">ärendets uppgifter' in page.text
    assert '<details class="rule" open><summary>Anteckna eller planera' not in page.text
    assert '<details class="rule" open><summary>Anteckna eller planera' in client.get(f"{address}?mote=MOR-25").text
    meet(send, coordinator)
    assert client.get(address).context["meeting_form"]["rule"].value() != "MOR-25"


def test_planning_a_meeting_and_noting_that_it_was_held(send, coordinator, assessed):
    meet(send, coordinator, day=TODAY + timedelta(days=7), notes="")
    meeting = Meeting.objects.get()
    address, prefix = f"moten/{meeting.pk}/hallet/", f"holl-{meeting.pk}-"
    response = send(coordinator, address, prefix, notes="Vi talade.")
    assert response.status_code == 422
    assert "Mötesdagen ligger i framtiden." in response.text
    assert "Vi talade." in response.text
    Meeting.objects.update(day=TODAY)
    said = {"notes": "Vi talade.", "topics": ["Behovet"], "came": ["Anna", "Karin"]}
    assert send(coordinator, address, prefix, **said).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.held, meeting.notes, meeting.topics) == (True, "Vi talade.", ["Behovet"])


# Who may be ticked, invited, added and removed


@pytest.fixture
def client(coordinator):
    return driver.logged_in(coordinator)


@pytest.fixture
def base(assessed) -> str:
    return f"{assessed.get_absolute_url()}moten/"


def test_those_whom_the_units_named_are_offered_and_come_as_rows(assessed, coordinator, mora, send, client):
    edit_facts(assessed, {"affected_units": [mora.units.get(name="Morastrand AB")]}, by=coordinator)
    name_participants(assessed.rounds.get(), [Person("Vera Vd", "vera@mora.example")], by=coordinator)
    offered = client.get(f"{assessed.get_absolute_url()}yttranden/").context["meeting_form"].fields["people"].choices
    labels = [label for _, label in offered]
    assert labels == [
        "Karin Samordnare, Kommunstyrelseförvaltningen",
        "Anna Åkesson, Språkbron",
        "Vera Vd, Morastrand AB",
    ]
    joint = next(rule.key for rule in assessed.rules.meetings if rule.meeting == "joint")
    keys = [key for key, _ in offered]
    day = TODAY + timedelta(days=9)
    assert meet(send, coordinator, rule=joint, day=day, participants="", people=keys, starts="9.00").status_code == 302
    meeting = Meeting.objects.get()
    assert (meeting.held, meeting.name) == (False, "Möte med initiativtagarna och berörda nämnder och bolag")
    assert {(one.name, one.email, one.side, one.comes_from) for one in meeting.people.all()} == {
        ("Karin Samordnare", coordinator.email, "municipality", "Kommunstyrelseförvaltningen"),
        ("Anna Åkesson", "anna@sprakbron.example", "organisation", "Språkbron"),
        ("Vera Vd", "vera@mora.example", "municipality", "Morastrand AB"),
    }


@pytest.fixture
def planned(assessed, coordinator):
    people = [Person("Bo Ek", "bo@mora.example"), Person("Cia")]
    return note_meeting(assessed, name="Samtal", day=TODAY + timedelta(days=7), people=people, by=coordinator)


def test_the_invitation_is_sent_when_it_is_pressed(planned, client, base, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(f"{base}{planned.pk}/inbjudan/", follow=True)
    assert "Inbjudan är skickad. Den står i akten." in response.text
    assert "Skicka inbjudan igen" in response.text
    assert [letter.to for letter in mail.outbox] == [["bo@mora.example"]]
    assert [one.invited for one in planned.people.order_by("name")] == [True, False]


def test_adding_and_removing_people(planned, client, base, assessed, mora):
    party, unit = assessed.parties.get(), mora.units.get(name="Morastrand AB")
    for name, whose in (("Dan", f"part-{party.pk}"), ("Eva", f"enhet-{unit.pk}"), ("Fia", "organisation")):
        data = {f"deltagare-{planned.pk}-name": name, f"deltagare-{planned.pk}-whose": whose}
        assert client.post(f"{base}{planned.pk}/deltagare/", data).status_code == 302
    assert {one.name: one.comes_from for one in planned.people.all()} == {
        "Bo Ek": "kommunen", "Cia": "kommunen", "Dan": "Språkbron", "Eva": "Morastrand AB", "Fia": "annan organisation",
    }  # fmt: skip
    gone = planned.people.get(name="Cia")
    assert "Cia är inte längre med" in client.post(f"{base}deltagare/{gone.pk}/ta-bort/", follow=True).text
    assert client.post(f"{base}deltagare/{gone.pk}/ta-bort/").status_code == 404


def test_one_who_was_written_freely_is_removed_before_the_meeting(planned, client, base, assessed, coordinator):
    planned.people.all().delete()
    planned.participants = "Elin Ek, Hem och Skola\nTom (vid behov)"
    planned.save()
    driver.join(assessed, "Hem och Skola", 9)
    address, page = f"{base}{planned.pk}/skrivna/ta-bort/", f"{assessed.get_absolute_url()}yttranden/"
    shown = client.get(page).text
    for name in ("Elin Ek", "Hem och Skola", "Tom (vid behov)"):
        assert f'<input type="hidden" name="name" value="{name}">' in shown
    assert "Elin Ek är inte längre med" in client.post(address, {"name": "Elin Ek"}, follow=True).text
    planned.refresh_from_db()
    assert planned.participants == "Hem och Skola\nTom (vid behov)"
    assert "står inte längre bland deltagarna" in client.post(address, {"name": "Elin Ek"}, follow=True).text
    client.post(address, {"name": "Hem och Skola"})
    assert "Ställ in mötet i stället." in client.post(address, {"name": "Tom (vid behov)"}, follow=True).text
    hold_meeting(move_meeting(planned, day=TODAY, by=coordinator), by=coordinator)
    client.post(address, {"name": "Tom (vid behov)"})
    planned.refresh_from_db()
    assert planned.participants == "Tom (vid behov)"


@pytest.mark.parametrize(
    "data",
    [
        {"email": "bo\n@mora.example"},
        {"email": "ny@mora.example\nBcc: alla@mora.example"},
        {"email": "bo@mora.example"},  # is there already
        {"email": f"{'a' * 250}@mora.example"},
        {"name": ""},
        {"whose": "enhet-0"},
        {"whose": ""},
    ],
)
def test_who_cannot_be_added(planned, client, base, data):
    whole = {"name": "Dan", "email": "", "whose": "municipality"} | data
    data = {f"deltagare-{planned.pk}-{name}": value for name, value in whole.items()}
    assert client.post(f"{base}{planned.pk}/deltagare/", data).status_code == 422
    assert planned.people.count() == 2


def test_another_municipalitys_unit_does_not_come(planned, client, base, gavle):
    unit = gavle.units.first()
    data = {f"deltagare-{planned.pk}-name": "Dan", f"deltagare-{planned.pk}-whose": f"enhet-{unit.pk}"}
    assert client.post(f"{base}{planned.pk}/deltagare/", data).status_code == 422


def test_moving_opens_with_how_it_stands_and_takes_hours_and_place(planned, client, base):
    prefix = f"flytta-{planned.pk}-"
    page = client.get(f"{planned.case.get_absolute_url()}yttranden/")
    assert page.context["meetings"][0].move_form["day"].value() == planned.day
    same = client.post(f"{base}{planned.pk}/flytta/", {f"{prefix}day": planned.day})
    assert same.status_code == 422
    assert "Mötet ligger redan då. Ändra dag, tid eller plats." in same.text
    data = {"day": planned.day, "starts": "13.15", "ends": "14:00", "place": "Rum 2"}
    assert (
        client.post(f"{base}{planned.pk}/flytta/", {prefix + key: value for key, value in data.items()}).status_code
        == 302
    )
    planned.refresh_from_db()
    assert (planned.hours, planned.place) == ("kl. 13.15–14.00", "Rum 2")
    events = [event.sentence for event in client.get(f"{planned.case.get_absolute_url()}handelser/").context["events"]]
    assert f"Samtal flyttades från den {day(planned.day)} till den {day(planned.day)} kl. 13.15" in events
    past = client.post(f"{base}{planned.pk}/flytta/", {f"{prefix}day": TODAY - timedelta(days=1)})
    assert "Välj en dag som inte har varit." in past.text


# What was agreed


def test_what_was_agreed_is_tasks_and_stands_in_the_minutes(send, coordinator, assessed, client, base):
    later = TODAY + timedelta(days=14)
    points = {"text_1": "Fråga rektorn", "who_1": "Karin", "due_1": later}
    points |= {"text_3": "Räkna på lokalen", "who_3": "Anna", "due_3": later}
    assert meet(send, coordinator, **points).status_code == 302
    meeting = Meeting.objects.get()
    assert [(point.text, point.who, point.due) for point in meeting.points.order_by("pk")] == [
        ("Fråga rektorn", "Karin", later),
        ("Räkna på lokalen", "Anna", later),
    ]
    record = assessed.records.last()
    assert record.about == "Anteckningar från första möte"
    assert record.text == (
        f"Deltagare: Anna och Karin\n\nEtt bra möte.\n\nÖverenskommet:\n– Fråga rektorn (Karin, senast {day(later)})\n"
        f"– Räkna på lokalen (Anna, senast {day(later)})"
    )
    tasks = assessed.tasks.open().filter(kind="agreed_point").order_by("pk")
    assert [(task.title, task.due, task.tab) for task in tasks] == [
        ("Karin: Fråga rektorn", later, "statements"),
        ("Anna: Räkna på lokalen", later, "statements"),
    ]
    first = meeting.points.get(text="Fråga rektorn")
    assert "Punkten är klar." in client.post(f"{base}punkter/{first.pk}/klar/", follow=True).text
    first.refresh_from_db()
    assert (first.done_on, first.done_by) == (TODAY, coordinator)
    assert [task.title for task in tasks.all()] == ["Anna: Räkna på lokalen"]
    assert "Punkten är redan klar." in client.post(f"{base}punkter/{first.pk}/klar/", follow=True).text


def test_a_planned_meeting_is_held_with_what_was_agreed(planned, client, base):
    Meeting.objects.update(day=TODAY)
    came = [f"rad-{one.pk}" for one in planned.people.all()]
    data = {"came": came, "notes": "Bra.", "text_1": "x" * 500, "who_1": "Karin", "due_1": TODAY}
    data = {f"holl-{planned.pk}-{name}": value for name, value in data.items()}
    assert client.post(f"{base}{planned.pk}/hallet/", data).status_code == 302
    assert len(planned.case.tasks.open().get(kind="agreed_point").title) == 200
    assert planned.case.records.last().text.startswith("Deltagare: Bo Ek (kommunen), Cia (kommunen)\n\nBra.\n\nÖverens")


def test_something_is_added_afterwards(planned, client, base):
    data = {"text": "Ring Anna", "who": "Bo", "due": TODAY + timedelta(days=3)}
    data = {f"punkt-{planned.pk}-{name}": value for name, value in data.items()}
    refused = client.post(f"{base}{planned.pk}/punkter/", data)
    assert (refused.status_code, "när mötet har hållits" in refused.text) == (422, True)
    Meeting.objects.update(held=True, day=TODAY)
    assert client.post(f"{base}{planned.pk}/punkter/", data).status_code == 302
    record = planned.case.records.last()
    assert record.about == f"Tillägg till anteckningar från samtal {day(TODAY)}"
    assert record.text.startswith("– Ring Anna (Bo, senast ")


def test_a_meeting_later_today_is_still_to_come(send, coordinator, monkeypatch):
    noon = timezone.localtime().replace(hour=12, minute=0)
    monkeypatch.setattr("initiatives.meetings.timezone.localtime", lambda *_: noon)
    for starts, held in (("12:30", False), ("11:30", True), ("", True)):
        assert meet(send, coordinator, starts=starts, which="annat").status_code == 302
        assert (starts, Meeting.objects.latest("pk").held) == (starts, held)


def test_what_was_is_not_planned(assessed, coordinator):
    with pytest.raises(Refused, match="^Välj en dag som inte har varit."):
        note_meeting(
            assessed, name="Möte", day=TODAY - timedelta(days=1), participants="Alla", held=False, by=coordinator
        )


def test_a_page_of_meetings_costs_the_same_however_many_people_and_points(assessed, coordinator, client, mora):
    def add(number):
        people = [Person(f"Bo {number} {n}", f"bo{number}{n}@mora.example") for n in range(number)]
        points = [Agreed(f"Punkt {n}", "Bo", TODAY) for n in range(number)]
        note_meeting(assessed, name="Samtal", day=TODAY, people=people, points=points, by=coordinator)
        note_meeting(assessed, name="Samtal", day=TODAY + timedelta(days=1), people=people, by=coordinator)

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    address = f"{assessed.get_absolute_url()}yttranden/"
    units = list(mora.units.bodies())
    edit_facts(assessed, {"affected_units": units[:1]}, by=coordinator)
    name_participants(assessed.rounds.get(), [Person("Vera")], by=coordinator)
    add(1)
    cost()
    one = cost()
    edit_facts(assessed, {"affected_units": units[:3]}, by=coordinator)
    for row in assessed.rounds.all():
        name_participants(row, [Person("Vera"), Person("Viktor")], by=coordinator)
    add(2)
    add(3)
    assert cost() == one


# Secrecy of a record, and jäv


def test_what_stands_in_a_secret_record_is_not_told_beside_it(assessed, coordinator, reader, client, mora):
    points = [Agreed("Flytta till skyddat boende", "Bo", TODAY)]
    note_meeting(assessed, name="Samtal", day=TODAY, participants="A.", notes="Om B.", points=points, by=coordinator)
    edit_facts(assessed, {"affected_units": [mora.units.get(name="Socialnämnden")]}, by=coordinator)
    write_position(assessed.rounds.get(), text="Vi vet vem det gäller.", seen="", by=coordinator)
    address = f"{assessed.get_absolute_url()}yttranden/"
    words = ("Om B.", "skyddat boende", "Vi vet vem det gäller.")

    def told(page: str) -> list[bool]:
        return [word in page.partition('id="berorda"')[2] for word in words]

    assert told(driver.logged_in(reader).get(address).text) == [True, True, True]
    for record in assessed.records.filter(about__iregex="anteckningar|ståndpunkt"):
        mark_secret(record, ground="26 kap. 1 § OSL", by=coordinator)
    assert told(driver.logged_in(reader).get(address).text) == [False, False, False]
    assert told(client.get(address).text) == [True, True, True]
    row, colleague = assessed.rounds.get(), driver.person("Kim", mora, Role.COORDINATOR)
    answer = {f"standpunkt-{row.pk}-text": "Nej."}
    path = f"{assessed.get_absolute_url()}berorda/{row.pk}/standpunkt/"
    assert driver.logged_in(colleague).post(path, answer).status_code == 403


def test_one_with_jav_neither_invites_nor_answers(assessed, planned, coordinator, client, base, mora):
    edit_facts(assessed, {"affected_units": [mora.units.get(name="Socialnämnden")]}, by=coordinator)
    row = assessed.rounds.get()
    state(assessed, coordinator, why="Släkt.", by=coordinator)
    page = client.get(f"{assessed.get_absolute_url()}yttranden/").text
    assert "Skicka inbjudan" not in page and "Spara deltagarna" not in page
    for path in (f"moten/{planned.pk}/inbjudan/", f"berorda/{row.pk}/deltagare/", f"berorda/{row.pk}/standpunkt/"):
        assert client.post(f"{assessed.get_absolute_url()}{path}", {}).status_code == 403


def test_the_later_position_is_shown_the_earlier_and_the_two_are_written_together(assessed, coordinator, mora):
    edit_facts(assessed, {"affected_units": [mora.units.get(name="Socialnämnden")]}, by=coordinator)
    row = assessed.rounds.get()
    address = f"{assessed.get_absolute_url()}berorda/{row.pk}/standpunkt/"
    write_position(row, text="Vi vill vara med.", seen="", by=coordinator)
    client, name = driver.logged_in(coordinator), f"standpunkt-{row.pk}"
    late = client.post(address, {f"{name}-text": "Vi tvekar.", f"{name}-seen": ""})
    assert late.status_code == 422 and "Vi vill vara med." in late.text and "Vi tvekar." in late.text
    seen = late.context["failed_form"]["seen"].value()
    assert client.post(address, {f"{name}-text": "Båda.", f"{name}-seen": seen}).status_code == 302
    assert assessed.rounds.get().position == "Båda."


# One that was planned, and one that is noted afterwards


@pytest.fixture
def first(assessed, coordinator):
    """Of a kind that the guideline names."""
    facts = {"name": "Första möte", "rule": "MOR-25", "participants": "Anna"}
    return note_meeting(assessed, day=TODAY + timedelta(days=3), by=coordinator, **facts)


def test_noting_one_of_the_same_kind_asks_whether_it_was_the_planned(first, client, base, assessed):
    data = {"rule": "MOR-25", "day": TODAY, "participants": "Anna, Bo", "notes": "Bra.", "place": "Rum 2"}
    data = {f"mote-{name}": value for name, value in data.items()}
    asked = client.post(f"{base}nytt/", data)
    assert asked.status_code == 422 and "Hölls det planerade?" in asked.text
    assert assessed.meetings.count() == 1
    done = client.post(f"{base}nytt/", data | {"mote-which": first.pk}, follow=True)
    assert "Mötet är antecknat." in done.text
    held = assessed.meetings.get()
    assert (held.pk, held.held, held.day, held.notes, held.place) == (first.pk, True, TODAY, "Bra.", "Rum 2")
    assert (held.participants, held.absent) == ("Anna, Bo", "")
    assert not assessed.tasks.open().filter(kind="meeting").exists()


def test_it_may_have_been_another(first, client, base, assessed):
    data = {"mote-rule": "MOR-25", "mote-day": TODAY, "mote-participants": "Bo", "mote-which": "annat"}
    assert client.post(f"{base}nytt/", data).status_code == 302
    assert sorted(assessed.meetings.values_list("held", flat=True)) == [False, True]


def test_planning_one_more_asks_nothing(first, client, base, assessed):
    data = {"mote-rule": "MOR-25", "mote-day": TODAY + timedelta(days=9), "mote-participants": "Bo"}
    assert client.post(f"{base}nytt/", data).status_code == 302


# Who came of those who were to come


@pytest.fixture
def five(assessed, coordinator):
    """To come, three in rows and two as they were written."""
    people = [Person("Elin", "elin@mora.example"), Person("Sara"), Person("Åsa", "asa@mora.example")]
    facts = {"name": "Första möte", "rule": "MOR-25", "people": people, "participants": "Tom och Nisse"}
    facts |= {"starts": time(10), "ends": time(11)}
    return note_meeting(assessed, day=TODAY + timedelta(days=3), by=coordinator, **facts)


def test_those_who_did_not_come_are_unticked_and_get_no_letter(five, client, base, django_capture_on_commit_callbacks):
    invite(five, by=five.by)
    Meeting.objects.update(day=TODAY)
    page = client.get(f"{five.case.get_absolute_url()}yttranden/")
    form = page.context["meetings"][0].form
    assert [label for _, label in form["came"].field.choices] == [
        "Elin, kommunen", "Sara, kommunen", "Åsa, kommunen", "Tom", "Nisse",
    ]  # fmt: skip
    assert form["came"].value() == [key for key, _ in form["came"].field.choices]
    came = [f"rad-{one.pk}" for one in five.people.filter(name__in=["Elin", "Åsa"])]
    data = {"came": [*came, "Tom"], "participants": "Åsa\ntom\nVera, vera@mora.example"}
    data = {f"holl-{five.pk}-{name}": value for name, value in data.items()}
    with django_capture_on_commit_callbacks(execute=True):
        told = client.post(f"{base}{five.pk}/hallet/", data, follow=True).text
    assert mail.outbox == []
    record = five.case.records.last()
    who = "Deltagare: Elin (kommunen), Åsa (kommunen), Vera (kommunen), Tom\n\n"
    assert record.text.startswith(f"{who}Inbjudna som inte kom: Sara (kommunen), Nisse")
    assert record.counterpart == "Elin, Åsa, Vera, Tom"
    assert "Inbjudna som inte kom: Nisse" in told and told.count("kom inte</span>") == 1


def test_somebody_must_have_come(five, client, base):
    Meeting.objects.update(day=TODAY)
    refused = client.post(f"{base}{five.pk}/hallet/", {f"holl-{five.pk}-notes": "Ingen kom."})
    assert refused.status_code == 422
    assert "Ange vilka som kom till mötet." in refused.text and "Ingen kom." in refused.text


def test_one_held_on_another_day_says_so_and_leaves_the_calendars(
    five, client, base, django_capture_on_commit_callbacks
):
    invite(five, by=five.by)
    data = {"rule": "MOR-25", "day": TODAY, "participants": "Elin, Åsa", "which": five.pk}
    data = {f"mote-{name}": value for name, value in data.items()}
    with django_capture_on_commit_callbacks(execute=True):
        page = client.post(f"{base}nytt/", data, follow=True).text
    assert "De inbjudna får besked om att den planerade tiden inte gäller." in page
    held = five.case.meetings.get()
    assert (held.held, held.day, held.starts, held.ends) == (True, TODAY, None, None)
    assert [one.name for one in held.people.filter(absent=False)] == ["Elin", "Åsa"]
    assert (held.participants, held.absent, held.people.count()) == ("", "Tom, Nisse", 3)
    events = client.get(f"{five.case.get_absolute_url()}handelser/").context["events"]
    was = f"{day(five.day)} kl. 10.00"
    assert f"Första möte hölls den {day(TODAY)}. Det var planerat till den {was}" in [one.sentence for one in events]
    assert not [one for one in events if "flyttades" in one.sentence]
    assert {letter.to[0] for letter in mail.outbox} == {"elin@mora.example", "asa@mora.example"}
    letter = mail.outbox[0]
    assert letter.subject == f"Mötet har redan hållits: Första möte, {day(five.day)}"
    assert "Den tid som står här gäller inte längre." in letter.body and "Deltagare" not in letter.body
    (event,) = Calendar.from_ical(letter.attachments[0].get_content()).walk("VEVENT")
    assert (event["status"], event.decoded("dtstart").date()) == ("CANCELLED", five.day)
