"""The open pages and the register, as those outside meet them, and as the municipality writes and publishes them."""

import pytest
from playwright.sync_api import expect

from tests.browser import desk
from tests.browser.people import PHONE
from tests.browser.places import MORA

PAGES = (
    "vad-ar-iop/",
    "sa-gar-det-till/",
    "kontakt/",
    "tillganglighet/",
    "tillganglighet/rapportera/",
    "personuppgifter/",
    "register/",
    "register/?q=finnsinte&status=pagar",
)


def test_pages_to_read(people, inspection, site):
    page = people.come("/mora/")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for path in PAGES:
        inspection.look(page, f"/mora/{path}")
    assert [url for url in asked if not url.startswith((site.url, "data:"))] == []
    page.context.clear_cookies()
    for path in PAGES:
        page.goto(f"/mora/{path}")
    assert page.context.cookies() == []


def test_a_fault_is_reported_without_script(people, inspection):
    page = people.come("/mora/tillganglighet/", width=PHONE, java_script_enabled=False)
    page.get_by_role("link", name="Rapportera en brist").click()
    page.get_by_role("button", name="Skicka till kommunen").click()
    expect(page.get_by_role("alert")).to_contain_text("Vad är det som inte fungerar?")
    page.get_by_label("Vad är det som inte fungerar?").fill("Jag hittar inte sökrutan med skärmläsare.")
    page.get_by_role("button", name="Skicka till kommunen").click()
    expect(page.get_by_role("main")).to_contain_text("Tack, vi har fått det.")
    page.goto("/demo/brev/")
    expect(page.get_by_role("main")).to_contain_text("Brist i tillgängligheten")


def test_the_administrator_writes_a_page(people, inspection):
    page = people.log_in(MORA, "administrator")
    page.get_by_role("link", name="Ändra de öppna sidorna").click()
    inspection.look(page)
    page.get_by_role("link", name="Skriv om Vem kan vi fråga?").click()
    page.get_by_label("Text", exact=True).fill("Ring växeln och fråga efter samordnaren.")
    page.get_by_role("button", name="Se hur det blir").click()
    inspection.look(page)
    page.get_by_role("button", name="Spara texten").click()
    page.get_by_role("link", name="Ändra Dataskyddsombud").click()
    page.get_by_role("button", name="Spara").click()
    page.get_by_role("link", name="Ändra Dataskyddsombud").click()
    page.get_by_label("Namn eller funktion").fill("Ombudet")
    page.get_by_role("button", name="Spara").click()
    expect(page.get_by_role("alert")).to_be_visible()
    inspection.look(page)
    expect(people.come("/mora/kontakt/").get_by_role("main")).to_contain_text("Ring växeln")


@pytest.mark.parametrize("step", ["1", "3", "5", "6"])
def test_the_administrator_sees_how_a_step_of_the_form_becomes(people, inspection, step):
    page = people.log_in(MORA, "administrator")
    page.get_by_role("link", name="Ändra de öppna sidorna").click()
    page.get_by_role("link", name=f"Skriv om Formuläret, steg {step}").click()
    page.get_by_label("Stegets rubrik", exact=True).fill("Berätta i korthet")
    page.get_by_role("button", name="Se hur det blir").click()
    expect(page.get_by_role("region", name="Så ser det ut")).to_contain_text("Berätta i korthet")
    inspection.look(page)


def test_a_partnership_is_published_and_found(people, inspection, site):
    case = f"/mora/arenden/{site.run('cases', 'in_force')['in_force']}/"
    page = people.log_in(MORA, "samordnare")
    inspection.look(page, f"{case}register/")
    page.get_by_label("Vad partnerskapet heter").fill("Språkcafé för alla")
    page.get_by_label("Kort om vad ni gör tillsammans").fill("Vi övar svenska över en kopp kaffe.")
    page.get_by_label("Vad har det lett till?").fill("Fyrtio personer kommer varje vecka.")
    desk.submit(page.get_by_role("main"), "Spara texten", "Texten är sparad")
    inspection.look(page)
    desk.submit(page.get_by_role("main"), "Publicera i registret", "Partnerskapet står nu i registret")
    inspection.look(page)
    visitor = people.come("/mora/register/", width=PHONE, java_script_enabled=False)
    visitor.get_by_role("searchbox", name="Sök").fill("svenska")
    visitor.get_by_label("Läge").select_option("Pågår")
    visitor.get_by_role("button", name="Visa").click()
    expect(visitor.get_by_role("status")).to_contain_text("1 partnerskap")
    visitor.get_by_role("link", name="Språkcafé för alla").click()
    expect(visitor.get_by_role("heading", name="Resultat")).to_be_visible()
    reader = people.come("/mora/register/?q=svenska")
    inspection.look(reader)
    reader.get_by_role("link", name="Språkcafé för alla").click()
    inspection.look(reader)
    desk.submit(page.get_by_role("main"), "Ta bort ur registret", "står inte längre i registret")
    assert reader.reload().status == 404
