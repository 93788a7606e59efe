"""Rules of a unit stand beside the common ones, for its own cases, and hide none of them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from iop.cases.actions import answer, edit_facts
from iop.cases.versions import additions_beside, answers_that_do_not_fit, as_followed
from iop.rulesets.drafting import NotDone, end_addition, publish, start_draft
from iop.rulesets.models import RuleSetVersion
from tests.cases import driver

RULE = {"key": "SOC-1", "quote": "Socialnämnden ska ha hört brukarna.", "word": "ska", "before": "dialogue"}
POINT = {"key": "SOC-2", "quote": "Avtalet ska säga hur brukarna hörs.", "word": "ska", "heading": "Brukarna"}


@pytest.fixture
def own_rules(mora, administrator):
    """Puts an addition of socialnämnden in force."""

    def own_rules(**tables) -> RuleSetVersion:
        content = {"units": ["Socialnämnden"], "title": "Socialnämndens tillägg", **tables}
        draft = start_draft(mora, by=administrator, content=content, series="Socialnämnden")
        day = draft.created_at.date()
        publish(draft, adopted_by="Socialnämnden", adopted_on=day, paragraph="7", by=administrator)
        return RuleSetVersion.objects.get(pk=draft.pk)

    return own_rules


def body(mora, name: str):
    return mora.units.get(name=name)


def keys(case) -> set[str]:
    return {rule.key for rule in case.rules.every_rule()}


def test_it_holds_the_units_own_cases_alone(mora, own_rules, coordinator):
    addition = own_rules(questions=[RULE])
    case = driver.to_assessment(driver.send_in(mora), by=coordinator)
    common = keys(case)
    assert case.additions == [addition.pk]
    assert "SOC-1-socialnam" not in common
    edit_facts(case, {"responsible": body(mora, "Byggnadsnämnden")}, by=coordinator)
    assert "SOC-1-socialnam" not in keys(case)
    edit_facts(case, {"responsible": body(mora, "Socialnämnden")}, by=coordinator)
    assert keys(case) == common | {"SOC-1-socialnam"}
    assert driver.says(driver.findings_at("dialogue", case))["SOC-1-socialnam"] == "block"


def test_the_common_rules_stay_in_force(mora, own_rules):
    common = RuleSetVersion.objects.in_force(mora).get()
    own_rules(questions=[RULE])
    assert RuleSetVersion.objects.in_force(mora).get() == common
    assert driver.send_in(mora).version == common


def test_it_hides_no_common_rule(mora, own_rules, coordinator):
    """A rule with the key of a common one stands beside it under a key of its own."""
    own_rules(criteria=[RULE | {"key": "MOR-39", "before": "dialogue", "list": "checklista"}], lists=[LIST])
    case = driver.send_in(mora)
    edit_facts(case, {"responsible": body(mora, "Socialnämnden")}, by=coordinator)
    rules = {rule.key: rule for rule in case.rules.criteria}
    assert rules["MOR-39"].quote.startswith("Verksamheten bidrar till lokal utveckling")
    assert rules["MOR-39-socialnam"].list == "checklista-socialnam"


LIST = {"key": "checklista", "heading": "Nämndens egna", "holds_when": "all"}


def test_a_case_that_came_before_keeps_to_its_rules(mora, own_rules, coordinator):
    case = driver.send_in(mora)
    own_rules(questions=[RULE])
    edit_facts(case, {"responsible": body(mora, "Socialnämnden")}, by=coordinator)
    assert "SOC-1-socialnam" not in keys(case)


def test_an_agreement_gets_the_points_of_the_unit_that_takes_over(mora, own_rules, coordinator):
    own_rules(points=[POINT], units=["Byggnadsnämnden"])
    agreement = driver.to_drafting(driver.to_assessment(driver.send_in(mora), by=coordinator), by=coordinator)
    before = list(agreement.points.values_list("heading", flat=True))
    assert "Brukarna" not in before
    edit_facts(agreement.case, {"responsible": body(mora, "Byggnadsnämnden")}, by=coordinator)
    assert list(agreement.points.values_list("heading", flat=True)) == [*before, "Brukarna"]


def test_a_later_version_replaces_the_earlier_of_its_own_series_alone(mora, own_rules):
    first = own_rules(questions=[RULE])
    second = own_rules(questions=[RULE | {"quote": "Annat."}])
    first.refresh_from_db()
    assert (first.state, second.state) == ("retired", "published")
    assert [version.pk for version in RuleSetVersion.objects.additions(mora)] == [second.pk]


def test_answers_find_their_rule_again_in_the_next_version(mora, own_rules, coordinator):
    own_rules(questions=[RULE])
    case = driver.to_assessment(driver.send_in(mora), by=coordinator)
    driver.responsible(case, "Socialnämnden")
    rule = next(rule for rule in case.rules.questions if rule.key == "SOC-1-socialnam")
    answer(case, rule, part="", value="yes", by=coordinator)
    own_rules(questions=[RULE, RULE | {"key": "SOC-3"}])
    rules = as_followed(case, RuleSetVersion.objects.in_force(mora).get(), additions_beside(mora))
    assert answers_that_do_not_fit(case, rules) == []
    assert {"SOC-1-socialnam", "SOC-3-socialnam"} <= {rule.key for rule in case.under(rules).rules.questions}


def test_an_addition_ends_and_the_common_rules_go_on(mora, own_rules, monkeypatch):
    addition = own_rules(questions=[RULE])
    today = timezone.localdate()
    with pytest.raises(NotDone, match="redan varit"):
        end_addition(addition, last=today - timedelta(days=1))
    end_addition(addition, last=today)
    assert list(RuleSetVersion.objects.additions(mora)) == [addition]
    with pytest.raises(NotDone, match="tidigare"):
        end_addition(addition, last=today + timedelta(days=9))
    with pytest.raises(NotDone, match="Bara ett tillägg"):
        end_addition(RuleSetVersion.objects.in_force(mora).get(), last=today)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: today + timedelta(days=1))
    assert list(RuleSetVersion.objects.additions(mora)) == []
    assert RuleSetVersion.objects.in_force(mora).exists()


def test_a_unit_with_a_new_name_keeps_its_rules(mora, own_rules):
    own_rules(questions=[RULE])
    case = driver.send_in(mora)
    driver.responsible(case, "Socialnämnden")
    unit = body(mora, "Socialnämnden")
    unit.name = "Social- och omsorgsnämnden"
    unit.save()
    assert "SOC-1-socialnam" in keys(type(case).objects.get(pk=case.pk))
