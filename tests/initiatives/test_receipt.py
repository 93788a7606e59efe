"""The receipt: what was sent and how the case stands, for whoever holds the secret link."""

import pytest

from iop.cases.models import Case
from tests.cases import driver


@pytest.fixture
def client(mora):
    return driver.logged_in(None)


@pytest.fixture
def link(client) -> str:
    return client.post("/mora/initiativ/nytt/", driver.form(**{"own_MOR-39": "vet_inte"}))["Location"]


def test_works(client, link):
    response = client.get(link)
    assert response.status_code == 200
    sent = driver.written()
    for name in ("title", "challenge", "idea", "target_group", "we_bring", "municipality_brings", "organisation_name"):
        assert sent[name] in response.text
    assert "IOP-2026-0001" in response.text or Case.objects.get().reference in response.text
    assert "<dt>Bidrar verksamheten till att lösa en samhällsutmaning i Mora?</dt><dd>Vet inte</dd>" in response.text
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_other_methods_are_refused(client, link, method):
    assert getattr(client, method)(link).status_code == 405


@pytest.mark.parametrize("token", ["fel", "0" * 48, "%00"])
def test_a_wrong_link_is_not_found(client, link, token):
    assert client.get(f"/mora/initiativ/kvitto/{token}/").status_code == 404


@pytest.mark.parametrize("slug", ["gavle", "atlantis"])
def test_under_another_municipality_it_is_not_found(client, link, slug):
    assert client.get(link.replace("/mora/", f"/{slug}/")).status_code == 404


@pytest.mark.parametrize(
    ("stage", "facts", "told"),
    [
        ("received", {}, "En samordnare i kommunen läser initiativet och hör av sig till Anna Åkesson."),
        ("dialogue", {}, "Ärendet är i skedet dialog."),
        (
            "closed",
            {"outcome": "grant", "closed_on": "2026-11-03"},
            "Ärendet är avslutat: hänvisat till föreningsbidrag.",
        ),
    ],
)
def test_it_tells_how_the_case_stands(client, link, stage, facts, told):
    Case.objects.update(stage=stage, **facts)
    assert told in client.get(link).text


def test_it_shows_nothing_that_officials_have_written(client, link, mora, coordinator):
    case = driver.to_assessment(Case.objects.get(), by=coordinator)
    driver.fulfil(case, by=coordinator)
    text = client.get(link).text
    for hidden in ("Karin", "Inget att invända", "Socialnämnden", "Rolf"):
        assert hidden not in text
