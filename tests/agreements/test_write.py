"""Writing the agreement: its points and its term, as long as it lies on the desk."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from agreements.actions import add_point, begin_writing, set_term, write_point
from agreements.models import Agreement, Point
from iop.cases.machinery import Refused

GONE = "^Avtalet har lämnat skrivbordet. Ta tillbaka till avtalsskrivning för att ändra.$"


@pytest.fixture
def point(agreement):
    return agreement.points.get(rule="MOR-76")


def test_it_begins_with_the_points_of_the_rule_set(agreement):
    assert list(agreement.points.values_list("rule", "heading", "state"))[:2] == [
        ("MOR-71", "Bakgrund", "untouched"),
        ("MOR-72", "Syfte med avtalet", "untouched"),
    ]
    assert [point.rule for point in agreement.points.all()] == [f"MOR-{number}" for number in range(71, 85)]
    assert (agreement.number, agreement.title, agreement.case.stage) == (1, agreement.case.title, "agreement")


def test_after_a_turn_back_to_dialogue_the_same_agreement_goes_on(agreement, point, coordinator):
    write_point(agreement, point, text="Vuxna.", state="used")
    agreement.case.move_to("dialogue", by=coordinator)
    assert begin_writing(agreement.case, by=coordinator) == agreement
    assert agreement.points.get(rule="MOR-76").text == "Vuxna."


@pytest.mark.parametrize(
    ("text", "state", "kept"),
    [
        ("Vuxna.", "used", "used"),
        ("Vuxna.", "untouched", "used"),
        ("", "untouched", "untouched"),
        (" ", "untouched", "untouched"),
        ("", "not_used", "not_used"),
        ("Vuxna.", "not_used", "not_used"),
    ],
)
def test_what_is_written_is_used_unless_somebody_says_otherwise(agreement, point, text, state, kept):
    write_point(agreement, point, text=text, state=state, flag="repayment")
    point.refresh_from_db()
    assert (point.text, point.state, point.flag) == (text, kept, "repayment")


def test_the_guidelines_heading_stays_and_ones_own_may_change(agreement, point):
    own = add_point(agreement, heading="Nycklar")
    for one in (point, own):
        write_point(agreement, one, text="Text.", state="used", heading="Annat")
    assert list(agreement.points.filter(pk__in=[point.pk, own.pk]).values_list("heading", flat=True)) == [
        "Målgrupp",
        "Annat",
    ]


def test_ones_own_point_comes_last_and_is_used(agreement):
    own = add_point(agreement, heading="Nycklar")
    assert (own.position, own.state, own.rule) == (15, "used", "")
    assert agreement.points.last() == own


def test_a_point_has_one_of_three_states(agreement, point):
    with pytest.raises(Refused, match="^Välj om punkten används.$"):
        write_point(agreement, point, text="Text.", state="kanske")


def test_what_has_left_the_desk_is_not_written_in(proposed):
    point = proposed.points.get(rule="MOR-76")
    before = list(Point.objects.values())
    for act in (
        lambda: write_point(proposed, point, text="Barn.", state="used"),
        lambda: add_point(proposed, heading="Nycklar"),
        lambda: set_term(proposed, start=date(2028, 1, 1), end=None),
    ):
        with pytest.raises(Refused, match=GONE):
            act()
    assert list(Point.objects.values()) == before
    assert Agreement.objects.get().start == date(2027, 1, 1)


def test_the_term(agreement):
    set_term(
        agreement, start=date(2027, 1, 1), end=date(2027, 12, 31), first_follow_up=date(2027, 6, 1), follow_up_months=6
    )
    kept = Agreement.objects.values("start", "end", "first_follow_up", "follow_up_months").get()
    assert kept == {
        "start": date(2027, 1, 1),
        "end": date(2027, 12, 31),
        "first_follow_up": date(2027, 6, 1),
        "follow_up_months": 6,
    }


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("agreement_ends_after_start", {"start": date(2027, 1, 2), "end": date(2027, 1, 1)}),
        ("agreement_in_force_has_a_start", {"stage": "signing", "start": None}),
        ("agreement_in_force_has_a_start", {"stage": "in_force", "start": None}),
    ],
)
def test_what_the_database_never_allows(agreement, name, facts):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Agreement.objects.update(**facts)


def test_one_point_of_a_rule_in_an_agreement(agreement):
    with pytest.raises(IntegrityError, match="rule_point_once_in_an_agreement"), transaction.atomic():
        Point.objects.create(agreement=agreement, rule="MOR-71", heading="Igen", position=99)
