"""Several querysets in one question give what each would have given by itself."""

import pytest
from django.db.models import Model

from iop.cases.models import Answer, Case, StageChange, Task
from iop.together import together
from partners.models import Party
from tests.cases import driver


def as_it_is(thing: Model) -> dict:
    return {field.attname: getattr(thing, field.attname) for field in thing._meta.concrete_fields}


@pytest.fixture
def querysets(assessed, coordinator):
    driver.answer_rules(assessed, assessed.rules.criteria[1:3], assessed.subject, by=coordinator)
    return lambda: (
        Case.objects.select_related("coordinator", "unit", "initiative__organisation"),
        Case.history.order_by("history_id"),
        Answer.objects.order_by("pk").select_related("by"),
        StageChange.objects.filter(case=assessed),
        Task.objects.filter(pk__in=[]),
        Party.objects.filter(case=assessed, left_on=None).select_related("organisation"),
    )


def test_the_same_rows_with_the_same_values(querysets, django_assert_num_queries):
    one_by_one = [list(rows) for rows in querysets()]
    at_once = querysets()
    with django_assert_num_queries(1):
        together(*at_once)
    with django_assert_num_queries(0):
        assert [[as_it_is(one) for one in rows] for rows in at_once] == [
            [as_it_is(one) for one in rows] for rows in one_by_one
        ]
        assert at_once[0][0].initiative.organisation.name == one_by_one[0][0].initiative.organisation.name
        assert at_once[0][0].coordinator == one_by_one[0][0].coordinator
    assert sum(map(len, at_once)) > 5


def test_what_is_filtered_further_asks_again(assessed, django_assert_num_queries):
    changes = assessed.stage_changes.all()
    together(changes)
    with django_assert_num_queries(1):
        assert changes.filter(to_stage="closed").count() == 0
    with django_assert_num_queries(0):
        together(changes)  # read already
        assert len(changes) == 1
