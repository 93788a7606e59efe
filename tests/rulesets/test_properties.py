"""What holds for every rule set, answer and day, found out by trying many."""

import json
import random
from datetime import date
from functools import cache
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iop.rulesets.judge import (
    Verdict,
    applies,
    counts_in_list,
    judge_rule,
    judge_value,
    last_day_allowed,
    list_holds,
    rules_before,
    standing_of,
)
from iop.rulesets.reader import SHIPPED, RuleSetError, content_hash, content_of, parse
from iop.rulesets.schema import (
    LEGAL_FORMS,
    AnswerType,
    Criterion,
    Gate,
    Rule,
    RuleList,
    RuleSet,
    Term,
    When,
)

FIVE = ("botkyrka", "gavle", "mora", "soderhamn", "stockholm")
TABLES = [
    name
    for name, field in RuleSet.model_fields.items()
    if getattr(field.annotation, "__args__", ()) and isinstance(field.annotation.__args__[0], type)
    if issubclass(field.annotation.__args__[0], Rule)
]
ORIGINS = ("", "organisation", "dialogue", "municipality")
LITTLE = settings(deadline=None, max_examples=40)
SOME = settings(deadline=None, max_examples=200)


@cache
def text_of(slug: str) -> str:
    return (SHIPPED / f"{slug}.toml").read_text()


@cache
def stored(slug: str) -> str:
    return json.dumps(content_of(text_of(slug)))


def key_of(row: dict) -> str:
    ids = row.get("ids") or row.get("id") or [""]
    return row.get("key") or (ids if isinstance(ids, str) else ids[0])


@st.composite
def changed(draw) -> dict:
    """A shipped rule set with rows taken away, moved about within their tables, and switched on or off."""
    content = json.loads(stored(draw(st.sampled_from(FIVE))))
    chance = random.Random(draw(st.integers(0, 2**32)))
    rows = list(chain.from_iterable(content.get(table, []) for table in TABLES))
    referred_to = {row[name] for row in rows for name in ("waits_for", "point") if row.get(name)}
    for table in TABLES:
        kept = [row for row in content.get(table, []) if key_of(row) in referred_to or chance.random() > 0.2]
        kept = [row | {"enabled": chance.random() > 0.3} for row in kept]
        chance.shuffle(kept)
        content[table] = kept
    return content


# Round trip


@given(changed())
@LITTLE
def test_a_rule_set_that_is_written_down_reads_as_the_same(content):
    rules = parse(content)
    dumped = rules.model_dump(mode="json", by_alias=True)
    assert parse(json.loads(json.dumps(dumped))) == rules


@given(changed())
@LITTLE
def test_reading_does_not_change_what_is_read(content):
    before = content_hash(content)
    parse(content)
    assert content_hash(content) == before


@given(changed())
@LITTLE
def test_what_is_switched_off_never_holds_anything_back(content):
    rules = parse(content)
    off = {rule.key for rule in rules.every_rule() if not rule.enabled}
    held = {rule.key for bound in rules_before(rules, Gate.IN_FORCE).values() for rule in bound}
    assert off & held == set()
    assert {standing_of(rules, form)[1].key for form in LEGAL_FORMS if standing_of(rules, form)[1]} & off == set()


# Order


def turned_round(content: dict) -> dict:
    """Every table from its last row to its first."""
    return content | {table: content[table][::-1] for table in TABLES}


def picture(rules: RuleSet, answers: dict[str, str], origin: str) -> dict:
    """Everything that the judge says of a case, without the order in which it is said."""
    facts = {"initiative.origin": origin}
    asked = [*rules.criteria, *rules.questions, *rules.controls, *rules.budgets]
    verdicts = {
        rule.key: judge_rule(rule, {part: answers.get(rule.key, "") for part, _ in rule.parts}, facts) for rule in asked
    }
    return {
        "verdicts": verdicts,
        "lists": {
            row.key: list_holds(
                row,
                [verdicts[one.key] for one in rules.criteria if one.list == row.key and counts_in_list(rules, one)],
            )
            for row in rules.lists
        },
        "forms": {form: standing_of(rules, form)[0] for form in LEGAL_FORMS},
        "gates": {
            gate: {kind: {rule.key for rule in bound} for kind, bound in rules_before(rules, gate).items()}
            for gate in Gate
        },
    }


