"""The timeline: Swedish sentences, by kind, with what stood before and after."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agreements.actions import write_point
from initiatives.meetings import note_meeting
from iop.cases.actions import answer
from iop.desk.events import KINDS, events_of
from tests.cases import driver


@pytest.fixture
def answered(assessed, coordinator):
    rule = next(rule for rule in assessed.rules.criteria if rule.key == "MOR-39")
    answer(assessed, rule, part="", value="no", reason="Otydligt.", by=coordinator)
    answer(assessed, rule, part="", value="yes", reason="Nu är det tydligt.", by=coordinator)
    return assessed


def test_an_answer_tells_what_stood_before_and_after(answered, coordinator):
    later, first = [event for event in events_of(answered, coordinator) if event.kind == "bedomning"]
    assert (first.before, first.after) == ("", "")
    assert (later.before, later.after) == ("nej. Otydligt.", "ja. Nu är det tydligt.")


def test_a_point_tells_its_text_before_and_after(agreement, coordinator):
    point = agreement.points.first()
    for text in ("Parterna är två.", "Parterna är tre."):
        write_point(agreement, point, text=text, state="used")
    changed = [event for event in events_of(agreement.case, coordinator) if event.after == "Parterna är tre."]
    assert [event.before for event in changed] == ["Parterna är två."]


def test_every_event_has_a_kind(in_force, coordinator):
    meeting = {"name": "Idémöte", "day": timezone.localdate() + timedelta(days=9), "participants": "Alla"}
    note_meeting(in_force.case, by=coordinator, **meeting)
    kinds = {event.kind for event in events_of(in_force.case, coordinator)}
    assert kinds == set(KINDS)


@pytest.mark.parametrize("kind", [*KINDS, "", "finns-inte"])
def test_the_page_shows_the_kind_that_is_chosen(in_force, coordinator, kind):
    page = driver.logged_in(coordinator).get(f"/mora/arenden/{in_force.case.reference}/handelser/?visa={kind}")
    shown = {event.kind for event in page.context["events"]}
    every = {event.kind for event in events_of(in_force.case, coordinator)}
    assert shown == (every & {kind} if kind in KINDS else every)
    if kind in KINDS:
        assert f'href="?visa={kind}" aria-current="true"' in page.text
