"""Every page of the journey, for those who do not see it, do not use a mouse, or read it on a phone."""

import pytest
from playwright.sync_api import expect

from tests.browser import desk, public, rule_editor
from tests.browser.people import DESK, PHONE
from tests.browser.places import MORA, PLACES

TABS = ("", "checklista/", "parter/", "yttranden/", "brev/", "avtal/", "uppfoljning/", "akt/", "handelser/")
# Stage -> the tabs that look otherwise there.
STAGES = {
    "received": ("", "checklista/"),
    "assessment": TABS,
    "dialogue": ("", "yttranden/"),
    "drafting": ("parter/", "avtal/"),
    "in_force": TABS,
    "closed": ("", "checklista/"),
}


@pytest.fixture(scope="session")
def cases(site) -> dict[str, str]:
    """Stage -> address of a case in Mora."""
    return {
        stage: f"/mora/arenden/{reference}/"
        for stage, reference in site.run("cases", *STAGES, "decision", "signing").items()
    }


def test_for_those_outside(people, inspection):
    page = people.come("/")
    inspection.look(page)
    inspection.look(page, "/mora/")
    inspection.look(page, "/mora/riktlinje/")
    inspection.look(page, "/mora/passar-det/")
    inspection.look(page, "/jamfor/")
    inspection.look(page, "/mora/initiativ/nytt/")
    page.get_by_role("button", name="Börja", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    inspection.look(page)
    public.begin(page)
    page.goto(page.url.replace("/iden/", "/skicka/"))
    page.get_by_role("button", name="Skicka initiativet").click()
    expect(page.get_by_role("alert")).to_be_visible()
    inspection.look(page)
    page.goto("/mora/initiativ/nytt/")
    public.fill_in(page, MORA, look=inspection.look)
    public.send(page)
    inspection.look(page)
    inspection.look(page, "/demo/brev/")
    inspection.look(page, "/demo/brev/1/")
    inspection.look(page, "/finns/inte/")
    inspection.look(page, "/logga-in/")
    page.get_by_label("E-post").fill("samordnare@mora.example")
    page.get_by_label("Lösenord").fill("fel")
    page.get_by_role("button", name="Logga in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    inspection.look(page)


def test_when_cookies_are_off(people, inspection):
    page = people.come("/logga-in/")
    page.get_by_label("E-post").fill("samordnare@mora.example")
    page.get_by_label("Lösenord").fill("fel")
    page.context.clear_cookies()
    page.get_by_role("button", name="Logga in").click()
    expect(page.get_by_role("heading", name="Skicka en gång till")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("samordnare@mora.example")
    inspection.look(page)


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_in_the_colours_of_each_municipality(place, people, inspection):
    page = people.come(f"/{place.slug}/")
    inspection.look(page, widths=(DESK,))
    inspection.look(page, f"/{place.slug}/riktlinje/", widths=(PHONE,))
    inspection.look(page, f"/{place.slug}/initiativ/nytt/", widths=(PHONE,))


def test_lists(people, site, cases, inspection):
    site.run("an_organisation", MORA.slug, "kim@kvallsgruppen.example")  # one more, to be the same
    page = people.log_in(MORA, "samordnare")
    for view in ("mina", "forsenade"):
        inspection.look(page, f"/mora/arbetsbord/?visa={view}")
    for path in ("arenden/?skede=alla", "arenden/?q=finnsinte", "organisationer/", "avtal/", "uppfoljning/"):
        inspection.look(page, f"/mora/{path}")
    page.goto("/mora/organisationer/")
    page.get_by_role("row").nth(1).get_by_role("link").first.click()
    inspection.look(page)
    one = page.url
    inspection.look(page, f"{one}andra/")
    page.goto(f"{one}sla-ihop/?q=r")
    inspection.look(page)
    page.get_by_role("link", name="Det är den").first.click()
    inspection.look(page)
    inspection.look(page, "/")


@pytest.mark.parametrize("stage", STAGES)
def test_case(stage, people, cases, inspection):
    page = people.log_in(MORA, "samordnare")
    for tab in STAGES[stage]:
        inspection.look(page, cases[stage] + tab)


def test_agreement_on_its_way(people, cases, inspection):
    page = people.log_in(MORA, "sekreterare")
    for stage in ("decision", "signing"):
        inspection.look(page, cases[stage])
        inspection.look(page, cases[stage] + "avtal/")
    page.get_by_role("button", name="För in underskrifterna").click()
    expect(page.get_by_role("alert")).to_be_visible()
    inspection.look(page)


def test_answers_and_refusals(people, cases, inspection):
    """What the pages of a case look like when something was saved, and when something was wrong."""
    page = people.log_in(MORA, "samordnare")
    page.goto(cases["assessment"] + "checklista/")
    for part in page.locator("form.part").all()[:3]:
        if part.get_by_role("radio").count():
            for choice in range(3):
                with desk.autosaved(page):
                    desk.press(part, choice)
            inspection.look(page)
    page.goto(cases["assessment"] + "parter/")
    desk.unfold(page, "Anteckna en insats").get_by_role("button", name="Anteckna").click()
    expect(page.get_by_role("alert")).to_be_visible()
    inspection.look(page)
    page.goto(cases["drafting"] + "avtal/")
    page.get_by_label("Gäller från och med").fill("2027-01-01")
    page.get_by_label("Gäller till och med").fill("2026-12-31")
    page.get_by_role("button", name="Spara avtalstiden").click()
    expect(page.get_by_role("alert")).to_be_visible()
    inspection.look(page)


def test_declaration(people, cases, inspection):
    coordinator = people.log_in(MORA, "samordnare")
    coordinator.goto(cases["assessment"] + "parter/")
    coordinator.get_by_label("Företrädarens e-post").fill("olle@forening.example")
    desk.submit(coordinator.get_by_role("main"), "Skicka för bekräftelse", "Intyget är skickat")
    inspection.look(coordinator)
    page = people.come("/", width=PHONE)
    public.open_letter(page, "Värdegrundsintyg")
    inspection.look(page)
    public.follow_link(page)
    inspection.look(page)
    page.get_by_role("button", name="Bekräfta intyget").click()
    expect(page.get_by_role("alert")).to_be_visible()
    inspection.look(page)
    public.confirm_declaration(page)
    inspection.look(page)


def test_for_those_with_other_roles(people, cases, inspection):
    adviser = people.log_in(MORA, "radgivare")
    inspection.look(adviser)
    inspection.look(adviser, cases["assessment"] + "yttranden/")
    reader = people.log_in(MORA, "lasare")
    for tab in ("checklista/", "parter/", "avtal/"):
        inspection.look(reader, cases["drafting"] + tab)
    # What she may not do, and what belongs to another municipality.
    reader.goto(cases["drafting"])
    reader.evaluate(
        """() => {
          const form = document.querySelector('form[action="/logga-ut/"]');
          form.action = location.pathname + 'ta-emot/';
          form.requestSubmit();
        }"""
    )
    expect(reader.get_by_role("heading", name="Du får inte göra det här")).to_be_visible()
    inspection.look(reader)
    inspection.look(reader, "/gavle/arbetsbord/")


def test_rules_editor(people, cases, inspection):
    """From the list of versions to the one that is published, with a rule that is refused on the way."""
    page = people.log_in(MORA, "administrator")
    rule_editor.open_rule_sets(page)
    inspection.look(page)
    page.get_by_role("button", name="Börja").click()
    desk.told(page, "Utkastet är påbörjat")
    draft = page.url
    inspection.look(page)
    rule_editor.open_rule(page, "Verksamheten sker på initiativ")
    inspection.look(page)
    rule_editor.write(page, {"Vår läsning": "Föreningen ska ha kommit på det."})
    rule_editor.saved(page)
    inspection.look(page)
    the_colleague_was_first(page)
    inspection.look(page)
    a_rule_with_faults(page, draft)
    inspection.look(page)
    rule_editor.write(page, {"Svar att välja mellan": "utan kolon"})
    expect(rule_editor.status(page)).to_contain_text("Inte sparat")
    inspection.look(page)
    page.get_by_role("button", name="Spara", exact=True).click()
    expect(rule_editor.status(page)).to_contain_text("Inte sparat")
    inspection.look(page)
    for path in ("visa/", "publicera/", ""):
        inspection.look(page, draft + path)
    page.get_by_role("button", name="Ta bort egen-1").click()
    desk.told(page, "Regeln är borttagen")
    inspection.look(page)
    for path in ("helhet/", "visa/", "skillnader/", "prov/", "publicera/"):
        inspection.look(page, draft + path)
    page.get_by_role("button", name="Publicera version").click()
    expect(page.get_by_role("alert")).to_be_visible()
    inspection.look(page)
    page.goto(draft)
    for sort in ("intyg", "avtalspunkt", "ansvar och beslut", "avtalstid"):
        page.get_by_role("button", name=f"Lägg till {sort}", exact=True).click()
        inspection.look(page)
        rule_editor.back_to_rules(page)


def the_colleague_was_first(page):
    """As if somebody else had saved the rule meanwhile."""
    page.evaluate("() => { document.querySelector('[name=was]').value = 'en annan text'; }")
    rule_editor.write(page, {"Plats": "Checklistan"})
    expect(rule_editor.status(page)).to_contain_text("Regeln har ändrats")


def a_rule_with_faults(page, draft: str):
    page.goto(draft)
    page.get_by_role("button", name="Lägg till kriterium").click()
    rule_editor.write(page, {"Plats": "3 §"})
    rule_editor.saved(page)
