"""Which version is in force on which day, however the decisions came."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from iop.rulesets.drafting import NotDone, publish, start_draft
from iop.rulesets.models import RuleSetVersion, take_in
from tests.cases import driver

TODAY = timezone.localdate()


def day(number: int):
    return TODAY + timedelta(days=number)


@pytest.fixture
def decided(mora, administrator):
    """Publishes a copy of the rules."""

    def decided(**facts) -> RuleSetVersion:
        draft = start_draft(mora, by=administrator, source=RuleSetVersion.objects.in_force(mora).first())
        publish(draft, by=administrator, **{"adopted_by": "KF", "adopted_on": TODAY, "paragraph": "1"} | facts)
        return RuleSetVersion.objects.get(pk=draft.pk)

    return decided


@pytest.fixture
def in_force(mora, monkeypatch):
    def in_force(*days: int) -> list[int]:
        """Numbers of the versions that new cases follow, so many days from now."""
        found = []
        for number in days:
            with monkeypatch.context() as later:
                later.setattr("django.utils.timezone.localdate", lambda *args, number=number: day(number))
                found.append(RuleSetVersion.objects.in_force(mora).first().number)
        return found

    return in_force


def test_a_correction_today_leaves_what_is_decided_for_later(decided, in_force):
    decided(valid_from=day(30))
    decided()
    assert in_force(0, 29, 30, 400) == [3, 3, 2, 2]


def test_an_earlier_day_decided_later_comes_between(decided, in_force):
    decided(valid_from=day(60))
    decided(valid_from=day(30))
    assert in_force(0, 29, 30, 59, 60) == [1, 1, 3, 3, 2]


def test_there_is_never_a_day_without_rules(decided):
    with pytest.raises(NotDone, match="Bara ett tillägg kan ha en sista dag"):
        decided(valid_to=day(30))


def test_the_last_day_only_comes_nearer(mora, decided):
    decided(valid_from=day(30))
    first = RuleSetVersion.objects.get(municipality=mora, number=1)
    assert first.valid_to == day(29)
    for last in (day(30), None):
        with pytest.raises(DatabaseError, match="ändras inte"), transaction.atomic():
            RuleSetVersion.objects.filter(pk=first.pk).update(valid_to=last)


def test_the_file_of_a_draft_that_was_published_does_not_come_again(mora, administrator):
    content = RuleSetVersion.objects.in_force(mora).get().content | {"title": "Nästa riktlinje"}
    draft, _ = take_in(mora, content)
    publish(draft, adopted_by="KF", adopted_on=TODAY, paragraph="1", by=administrator)
    assert take_in(mora, content) == (RuleSetVersion.objects.get(pk=draft.pk), False)


def test_new_cases_follow_what_is_in_force_the_day_they_come(mora, decided):
    decided(valid_from=day(30))
    assert driver.send_in(mora).version.number == 1
