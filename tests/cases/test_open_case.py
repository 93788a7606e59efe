"""A new case: its reference, its rule set, its unit and its first task."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from iop.cases.actions import close_task, open_case, open_task, receive
from iop.cases.machinery import Refused
from iop.cases.models import Case, Task
from iop.municipalities.models import Municipality
from iop.rulesets.models import RuleSetVersion
from tests.cases import driver


def test_references_count_by_municipality_and_year(mora, gavle):
    days = [(mora, date(2026, 3, 2)), (mora, date(2026, 5, 4)), (gavle, date(2026, 5, 5)), (mora, date(2027, 1, 2))]
    cases = [open_case(municipality=at, title="Ärende", received_on=day) for at, day in days]
    assert [case.reference for case in cases] == ["IOP-2026-0001", "IOP-2026-0002", "IOP-2026-0001", "IOP-2027-0001"]


@pytest.mark.parametrize(
    ("slug", "unit"),
    [
        ("mora", "Kommunstyrelseförvaltningen"),
        ("soderhamn", None),
        ("botkyrka", None),
        ("gavle", None),
        ("stockholm", None),
    ],
)
def test_it_lands_where_the_guideline_says(db, slug, unit):
    case = driver.send_in(driver.municipality(slug))
    assert (case.unit and case.unit.name) == unit
    assert case.version == RuleSetVersion.objects.get(municipality__slug=slug)


def test_the_first_tasks_are_to_receive_it_and_to_enter_it_in_the_diary(mora, case):
    mora.days_to_receive = 3
    mora.save()
    later = driver.send_in(mora)
    today = timezone.localdate()
    assert list(Task.objects.order_by("pk").values_list("case", "kind", "due")) == [
        (case.pk, "receive", today + timedelta(days=5)),
        (case.pk, "diary", today + timedelta(days=5)),
        (later.pk, "receive", today + timedelta(days=3)),
        (later.pk, "diary", today + timedelta(days=3)),
    ]


def test_a_municipality_without_rules_takes_no_cases(db):
    bare = Municipality.objects.create(slug="orsa", name="Orsa kommun", short_name="Orsa", email="iop@orsa.example")
    with pytest.raises(Refused, match="^Kommunen har inget regelverk i kraft ännu."):
        open_case(municipality=bare, title="Ärende", received_on=date(2026, 3, 2))
    assert Case.objects.count() == 0


def test_receiving_gives_it_a_coordinator_and_closes_the_task(case, coordinator):
    receive(case, by=coordinator)
    case.refresh_from_db()
    task = case.tasks.get(kind="receive")
    assert (case.stage, case.coordinator) == ("assessment", coordinator)
    assert (task.closed_by, task.closed_at is None) == (coordinator, False)


def test_it_is_received_once(assessed, coordinator, administrator):
    with pytest.raises(Refused, match="^Någon har redan tagit emot initiativet."):
        receive(assessed, by=administrator)
    assert Case.objects.get(pk=assessed.pk).coordinator == coordinator


def test_one_task_of_a_kind_is_open_at_a_time(case):
    first = open_task(case, "sign", due=date(2027, 1, 1))
    again = open_task(case, "sign", due=date(2027, 2, 1))
    assert (first.pk, again.due) == (again.pk, date(2027, 2, 1))
    close_task(case, "sign", by=None)
    assert open_task(case, "sign", due=date(2027, 3, 1)).pk != first.pk


def test_the_database_wants_one_open_task_of_a_kind(case):
    task = case.tasks.open().get()
    with pytest.raises(IntegrityError, match="one_open_task_of_a_kind"), transaction.atomic():
        Task.objects.create(
            case=case,
            municipality=case.municipality,
            kind=task.kind,
            title="x",
            due=task.due,
            subject_id=task.subject_id,
        )
