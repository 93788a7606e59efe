"""A rule holds cases like those it is meant for: its units, its period, its conditions."""

from datetime import timedelta

import pytest
from django.utils import timezone

from iop.rulesets.models import RuleSetVersion, take_in
from tests.cases import driver

TODAY = timezone.localdate()
RULE = {"id": "PROV", "quote": "Så står det.", "word": "ska", "before": "decision"}


@pytest.fixture
def said(mora, coordinator):
    """What a rule with the given keys says of a case that is done in every other way."""

    def said(change=lambda case: None, **keys) -> dict[str, str]:
        content = RuleSetVersion.objects.in_force(mora).get().content
        version, _ = take_in(mora, content | {"questions": [*content["questions"], RULE | keys]})
        version.publish()
        case = driver.fulfil(driver.to_assessment(driver.send_in(mora), by=coordinator), by=coordinator)
        case.answers.filter(rule="PROV").delete()
        change(case)
        return driver.says(driver.findings_at("decision", case))

    return said


HELD, FREE = {"PROV": "block"}, {}


@pytest.mark.parametrize(
    ("units", "outcome"),
    [([], HELD), (["Socialnämnden"], HELD), (["Kommunstyrelseförvaltningen"], HELD), (["Byggnadsnämnden"], FREE)],
)
def test_units(said, units, outcome):
    assert said(units=units) == outcome


@pytest.mark.parametrize(("days", "outcome"), [(-1, HELD), (0, HELD), (1, FREE)])
def test_from_its_first_day(said, days, outcome):
    assert said(valid_from=str(TODAY + timedelta(days=days))) == outcome


@pytest.mark.parametrize("days", [-1, 0, 1])
def test_after_its_last_day_it_is_asked_still(said, days):
    """A guideline that has not been replaced is followed, and the finding says that the list has run out."""
    assert said(valid_to=str(TODAY + timedelta(days=days))) == HELD


@pytest.mark.parametrize(
    ("when", "outcome"),
    [
        ({"amount_more_than": 99_999}, HELD),
        ({"amount_more_than": 100_000}, FREE),
        ({"money_from": "Socialnämnden"}, HELD),
        ({"money_from": "Byggnadsnämnden"}, FREE),
        ({"legal_form_in": ["stiftelse", "ideell_forening"]}, HELD),
        ({"legal_form_in": ["stiftelse"]}, FREE),
        ({"units_more_than": 0}, HELD),
        ({"units_more_than": 1}, FREE),
        ({"municipalities_more_than": 0}, HELD),
        ({"municipalities_more_than": 1}, FREE),
        ({"units_more_than": 0, "legal_form_in": ["stiftelse"]}, FREE),
    ],
)
def test_conditions(said, when, outcome):
    assert said(lambda case: driver.bring(case, kind="money", value=100_000), when=when) == outcome


def test_premises_are_no_amount(said):
    assert said(lambda case: driver.bring(case, kind="premises", value=100_000), when={"amount_more_than": 0}) == FREE
