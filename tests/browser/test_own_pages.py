"""An organisation's person on a phone: a code from the mailbox, then the case, an answer and a draft to comment on."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import desk, public
from tests.browser.axe import Inspection
from tests.browser.paper import a_paper
from tests.browser.people import PHONE, People
from tests.browser.places import BOTKYRKA, MORA

CONTACT = "anna.akesson@arbetsmarknadsintegrationssamordning.example"
SIGNER = "olle.ek@undertecknare.example"  # not one more code to the same mailbox: they are counted


def log_in(people: People, inspection: Inspection, path: str, contact: str = CONTACT) -> Page:
    """From the page that was asked for, by a code in the newest letter, back to that page."""
    page = people.come(path, width=PHONE)
    page.get_by_label("Din e-postadress").fill("anna")
    page.get_by_role("button", name="Skicka en kod").click()
    expect(page.get_by_role("alert")).to_be_visible()
    inspection.look(page)
    page.get_by_label("Din e-postadress").fill(contact)
    page.get_by_role("button", name="Skicka en kod").click()
    expect(page.get_by_role("heading", name="Skriv koden")).to_be_visible()
    inspection.look(page)
    mailbox = people.come("/", width=PHONE)
    public.open_letter(mailbox, "Din kod")
    code = re.search(r"\d{4}-\d{4}", mailbox.get_by_role("heading", level=1).inner_text())[0]
    page.get_by_label("Koden i brevet").fill(code)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{path}")
    return page


def test_a_case_on_the_phone(people, site, inspection):
    reference = site.run("cases", "drafting")["drafting"]
    official = people.log_in(MORA, "samordnare")
    official.goto(f"/mora/arenden/{reference}/brev/skriv/?slag=komplettering")
    main = official.get_by_role("main")
    desk.field(main, "Det som behövs").fill("Årsmötesprotokoll")
    main.get_by_role("button", name="Granska brevet").click()
    main.get_by_role("button", name="Skicka", exact=True).click()
    desk.told(official, "Brevet är skickat")
    official.goto(f"/mora/arenden/{reference}/avtal/")
    with official.expect_response(lambda answer: "/punkt" in answer.url and answer.request.method == "POST"):
        official.get_by_label(re.compile("^Text till")).first.fill("Vi ses två kvällar i veckan.")
        official.keyboard.press("Tab")
    official.reload()
    desk.unfold(official, "Dela utkastet")
    desk.submit(official.get_by_role("main"), "Dela utkastet", "Utkastet är delat.")

    own = f"/mina-sidor/mora/{reference}/"
    page = log_in(people, inspection, own)
    inspection.look(page)
    for path in ("/mina-sidor/", f"{own}skriv/", f"{own}personer/", f"{own}aterta/", f"{own}utkast/"):
        inspection.look(page, path)

    page.goto(own)
    page.get_by_role("link", name=re.compile("^Svara")).click()
    inspection.look(page)
    page.get_by_label("Ert svar").fill("Här kommer det.")
    page.get_by_label("Ditt namn").fill("Anna Åkesson")
    page.get_by_role("button", name="Skicka svaret").click()
    desk.told(page, "Ert svar är skickat till kommunen.")

    page.goto(f"{own}utkast/")
    part = desk.unfold(page, "Lämna en synpunkt")
    part.get_by_label("Synpunkt").fill("Tre kvällar vore bättre.")
    expect(part.get_by_label("Ditt namn")).to_have_value("Anna Åkesson")  # typed once in a visit
    part.get_by_role("button", name="Skicka").click()
    desk.told(page, "Tack, kommunen har fått det.")
    inspection.look(page)

    page.goto(f"{own}skriv/")
    page.get_by_role("button", name="Skicka").click()
    expect(page.get_by_role("alert")).to_be_visible()
    inspection.look(page)

    official.goto(f"/mora/arenden/{reference}/avtal/")
    expect(official.get_by_role("main")).to_contain_text("Tre kvällar vore bättre.")
    inspection.look(official)
    inspection.look(official, f"/mora/arenden/{reference}/parter/")


@pytest.mark.parametrize("place", [MORA, BOTKYRKA], ids=str)
def test_all_that_a_representative_is_asked_for(people, site, inspection, place):
    contact = f"olle.ek@{place.slug}-forening.example"
    asked = site.run("an_organisation", place.slug, contact)
    page = log_in(people, inspection, asked["own"], contact)
    inspection.look(page)
    inspection.look(page, f"{asked['own']}personer/")
    expect(page.get_by_role("button", name="Bjud in")).to_be_visible()
    inspection.look(page, asked["draft"])
    expect(page.get_by_text("Vi är överens").first).to_be_visible(visible=place is BOTKYRKA)
    for path, heading in (("fragor/", "Frågor"), ("overens/", "överens")) if place is BOTKYRKA else ():
        inspection.look(page, f"{asked['own']}{path}")
        expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
    for address in (asked.get("paper"), asked.get("declaration")):
        if address:
            inspection.look(page, address)
            page.get_by_role("main").get_by_role("button").last.click()
            expect(page.get_by_role("alert")).to_be_visible()
            inspection.look(page)


def test_signing_and_what_comes_after(people, site, inspection):
    made = site.run("cases", "signing", "in_force")
    own = f"/mina-sidor/mora/{made['signing']}/"
    page = log_in(people, inspection, own)
    inspection.look(page)
    inspection.look(page, f"{own}skriv-under/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Skriv under avtalet")
    page.goto(f"{own}personer/")
    page.get_by_role("main").get_by_role("link", name=re.compile("^(Ta bort|Lämna)")).first.click()
    inspection.look(page)
    inspection.look(page, f"/mina-sidor/mora/{made['in_force']}/")
    page.get_by_role("link", name=re.compile("^Skicka er del")).first.click()
    inspection.look(page)
    expect(page.get_by_role("main").get_by_role("button", name=re.compile("^Skicka"))).to_be_visible()


def test_what_is_typed_is_kept_also_when_the_login_is_lost(people, site, inspection):
    reference = site.run("cases", "drafting")["drafting"]
    page = log_in(people, inspection, f"/mina-sidor/mora/{reference}/skriv/")
    saved = page.locator("[data-saved]")
    page.get_by_label("Meddelande").fill("Ett halvt br")
    page.get_by_role("link", name=reference).click()  # at once, and nobody is asked
    page.wait_for_url(f"**/{reference}/")
    page.go_back()
    page.reload()
    expect(page.get_by_label("Meddelande")).to_have_value("Ett halvt br")
    kept = page.context.cookies()
    page.context.clear_cookies()
    page.get_by_label("Meddelande").fill("Ett halvt brev till")
    expect(saved).to_contain_text("Du har loggats ut. Texten står kvar här.")
    page.get_by_role("button", name="Skicka").click()  # stays, with everything in place
    expect(page.get_by_label("Meddelande")).to_have_value("Ett halvt brev till")
    expect(page.get_by_role("link", name="Logga in i ett nytt fönster")).to_be_visible()
    inspection.look(page)
    page.context.add_cookies([one for one in kept if "csrf" not in one["name"]])  # logged in again, with a new mark
    page.evaluate("() => window.dispatchEvent(new Event('focus'))")
    expect(saved).to_have_text(re.compile(r"Sparat kl\. \d"))
    page.get_by_label("Ämne").fill("Hej")
    page.get_by_label("Ditt namn").fill("Anna")
    page.get_by_role("button", name="Skicka").click()
    desk.told(page, "Meddelandet är skickat till kommunen.")
    page.goto(f"/mina-sidor/mora/{reference}/skriv/")
    expect(page.get_by_label("Meddelande")).to_have_value("")
    people.complaints.clear()


def test_of_several_files_the_good_ones_stay_chosen_when_another_is_refused(people, site, inspection):
    reference = site.run("cases", "drafting")["drafting"]
    page = log_in(people, inspection, f"/mina-sidor/mora/{reference}/skriv/")
    page.get_by_label("Ämne").fill("Stadgar")
    page.get_by_label("Ditt namn").fill("Anna")
    names = ("karta.pdf", "trasig.pdf", "bilder.pdf")
    files = [{"name": name, "mimeType": "application/pdf", "buffer": a_paper()} for name in names]
    files[1]["buffer"] = b"MZ" * 100
    page.get_by_label("Filer").set_input_files(files)
    page.get_by_role("button", name="Skicka").click()
    expect(page.get_by_text("Filen «trasig.pdf» är inte en PDF-fil").first).to_be_visible()
    expect(page.get_by_text("Fortfarande valda: karta.pdf, bilder.pdf.")).to_be_visible()
    inspection.look(page)
    page.get_by_role("button", name="Skicka").click()
    desk.told(page, "Meddelandet är skickat till kommunen.")
    for name in ("karta.pdf", "bilder.pdf"):
        expect(page.get_by_role("link", name=name)).to_be_visible()
    expect(page.get_by_text("trasig.pdf")).to_have_count(0)
    people.complaints.clear()  # 422 is told in the console


def test_an_agreement_is_signed_in_the_program_by_both_sides(people, site, inspection):
    reference = site.run("cases", "signing")["signing"]
    official = people.log_in(MORA, "samordnare")
    official.goto(f"/mora/arenden/{reference}/parter/")
    official.get_by_role("main").locator("a[href*='/organisationer/']").first.click()
    for name, email in (("Anna Åkesson", CONTACT), ("Olle Ek", SIGNER)):  # others see it when the sender is known
        part = desk.unfold(official, "Bekräfta en företrädare")
        told = {"Namn": name, "E-post": email, "Roll i organisationen": "ordförande"}
        for label, text in (told | {"Hur har ni kontrollerat det?": "protokollet från årsmötet"}).items():
            desk.field(part, label).fill(text)
        with official.expect_navigation():
            part.get_by_role("button", name="Bekräfta").click()

    own = f"/mina-sidor/mora/{reference}/"
    page = log_in(people, inspection, own, SIGNER)
    page.get_by_role("link", name="Skriv under avtalet, här eller på papper").click()
    inspection.look(page)
    page.get_by_role("link", name="Skriv under här").click()
    inspection.look(page)
    page.get_by_role("button", name="Skriv under").click()
    expect(page.get_by_role("alert")).to_contain_text("Kryssa i rutan för att skriva under.")
    inspection.look(page)
    sign(page, "Din roll i organisationen", **{"Ditt namn": "Olle Ek"})
    desk.told(page, "Du har skrivit under.")
    expect(page.get_by_role("link", name="underskriftsbevis")).to_be_visible()
    inspection.look(page)

    secretary = people.log_in(MORA, "sekreterare")
    secretary.goto("/mora/arbetsbord/")
    secretary.get_by_role("link", name=re.compile("^För in underskriften från")).first.click()
    panel = secretary.locator("#underskrifter")
    expect(panel).to_contain_text("Olle Ek, ordförande, har skrivit under i programmet")
    desk.unfold(secretary, "Skriv under här för")
    sign(panel, "Din roll")
    desk.told(secretary, "Du har skrivit under för Mora kommun. En kollega prövar underskriften")
    inspection.look(secretary)
    official.goto(f"/mora/arenden/{reference}/avtal/")
    panel = official.locator("#underskrifter")
    expect(panel.get_by_label("Vem undertecknade för")).to_have_count(0)  # nothing to write but the grounds
    desk.submit(panel, "För in underskrifterna", "Underskrifterna är införda.")
    expect(panel).to_contain_text("Olle Ek, ordförande")
    page.goto(own)
    expect(page.get_by_text("är undertecknat")).to_be_visible()
    people.complaints.clear()  # 422 is told in the console


def sign(within, role: str, **more):
    """Fill in who signs, and sign."""
    for label, text in (more | {role: "ordförande", "Varför får du skriva under?": "protokollet"}).items():
        desk.field(within, label).fill(text)
    within.get_by_label("Jag har läst dokumentet").check()
    within.get_by_role("button", name="Skriv under", exact=True).click()
