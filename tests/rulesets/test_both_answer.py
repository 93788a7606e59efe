"""Where both sides answer, each does, and the rule holds when it holds for both (BOT-25, BOT-06)."""

import pytest

from iop.cases.actions import answer
from iop.rulesets.judge import Verdict, judge_rule
from iop.rulesets.reader import parse
from tests.cases import driver

MET, UNMET, UNCLEAR, UNANSWERED = Verdict.MET, Verdict.UNMET, Verdict.UNCLEAR, Verdict.UNANSWERED


def question(**other):
    row = {"key": "Q", "quote": "Båda ska vilja.", "before": "decision", "answered_by": "both", **other}
    return parse({"schema": 1, "municipality": "x", "title": "x", "questions": [row]}).questions[0]


@pytest.mark.parametrize(
    ("ours", "theirs", "verdict"),
    [
        ("yes", "yes", MET),
        ("yes", "", UNANSWERED),
        ("", "yes", UNANSWERED),
        ("yes", "no", UNMET),
        ("no", "", UNMET),
        ("unclear", "yes", UNCLEAR),
        ("unclear", "", UNANSWERED),
    ],
)
def test_it_holds_when_it_holds_for_both(ours, theirs, verdict):
    assert judge_rule(question(), {"": ours, "o": theirs}, {}) is verdict


def test_one_condition_is_enough_on_each_side_and_not_across():
    rule = question(conditions=["A", "B"], conditions_hold="any")
    assert [text for _, text in rule.parts] == ["Kommunen: A", "Organisationen: A", "Kommunen: B", "Organisationen: B"]
    assert judge_rule(rule, {"1": "yes", "1o": "no", "2": "no", "2o": "no"}, {}) is UNMET
    assert judge_rule(rule, {"1": "yes", "1o": "no", "2": "no", "2o": "yes"}, {}) is MET


def test_bot_25_bot_06_the_checklist_asks_for_both_and_warns_for_the_one_that_is_missing(db):
    botkyrka = driver.municipality("botkyrka")
    by = driver.person("Bo", botkyrka, "coordinator")
    case = driver.to_assessment(driver.send_in(botkyrka), by=by)
    rule = next(one for one in case.rules.criteria if one.key == "BOT-25")
    answer(case, rule, part="", value="yes", by=by)
    assert driver.says(driver.findings_at("decision", case))["BOT-25"] == "warn"
    page = driver.logged_in(by).get(f"/botkyrka/arenden/{case.reference}/checklista/").content.decode()
    assert "Organisationen: Stämmer det att ingen av parterna" in page
    assert "för in det organisationen säger" in page
    answer(case, rule, part="o", value="yes", by=by)
    assert "BOT-25" not in driver.says(driver.findings_at("decision", case))
