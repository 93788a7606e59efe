"""The judge: pure functions of rules and facts."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iop.rulesets.judge import (
    Verdict,
    applies,
    can_hold,
    effect_of,
    judge_rule,
    judge_value,
    last_day_allowed,
    list_holds,
    rules_before,
    standing_of,
)
from iop.rulesets.reader import parse
from iop.rulesets.schema import (
    EFFECT_OF_FORCE,
    FORCE_OF_WORD,
    AnswerType,
    Criterion,
    Effect,
    Force,
    Gate,
    RuleList,
    Term,
    When,
)

MET, UNMET, UNCLEAR, UNANSWERED = Verdict.MET, Verdict.UNMET, Verdict.UNCLEAR, Verdict.UNANSWERED
VERDICTS = st.lists(st.sampled_from(Verdict), min_size=1, max_size=12)


def rule_set(**tables):
    return parse({"schema": 1, "municipality": "x", "title": "Prov"} | tables)


def criterion(**keys) -> Criterion:
    return Criterion.model_validate({"id": "X-1", "quote": "Så står det.", "word": "ska", "before": "dialogue"} | keys)


@pytest.mark.parametrize(
    ("answer", "value", "verdict"),
    [
        ({}, "", UNANSWERED),
        ({}, "yes", MET),
        ({}, "no", UNMET),
        ({}, "unclear", UNCLEAR),
        ({"partly": True}, "partly", UNMET),
        ({"passing": ["no"]}, "no", MET),
        ({"passing": ["no"]}, "yes", UNMET),
        ({"passing": ["yes", "partly"], "partly": True}, "partly", MET),
        ({"type": "choice", "choices": {"a": "A", "b": "B"}, "passing": ["a"]}, "a", MET),
        ({"type": "choice", "choices": {"a": "A", "b": "B"}, "passing": ["a"]}, "b", UNMET),
        ({"type": "choice", "choices": {"a": "A", "b": "B"}}, "b", MET),
        ({"type": "choice", "choices": {"a": "A", "b": "B"}}, "unclear", UNCLEAR),
        ({"type": "text"}, "Ja.", MET),
        ({"type": "text"}, "", UNANSWERED),
        ({"type": "number", "at_least": 2}, "2", MET),
        ({"type": "number", "at_least": 2}, "1,5", UNMET),
        ({"type": "number", "at_most": 1000}, "1 000", MET),
        ({"type": "number", "at_most": 1000}, "1 001", UNMET),
        ({"type": "number", "at_least": 2}, "några", UNCLEAR),
    ],
)
def test_one_answer(answer, value, verdict):
    assert judge_value(AnswerType.model_validate(answer), value) is verdict


@pytest.mark.parametrize(
    ("hold", "first", "second", "verdict"),
    [
        ("all", "yes", "yes", MET),
        ("all", "yes", "no", UNMET),
        ("all", "no", "", UNMET),
        ("all", "yes", "", UNANSWERED),
        ("all", "unclear", "yes", UNCLEAR),
        ("all", "unclear", "", UNANSWERED),
        ("any", "yes", "no", MET),
        ("any", "no", "no", UNMET),
        ("any", "no", "", UNANSWERED),
        ("any", "no", "unclear", UNCLEAR),
    ],
)
def test_a_rule_with_two_conditions(hold, first, second, verdict):
    rule = criterion(conditions=["Det ena.", "Det andra."], conditions_hold=hold)
    assert judge_rule(rule, {"1": first, "2": second}, {}) is verdict


@pytest.mark.parametrize(
    ("origin", "verdict"), [("organisation", MET), ("dialogue", UNMET), ("municipality", UNMET), ("", UNANSWERED)]
)
def test_a_rule_that_follows_from_a_fact_takes_no_answer(origin, verdict):
    rule = criterion(answer={"fact": "initiative.origin", "passing": ["organisation"]})
    assert judge_rule(rule, {"": "yes"}, {"initiative.origin": origin}) is verdict


@given(VERDICTS)
@settings(deadline=None)
def test_all_any_and_at_least_agree_on_how_many_are_met(verdicts):
    met = verdicts.count(MET)

    def holds(**logic):
        return list_holds(RuleList(key="l", heading="Lista", **logic), verdicts)

    assert holds(holds_when="all") is (met == len(verdicts))
    assert holds(holds_when="any") is (met > 0)
    assert [holds(holds_when="at_least", least=n) for n in range(1, 14)] == [met >= n for n in range(1, 14)]
    assert holds(holds_when="weighed") is None


@pytest.mark.parametrize("how", ["all", "any", "at_least", "weighed"])
def test_an_empty_list_says_nothing(how):
    assert list_holds(RuleList(key="l", heading="Lista", holds_when=how, least=1), []) is None


@given(st.dates(date(2020, 1, 1), date(2090, 12, 31)))
@settings(deadline=None)
def test_four_years_are_as_many_days_whenever_they_begin(start):
    last = last_day_allowed(Term(id="X-1", quote="fyra år", word="ska", most_months=48), start)
    assert (last - start).days + 1 == 4 * 365 + 1


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        (date(2027, 1, 1), 48, date(2030, 12, 31)),
        (date(2027, 3, 15), 12, date(2028, 3, 14)),
        (date(2027, 8, 31), 6, date(2028, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 28)),
        (date(2027, 1, 1), None, None),
    ],
)
def test_last_day_allowed(start, months, last):
    assert last_day_allowed(Term(id="X-1", quote="tid", word="ska", most_months=months), start) == last


@given(st.dates(date(2020, 1, 1), date(2090, 12, 31)), st.integers(1, 120))
@settings(deadline=None)
def test_a_day_later_allows_no_shorter_agreement(start, months):
    term = Term(id="X-1", quote="tid", word="ska", most_months=months)
    assert last_day_allowed(term, start) <= last_day_allowed(term, start + timedelta(days=1))


@pytest.mark.parametrize(
    ("when", "facts", "outcome"),
    [
        (None, {}, True),
        (When(units_more_than=1), {"units": 1}, False),
        (When(units_more_than=1), {"units": 2}, True),
        (When(municipalities_more_than=1), {"municipalities": 1}, False),
        (When(municipalities_more_than=1), {"municipalities": 2}, True),
        (When(amount_more_than=500_000), {"amount": 500_000}, False),
        (When(amount_more_than=500_000), {"amount": 500_001}, True),
        (When(units_more_than=1, amount_more_than=0), {"units": 2, "amount": 0}, False),
        (When(money_from="Socialnämnden"), {"payers": {"Socialnämnden"}}, True),
        (When(money_from="Socialnämnden"), {"payers": {"Byggnadsnämnden"}}, False),
        (When(legal_form_in=["stiftelse"]), {"legal_forms": {"stiftelse", "natverk"}}, True),
        (When(legal_form_in=["stiftelse"]), {"legal_forms": {"natverk"}}, False),
    ],
)
def test_a_rule_applies_when_all_its_conditions_hold(when, facts, outcome):
    assert applies(when, **facts) is outcome


FORMS = [
    {"id": "X-1", "quote": "q", "word": "kan", "form": "stiftelse"},
    {"id": "X-2", "quote": "q", "word": "kan", "form": "ekonomisk_forening", "standing": "conditional"},
    {"id": "X-3", "quote": "q", "word": "kan inte", "form": "aktiebolag", "standing": "not_eligible"},
    {"id": "X-4", "quote": "q", "word": "kan", "form": "trossamfund", "enabled": False},
]


@pytest.mark.parametrize(
    ("form", "standing", "row"),
    [
        ("stiftelse", "eligible", "X-1"),
        ("ekonomisk_forening", "conditional", "X-2"),
        ("aktiebolag", "not_eligible", "X-3"),
        ("trossamfund", "not_listed", None),
        ("natverk", "not_listed", None),
    ],
)
def test_standing_of_a_legal_form(form, standing, row):
    found, said_by = standing_of(rule_set(eligibility=FORMS), form)
    assert (found, said_by and said_by.key) == (standing, row)


def test_a_guideline_without_a_list_of_forms_is_silent():
    assert standing_of(rule_set(), "stiftelse") == ("silent", None)


def test_rules_hold_at_their_own_gate_and_every_later_one():
    rows = [{"id": f"X-{gate}", "quote": "q", "word": "ska", "before": gate} for gate in Gate]
    rows += [{"id": "X-off", "quote": "q", "word": "ska", "before": "dialogue", "enabled": False}]
    rows += [{"id": "X-never", "quote": "q", "word": "ska"}]
    rules = rule_set(questions=rows)
    held = {gate: [rule.key for rule in rules_before(rules, gate).get("question", [])] for gate in Gate}
    names = [f"X-{gate}" for gate in Gate]
    assert held == {gate: names[: place + 1] for place, gate in enumerate(Gate)}


@pytest.mark.parametrize(
    ("strongest", "own", "effect"),
    [("block", "block", "block"), ("inform", "block", "inform"), ("inform", "none", "none"), ("warn", "warn", "warn")],
)
def test_no_rule_acts_stronger_than_its_rule_set(strongest, own, effect):
    rules = rule_set(strongest_effect=strongest, questions=[{"id": "X-1", "quote": "q", "word": "ska", "effect": own}])
    assert effect_of(rules, rules.questions[0]) == Effect(effect)


@pytest.mark.parametrize(
    ("word", "force", "effect"),
    [
        ("ska", Force.MUST, Effect.BLOCK),
        ("kan inte", Force.MUST, Effect.BLOCK),
        ("villkor", Force.CONDITION, Effect.BLOCK),
        ("bör", Force.SHOULD, Effect.WARN),
        ("bör övervägas", Force.CONSIDER, Effect.WARN),
        ("bör, om sådana finns", Force.IF_EXISTS, Effect.WARN),
        ("kan", Force.MAY, Effect.INFORM),
        ("definition", Force.DESCRIBES, Effect.NONE),
        ("förslag", Force.OPINION, Effect.NONE),
    ],
)
def test_effect_follows_from_the_word_of_the_source(word, force, effect):
    rule = criterion(word=word)
    assert (FORCE_OF_WORD[word], EFFECT_OF_FORCE[force]) == (force, effect)
    assert (rule.force, rule.effect) == (force, effect)


@pytest.mark.parametrize(
    ("holds_when", "least", "verdicts", "may"),
    [
        ("all", None, [MET, UNANSWERED], True),
        ("all", None, [MET, UNMET], False),
        ("all", None, [UNCLEAR, UNMET, UNANSWERED], False),
        ("any", None, [UNMET, UNANSWERED], True),
        ("any", None, [UNMET, UNMET], False),
        ("at_least", 2, [UNMET, UNCLEAR, UNANSWERED], True),
        ("at_least", 2, [UNMET, UNMET, UNANSWERED], False),
        ("weighed", None, [UNMET], True),
    ],
)
def test_whether_a_conclusion_may_still_come_to_hold(holds_when, least, verdicts, may):
    row = RuleList.model_validate({"key": "x", "heading": "x", "holds_when": holds_when, "least": least})
    assert can_hold(row, verdicts) is may
