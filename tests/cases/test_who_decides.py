"""Who is responsible and who decides are kept apart: a route may name both, and each is held to its own."""

import pytest

from iop.cases.machinery import Blocked
from iop.rulesets.models import RuleSetVersion, take_in
from tests.cases import driver

ROUTE = {"id": "PROV", "quote": "Kommunstyrelsen beslutar.", "word": "ska", "before": "signing"}


@pytest.fixture
def decided_on(mora, coordinator):
    content = RuleSetVersion.objects.in_force(mora).get().content
    version, _ = take_in(mora, content | {"routes": [ROUTE | {"decides": "Kommunstyrelsen"}]})
    version.publish()
    case = driver.to_assessment(driver.send_in(mora), by=coordinator)
    return driver.to_decision(driver.to_drafting(case, by=coordinator), by=coordinator)


def test_the_body_that_the_route_names_decides(decided_on, mora, secretary):
    driver.yes(decided_on, by=secretary, body=mora.units.get(name="Kommunstyrelsen"))
    decided_on.refresh_from_db()
    assert decided_on.stage == "signing"


def test_another_body_does_not(decided_on, mora, secretary):
    with pytest.raises(Blocked, match="Kommunstyrelsen ska besluta, men Socialnämnden har gjort det"):
        driver.yes(decided_on, by=secretary, body=mora.units.get(name="Socialnämnden"))
    decided_on.refresh_from_db()
    assert decided_on.stage == "decision"
    assert not decided_on.case.decisions.exists()


def test_a_delegate_decides_for_the_body_that_delegated(decided_on, secretary):
    driver.yes(decided_on, by=secretary, body=None, delegate="Dag Delegat, förvaltningschef")
    decided_on.refresh_from_db()
    assert decided_on.stage == "signing"
