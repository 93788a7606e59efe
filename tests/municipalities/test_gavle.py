"""Gävle's acceptance checks (inventory, section 10)."""

import pytest

from agreements.models import Point
from iop.cases.models import Answer
from partners.models import Contribution, PartnerDocument
from tests.cases import driver
from tests.initiatives import writing

PAPERS = [f"GAV-{number}" for number in range(42, 50)]
CONTROLS = ["GAV-07", "GAV-08", "GAV-09", "GAV-10"]


@pytest.fixture
def at(gavle):
    return gavle


@pytest.fixture
def by(neighbour):
    return neighbour


@pytest.fixture
def ready(at, by):
    return driver.fulfil(driver.to_assessment(driver.send_in(at), by=by), by=by)


@pytest.fixture
def agreement(ready, by):
    ready.move_to("dialogue", by=by)
    return driver.write(driver.begin_writing(ready, by=by), by=by)


def test_gav_41_papers_that_do_not_exist_are_a_full_answer(ready):
    PartnerDocument.objects.update(status="does_not_exist", record=None)
    assert driver.findings_at("in_force", ready) == []


def test_gav_41_untouched_papers_warn(ready):
    PartnerDocument.objects.all().delete()
    assert driver.says(driver.findings_at("in_force", ready)) == dict.fromkeys(PAPERS, "warn")


@pytest.mark.parametrize("key", CONTROLS)
@pytest.mark.parametrize("value", ["no", "unclear", ""])
def test_gav_07_to_gav_10_each_of_the_four_controls_blocks(ready, key, value):
    Answer.objects.filter(rule=key).update(value=value)
    assert driver.says(driver.findings_at("decision", ready)) == {key: "block"}


def test_without_controls_nothing_is_decided(ready):
    Answer.objects.filter(rule__in=CONTROLS).delete()
    assert driver.says(driver.findings_at("decision", ready)) == dict.fromkeys(CONTROLS, "block")


def test_gav_30_no_idea_meeting_warns(ready):
    ready.meetings.filter(rule="GAV-30").delete()
    assert driver.says(driver.findings_at("drafting", ready)) == {"GAV-30": "warn"}
    assert driver.sentences(driver.findings_at("drafting", ready)) == ["Idémöte: inget är antecknat"]


def test_gav_14_one_meeting_is_one_too_few(ready):
    ready.meetings.exclude(rule="GAV-30").delete()
    assert driver.says(driver.findings_at("decision", ready)) == {"GAV-14": "warn"}
    assert driver.sentences(driver.findings_at("decision", ready)) == [
        "Möten med organisationer som kan vara berörda: minst 2 behövs, 1 antecknade"
    ]


def test_a_planned_meeting_is_not_a_held_one(ready):
    ready.meetings.filter(rule="GAV-30").update(held=False)
    assert driver.says(driver.findings_at("drafting", ready)) == {"GAV-30": "warn"}


def test_gav_19_gav_21_no_money_and_premises_with_a_value_are_fine(ready):
    Contribution.objects.filter(party=None).delete()
    driver.bring(ready, kind="money", value=0)
    driver.bring(ready, kind="premises", value=60_000)
    assert driver.findings_at("decision", ready) == []


def test_gav_21_premises_without_a_value_are_told(ready):
    driver.bring(ready, kind="premises", value=None)
    assert driver.says(driver.findings_at("decision", ready)) == {"GAV-21": "inform"}


def test_gav_19_a_side_that_brings_nothing_warns(ready):
    Contribution.objects.exclude(party=None).delete()
    assert driver.says(driver.findings_at("decision", ready)) == {"GAV-19": "warn"}


def test_gav_16_grant_and_procurement_beside_are_only_told(ready):
    party = ready.parties.get()
    for activity in (party.activity, None):
        driver.support(party, activity=activity, unit="Kultur- och fritidsnämnden")
    (finding,) = driver.findings_at("decision", ready)
    assert (finding.rule.key, finding.effect.value) == ("GAV-16", "inform")


@pytest.mark.parametrize("form", ["foreningsbidrag", "upphandling", "direktupphandling"])
def test_gav_17_a_form_that_suits_better_warns(ready, form):
    Answer.objects.filter(rule="GAV-17").update(value=form)
    assert driver.says(driver.findings_at("decision", ready)) == {"GAV-17": "warn"}


@pytest.mark.parametrize(
    ("key", "effect"), [("GAV-24", "block"), ("GAV-13", "block"), ("GAV-31", "warn"), ("GAV-40", "warn")]
)
def test_an_untouched_point(agreement, key, effect):
    Point.objects.filter(rule=key).update(state="untouched")
    assert driver.says(agreement.findings_before("decision")) == {key: effect}


def test_gav_27_without_a_plan_it_warns_when_it_comes_into_force(agreement, by):
    driver.send_to_decision(agreement, by=by)
    driver.to_signing(agreement, by=by)
    driver.sign(agreement, by=by)
    agreement.first_follow_up = agreement.follow_up_months = None
    agreement.save()
    assert driver.says(agreement.findings_before("in_force")) == {"GAV-27": "warn"}


@pytest.mark.parametrize(
    "address",
    ["/gavle/", "/gavle/riktlinje/", "/gavle/initiativ/nytt/", "checklista/", "parter/", "avtal/"],
)
def test_nothing_is_asked_about_initiative_or_market(at, by, address):
    case = driver.to_assessment(driver.send_in(at), by=by)
    address = address if address.startswith("/") else f"/gavle/arenden/{case.reference}/{address}"
    text = driver.logged_in(by).get(address).text
    assert "konkurrens" not in text
    assert "marknad " not in text
    assert "på initiativ av" not in text
    assert "Hur kom idén till?" not in text


def test_its_form_has_no_question_of_origin(db):
    client = driver.logged_in(None)
    form = client.get(writing.begin(client, "gavle") + "fragor/").context["form"]
    assert "origin" not in form.fields
    assert [rule.key for rule in form.questions] == ["GAV-04", "GAV-05", "GAV-06"]


def test_gav_14_gav_30_two_idea_meetings_are_meetings_enough(ready, by):
    ready.meetings.exclude(rule="GAV-30").delete()
    (idea,) = [rule for rule in ready.rules.meetings if rule.key == "GAV-30"]
    driver.meet(ready, idea, by=by)
    assert driver.findings_at("decision", ready) == []


def test_gav_16_gav_17_support_for_another_activity_says_nothing_of_the_form(ready):
    Answer.objects.filter(rule="GAV-17").update(value="foreningsbidrag")
    driver.support(ready.parties.get(), activity=None, unit="Kultur- och fritidsnämnden")
    assert driver.says(driver.findings_at("decision", ready)) == {"GAV-17": "warn", "GAV-16": "inform"}


@pytest.mark.parametrize("fulfilled", [True, False])
def test_gav_04_gav_05_gav_06_what_characterises_an_iop_holds_nothing_back(ready, fulfilled):
    value = "yes" if fulfilled else "no"
    assert Answer.objects.filter(rule__in=["GAV-04", "GAV-05", "GAV-06"]).update(value=value) == 3
    assert driver.findings_at("in_force", ready) == []
