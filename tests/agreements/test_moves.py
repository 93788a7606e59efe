"""The stages of an agreement: exactly the table of moves, and what the program itself demands of them."""

import pytest

from agreements.models import Agreement, AgreementStage
from iop.cases.actions import record_decision
from iop.cases.machinery import Blocked, Refused
from iop.cases.models import StageChange
from tests.cases import driver

ALLOWED = {
    ("drafting", "decision"),
    ("drafting", "ended"),
    ("decision", "signing"),
    ("decision", "drafting"),
    ("decision", "ended"),
    ("signing", "in_force"),
    ("signing", "drafting"),
    ("signing", "ended"),
    ("in_force", "ended"),
}
EVERY = [(here, there) for here in AgreementStage.values for there in AgreementStage.values]


@pytest.fixture
def by(db):
    return driver.person("Karin Samordnare", driver.municipality("stockholm"), "coordinator")


@pytest.fixture
def drafted(by):
    """An agreement in Stockholm, where no rule holds it back."""
    case = driver.to_assessment(driver.send_in(by.memberships.get().municipality), by=by)
    return driver.write(driver.to_drafting(case, by=by), by=by)


def decide_yes(agreement, by):
    record_decision(
        agreement.case,
        kind="agreement",
        outcome="yes",
        decided_on=agreement.case.received_on,
        body=agreement.case.responsible,
        subject=agreement.subject,
        by=by,
    )


def at(agreement, stage, by):
    """The agreement in the stage, come there by its own steps."""
    if stage == "drafting":
        return agreement
    driver.send_to_decision(agreement, by=by)
    if stage == "decision":
        decide_yes(agreement, by)
        return agreement
    driver.to_signing(agreement, by=by)
    driver.sign(agreement, by=by)
    if stage != "signing":
        agreement.move_to("in_force", by=by)
    return agreement


@pytest.mark.parametrize(("here", "there"), [move for move in EVERY if move not in ALLOWED])
def test_other_moves_are_refused_and_leave_nothing(drafted, by, here, there):
    Agreement.objects.update(stage=here)
    drafted.refresh_from_db()
    changes, history = StageChange.objects.count(), drafted.history.count()
    labels = dict(AgreementStage.choices)
    with pytest.raises(Refused) as refused:
        drafted.move_to(there, by=by)
    assert str(refused.value) == (
        f"Det går inte att gå från {labels[here].lower()} till {labels[there].lower()}. Ladda om sidan och se läget."
    )
    assert Agreement.objects.get().stage == here
    assert (StageChange.objects.count(), drafted.history.count()) == (changes, history)


@pytest.mark.parametrize(("here", "there"), sorted(ALLOWED))
def test_moves_of_the_table_are_made(drafted, by, here, there):
    at(drafted, here, by).move_to(there, by=by, why="Dags.")
    change = StageChange.objects.last()
    assert Agreement.objects.get().stage == there
    assert (change.subject_kind, change.subject_id, change.from_stage, change.to_stage, change.by_name, change.why) == (
        "agreement",
        drafted.pk,
        here,
        there,
        "Karin Samordnare",
        "Dags.",
    )


def refusal(agreement, stage, by) -> str:
    with pytest.raises(Blocked) as refused:
        agreement.move_to(stage, by=by)
    return str(refused.value)


def test_it_is_not_decided_on_without_a_first_day(drafted, by):
    Agreement.objects.update(start=None, first_follow_up=None)
    drafted.refresh_from_db()
    assert refusal(drafted, "decision", by) == "Steget går inte att ta än: Avtalet saknar startdag."


def test_it_is_not_signed_without_a_decision(drafted, by):
    driver.send_to_decision(drafted, by=by)
    assert refusal(drafted, "signing", by) == "Steget går inte att ta än: Beslutet är inte infört."


@pytest.mark.parametrize("outcome", ["no", "returned"])
def test_only_a_yes_opens_the_signing(drafted, by, outcome):
    driver.send_to_decision(drafted, by=by)
    decide_yes(drafted, by)
    drafted.case.decisions.update(outcome=outcome)
    assert refusal(drafted, "signing", by) == "Steget går inte att ta än: Beslutet är inte infört."


def test_an_earlier_yes_does_not_count_for_a_changed_proposal(drafted, by):
    driver.send_to_decision(drafted, by=by)
    decide_yes(drafted, by)
    drafted.move_to("drafting", by=by)
    driver.send_to_decision(drafted, by=by)
    assert refusal(drafted, "signing", by) == "Steget går inte att ta än: Beslutet är inte infört."


def test_it_is_not_in_force_until_every_side_has_signed(drafted, by):
    other = driver.join(drafted.case, "Byalaget", 2)
    driver.send_to_decision(drafted, by=by)
    driver.to_signing(drafted, by=by)
    said = "Steget går inte att ta än: Underskrift är inte införd från {}."
    assert refusal(drafted, "in_force", by) == said.format("Stockholms stad, Språkbron, Byalaget")
    driver.sign(drafted, by=by)
    drafted.signatures.filter(party=other).delete()
    assert refusal(drafted, "in_force", by) == said.format("Byalaget")
    drafted.signatures.all().delete()
    other.left_on = drafted.case.received_on
    other.save()
    assert refusal(drafted, "in_force", by) == said.format("Stockholms stad, Språkbron")
