"""A case ends with an outcome, a day and, but for two outcomes, a reason."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from iop.cases.actions import close, record_decision
from iop.cases.machinery import Refused
from iop.cases.models import Case, Decision, Outcome
from tests.cases import driver

BEFORE = ["not_suitable", "grant", "procurement", "choice_system", "withdrawn", "rejected"]
AFTER = ["expired", "not_extended", "terminated"]


@pytest.mark.parametrize(
    ("stage", "outcome"), [("assessment", outcome) for outcome in BEFORE] + [("in_force", outcome) for outcome in AFTER]
)
def test_every_outcome_but_two_needs_a_reason(assessed, coordinator, stage, outcome):
    Case.objects.update(stage=stage)
    assessed.refresh_from_db()
    if outcome in ("not_extended", "withdrawn"):
        close(assessed, outcome=outcome, why="", by=coordinator)
    else:
        with pytest.raises(Refused, match="^Skriv varför ärendet avslutas.$"):
            close(assessed, outcome=outcome, why=" ", by=coordinator)
        close(assessed, outcome=outcome, why="Därför.", by=coordinator)
    assessed.refresh_from_db()
    assert (assessed.stage, assessed.outcome, assessed.closed_on) == ("closed", outcome, timezone.localdate())
    assert assessed.tasks.open().count() == 0


@pytest.mark.parametrize(
    ("stage", "outcome"),
    [("assessment", outcome) for outcome in ["", "okänt", "godkänt", "merged", *AFTER]] + [("in_force", "grant")],
)
def test_an_outcome_that_cannot_be_is_refused(assessed, coordinator, stage, outcome):
    Case.objects.update(stage=stage)
    assessed.refresh_from_db()
    with pytest.raises(Refused, match="^Välj hur ärendet avslutas.$"):
        close(assessed, outcome=outcome, why="Därför.", by=coordinator)
    assert Case.objects.get().stage == stage


def test_the_two_lists_are_all_there_is():
    assert set(BEFORE) | set(AFTER) | {"merged"} == set(Outcome.values)


def test_a_decision_not_to_go_on_is_kept_with_the_closing(assessed, coordinator):
    body = assessed.municipality.units.get(name="Kommunstyrelsen")
    today = timezone.localdate()
    close(assessed, outcome="not_suitable", why="En marknad finns.", by=coordinator, body=body, decided_on=today)
    decision = Decision.objects.get()
    assert (decision.kind, decision.outcome, decision.body, decision.reasons) == (
        "not_proceed",
        "no",
        body,
        "En marknad finns.",
    )
    assert decision.record == assessed.records.last()


def test_a_decision_is_not_written_before_it_is_made(assessed, secretary):
    day = timezone.localdate() + timedelta(days=1)
    with pytest.raises(Refused, match="^Beslutsdagen ligger i framtiden. Skriv in beslutet när det är fattat.$"):
        record_decision(assessed, kind="eligibility", outcome="yes", decided_on=day, delegate="Chefen", by=secretary)
    assert (Decision.objects.count(), assessed.records.count()) == (0, 2)


@pytest.mark.parametrize(
    "facts", [{"stage": "closed"}, {"stage": "closed", "outcome": "expired"}, {"outcome": "expired"}]
)
def test_the_database_wants_outcome_and_day_with_the_closing(case, facts):
    with pytest.raises(IntegrityError, match="closed_case_has_outcome_and_day"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(**facts)


@pytest.mark.parametrize("both", [True, False])
def test_the_database_wants_a_body_or_a_delegate(assessed, secretary, both):
    driver.rule_on(assessed.parties.get(), by=secretary)
    body = assessed.municipality.units.first() if both else None
    with pytest.raises(IntegrityError, match="decision_by_body_or_delegate"), transaction.atomic():
        Decision.objects.update(body=body, delegate="Chefen" if both else "")
