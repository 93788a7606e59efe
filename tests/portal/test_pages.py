"""The open pages: start page, a municipality's own page, its rules and its colour."""

import pytest
from django.utils.html import escape

from iop.municipalities.models import Municipality
from iop.rulesets.models import RuleSetVersion
from tests.cases import driver

OPEN = ["/", "/jamfor/", "/logga-in/", "/halsa/", "/mora/", "/mora/riktlinje/", "/mora/passar-det/", "/mora/farg.css"]


@pytest.fixture
def client(db):
    return driver.logged_in(None)


@pytest.mark.parametrize("address", OPEN)
def test_open_for_everybody(client, neighbour, address):
    assert client.get(address).status_code == 200
    assert client.head(address).status_code == 200
    if address != "/logga-in/":
        assert driver.logged_in(neighbour).get(address).status_code == 200


@pytest.mark.parametrize("address", [address for address in OPEN if address not in ("/logga-in/", "/mora/passar-det/")])
def test_read_only(client, address):
    response = client.post(address)
    assert response.status_code == 405
    assert "Adressen tar bara emot formulär" in response.text or "text/html" not in response["Content-Type"]


@pytest.mark.parametrize("page", ["", "riktlinje/", "farg.css", "passar-det/", "initiativ/nytt/", "arbetsbord/"])
def test_an_unknown_municipality(client, coordinator, page):
    assert driver.logged_in(coordinator).get(f"/atlantis/{page}").status_code == 404
    if page != "arbetsbord/":
        assert client.get(f"/atlantis/{page}").status_code == 404


def test_the_start_page_lists_the_five_in_swedish_order(client):
    for slug, name in (("ostersund", "Östersunds kommun"), ("are", "Åre kommun"), ("almhult", "Älmhults kommun")):
        Municipality.objects.create(slug=slug, name=name, short_name=name, email=f"iop@{slug}.example")
    names = [one.name for one in client.get("/").context["municipalities"]]
    assert names == [
        "Botkyrka kommun",
        "Gävle kommun",
        "Mora kommun",
        "Stockholms stad",
        "Söderhamns kommun",
        "Åre kommun",
        "Älmhults kommun",
        "Östersunds kommun",
    ]


def test_the_start_page_leads_an_official_to_work(client, coordinator):
    assert 'href="/mora/arbetsbord/"' in driver.logged_in(coordinator).get("/").text
    assert "Du arbetar i" not in client.get("/").text


@pytest.mark.parametrize("slug", driver.FIVE)
def test_a_municipality_tells_what_an_iop_is_there(client, slug):
    rules = RuleSetVersion.objects.get(municipality__slug=slug).rules
    page = client.get(f"/{slug}/").text
    for paragraph in rules.about:
        assert escape(paragraph) in page
    for rule in rules.criteria:
        if rule.enabled and rule.list:
            assert escape(rule.wording) in page
    assert f'href="/{slug}/initiativ/nytt/"' in page
    assert f'href="/{slug}/farg.css"' in page


@pytest.mark.parametrize("slug", driver.FIVE)
def test_the_guideline_shows_every_rule_with_its_word_and_place(client, slug):
    rules = RuleSetVersion.objects.get(municipality__slug=slug).rules
    page = client.get(f"/{slug}/riktlinje/").text
    for rule in rules.every_rule():
        if rule.enabled:
            assert f'id="{rule.key}"' in page
            assert escape(rule.wording) in page
            assert escape(rule.source) in page
        else:
            assert f'id="{rule.key}"' not in page
    for declaration in rules.declarations:
        for point in declaration.points:
            assert escape(point.text) in page


def test_a_municipality_without_rules_says_so(client):
    Municipality.objects.create(slug="orsa", name="Orsa kommun", short_name="Orsa", email="iop@orsa.example")
    assert "Kommunen har inte lagt upp sina regler här ännu." in client.get("/orsa/").text
    assert client.get("/orsa/riktlinje/").status_code == 200
    assert client.get("/orsa/initiativ/nytt/").status_code == 404
    assert client.get("/orsa/passar-det/").status_code == 404


@pytest.mark.parametrize("slug", driver.FIVE)
def test_each_has_its_colour_in_a_style_sheet(client, slug):
    response = client.get(f"/{slug}/farg.css")
    assert response["Content-Type"] == "text/css; charset=utf-8"
    assert response.text == f":root {{ --accent: {Municipality.objects.get(slug=slug).accent}; }}\n"
