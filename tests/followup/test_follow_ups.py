"""Follow-ups: the first one when the agreement comes into force, the next when one is held, none when it ends."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from agreements.actions import set_term
from agreements.models import Agreement
from followup.actions import end, hold, interval_of, next_day, plan_next
from followup.models import FollowUp
from iop.cases.machinery import Blocked, Refused
from iop.cases.models import Case
from tests.cases import driver

HELD = {"participants": "Alla", "progress": "Det går bra.", "future": "Fortsätt.", "lessons": "Börja i tid."}


@pytest.fixture
def follow_up(in_force):
    """The first follow-up, due today."""
    FollowUp.objects.update(due=timezone.localdate())
    return FollowUp.objects.get()


def test_coming_into_force_makes_follow_up_and_tasks(in_force):
    case = in_force.case
    follow_up = FollowUp.objects.get()
    assert (follow_up.agreement, follow_up.due, follow_up.held_on) == (in_force, date(2028, 1, 1), None)
    tasks = {task.kind: task for task in case.tasks.open()}
    assert set(tasks) == {"follow_up", "term_ends"}
    assert (tasks["follow_up"].due, tasks["follow_up"].title, tasks["follow_up"].unit) == (
        date(2028, 1, 1),
        "Årlig uppföljning",
        case.responsible,
    )
    assert (tasks["term_ends"].due, tasks["term_ends"].title) == (
        date(2029, 6, 30),
        "Avtalet går ut: förlänga eller avsluta?",
    )
    assert (in_force.stage, case.stage) == ("in_force", "in_force")
    assert [change.subject_kind for change in case.stage_changes.filter(to_stage="in_force")] == ["agreement", "case"]


def test_it_does_not_come_into_force_unsigned(signing, coordinator):
    with pytest.raises(Blocked, match="Underskrift är inte införd från Mora kommun, Språkbron"):
        driver.begin(signing, by=coordinator)
    assert (FollowUp.objects.count(), Agreement.objects.get().stage, Case.objects.get().stage) == (
        0,
        "signing",
        "agreement",
    )


def days(agreement) -> list[date]:
    """Every follow-up day, one after the other."""
    found = [next_day(agreement, None)]
    while found[-1] and len(found) < 20:
        found.append(next_day(agreement, found[-1]))
    return found[:-1]


@pytest.mark.parametrize(
    ("slug", "first", "months", "expected"),
    [
        ("mora", date(2027, 6, 1), 12, [date(2027, 6, 1), date(2028, 6, 1), date(2029, 6, 1)]),
        ("mora", None, 12, [date(2028, 1, 1), date(2029, 1, 1), date(2030, 1, 1)]),
        ("mora", date(2027, 6, 1), None, [date(2027, 6, 1)]),
        ("mora", None, None, []),
        ("soderhamn", None, None, [date(2028, 1, 1), date(2029, 1, 1), date(2030, 1, 1)]),
        ("soderhamn", date(2027, 6, 1), None, [date(2027, 6, 1), date(2028, 6, 1), date(2029, 6, 1)]),
        ("soderhamn", None, 24, [date(2028, 1, 1), date(2029, 1, 1), date(2030, 1, 1)]),
        ("gavle", None, 18, [date(2028, 7, 1), date(2030, 1, 1)]),
    ],
)
def test_days_come_from_the_rule_set_or_from_the_agreements_plan(db, slug, first, months, expected):
    at = driver.municipality(slug)
    by = driver.person("Karin Samordnare", at, "coordinator")
    agreement = driver.to_drafting(driver.to_assessment(driver.send_in(at), by=by), by=by)
    set_term(agreement, start=date(2027, 1, 1), end=date(2029, 12, 31), first_follow_up=first, follow_up_months=months)
    assert days(agreement) == expected


def test_until_further_notice_there_is_always_a_next(agreement):
    set_term(agreement, start=date(2027, 1, 1), end=None, follow_up_months=12)
    assert (interval_of(agreement), next_day(agreement, date(2050, 1, 1))) == (12, date(2051, 1, 1))


def test_without_plan_or_interval_nothing_is_planned(signing, coordinator):
    Agreement.objects.update(first_follow_up=None, follow_up_months=None)
    signing.refresh_from_db()
    driver.to_in_force(signing, by=coordinator)
    assert FollowUp.objects.count() == 0


def test_holding_one_keeps_it_and_plans_the_next(follow_up, in_force, coordinator):
    today = timezone.localdate()
    held = hold(follow_up, held_on=today, by=coordinator, **HELD)
    assert (held.held_on, held.by, held.progress, held.lessons) == (today, coordinator, "Det går bra.", "Börja i tid.")
    record = in_force.case.records.last()
    assert (record.about, record.day, record.counterpart) == ("Uppföljning", today, "Alla")
    assert record.text == "Så går det\nDet går bra.\n\nFortsatt samverkan\nFortsätt.\n\nLärdomar\nBörja i tid."
    following = FollowUp.objects.waiting().get()
    assert following.due == follow_up.due.replace(year=follow_up.due.year + 1)
    (task,) = in_force.case.tasks.open().filter(kind="follow_up")
    assert (task.due, task.subject_id) == (following.due, following.pk)


def test_it_is_held_once(follow_up, coordinator):
    hold(follow_up, held_on=timezone.localdate(), by=coordinator, **HELD)
    with pytest.raises(Refused, match="^Uppföljningen är redan införd.$"):
        hold(follow_up, held_on=timezone.localdate(), by=coordinator, **HELD)
    assert FollowUp.objects.count() == 2


def test_one_to_come_has_not_been_held(follow_up, coordinator):
    with pytest.raises(Refused, match="^Dagen ligger i framtiden."):
        hold(follow_up, held_on=timezone.localdate() + timedelta(days=1), by=coordinator, **HELD)
    assert FollowUp.objects.get().held_on is None


def test_the_last_one_plans_no_next(follow_up, in_force, coordinator):
    FollowUp.objects.update(due=date(2029, 12, 1))
    hold(FollowUp.objects.get(), held_on=timezone.localdate(), by=coordinator, **HELD)
    assert FollowUp.objects.waiting().count() == 0


def test_the_end_cancels_what_was_to_come(follow_up, in_force, coordinator):
    end(in_force.case, outcome="terminated", why="Föreningen läggs ned.", by=coordinator)
    follow_up.refresh_from_db()
    case = Case.objects.get()
    assert (follow_up.cancelled, FollowUp.objects.waiting().count()) == (True, 0)
    assert (Agreement.objects.get().stage, case.stage, case.outcome) == ("ended", "closed", "terminated")
    assert case.tasks.open().count() == 0


def test_a_cancelled_one_is_not_held(follow_up, in_force, coordinator):
    end(in_force.case, outcome="not_extended", why="", by=coordinator)
    with pytest.raises(Refused, match="^Uppföljningen är redan införd.$"):
        hold(follow_up, held_on=timezone.localdate(), by=coordinator, **HELD)


def test_an_end_that_is_refused_cancels_nothing(follow_up, in_force, coordinator):
    with pytest.raises(Refused, match="^Skriv varför ärendet avslutas.$"), transaction.atomic():
        end(in_force.case, outcome="terminated", why="", by=coordinator)
    assert FollowUp.objects.waiting().count() == 1
    assert Agreement.objects.get().stage == "in_force"


@pytest.mark.parametrize(("make", "stage"), [("assessed", "assessment"), ("agreement", "agreement")])
def test_a_case_may_end_in_any_stage(request, make, stage, coordinator):
    request.getfixturevalue(make)
    case = Case.objects.get()
    assert case.stage == stage
    end(case, outcome="withdrawn", why="", by=coordinator)
    assert Case.objects.get().stage == "closed"
    assert set(Agreement.objects.values_list("stage", flat=True)) <= {"ended"}


def test_one_waits_at_a_time(follow_up, in_force):
    with pytest.raises(IntegrityError, match="one_waiting_follow_up"), transaction.atomic():
        plan_next(in_force, after=date(2028, 1, 1))


def test_the_database_wants_a_held_one_to_say_how_it_goes(follow_up):
    with pytest.raises(IntegrityError, match="held_follow_up_says_how_it_goes"), transaction.atomic():
        FollowUp.objects.update(held_on=timezone.localdate())
