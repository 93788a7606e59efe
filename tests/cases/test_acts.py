"""A rule may hold an act: answering, noting money, deciding. It never holds what is to fulfil it."""

import pytest

from iop.cases.actions import answer
from iop.cases.machinery import Refused
from iop.rulesets.models import RuleSetVersion, take_in
from tests.cases import driver

ORDER = {"key": "LAST", "quote": "Sist ska helheten bedömas.", "word": "ska", "before_act": ["decision"]}
FIRST = {"key": "FIRST", "quote": "Först ska jäv prövas.", "word": "ska", "before_act": ["answer"]}


def with_rules(mora, *questions) -> None:
    content = RuleSetVersion.objects.in_force(mora).get().content
    version, _ = take_in(mora, content | {"questions": [*content.get("questions", []), *questions]})
    version.publish()


def rule(case, key: str):
    return next(one for one in case.rules.every_rule() if one.key == key)


def test_nothing_else_is_answered_before_it_is(mora, coordinator):
    with_rules(mora, FIRST)
    case = driver.to_assessment(driver.send_in(mora), by=coordinator)
    with pytest.raises(Refused, match="Först ska jäv prövas"):
        answer(case, rule(case, "MOR-39"), part="", value="yes", by=coordinator)
    answer(case, rule(case, "FIRST"), part="", value="yes", by=coordinator)
    answer(case, rule(case, "MOR-39"), part="", value="yes", by=coordinator)
    assert case.answers.count() == 2


def test_no_yes_is_recorded_before_it_is_fulfilled(mora, coordinator, secretary):
    with_rules(mora, ORDER)
    case = driver.to_assessment(driver.send_in(mora), by=coordinator)
    proposed = driver.to_decision(driver.to_drafting(case, by=coordinator), by=coordinator)
    case = proposed.case
    case.answers.filter(rule="LAST").update(value="")
    with pytest.raises(Refused, match="Sist ska helheten bedömas"):
        driver.yes(proposed, by=secretary)
    assert not case.decisions.filter(kind="agreement").exists()
    answer(case, rule(case, "LAST"), part="", value="yes", by=coordinator)
    driver.yes(proposed, by=secretary)
    assert case.decisions.filter(kind="agreement", outcome="yes").exists()
