"""Rules limited to what a case is about: they hold such cases alone, and nobody passes them by unknowingly."""

import pytest

from initiatives.actions import facts_and_origin
from iop.cases.actions import edit_facts
from iop.rulesets.additions import combined
from iop.rulesets.drafting import publish, start_draft
from iop.rulesets.models import RuleSetVersion
from iop.rulesets.reader import RuleSetError, parse
from tests.cases import driver

VIOLENCE = "Våld i nära relationer"
RULE = {"key": "V-1", "quote": "Skyddade uppgifter ska hanteras.", "word": "ska", "before": "dialogue"}
POINT = {"key": "V-2", "quote": "Avtalet ska säga hur skyddet ordnas.", "word": "ska", "heading": "Skydd"}


@pytest.fixture
def about_violence(mora, administrator):
    """An addition for cases about one area, with a rule for another beside."""
    other = RULE | {"key": "U-1", "areas": ["Ungdomar"]}
    content = {"areas": [VIOLENCE], "title": "Tillägg", "questions": [RULE, other], "points": [POINT]}
    draft = start_draft(mora, by=administrator, content=content, series="Skydd")
    publish(draft, adopted_by="Socialnämnden", adopted_on=draft.created_at.date(), paragraph="7", by=administrator)
    return RuleSetVersion.objects.get(pk=draft.pk)


def keys(case) -> set[str]:
    return {rule.key for rule in case.rules.every_rule()}


def test_they_hold_cases_about_the_area_alone(mora, about_violence, coordinator):
    case = driver.to_assessment(driver.send_in(mora), by=coordinator)
    assert case.areas_to_choose == ["Ungdomar", VIOLENCE] or case.areas_to_choose == [VIOLENCE, "Ungdomar"]
    assert not {"V-1-skydd", "U-1-skydd", "V-2-skydd"} & keys(case)
    edit_facts(case, {"areas": [VIOLENCE]}, by=coordinator)
    assert {"V-1-skydd", "V-2-skydd"} <= keys(case)
    assert "U-1-skydd" not in keys(case)
    assert driver.says(driver.findings_at("dialogue", case))["V-1-skydd"] == "block"
    edit_facts(case, {"areas": [VIOLENCE, "Ungdomar"]}, by=coordinator)
    assert {"V-1-skydd", "U-1-skydd"} <= keys(case)


def test_the_step_warns_until_it_is_said_what_the_case_is_about(mora, about_violence, coordinator):
    case = driver.to_assessment(driver.send_in(mora), by=coordinator)
    told = [finding for finding in case.findings_before("dialogue") if "Det är inte angivet om" in finding.sentence]
    assert [(finding.effect, finding.rule) for finding in told] == [("warn", None)]
    edit_facts(case, {"areas": ["Ungdomar"]}, by=coordinator)
    assert not any("Det är inte angivet om" in finding.sentence for finding in case.findings_before("dialogue"))


def test_it_is_chosen_among_the_facts(mora, about_violence, coordinator):
    case = driver.to_assessment(driver.send_in(mora), by=coordinator)
    client = driver.logged_in(coordinator)
    address = f"/mora/arenden/{case.reference}/"
    assert VIOLENCE in client.get(address).content.decode()
    sent = {"title": case.title, "coordinator": coordinator.pk, "areas": [VIOLENCE], "origin": "organisation"}
    assert client.post(f"{address}fakta/", sent).status_code == 302
    case.refresh_from_db()
    assert case.areas == [VIOLENCE]
    assert "<dt>Områden</dt><dd>Våld i nära relationer</dd>" in client.get(address).content.decode()
    assert client.post(f"{address}fakta/", sent | {"areas": ["Påhittat"]}).status_code == 422


def test_where_no_rule_names_an_area_nothing_is_asked(mora, coordinator):
    case = driver.to_assessment(driver.send_in(mora), by=coordinator)
    assert case.areas_to_choose == []
    assert 'name="areas"' not in driver.logged_in(coordinator).get(f"/mora/arenden/{case.reference}/").content.decode()
    assert facts_and_origin(case)["areas"] == []


def test_the_agreement_gets_the_points_of_the_area(mora, about_violence, coordinator):
    case = driver.to_assessment(driver.send_in(mora), by=coordinator)
    agreement = case.agreements.create(title="x", number=1)
    edit_facts(case, {"areas": [VIOLENCE]}, by=coordinator)
    assert agreement.points.filter(rule="V-2-skydd").exists()


def test_units_and_areas_both_count():
    row = RULE | {"units": ["Socialnämnden"], "areas": [VIOLENCE]}
    rules = parse({"schema": 1, "municipality": "x", "title": "x", "questions": [row]})
    here, there = frozenset({"Socialnämnden"}), frozenset({"Byggnadsnämnden"})
    about, other = frozenset({VIOLENCE}), frozenset({"Idrott"})
    assert [bool(rules.limited_to(u, a).questions) for u in (here, there) for a in (about, other)] == [
        True, False, False, False,
    ]  # fmt: skip
    assert rules.limited_to(None, about).questions


def test_a_rule_of_an_addition_may_name_its_own_area():
    common = parse({"schema": 1, "municipality": "x", "title": "x"})
    beside = parse(
        {"schema": 1, "municipality": "x", "title": "x", "areas": ["A"], "questions": [RULE | {"areas": "B"}]}
    )
    assert combined(common, {"s": beside}).questions[0].areas == ("B",)


@pytest.mark.parametrize("areas", [[""], ["x" * 61]])
def test_an_area_has_a_name_of_reasonable_length(areas):
    with pytest.raises(RuleSetError):
        parse({"schema": 1, "municipality": "x", "title": "x", "questions": [RULE | {"areas": areas}]})
