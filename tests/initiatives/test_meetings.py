"""Meetings: noted when they were held, a task while they are planned."""

import json
from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone

from initiatives.meetings import Agreed, add_participant, cancel_meeting, hold_meeting, move_meeting, note_meeting
from initiatives.models import Meeting
from initiatives.people import Person, names_in, without
from iop.cases.machinery import Refused
from iop.desk.events import events_of
from iop.municipalities.models import User
from iop.swedish_text import day
from tests.cases import driver


@pytest.fixture
def today():
    return timezone.localdate()


def note(case, day, by, **other):
    facts = {"name": "Första möte", "rule": "MOR-25", "participants": "Anna och Karin"} | other
    return note_meeting(case, day=day, by=by, **facts)


def test_one_that_was_held_becomes_a_record(assessed, coordinator, today):
    meeting = note(assessed, today, coordinator, topics=["Behovet"], notes="Vi talade om behovet.")
    assert meeting.held
    record = assessed.records.last()
    assert (record.about, record.counterpart, record.text) == (
        "Anteckningar från första möte",
        "Anna och Karin",
        "Deltagare: Anna och Karin\n\nÄmnen: Behovet\n\nVi talade om behovet.",
    )
    assert assessed.tasks.filter(kind="meeting").count() == 0


def test_one_to_come_becomes_a_task(assessed, coordinator, today):
    day = today + timedelta(days=7)
    meeting = note(assessed, day, coordinator)
    task = assessed.tasks.get(kind="meeting")
    assert (meeting.held, task.title, task.due, task.person, task.tab) == (
        False,
        "Första möte",
        day,
        coordinator,
        "statements",
    )
    assert assessed.records.filter(about__startswith="Anteckningar").count() == 0


def test_two_planned_are_two_tasks(assessed, coordinator, today):
    for days in (7, 14):
        note(assessed, today + timedelta(days=days), coordinator)
    assert assessed.tasks.open().filter(kind="meeting").count() == 2


def test_holding_a_planned_one(assessed, coordinator, today):
    meeting = note(assessed, today + timedelta(days=7), coordinator)
    Meeting.objects.update(day=today)
    meeting.refresh_from_db()
    hold_meeting(meeting, topics=["Behovet"], notes="Bra möte.", by=coordinator)
    meeting.refresh_from_db()
    assert (meeting.held, meeting.topics, meeting.notes) == (True, ["Behovet"], "Bra möte.")
    assert assessed.tasks.open().filter(kind="meeting").count() == 0
    assert assessed.records.last().about == "Anteckningar från första möte"
    with pytest.raises(Refused, match="^Mötet är redan antecknat.$"):
        hold_meeting(meeting, topics=[], notes="Igen.", by=coordinator)


def test_one_to_come_has_not_been_held(assessed, coordinator, today):
    meeting = note(assessed, today + timedelta(days=7), coordinator)
    with pytest.raises(Refused, match="^Mötesdagen ligger i framtiden."):
        hold_meeting(meeting, topics=[], notes="", by=coordinator)
    assert not Meeting.objects.get().held


def test_somebody_must_take_part(assessed, coordinator, today):
    with pytest.raises(Refused, match="^Skriv vilka som deltar i mötet.$"):
        note(assessed, today, coordinator, participants=" ")
    assert Meeting.objects.count() == 0


# A planned meeting that is moved or cancelled


@pytest.fixture
def planned(assessed, coordinator, today):
    return note(assessed, today + timedelta(days=7), coordinator, name="Första möte")


def test_moving_it_moves_the_task(assessed, planned, coordinator, today):
    move_meeting(planned, day=today + timedelta(days=14), by=coordinator)
    planned.refresh_from_db()
    task = assessed.tasks.open().get(kind="meeting")
    assert (planned.day, task.due) == (today + timedelta(days=14), today + timedelta(days=14))


def test_it_is_not_moved_back_in_time(planned, coordinator, today):
    with pytest.raises(Refused, match="^Välj en dag som inte har varit."):
        move_meeting(planned, day=today - timedelta(days=1), by=coordinator)


def test_it_is_not_moved_to_a_time_that_has_been_today(planned, coordinator, today, monkeypatch):
    now = timezone.make_aware(datetime.combine(today, time(12)))
    monkeypatch.setattr(timezone, "localtime", lambda *_: now)
    with pytest.raises(Refused, match="Tiden har redan varit. Anteckna mötet i stället."):
        move_meeting(planned, day=today, starts=time(11, 30), by=coordinator)
    move_meeting(planned, day=today, starts=time(12, 30), by=coordinator)


