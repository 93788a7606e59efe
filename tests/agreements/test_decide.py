"""Proposal, decision and what follows from it; taking back."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from agreements.actions import decide, set_term, take_back, write_point
from iop.cases.machinery import Blocked, Refused
from iop.cases.models import Case, Decision, Record, RecordFile
from partners.models import Contribution
from tests.cases import driver


def files(record: Record) -> list[str]:
    return [file.name for file in record.files.all()]


def test_the_proposal_is_put_in_the_case_file(proposed):
    record = proposed.case.records.last()
    reference = proposed.case.reference
    assert (record.about, record.direction, files(record)) == (
        "Förslag till avtal",
        "internal",
        [f"{reference}-avtal-1.pdf"],
    )
    stored = RecordFile.objects.get(record=record).file
    assert stored.content_type == "application/pdf"
    with stored.open() as file:
        assert file.read(5) == b"%PDF-"


def test_a_blocked_proposal_leaves_nothing(agreement, coordinator):
    records = agreement.case.records.count()
    with pytest.raises(Blocked):
        driver.send_to_decision(agreement, by=coordinator)
    assert agreement.case.records.count() == records
    assert agreement.contributions.count() == 0


def test_contributions_stand_in_the_proposal_as_they_were(proposed):
    case = proposed.case
    agreed = list(proposed.contributions.values_list("kind", "party", "value_per_year"))
    assert agreed == [("volunteer_time", case.parties.get().pk, 60_000), ("premises", None, 60_000)]
    case.contributions.update(value_per_year=1)
    driver.bring(case, kind="money")
    assert list(proposed.contributions.values_list("kind", "party", "value_per_year")) == agreed
    page = driver.logged_in(case.coordinator).get(proposed.get_absolute_url()).text
    assert "60\u00a0000\u00a0kr, 50 procent" in page


def test_what_one_that_has_left_would_bring_is_left_out(agreement, coordinator):
    other = driver.join(agreement.case, "Byalaget", 2)
    driver.bring(agreement.case, party=other, kind="money")
    other.left_on = timezone.localdate()
    other.save()
    driver.to_decision(agreement, by=coordinator)
    assert agreement.contributions.filter(party=other).count() == 0


def test_yes_lays_it_out_for_signing(proposed, secretary):
    driver.yes(proposed, by=secretary)
    case = proposed.case
    decision = Decision.objects.get(kind="agreement")
    assert (decision.outcome, decision.body, decision.paragraph, decision.by) == (
        "yes",
        case.responsible,
        "118",
        secretary,
    )
    assert (decision.subject_kind, decision.subject_id) == ("agreement", proposed.pk)
    assert decision.record.about == "Beslut om avtal: ja, § 118"
    assert (proposed.stage, proposed.for_signing) == ("signing", case.records.last())
    assert (proposed.for_signing.about, files(proposed.for_signing)) == (
        "Avtal att underteckna",
        [f"{case.reference}-avtal-1.pdf"],
    )
    task = case.tasks.get(kind="sign")
    assert (task.title, task.due, task.waits_for_others, task.tab) == (
        "Underskrifter på avtalet",
        date(2027, 1, 1),
        True,
        "agreement",
    )


def test_no_ends_the_case(proposed, secretary):
    driver.yes(proposed, by=secretary, outcome="no")
    case = Case.objects.get()
    assert (proposed.case.agreements.get().stage, case.stage, case.outcome) == ("ended", "closed", "rejected")
    assert case.closed_on == timezone.localdate()
    assert case.tasks.open().count() == 0
    assert case.stage_changes.filter(to_stage="closed").get().why == "Förslaget avslogs."


def test_returned_goes_back_to_the_desk(proposed, secretary):
    driver.yes(proposed, by=secretary, outcome="returned", why="Skriv om punkt tre.")
    assert (proposed.stage, proposed.case.stage) == ("drafting", "agreement")
    change = proposed.case.stage_changes.last()
    assert (change.to_stage, change.why) == ("drafting", "Skriv om punkt tre.")
    write_point(proposed, proposed.points.first(), text="Omskriven.", state="used")


@pytest.mark.parametrize("outcome", ["yes", "no", "returned"])
def test_only_what_lies_for_decision_is_decided(agreement, secretary, outcome):
    with pytest.raises(Refused, match="^Avtalet väntar inte på beslut. Ladda om sidan och se läget.$"):
        driver.yes(agreement, by=secretary, outcome=outcome)
    assert Decision.objects.filter(kind="agreement").count() == 0


def test_a_decision_to_come_is_not_written(proposed, secretary):
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(Refused, match="^Beslutsdagen ligger i framtiden."):
        decide(proposed, outcome="yes", decided_on=tomorrow, delegate="Chefen", by=secretary, absolute=driver.absolute)
    assert proposed.case.agreements.get().stage == "decision"


def test_a_delegate_may_decide(proposed, secretary):
    decide(
        proposed,
        outcome="yes",
        decided_on=timezone.localdate(),
        delegate="Förvaltningschefen",
        delegation_point="4.2",
        by=secretary,
        absolute=driver.absolute,
    )
    decision = Decision.objects.get(kind="agreement")
    assert (decision.body, decision.decided_by, decision.delegation_point) == (None, "Förvaltningschefen", "4.2")


@pytest.mark.parametrize("stage", ["decision", "signing"])
def test_taking_back_from_decision_and_from_signing(proposed, coordinator, stage):
    if stage == "signing":
        driver.to_signing(proposed, by=coordinator)
    take_back(proposed, by=coordinator, absolute=driver.absolute, why="Fel startdag.")
    proposed.refresh_from_db()
    assert (proposed.stage, proposed.for_signing) == ("drafting", None)
    assert proposed.case.tasks.open().filter(kind="sign").count() == 0
    assert proposed.case.stage_changes.last().why == "Fel startdag."


@pytest.mark.parametrize("why", ["", " "])
def test_taking_back_needs_a_reason(proposed, coordinator, why):
    with pytest.raises(Refused, match="^Skriv varför avtalet tas tillbaka.$"):
        take_back(proposed, by=coordinator, absolute=driver.absolute, why=why)
    assert proposed.case.agreements.get().stage == "decision"


def test_what_is_in_force_is_not_taken_back(in_force, coordinator):
    with pytest.raises(Refused, match="^Det går inte att gå från gällande till avtalsskrivning."):
        take_back(in_force, by=coordinator, absolute=driver.absolute, why="Ångrar oss.")


def test_back_on_the_desk_it_shows_the_contributions_as_they_are_now(proposed, coordinator):
    take_back(proposed, by=coordinator, absolute=driver.absolute, why="Fel värde.")
    Contribution.objects.filter(party=None).update(value_per_year=20_000)
    page = driver.logged_in(coordinator).get(proposed.get_absolute_url()).text
    assert "Mora kommun 20\u00a0000\u00a0kr, 25 procent" in page


def test_it_is_decided_on_anew_with_new_contributions_and_a_new_document(proposed, coordinator):
    take_back(proposed, by=coordinator, absolute=driver.absolute, why="Fel värde.")
    Contribution.objects.filter(party=None).update(value_per_year=20_000)
    set_term(proposed, start=date(2027, 2, 1), end=None)
    driver.send_to_decision(proposed, by=coordinator)
    assert proposed.contributions.get(party=None).value_per_year == 20_000
    proposals = proposed.case.records.filter(about="Förslag till avtal")
    assert len({file.file_id for record in proposals for file in record.files.all()}) == 2


@pytest.mark.parametrize("how", ["decision", "signing", "returned"])
def test_those_of_the_organisation_are_told_when_it_goes_back(proposed, coordinator, secretary, how):
    if how == "signing":
        driver.to_signing(proposed, by=coordinator)
    if how == "returned":
        driver.yes(proposed, by=secretary, outcome="returned", why="För dyrt.")
    else:
        take_back(proposed, by=coordinator, why="Fel dag.", absolute=driver.absolute)
    told = {
        "decision": "beslut och skrivs om.\n\nFel dag.",
        "signing": "undertecknande och skrivs om. Det som redan är undertecknat gäller inte.\n\nFel dag.",
        "returned": "beslut och skrivs om.",
    }
    text = proposed.case.notices.get().record.text
    assert text == f"Avtalet i ärende {proposed.case.reference} har gått tillbaka från {told[how]}"