@given(changed(), st.sampled_from(ORIGINS), st.integers(0, 2**32))
@LITTLE
def test_verdicts_do_not_depend_on_the_order_of_the_rows(content, origin, seed):
    rules = parse(content)
    chance = random.Random(seed)
    keys = [rule.key for rule in rules.every_rule()]
    answers = {key: chance.choice(["", "yes", "no", "partly", "unclear", "iop", "Ja."]) for key in keys}
    assert picture(parse(turned_round(content)), answers, origin) == picture(rules, answers, origin)


@given(st.permutations(["1", "2", "3", "4"]), st.lists(st.sampled_from(["yes", "no", "unclear", ""]), min_size=4))
@SOME
@pytest.mark.parametrize("hold", ["all", "any"])
def test_a_verdict_does_not_depend_on_which_part_was_answered_first(hold, order, values):
    keys = {"id": "X-1", "quote": "q", "word": "ska", "before": "decision", "conditions_hold": hold}
    rule = Criterion.model_validate(keys | {"conditions": ["a", "b", "c", "d"]})
    given_answers = dict(zip("1234", values, strict=False))
    assert judge_rule(rule, {part: given_answers[part] for part in order}, {}) is judge_rule(rule, given_answers, {})
    moved = dict(zip(order, values, strict=False))
    assert judge_rule(rule, moved, {}) is judge_rule(rule, given_answers, {})


@given(st.lists(st.sampled_from(Verdict), max_size=10), st.integers(0, 10), st.randoms())
@SOME
@pytest.mark.parametrize("how", ["all", "any", "at_least", "weighed"])
def test_a_list_does_not_depend_on_the_order_of_its_rows(how, verdicts, least, chance):
    rule_list = RuleList.model_construct(key="l", heading="Lista", holds_when=how, least=least)
    mixed = chance.sample(verdicts, len(verdicts))
    assert list_holds(rule_list, mixed) is list_holds(rule_list, verdicts)


# Nothing falls over

numbers = st.none() | st.floats(allow_nan=False)
# Also what the schema would refuse: the judge is never the one to fall.
answer_types = st.builds(
    AnswerType.model_construct,
    type=st.sampled_from(["yes_no", "choice", "number", "date", "text", "fact"]),
    partly=st.booleans(),
    choices=st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3),
    fact=st.none() | st.just("initiative.origin"),
    passing=st.lists(st.text(max_size=5), max_size=3),
    at_least=numbers,
    at_most=numbers,
)
values = st.text() | st.sampled_from(["yes", "no", "partly", "unclear"]) | st.floats().map(str) | st.integers().map(str)


@given(answer_types, values)
@SOME
def test_any_answer_gets_a_verdict(answer, value):
    assert judge_value(answer, value) in Verdict
    assert (judge_value(answer, value) is Verdict.UNANSWERED) == (value == "")


@given(
    answer_types,
    st.lists(st.text(min_size=1, max_size=5), max_size=4),
    st.sampled_from(["all", "any"]),
    st.dictionaries(st.text(max_size=3), values, max_size=5),
    st.dictionaries(st.text(max_size=3) | st.just("initiative.origin"), values, max_size=2),
)
@SOME
def test_any_rule_and_any_answers_get_a_verdict(answer, conditions, hold, answers, facts):
    rule = Criterion.model_construct(
        key="X-1", quote="q", ask="", says="", answer=answer, conditions=tuple(conditions), conditions_hold=hold
    )
    assert judge_rule(rule, answers, facts) in Verdict


limits = st.none() | st.integers(0, 1000)


