"""Figures that stop counting, and pages that look one row ahead."""

from datetime import timedelta

import pytest
from django.utils import timezone

from iop.cases.models import Case
from iop.desk import counting
from iop.desk.counting import figures, look_ahead
from tests.cases import driver

TODAY = timezone.localdate()


@pytest.fixture
def five(mora):
    return [driver.send_in(mora) for _ in range(5)]


def test_figures_are_asked_for_at_once_and_stop_at_a_limit(five, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(counting, "MOST", 3)
    with django_assert_num_queries(1):
        told = figures(Case.objects.all(), Case.objects.filter(pk=five[0].pk), Case.objects.filter(stage="closed"))
    assert [str(number) for number in told] == ["3+", "1", "0"]


@pytest.mark.parametrize(
    ("asked_for", "number", "rows", "more"),
    [("", 1, 2, True), ("2", 2, 2, True), ("3", 3, 1, False), ("9", 3, 1, False), ("-1", 1, 2, True),
     ("²", 1, 2, True), ("1" * 30, 1, 2, True)],
)  # fmt: skip
def test_looks_one_row_ahead(five, asked_for, number, rows, more):
    page = look_ahead(Case.objects.order_by("pk"), 2, asked_for)
    assert (page.number, len(list(page)), page.has_next) == (number, rows, more)
    assert page.has_previous == (number > 1)


def test_nothing_is_one_empty_page(mora):
    page = look_ahead(Case.objects.all(), 2, "4")
    assert (list(page), page.number, page.has_other_pages) == ([], 1, False)


def test_tasks_of_a_secret_case_are_left_out_for_those_who_are_not_let_in(five, coordinator, reader, secretary):
    from iop.cases.actions import receive
    from iop.cases.models import Task
    from iop.cases.secrecy import mark_secret

    receive(five[0], by=coordinator)
    mark_secret(five[0], ground="OSL 26 kap. 1 §", by=coordinator, cleared=[secretary])
    five[0].tasks.create(municipality=five[0].municipality, kind="meeting", title="Möte", due=TODAY + timedelta(1),
                         subject_id=five[0].pk)  # fmt: skip
    seen = {
        person: Task.objects.visible_to(person).filter(case=five[0]).exists()
        for person in (coordinator, reader, secretary)
    }
    assert seen == {coordinator: True, reader: False, secretary: True}
    assert set(Task.objects.visible_to(reader).values_list("case_id", flat=True)) == {case.pk for case in five[1:]}
