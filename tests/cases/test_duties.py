"""What a guideline asks of the municipality as a whole becomes a task, at its time and once."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from iop.cases.duties import begin, finish, latest_occasion, open_due
from iop.cases.machinery import Refused
from iop.cases.models import Duty, Task
from iop.municipalities.permissions import Role
from iop.rulesets.models import rules_in_force
from iop.rulesets.schema import Review, Statistics
from tests.cases import driver

TODAY = timezone.localdate()
NEXT_YEAR = date(TODAY.year + 1, 1, 1)


@pytest.fixture
def soderhamn(db):
    return driver.municipality("soderhamn")


def review(**other) -> Review:
    return Review.model_validate({"key": "R", "quote": "Riktlinjen ses över.", **other})


def rule_of(municipality, key: str):
    return next(rule for rule in rules_in_force(municipality).every_rule() if rule.key == key)


def test_mor_23_t17_the_years_figures_are_asked_for_when_the_year_has_gone(mora):
    assert open_due(mora, NEXT_YEAR - timedelta(days=1)) == []
    [duty] = open_due(mora, NEXT_YEAR)
    assert (duty.rule, duty.because) == (
        "MOR-23",
        f"Tiden 1 januari {TODAY.year} till 31 december {TODAY.year} har gått",
    )
    task = Task.objects.get(subject_kind="duty", subject_id=duty.pk)
    assert (task.case, task.municipality, task.unit.name) == (None, mora, "Kommunstyrelseförvaltningen")
    assert open_due(mora, NEXT_YEAR + timedelta(days=1)) == []


def test_once_done_it_comes_back_the_next_year_and_not_before(mora, coordinator):
    [duty] = open_due(mora, NEXT_YEAR)
    finish(duty, outcome="Sju initiativ, två beslut.", by=coordinator)
    assert open_due(mora, NEXT_YEAR + timedelta(days=300)) == []
    assert [d.rule for d in open_due(mora, NEXT_YEAR.replace(year=NEXT_YEAR.year + 1))] == ["MOR-23"]
    assert Task.objects.get(subject_id=duty.pk, subject_kind="duty").closed_by == coordinator


def test_t6_sod_43_the_review_is_due_already_since_the_inquiry_is_finished(soderhamn):
    found = {duty.rule: duty for duty in open_due(soderhamn)}
    assert found["SOD-43"].because == "Regeringens utredning om IOP är klar, 12 december 2019"
    assert found["SOD-43"].due == TODAY


def test_sod_44_a_new_term_of_office_asks_for_a_review(soderhamn):
    rule = rule_of(soderhamn, "SOD-44")
    for today, began in (
        (date(2026, 10, 14), date(2022, 10, 15)),
        (date(2026, 10, 15), date(2026, 10, 15)),
        (date(2030, 10, 14), date(2026, 10, 15)),
    ):
        assert latest_occasion(rule, since=date(2026, 1, 1), today=today).day == began


def test_bot_37_a_new_bill_is_told_by_somebody_and_opens_a_review(db):
    botkyrka = driver.municipality("botkyrka")
    assert open_due(botkyrka) == []  # neither review names a time
    duty = begin(botkyrka, rule_of(botkyrka, "BOT-37"), because="Prop. 2027/28:1 om idéburen välfärd")
    assert duty.wording == "Riktlinjernas aktualitet prövas vid nya lagförslag eller nationella rekommendationer."
    assert Task.objects.get(subject_kind="duty").title == "Se över riktlinjen: prop. 2027/28:1 om idéburen välfärd"
    with pytest.raises(Refused, match="redan påbörjat"):
        begin(botkyrka, rule_of(botkyrka, "BOT-37"), because="En till")


def test_it_asks_why_and_what_came_of_it(mora, coordinator):
    with pytest.raises(Refused, match="varför det är dags"):
        begin(mora, rule_of(mora, "MOR-22"), because=" ")
    duty = begin(mora, rule_of(mora, "MOR-22"), because="Revisionen frågar")
    with pytest.raises(Refused, match="vad det ledde till"):
        finish(duty, outcome=" ", by=coordinator)
    finish(duty, outcome="Inget ändras.", by=coordinator)
    with pytest.raises(Refused, match="redan slutfört"):
        finish(duty, outcome="En gång till.", by=coordinator)


@pytest.mark.parametrize(
    ("months", "since", "today", "expected"),
    [
        (12, date(2026, 5, 3), date(2026, 12, 31), None),
        (12, date(2026, 5, 3), date(2027, 1, 1), date(2027, 1, 1)),
        (6, date(2026, 5, 3), date(2026, 7, 1), date(2026, 7, 1)),
        (6, date(2026, 8, 3), date(2026, 12, 31), None),
        (24, date(2026, 5, 3), date(2029, 6, 1), date(2028, 1, 1)),
        (1, date(2026, 5, 3), date(2026, 5, 31), None),
    ],
)
def test_intervals_are_counted_from_the_year_that_the_rules_came(months, since, today, expected):
    for rule in (
        review(trigger="interval", every_months=months),
        Statistics.model_validate({"key": "S", "quote": "Räknas.", "every_months": months}),
    ):
        occasion = latest_occasion(rule, since=since, today=today)
        assert (occasion and occasion.day) == expected


def test_an_event_that_has_not_come_asks_for_nothing():
    since = date(2026, 1, 1)
    for rule in (
        review(event="en ny lag"),
        review(event="en ny lag", event_on=date(2028, 1, 1)),
        review(trigger="interval"),
    ):
        assert latest_occasion(rule, since=since, today=date(2027, 1, 1)) is None


def test_whose_it_is(mora, coordinator, administrator):
    """The unit that the guideline names, and the administrators; no coordinator takes it for a case of nobody's."""
    unit = driver.person("Ulla", mora, Role.READER, unit="Kommunstyrelseförvaltningen")
    [duty] = open_due(mora, NEXT_YEAR)
    for person, sees in ((unit, True), (administrator, True), (coordinator, False)):
        found = Task.objects.visible_to(person).mine(person, person.membership_in(mora.pk))
        assert found.filter(subject_kind="duty", subject_id=duty.pk).exists() is sees


def test_a_neighbour_sees_neither_task_nor_duty(mora, neighbour):
    open_due(mora, NEXT_YEAR)
    assert not Task.objects.visible_to(neighbour).exists()
    assert not Duty.objects.visible_to(neighbour).exists()


def test_daily_opens_for_every_municipality_and_twice_is_once(db):
    said = StringIO()
    call_command("daily", stdout=said)
    assert "Söderhamn: Se över riktlinjen. Regeringens utredning om IOP är klar, 12 december 2019." in said.getvalue()
    count = Duty.objects.count()
    call_command("daily", stdout=StringIO())
    assert Duty.objects.count() == count