def test_cancelling_it_ends_the_task_and_keeps_the_reason(assessed, planned, coordinator):
    cancel_meeting(planned, why="Föreningen är sjuk.", by=coordinator)
    planned.refresh_from_db()
    assert (planned.cancelled, planned.held) == (True, False)
    assert assessed.tasks.open().filter(kind="meeting").count() == 0
    record = assessed.records.last()
    assert record.about == f"Inställt: första möte {day(planned.day)}"
    assert (record.text, record.counterpart) == ("Föreningen är sjuk.", "Anna och Karin")


def test_cancelling_it_takes_a_reason(planned, coordinator):
    with pytest.raises(Refused, match="^Skriv varför mötet ställs in.$"):
        cancel_meeting(planned, why=" ", by=coordinator)


@pytest.mark.parametrize("how", ["held", "cancelled"])
def test_what_is_over_is_neither_held_moved_nor_cancelled(planned, coordinator, today, how):
    if how == "cancelled":
        cancel_meeting(planned, why="Sjuk.", by=coordinator)
    else:
        move_meeting(planned, day=today, by=coordinator)
        planned.refresh_from_db()
        hold_meeting(planned, topics=[], notes="", by=coordinator)
    told = "^Mötet är inställt.$" if how == "cancelled" else "^Mötet är redan antecknat.$"
    for action in (
        lambda: hold_meeting(planned, topics=[], notes="Igen.", by=coordinator),
        lambda: move_meeting(planned, day=today, by=coordinator),
        lambda: cancel_meeting(planned, why="Igen.", by=coordinator),
    ):
        with pytest.raises(Refused, match=told):
            action()


def test_on_the_page(assessed, planned, coordinator, today):
    client, base = driver.logged_in(coordinator), assessed.get_absolute_url()
    data = {f"flytta-{planned.pk}-day": today + timedelta(days=9)}
    told = f"Mötet är flyttat till {day(today + timedelta(days=9))}."
    assert told in client.post(f"{base}moten/{planned.pk}/flytta/", data, follow=True).text
    refused = client.post(f"{base}moten/{planned.pk}/stall-in/", {f"stall-in-{planned.pk}-why": ""})
    assert refused.status_code == 422
    data = {f"stall-in-{planned.pk}-why": "Föreningen är sjuk."}
    page = client.post(f"{base}moten/{planned.pk}/stall-in/", data, follow=True).text
    assert "Mötet är inställt. Skälet står i akten." in page
    assert '<span class="tag tag-plain">inställt</span>' in page and "Ställ in mötet" not in page
    assert client.get(base).context["next_task"] is None
    events = [event.sentence for event in client.get(f"{base}handelser/").context["events"]]
    at_first, then = day(today + timedelta(days=7)), day(today + timedelta(days=9))
    assert f"Första möte planerades till den {at_first}" in events
    assert f"Första möte flyttades från den {at_first} till den {then}" in events


def test_the_page_tells_planned_from_held(assessed, coordinator, today):
    client, address = driver.logged_in(coordinator), f"{assessed.get_absolute_url()}moten/nytt/"
    for days, told in ((3, "Mötet är planerat."), (0, "Mötet är antecknat.")):
        data = {"mote-rule": "", "mote-name": "Samtal", "mote-participants": "Alla"}
        page = client.post(address, data | {"mote-day": today + timedelta(days=days)}, follow=True)
        assert [str(message) for message in page.context["messages"]] == [told]


# Whose task it is


def test_what_somebody_else_does_waits_for_others(assessed, coordinator, today):
    points = [Agreed(text=f"Punkt {n}", who=who, due=today) for n, who in enumerate(["karin samordnare ", "Anna"])]
    note(assessed, today, coordinator, points=points)
    tasks = assessed.tasks.filter(kind="agreed_point").order_by("pk")
    assert [task.waits_for_others for task in tasks] == [False, True]
    assert [task.person for task in tasks] == [coordinator, None]


