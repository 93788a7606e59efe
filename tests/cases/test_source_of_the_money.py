"""A rule may be for cases that a certain unit pays for: routing by the source of the money."""

import pytest

from iop.rulesets.models import RuleSetVersion, take_in
from partners.models import Contribution
from tests.cases import driver

ROUTE = {
    "id": "PROV",
    "quote": "Betalar fritidsnämnden ska kommunstyrelsen ansvara.",
    "word": "ska",
    "before": "dialogue",
    "responsible": "Kommunstyrelsen",
    "when": {"money_from": "Byggnadsnämnden"},
}


@pytest.mark.parametrize(
    ("payer", "kind", "responsible", "said"),
    [
        ("Byggnadsnämnden", "money", "Socialnämnden", {"PROV": "block"}),
        ("Byggnadsnämnden", "money", "Kommunstyrelsen", {}),
        ("Socialnämnden", "money", "Socialnämnden", {}),
        (None, "money", "Byggnadsnämnden", {"PROV": "block"}),  # the responsible body pays when nothing else is said
        (None, "money", "Socialnämnden", {}),
        ("Byggnadsnämnden", "premises", "Socialnämnden", {}),
    ],
)
def test_the_unit_that_pays_decides_which_rules_are_in_play(mora, coordinator, payer, kind, responsible, said):
    content = RuleSetVersion.objects.in_force(mora).get().content
    version, _ = take_in(mora, content | {"routes": [ROUTE]})
    version.publish()
    case = driver.to_assessment(driver.send_in(mora), by=coordinator)
    driver.responsible(case, responsible)
    unit = mora.units.get(name=payer) if payer else None
    Contribution.objects.create(case=case, kind=kind, what="Bidrag", value_per_year=50_000, payer=unit)
    found = driver.says(driver.findings_at("dialogue", case))
    assert {key: effect for key, effect in found.items() if key == "PROV"} == said


@pytest.mark.parametrize(("kind", "status"), [("money", 302), ("premises", 422)])
def test_who_pays_is_noted_with_the_money(assessed, coordinator, kind, status):
    payer = assessed.municipality.units.get(name="Byggnadsnämnden")
    data = {"insats-kind": kind, "insats-what": "Bidrag", "insats-value_per_year": "50000", "insats-payer": payer.pk}
    client = driver.logged_in(coordinator)
    response = client.post(f"{assessed.get_absolute_url()}insatser/ny/", data)
    assert response.status_code == status
    if status == 422:
        assert "Bara kommunens pengar har en enhet som betalar." in response.text
    else:
        assert assessed.contributions.get(what="Bidrag").payer == payer