@given(
    st.builds(
        When, units_more_than=limits, municipalities_more_than=limits, amount_more_than=st.none() | st.integers()
    ),
    st.integers(),
    st.integers(),
    st.integers(),
)
@SOME
def test_a_condition_holds_for_everything_greater_when_it_holds(when, units, municipalities, amount):
    holds = applies(when, units=units, municipalities=municipalities, amount=amount)
    more = applies(when, units=units + 1, municipalities=municipalities + 1, amount=amount + 1)
    assert more or not holds


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)), st.integers(1, 1200))
@SOME
def test_a_longest_time_has_a_last_day_not_before_the_first(start, months):
    last = last_day_allowed(Term(id="X-1", quote="tid", word="ska", most_months=months), start)
    assert last >= start


def test_a_longest_time_beyond_the_calendar_ends_with_it():
    term = Term(id="X-1", quote="tid", word="ska", most_months=48)
    assert last_day_allowed(term, date(9999, 1, 1)) == date.max
    assert last_day_allowed(term, date(9996, 1, 1)) == date.max


# Reading: whatever it is given, it reads it or says in words why not

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def read(content) -> None:
    """Parse it; the only thing that may be raised is a RuleSetError with something to say."""
    try:
        parse(content)
    except RuleSetError as error:
        assert error.problems and all(error.problems)


@given(st.text() | st.from_regex(r'([a-z]{1,3}(\.[a-z])? = ("[^"]*"|-?[0-9]+|nan|\[+[0-9]*\]*)\n){1,4}'))
@SOME
def test_any_text_is_read_as_toml_or_refused(text):
    try:
        content = content_of(text)
    except RuleSetError as error:
        assert error.problems
    else:
        read(content)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title = " + "1" * 5000, "som programmet inte kan lagra"),
        ("title = " + "[" * 5000 + "]" * 5000, "som programmet inte kan lagra"),
        ("title = nan", "som programmet inte kan lagra"),
        ("title = -inf", "som programmet inte kan lagra"),
        (r'title = "a\u0000b"', "nolltecken"),
        (r'"a\u0000b" = 1', "nolltecken"),
    ],
    ids=["a number of 5000 digits", "5000 lists in each other", "nan", "inf", "null sign", "null sign in a key"],
)
def test_toml_that_cannot_be_stored_is_refused(text, words):
    with pytest.raises(RuleSetError, match=words):
        content_of(text)


def test_a_backslash_before_the_letters_of_a_null_sign_is_text():
    assert content_of(r"title = '\u0000'") == {"title": r"\u0000"}


@given(json_values)
@SOME
def test_anything_at_all_is_parsed_or_refused(content):
    read(content)


@given(st.sampled_from(list(RuleSet.model_fields)), json_values)
@SOME
def test_anything_under_a_known_key_is_parsed_or_refused(name, value):
    read({"schema": 1, "municipality": "x", "title": "Prov", name: value})


@given(st.sampled_from(FIVE), st.data())
@SOME
def test_anything_in_a_cell_of_a_shipped_rule_set_is_parsed_or_refused(slug, data):
    content = json.loads(stored(slug))
    table = data.draw(st.sampled_from(sorted(name for name, rows in content.items() if isinstance(rows, list))))
    place = data.draw(st.integers(0, len(content[table]) - 1))
    row = content[table][place]
    value = data.draw(json_values)
    if isinstance(row, dict):
        row[
            data.draw(
                st.sampled_from([*row, "id", "ids", "key", "word", "force", "effect", "answer", "when", "before"])
            )
        ] = value
    else:
        content[table][place] = value
    read(content)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"id": 5}, "Tabellen criteria, rad 1 (5): id ska vara en text."),
        ({"id": True}, "Tabellen criteria, rad 1 (True): id ska vara en text."),
        ({"id": "X-1", "word": []}, "Tabellen criteria, rad 1 (X-1), nyckeln word: ska vara en text."),
        ({"key": 5}, "Tabellen criteria, rad 1 (5), nyckeln key: ska vara en text."),
    ],
)
def test_an_id_or_a_word_of_another_sort_is_named(row, sentence):
    with pytest.raises(RuleSetError) as refused:
        content = {"schema": 1, "municipality": "x", "title": "Prov"}
        parse(content | {"criteria": [{"quote": "q", "before": "decision"} | row]})
    assert refused.value.problems == [sentence]
