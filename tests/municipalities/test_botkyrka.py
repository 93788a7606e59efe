"""Botkyrka's acceptance checks (inventory, section 10)."""

import pytest

from agreements.actions import set_term
from agreements.models import Point
from iop.cases.actions import answer
from iop.cases.machinery import Blocked
from iop.cases.models import Answer
from tests.cases import driver

MUSTS = ["BOT-18", "BOT-19", "BOT-20", "BOT-21", "BOT-22"]


@pytest.fixture
def at(db):
    return driver.municipality("botkyrka")


@pytest.fixture
def by(at):
    return driver.person("Karin Samordnare", at, "coordinator")


@pytest.fixture
def ready(at, by):
    return driver.fulfil(driver.to_assessment(driver.send_in(at), by=by), by=by)


@pytest.fixture
def agreement(ready, by):
    ready.move_to("dialogue", by=by)
    return driver.write(driver.begin_writing(ready, by=by), by=by)


def rule(case, key: str):
    return next(rule for rule in case.rules.every_rule() if rule.key == key)


@pytest.mark.parametrize("origin", ["organisation", "municipality", "dialogue"])
def test_bot_18_whoever_took_the_initiative_it_passes(at, by, origin):
    case = driver.fulfil(driver.to_assessment(driver.send_in(at, origin=origin), by=by), by=by)
    assert case.findings_before("dialogue") == []


@pytest.mark.parametrize("key", MUSTS[1:])
def test_bot_18_to_bot_23_one_unmet_must_closes_the_dialogue(ready, by, key):
    answer(ready, rule(ready, key), part="", value="no", by=by)
    assert driver.says(ready.findings_before("dialogue")) == {key: "block"}
    with pytest.raises(Blocked):
        ready.move_to("dialogue", by=by)


def test_the_five_are_what_holds_the_dialogue_back(at, by):
    case = driver.to_assessment(driver.send_in(at, origin=""), by=by)
    assert driver.says(case.findings_before("dialogue")) == dict.fromkeys(MUSTS, "block")


def test_bot_24_bot_25_both_shoulds_unmet_only_warn(agreement):
    Answer.objects.filter(rule__in=["BOT-24", "BOT-25"]).update(value="no")
    assert driver.says(agreement.findings_before("decision")) == {"BOT-24": "warn", "BOT-25": "warn"}


def test_of_the_model_only_its_must_blocks(agreement):
    keys = [f"BOT-{number:02}" for number in range(8, 18)]
    Answer.objects.filter(rule__in=keys).update(value="no")
    assert driver.says(agreement.findings_before("decision")) == dict.fromkeys(keys, "warn") | {"BOT-11": "block"}


def test_bot_32_jurists_are_asked_in_every_case(agreement):
    agreement.case.statements.all().delete()
    (finding,) = agreement.findings_before("decision")
    assert (finding.blocks, finding.sentence) == (True, "Samråd med Demokrati- och kansliavdelningen är inte begärt")


def test_bot_34_a_grant_at_the_same_time_is_information(agreement):
    party = agreement.case.parties.get()
    driver.support(party, activity=party.activity, unit="Kultur- och fritidsnämnden")
    (finding,) = agreement.findings_before("decision")
    assert (finding.rule.key, finding.effect.value) == ("BOT-34", "inform")
    assert finding.sentence == "Språkbron: organisationen får också Bidrag (Kultur- och fritidsnämnden)"


@pytest.mark.parametrize(
    ("flag", "said"),
    [
        ("repayment", {"BOT-12-aterbetalning": "warn"}),
        ("sanction", {"BOT-12-sanktion": "warn"}),
        ("procurement_terms", {"BOT-28-villkor": "warn"}),
        ("", {}),
    ],
)
def test_bot_12_clauses_it_warns_against(agreement, flag, said):
    Point.objects.filter(rule="BOT-14-punkt").update(flag=flag)
    assert driver.says(agreement.findings_before("decision")) == said


def test_a_clause_in_a_point_that_is_not_used_is_nothing(agreement):
    Point.objects.filter(rule="BOT-14-punkt").update(flag="repayment", state="not_used")
    assert driver.sentences(agreement.findings_before("decision")) == ["Punkten Oförutsedda händelser ska finnas med"]


def test_bot_35_an_empty_plan_for_follow_up_blocks(agreement):
    set_term(agreement, start=agreement.start, end=agreement.end)
    assert driver.says(agreement.findings_before("decision")) == {"BOT-35": "block"}


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"state": "untouched", "text": ""}, {"BOT-03": "block", "BOT-04": "block"}),
        ({"state": "not_used"}, {"BOT-03": "block", "BOT-04": "block"}),
        ({"text": ""}, {}),
    ],
)
def test_bot_04_the_common_values_stand_in_the_agreement(agreement, facts, said):
    Point.objects.filter(rule="BOT-03").update(**facts)
    assert driver.says(agreement.findings_before("decision")) == said


@pytest.mark.parametrize("legal_form", ["aktiebolag", "ekonomisk_forening", "kooperativ", "folkhogskola"])
def test_forms_of_the_open_list(at, by, legal_form):
    case = driver.to_assessment(driver.send_in(at, legal_form=legal_form), by=by)
    assert driver.says(driver.fulfil(case, by=by).findings_before("dialogue")) == {}


def test_a_form_that_is_not_named_is_told_and_not_stopped(at, by):
    case = driver.fulfil(driver.to_assessment(driver.send_in(at, legal_form="trossamfund"), by=by), by=by)
    assert driver.says(case.findings_before("dialogue")) == {"BOT-38-forening": "inform"}
    case.move_to("dialogue", by=by)


def test_the_agreement_is_called_by_its_own_name(agreement, by):
    text = driver.logged_in(by).get(f"/botkyrka/arenden/{agreement.case.reference}/avtal/").text
    assert '<h2 class="me-auto">Överenskommelse </h2>' in text


def test_bot_10_bot_18_may_begin_and_may_not_order(at, by):
    case = driver.fulfil(driver.to_assessment(driver.send_in(at, origin="municipality"), by=by), by=by)
    Answer.objects.filter(rule="BOT-10").update(value="no")
    assert case.findings_before("dialogue") == []
    assert driver.says(driver.findings_at("decision", case)) == {"BOT-10": "warn"}


def test_bot_19_bot_34_the_activity_is_tried_and_the_organisation_only_told_of(ready):
    driver.support(ready.parties.get(), activity=None, unit="Kultur- och fritidsnämnden")
    assert ready.findings_before("dialogue") == []
    assert driver.says(driver.findings_at("decision", ready)) == {"BOT-34": "inform"}
    Answer.objects.filter(rule="BOT-19").update(value="no")
    assert driver.says(ready.findings_before("dialogue")) == {"BOT-19": "block"}


def test_bot_22_not_for_a_longer_time_closes_the_dialogue(ready):
    Answer.objects.filter(rule="BOT-22").update(value="no")
    assert driver.says(ready.findings_before("dialogue")) == {"BOT-22": "block"}
