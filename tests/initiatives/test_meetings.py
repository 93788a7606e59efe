"""Meetings: noted when they were held, a task while they are planned."""

from datetime import timedelta

import pytest
from django.utils import timezone

from initiatives.actions import hold_meeting, note_meeting
from initiatives.models import Meeting
from iop.cases.machinery import Refused


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
        "Ämnen: Behovet\n\nVi talade om behovet.",
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
