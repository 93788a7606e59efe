"""Tensions inside one guideline (inventory, section 7) are not mended in silence: both sides stand, and we say so.

T13 to T16 and T19 to T20 are tested where the cases are (tests/municipalities) and in test_shipped.py.
"""

from datetime import date

import pytest

from iop.rulesets.judge import (
    Verdict,
    applies,
    counts_in_list,
    effect_of,
    judge_rule,
    rules_before,
    standing_of,
)
from iop.rulesets.reader import content_of, parse, shipped_files
from iop.rulesets.schema import Effect, Gate

RULE_SETS = {path.stem: parse(content_of(path.read_text())) for path in shipped_files()}
SODERHAMN, BOTKYRKA, MORA = RULE_SETS["soderhamn"], RULE_SETS["botkyrka"], RULE_SETS["mora"]
GAVLE, STOCKHOLM = RULE_SETS["gavle"], RULE_SETS["stockholm"]
BLOCK, WARN, INFORM, NONE = Effect.BLOCK, Effect.WARN, Effect.INFORM, Effect.NONE
MET, UNMET = Verdict.MET, Verdict.UNMET


def rule(rules, key: str):
    return next(rule for rule in rules.every_rule() if rule.key == key)


def effect(rules, key: str) -> Effect:
    return effect_of(rules, rule(rules, key))


def verdict(rules, key: str, value: str = "", **facts) -> Verdict:
    found = rule(rules, key)
    return judge_rule(found, {part: value for part, _ in found.parts}, facts)


@pytest.mark.parametrize(
    ("rules", "place", "words"),
    [
        pytest.param(SODERHAMN, "SOD-17", "stiftelser och aktiebolag", id="T1 SOD-17 SOD-11"),
        pytest.param(SODERHAMN, "SOD-26", "både «längre tid» och «tidsbegränsat»", id="T2 SOD-26"),
        pytest.param(SODERHAMN, "SOD-30", "två olika frågor", id="T3 SOD-25 SOD-30"),
        pytest.param(SODERHAMN, "SOD-03", "inte detsamma som att kommunen tagit initiativet", id="T4 SOD-03 SOD-20"),
        pytest.param(SODERHAMN, "SOD-31", "gällde till och med 2023", id="T5 SOD-31"),
        pytest.param(SODERHAMN, "SOD-43", "SOU 2019:56. Översynen är alltså redan aktuell", id="T6 SOD-43"),
        pytest.param(SODERHAMN, "SOD-48", "att den också beslutar säger riktlinjerna inte", id="T7 SOD-48 SOD-32"),
        pytest.param(SODERHAMN, "SOD-02", "Ordet «tjänster» hör annars till upphandling", id="T8 SOD-02"),
        pytest.param(BOTKYRKA, "BOT-10", "Kommunen kan ta initiativet", id="T9 BOT-18 BOT-10"),
        pytest.param(BOTKYRKA, "BOT-01", "En vägledning kan ändå säga «ska»", id="T10 BOT-01"),
        pytest.param(BOTKYRKA, "BOT-19", "Organisationen kan fortfarande få föreningsbidrag", id="T11 BOT-19 BOT-34"),
        pytest.param(MORA, "MOR-59", "Riktlinjen anger två tidpunkter", id="T12 MOR-27 MOR-59"),
        pytest.param(MORA, "MOR-49", "själva handlingen är däremot bara något", id="T14 MOR-49 MOR-50"),
        pytest.param(MORA, "MOR-13", "Om ett delägt bolag kan vara med säger riktlinjen inte", id="T15 MOR-13"),
        pytest.param(MORA, "MOR-46", "är en egen fråga", id="T16 MOR-44 MOR-46"),
        pytest.param(MORA, "MOR-23", "läses därför som inkomna initiativ", id="T17 MOR-23 MOR-06"),
        pytest.param(MORA, "MOR-33", "inte uppföljning av ett avtal", id="T18 MOR-33"),
        pytest.param(GAVLE, "GAV-17", "Frågan gäller den här verksamheten", id="T19 GAV-16 GAV-17"),
        pytest.param(GAVLE, "GAV-14", "idémöten räknas med", id="T20 GAV-14 GAV-30"),
    ],
)
def test_our_reading_stands_beside_the_rule(rules, place, words):
    assert words in rule(rules, place).reading
    assert words not in rule(rules, place).quote


def test_t21_sth_08_sth_10_the_level_is_unknown():
    (checklist,) = STOCKHOLM.lists
    assert "«bör ske»" in checklist.reading and "«ska kontrolleras»" in checklist.reading
    assert checklist.holds_when == "weighed"
    assert {row.word for row in STOCKHOLM.criteria if row.enabled} == {"okänt"}


