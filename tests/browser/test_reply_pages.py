"""The pages behind personal links, as those see them who have nothing but a letter: asked, wrong, answered, gone."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import desk, public
from tests.browser.axe import Inspection
from tests.browser.people import PHONE, People
from tests.browser.places import MORA
from tests.cases.driver import PDF


@pytest.fixture
def coordinator(people: People, site) -> Page:
    """At a case under assessment."""
    page = people.log_in(MORA, "samordnare")
    page.goto(f"/mora/arenden/{site.run('cases', 'assessment')['assessment']}/")
    return page


def by_link(people: People, subject: str) -> Page:
    page = people.come("/", width=PHONE)
    public.open_letter(page, subject)
    public.follow_link(page)
    return page


def wrong_and_right(page: Page, inspection: Inspection, text: str, button: str, then: str):
    """Look at the page, send it empty, look again, answer, and look at what is told then."""
    inspection.look(page)
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("alert")).to_be_visible()
    inspection.look(page)
    main = page.get_by_role("main")
    desk.field(main, text).fill("Vi ser inget hinder, och kommer gärna och berättar.")
    desk.field(main, "Ditt namn").first.fill("Rolf Ek")
    page.get_by_role("button", name=button).click()
    expect(main).to_contain_text(then)
    inspection.look(page)


def test_a_request_to_complete(coordinator, people, inspection):
    desk.open_tab(coordinator, "Brev")
    coordinator.get_by_role("link", name="Begär komplettering").click()
    main = coordinator.get_by_role("main")
    inspection.look(coordinator)
    desk.field(main, "Annat som behövs").fill("Stadgar\nAntal medlemmar")
    main.get_by_role("button", name="Granska brevet").click()
    inspection.look(coordinator)
    desk.submit(main, "Skicka", "Brevet är skickat")
    page = by_link(people, "Vi behöver veta mer")
    wrong_and_right(page, inspection, "Ert svar", "Skicka svaret", "Ert svar har kommit fram")
    files_on_a_bad_connection(page, inspection)
    people.complaints.clear()  # the console tells that nobody answered


def files_on_a_bad_connection(page: Page, inspection: Inspection):
    """Too many and too large are told before anything is sent; what broke off stays, and is sent again as one."""
    main, field = page.get_by_role("main"), page.get_by_label("Filer")
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    main.get_by_label("Ert svar").fill("Här är protokollet.")
    main.get_by_label("Ditt namn").fill("Rolf Ek")
    field.set_input_files([{"name": f"{n}.pdf", "mimeType": "application/pdf", "buffer": PDF} for n in range(40)])
    expect(main.get_by_role("alert")).to_have_text(
        "Välj högst 10 filer åt gången, och skicka resten efteråt. Du har valt 40."
    )
    field.evaluate("field => { field.dataset.mostBytes = 2 ** 20 }")  # a test does not carry 25 MB
    field.set_input_files({"name": "film.pdf", "mimeType": "application/pdf", "buffer": PDF.ljust(2**20 + 1)})
    main.get_by_role("button", name="Skicka svaret").click()
    expect(main.get_by_role("alert")).to_have_text("Filen «film.pdf» är för stor. Den får vara högst 1 MB.")
    expect(field).to_be_focused()
    inspection.look(page)
    assert sent == []
    field.set_input_files([{"name": f"{n}.pdf", "mimeType": "application/pdf", "buffer": PDF} for n in range(2)])
    expect(main.get_by_role("alert")).to_have_count(0)
    page.context.set_offline(True)
    main.get_by_role("button", name="Skicka svaret").click()
    expect(main.get_by_role("alert")).to_contain_text("Inte skickat: uppladdningen bröts.")
    expect(main.get_by_label("Ert svar")).to_have_value("Här är protokollet.")
    assert field.evaluate("field => field.files.length") == 2
    page.context.set_offline(False)
    page.route("**/svar/**", lambda route: (route.fetch(), route.abort()), times=1)  # it came, and no answer did
    for told in ("Inte skickat: uppladdningen bröts.", "0.pdf"):
        main.get_by_role("button", name="Skicka svaret").click()
        expect(main).to_contain_text(told)
    expect(main.get_by_text("Här är protokollet.")).to_have_count(1)
    main.get_by_label("Ert svar").fill("Utan namn.")
    field.set_input_files({"name": "3.pdf", "mimeType": "application/pdf", "buffer": PDF})
    main.get_by_role("button", name="Skicka svaret").click()
    expect(main.get_by_role("alert")).to_be_focused()
    expect(main.get_by_label("Ert svar")).to_have_value("Utan namn.")


def test_a_statement(coordinator, people, inspection):
    desk.open_tab(coordinator, "Yttranden och möten")
    form = desk.unfold(coordinator, "Begär ett annat yttrande")
    form.get_by_label("eller av en utomstående").fill("Länsstyrelsen")
    desk.field(form, "Fråga").fill("Finns det en marknad att vårda?")
    form.get_by_label("Skicka en länk till").fill("rolf@lansstyrelsen.example")
    desk.submit(form, "Skicka begäran", "Yttrandet är begärt")
    page = by_link(people, "Begäran om yttrande")
    wrong_and_right(page, inspection, "Yttrande", "Lämna yttrandet", "Yttrandet är lämnat")


def test_whom_an_affected_unit_sends(coordinator, people, inspection):
    facts = desk.form_of_facts(coordinator)
    facts.get_by_role("checkbox", name="Socialnämnden").check()
    desk.submit(facts, "Spara uppgifterna", "Uppgifterna är sparade")
    desk.open_tab(coordinator, "Yttranden och möten")
    form = desk.unfold(coordinator, "Skicka en länk till förvaltningschef för Socialnämnden")
    inspection.look(coordinator)
    desk.field(form, "Skicka en länk till").fill("petra@mora.example")
    desk.submit(form, "Skicka frågan", "Frågan är skickad till petra@mora.example")
    page = by_link(people, "Utse deltagare från Socialnämnden")
    wrong_and_right(page, inspection, "Deltagare", "Lämna svaret", "Socialnämnden har svarat")


def test_a_link_that_is_gone(people, inspection):
    page = people.come("/svar/finns-inte/", width=PHONE)
    expect(page.get_by_role("heading", name="Länken gäller inte")).to_be_visible()
    inspection.look(page)