def test_a_point_of_a_named_colleague_is_among_that_persons_own(assessed, coordinator, secretary, today):
    note(assessed, today, coordinator, points=[Agreed(text="Ring banken", who=secretary.name, due=today)])
    assert assessed.tasks.get(kind="agreed_point").person == secretary
    rows = list(driver.logged_in(secretary).get("/mora/arbetsbord/").context["page"])
    assert [(task.title, task.part) for task in rows] == [(f"{secretary.name}: Ring banken", "I dag")]
    others = driver.logged_in(coordinator).get("/mora/arbetsbord/").context["page"]
    assert [task.part for task in others if task.title.endswith("Ring banken")] == ["Väntar på andra"]


@pytest.mark.parametrize("why", ["two", "inactive", "elsewhere"])
def test_a_name_that_is_not_one_persons_here_stays_a_name(assessed, coordinator, secretary, mora, gavle, today, why):
    if why == "two":
        driver.person(secretary.name, mora, "reader")
    elif why == "inactive":
        User.objects.filter(pk=secretary.pk).update(is_active=False)
    else:
        secretary.memberships.update(municipality=gavle)
    note(assessed, today, coordinator, points=[Agreed(text="Ring banken", who=secretary.name, due=today)])
    task = assessed.tasks.get(kind="agreed_point")
    assert (task.person, task.waits_for_others) == (None, True)


def test_officials_are_suggested_where_somebody_is_to_do_something(assessed, coordinator, secretary, neighbour):
    page = driver.logged_in(coordinator).get(f"{assessed.get_absolute_url()}yttranden/").text
    assert f'<option value="{secretary.name}">' in page and neighbour.name not in page
    assert page.count('list="tjanstepersoner"') >= 4


def test_names_are_read_one_by_one_and_an_organisations_stays_whole():
    assert names_in("Elin, Sara och Tom\nAnna (Hem och Skola)") == ["Elin", "Sara", "Tom", "Anna (Hem och Skola)"]
    assert names_in("Elin och Hem och skola", ["Hem och Skola"]) == ["Elin", "Hem och Skola"]
    assert without("Elin, Hem och Skola, Bo", ["Bo"], ["Hem och Skola"]) == "Elin, Hem och Skola"


def test_who_was_added_after_the_page_was_opened_is_not_noted_as_away(assessed, coordinator, today):
    people = [Person("Elin"), Person("Sara")]
    meeting = note_meeting(assessed, name="Samtal", day=today + timedelta(days=1), people=people, by=coordinator)
    assessed.meetings.update(day=today)
    elin, sara = meeting.people.order_by("pk")
    shown = [f"rad-{elin.pk}", f"rad-{sara.pk}"]
    add_participant(meeting, Person("Bo"), by=coordinator)
    prefix, address = f"holl-{meeting.pk}", f"/mora/arenden/{assessed.reference}/moten/{meeting.pk}/hallet/"
    sent = {f"{prefix}-came": [shown[0]], f"{prefix}-shown": json.dumps(shown), f"{prefix}-notes": "Bra."}
    assert driver.logged_in(coordinator).post(address, sent).status_code == 302
    assert dict(meeting.people.values_list("name", "absent")) == {"Elin": False, "Sara": True, "Bo": False}
    assert "Inbjudna som inte kom: Sara" in assessed.meetings.get().minutes.text


def test_one_that_was_held_before_its_day_is_noted_in_its_own_form(assessed, coordinator, today):
    meeting = note(assessed, today + timedelta(days=3), by=coordinator)
    client, page = driver.logged_in(coordinator), f"/mora/arenden/{assessed.reference}/yttranden/"
    form = client.get(page).context["meetings"][0].form
    assert form["day"].value() == today
    prefix, earlier = f"holl-{meeting.pk}", today - timedelta(days=1)
    sent = {f"{prefix}-day": earlier, f"{prefix}-came": ["Anna"], f"{prefix}-notes": "Bra."}
    assert client.post(f"/mora/arenden/{assessed.reference}/moten/{meeting.pk}/hallet/", sent).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.held, meeting.day) == (True, earlier)


def test_another_place_stands_among_the_events_with_both(assessed, coordinator, today):
    planned = note(assessed, today + timedelta(days=3), by=coordinator, place="Biblioteket")
    move_meeting(planned, day=planned.day, place="Kommunhuset", by=coordinator)
    (event,) = [one for one in events_of(assessed, coordinator) if "annan plats" in one.sentence]
    assert (event.before, event.after) == ("Biblioteket", "Kommunhuset")