def test_t1_sod_17_sod_11_all_forms_are_asked_and_those_without_members_may_answer_in_words():
    forms = ("stiftelse", "aktiebolag_svb", "ideell_forening")
    assert {standing_of(SODERHAMN, form)[0] for form in forms} == {"eligible"}
    democratic = rule(SODERHAMN, "SOD-17")
    assert (democratic.when, democratic.per, effect(SODERHAMN, "SOD-17")) == (None, "party", BLOCK)


@pytest.mark.parametrize("value", ["langre_tid", "tidsbegransad"])
def test_t2_sod_26_both_answers_fulfil_it_and_it_does_not_count(value):
    assert verdict(SODERHAMN, "SOD-26", value) is MET
    assert effect(SODERHAMN, "SOD-26") is INFORM
    assert not counts_in_list(SODERHAMN, rule(SODERHAMN, "SOD-26"))


def test_t3_sod_25_sod_30_two_questions_about_the_same_agreement():
    assert [verdict(SODERHAMN, key, "no") for key in ("SOD-25-avtal", "SOD-30")] == [UNMET, UNMET]
    assert [effect(SODERHAMN, key) for key in ("SOD-25-avtal", "SOD-30")] == [BLOCK, BLOCK]
    assert [rule(SODERHAMN, key).per for key in ("SOD-25-avtal", "SOD-30")] == ["agreement", "agreement"]


def test_t4_sod_03_sod_20_the_area_is_not_the_initiative():
    assert verdict(SODERHAMN, "SOD-03", "Ja, kommunen har pekat ut området.") is MET
    assert verdict(SODERHAMN, "SOD-20", **{"initiative.origin": "municipality"}) is UNMET
    assert effect(SODERHAMN, "SOD-03") is NONE


def test_t5_sod_31_the_list_has_a_last_day_and_only_warns():
    areas = rule(SODERHAMN, "SOD-31")
    assert (areas.valid_to, areas.list, effect(SODERHAMN, "SOD-31")) == (date(2023, 12, 31), "", WARN)


def test_t7_sod_48_sod_32_responsible_is_not_the_one_who_decides():
    routes = [row for row in SODERHAMN.routes if applies(row.when, units=2, municipalities=2) and row.responsible]
    assert {row.key for row in routes} == {"SOD-48", "SOD-48-kommuner"}
    assert {(row.responsible, row.decides) for row in routes} == {("Kommunstyrelsen", "")}


def test_t8_sod_02_the_word_services_has_no_effect():
    services = [row for row in SODERHAMN.every_rule() if "SOD-02" in row.ids]
    assert [(row.kind, effect_of(SODERHAMN, row)) for row in services] == [("scope", NONE), ("question", WARN)]
    assert "tjänst" not in rule(SODERHAMN, "SOD-02-fraga").ask


def test_t9_bot_18_bot_10_may_begin_and_may_not_order():
    assert verdict(BOTKYRKA, "BOT-18", **{"initiative.origin": "municipality"}) is MET
    assert verdict(BOTKYRKA, "BOT-10", "no", **{"initiative.origin": "municipality"}) is UNMET


def test_t10_bot_01_a_guidance_with_musts():
    assert (BOTKYRKA.standing, effect(BOTKYRKA, "BOT-01"), effect(BOTKYRKA, "BOT-18")) == ("guidance", NONE, BLOCK)


def test_t11_bot_19_bot_34_the_activity_blocks_and_the_organisation_is_shown():
    assert (verdict(BOTKYRKA, "BOT-19", "no"), effect(BOTKYRKA, "BOT-19")) == (UNMET, BLOCK)
    assert (rule(BOTKYRKA, "BOT-34").shown.same, effect(BOTKYRKA, "BOT-34")) == ("organisation", INFORM)


def test_t12_mor_27_mor_59_both_times_are_named_and_the_dialogue_is_the_gate():
    (declaration,) = rules_before(MORA, Gate.DIALOGUE)["declaration"]
    assert {"MOR-27", "MOR-59"} <= set(declaration.ids)
    assert effect_of(MORA, declaration) is WARN


def test_t13_mor_26_mor_50_one_controls_and_another_asks_for_papers():
    assert MORA.intake.unit == "Kommunstyrelseförvaltningen"
    assert {row.requested_by for row in MORA.documents} == {"Nämnden eller styrelsen"}


def test_t18_mor_33_the_planning_meeting_is_no_follow_up():
    planning = rule(MORA, "MOR-33")
    assert (planning.kind, planning.meeting, planning.before) == ("meeting", "planning", Gate.DRAFTING)
    assert [row.ids for row in MORA.follow_ups] == [("MOR-78",)]


def test_t19_gav_16_gav_17_the_form_is_of_the_activity_and_the_support_of_the_organisation():
    for form, expected in {"iop": MET, "foreningsbidrag": UNMET, "upphandling": UNMET}.items():
        assert verdict(GAVLE, "GAV-17", form) is expected
    assert effect(GAVLE, "GAV-17") is WARN
    assert (rule(GAVLE, "GAV-16").never, rule(GAVLE, "GAV-16").shown.same) == (None, "organisation")
