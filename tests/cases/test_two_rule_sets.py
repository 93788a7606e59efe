"""The same case under two rule sets: two outcomes, one code."""

from datetime import date

import pytest

from iop.cases.actions import answer
from partners.models import PartnerDocument
from tests.cases import driver


def ready(slug: str, **other):
    """A case in assessment where all that can be done is done."""
    at = driver.municipality(slug)
    by = driver.person("Karin Samordnare", at, "coordinator")
    return driver.fulfil(driver.to_assessment(driver.send_in(at, **other), by=by), by=by), by


def under_the_pen(slug: str, **other):
    case, by = ready(slug, **other)
    case.move_to("dialogue", by=by)
    agreement = driver.begin_writing(case, by=by)
    return driver.write(agreement, by=by), by


def rule(case, key: str):
    return next(rule for rule in case.rules.every_rule() if rule.key == key)


@pytest.mark.parametrize(
    ("slug", "before_dialogue", "before_decision"),
    [
        ("mora", {"MOR-38": "block"}, {"MOR-38": "block"}),
        ("soderhamn", {}, {"SOD-20": "block"}),
        ("botkyrka", {}, {}),
        ("gavle", {}, {}),
        ("stockholm", {}, {"FORUM-1": "inform"}),
    ],
)
def test_the_municipality_took_the_initiative(db, slug, before_dialogue, before_decision):
    case, _ = ready(slug, origin="municipality")
    assert driver.says(case.findings_before("dialogue")) == before_dialogue
    assert driver.says(driver.findings_at("decision", case)) == before_decision


@pytest.mark.parametrize(
    ("slug", "said"),
    [("soderhamn", {"SOD-39": "block"}), ("botkyrka", {}), ("mora", {}), ("stockholm", {}), ("gavle", {})],
)
def test_five_years(db, slug, said):
    agreement, by = under_the_pen(slug)
    driver.write(agreement, by=by, end=date(2031, 12, 31))
    assert driver.says(agreement.findings_before("decision")) == said


@pytest.mark.parametrize(
    ("slug", "said"),
    [
        ("soderhamn", {"SOD-38": "block"}),
        ("botkyrka", {"BOT-29": "warn"}),
        ("mora", {}),
        ("stockholm", {}),
        ("gavle", {}),
    ],
)
def test_no_last_day(db, slug, said):
    agreement, by = under_the_pen(slug)
    driver.write(agreement, by=by, end=None)
    assert driver.says(agreement.findings_before("decision")) == said


@pytest.mark.parametrize(("slug", "keys"), [("mora", ["MOR-53"]), ("gavle", [])])
def test_a_paper_that_does_not_exist(db, slug, keys):
    case, _ = ready(slug)
    paper = {"mora": "MOR-53", "gavle": "GAV-44"}[slug]
    PartnerDocument.objects.filter(party__case=case, rule=paper).update(status="does_not_exist")
    assert driver.says(driver.findings_at("in_force", case)) == dict.fromkeys(keys, "warn")


@pytest.mark.parametrize(
    ("slug", "said"),
    [
        ("soderhamn", {"SOD-10": "block"}),
        ("botkyrka", {}),
        ("mora", {}),
        ("stockholm", {}),
        ("gavle", {}),
    ],
)
def test_an_ordinary_company(db, slug, said):
    case, _ = ready(slug, legal_form="aktiebolag")
    assert driver.says(driver.findings_at("decision", case)) == said


@pytest.mark.parametrize(
    ("slug", "key", "said"),
    [
        ("soderhamn", "SOD-23", {"SOD-23": "block"}),
        ("botkyrka", "BOT-20", {"BOT-20": "block"}),
        ("mora", "MOR-44", {"MOR-44": "block"}),
        ("stockholm", "FORUM-4", {"FORUM-4": "inform"}),
    ],
)
def test_there_is_a_market(db, slug, key, said):
    """Gävle's guideline asks nothing about a market."""
    case, by = ready(slug)
    answer(case, rule(case, key), part="", value="no", by=by)
    assert driver.says(driver.findings_at("decision", case)) == said


@pytest.mark.parametrize(
    ("slug", "said"),
    [
        ("soderhamn", {"SOD-33": "block"}),
        ("botkyrka", {"BOT-34": "inform"}),
        ("mora", {}),
        ("stockholm", {}),
        ("gavle", {"GAV-16": "inform"}),
    ],
)
def test_another_committee_pays_for_the_same_activity(db, slug, said):
    case, _ = ready(slug)
    party = case.parties.get()
    driver.support(party, activity=party.activity, unit="Kommunstyrelsen")
    assert driver.says(driver.findings_at("decision", case)) == said
