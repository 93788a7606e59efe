"""No inline style or script on any page, a policy that would refuse it, and no id twice.

The pages are those of Mora's case on its whole way, seen by its coordinator, and the open pages.
"""

import re

import pytest

from followup.actions import end
from initiatives.steps import SLUGS
from iop.cases.actions import add_record
from iop.cases.letters import hash_of
from partners.actions import send_declaration
from partners.models import Declaration
from tests.cases import driver
from tests.initiatives import writing

INLINE = [r"<script(?![^>]*\bsrc=)", r"<style", r"\sstyle\s*=", r"\son[a-z]+\s*=", r"javascript:", r"\shx-on"]
TABS = [
    "",
    "checklista/",
    "parter/",
    "yttranden/",
    "brev/",
    "avtal/",
    "uppfoljning/",
    "register/",
    "akt/",
    "handelser/",
]
LISTS = ["arbetsbord/", "arenden/", "organisationer/", "avtal/", "uppfoljning/"]


def faults(html: str) -> list[str]:
    ids = re.findall(r'\sid="([^"]*)"', html)
    found = [f"id {one} twice" for one in sorted({one for one in ids if ids.count(one) > 1})]
    found += [
        f"label for {one}, which is not there"
        for one in re.findall(r'<label[^>]*\sfor="([^"]*)"', html)
        if one not in ids
    ]
    return found + [match[0] for pattern in INLINE for match in re.finditer(pattern, html)]


def look(user, addresses) -> dict[str, list[str]]:
    client = driver.logged_in(user)
    found = {}
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 200
        found[address] = faults(response.text)
    return {address: said for address, said in found.items() if said}


@pytest.mark.parametrize("slug", driver.FIVE)
def test_open_pages(db, slug):
    addresses = [
        "/",
        "/jamfor/",
        "/logga-in/",
        *(f"/{slug}/{page}" for page in ("", "riktlinje/", "passar-det/", "initiativ/nytt/", "register/")),
        *(f"/{slug}/{page}" for page in ("vad-ar-iop/", "sa-gar-det-till/", "kontakt/", "personuppgifter/")),
        *(f"/{slug}/{page}" for page in ("tillganglighet/", "tillganglighet/rapportera/")),
    ]
    assert look(None, addresses) == {}
    client = driver.logged_in(None)
    assert faults(client.post(f"/{slug}/initiativ/nytt/", {"email": ""}).text) == []
    address = writing.begin(client, slug)
    writing.write(client, address)
    for step in SLUGS:
        assert faults(client.get(f"{address}{step}/").text) == []
    assert faults(writing.save(client, address, "iden", title="🎉").text) == []
    assert faults(writing.send(client, address).text) == []
    writing.save(client, address, "iden", title="Kafé")
    assert faults(client.get(writing.send(client, address)["Location"]).text) == []


def test_the_case_on_its_way(case, coordinator):
    addresses = [f"/mora/arenden/{case.reference}/{tab}" for tab in TABS] + [f"/mora/{page}" for page in LISTS]
    addresses.append(f"/mora/organisationer/{case.parties.get().organisation_id}/")

    def stage():
        return look(coordinator, addresses)

    found = [stage()]
    driver.join(driver.to_assessment(case, by=coordinator), "Byalaget", 2)
    add_record(case, direction="in", about="Brev", uploads=[driver.pdf()])
    found.append(stage())
    driver.fulfil(case, by=coordinator)
    case.answers.filter(rule="MOR-40").update(value="no")
    found.append(stage())
    case.answers.filter(rule="MOR-40").update(value="yes")
    case.move_to("dialogue", by=coordinator)
    found.append(stage())
    agreement = driver.begin_writing(case, by=coordinator)
    found.append(stage())
    driver.to_decision(agreement, by=coordinator)
    found.append(stage())
    driver.to_signing(agreement, by=coordinator)
    found.append(stage())
    driver.to_in_force(agreement, by=coordinator)
    found.append(stage())
    end(case, outcome="not_extended", why="", by=coordinator)
    found.append(stage())
    assert found == [{}] * 9


@pytest.mark.parametrize("slug", [slug for slug in driver.FIVE if slug != "mora"])
def test_the_case_in_the_others(db, slug):
    at = driver.municipality(slug)
    by = driver.person("Karin Samordnare", at, "coordinator")
    case = driver.to_assessment(driver.send_in(at, legal_form="ekonomisk_forening"), by=by)
    driver.join(case, "Byalaget", 2, legal_form="ekonomisk_forening")
    addresses = [f"/{slug}/arenden/{case.reference}/{tab}" for tab in TABS]
    assert look(by, addresses) == {}
    driver.to_drafting(case, by=by)
    assert look(by, addresses) == {}


@pytest.mark.parametrize("role", ["reader", "secretary", "adviser"])
def test_for_those_who_may_do_less(assessed, request, role):
    user = request.getfixturevalue(role)
    assert look(user, [f"/mora/arenden/{assessed.reference}/{tab}" for tab in TABS]) == {}


def test_the_declaration(assessed, coordinator):
    send_declaration(
        assessed.parties.get(),
        assessed.rules.declarations[0],
        to="a@a.example",
        by=coordinator,
        absolute=driver.absolute,
    )
    Declaration.objects.update(token_hash=hash_of("en-hemlighet"))
    assert look(None, ["/intyg/en-hemlighet/"]) == {}


def test_the_policy_allows_nothing_inline(mora, coordinator):
    for address in ("/", "/mora/", "/mora/arbetsbord/", "/finns-inte/alls/"):
        response = driver.logged_in(coordinator).get(address)
        policy = dict(part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))
        assert policy == {
            "default-src": "'none'",
            "script-src": "'self'",
            "style-src": "'self'",
            "img-src": "'self' data:",
            "font-src": "'self'",
            "connect-src": "'self'",
            "form-action": "'self'",
            "base-uri": "'none'",
            "frame-ancestors": "'none'",
        }
        assert response["X-Frame-Options"] == "DENY"
        assert response["Referrer-Policy"] == "same-origin"
