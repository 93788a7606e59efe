"""The public form as it looks when something is wrong: faults, other devices, broken files, links that have ended."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import public
from tests.browser.axe import Inspection
from tests.browser.people import PHONE, People
from tests.browser.places import PLACES, SODERHAMN, Place
from tests.cases.driver import PDF

WRONG = {
    "iden": {"Vad vill ni kalla idén?": "☀️☀️☀️"},
    "for-vem": {"För vem?": "x" * 6000},
    "vilka-ni-ar": {"Organisationsnummer": "850709-9805", "E-post": "anna@", "Telefon": "ring mig"},
    "bidrag": {"Pengar": "x" * 300},
    "fragor": {},
}


def begin(people: People, place: Place, **options) -> Page:
    page = people.come(f"/{place.slug}/initiativ/nytt/", width=PHONE, **options)
    public.begin(page)
    return page


def to(page: Page, step: str):
    page.goto(re.sub(r"/[a-z-]+/$", f"/{step}/", page.url))


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_every_step_with_something_wrong(people, inspection, place):
    page = begin(people, place)
    for step, wrong in WRONG.items():
        to(page, step)
        if step == "vilka-ni-ar":
            show_each_legal_form(page, inspection, place)
        for label, text in wrong.items():
            page.get_by_label(label, exact=True).first.fill(text)
        if wrong:
            page.get_by_role("button", name="Spara och fortsätt").click()
            expect(page.locator("[data-fault]").first).to_be_visible()
            inspection.look(page)
            page.reload()  # as the server shows it
        inspection.look(page)


def show_each_legal_form(page: Page, inspection: Inspection, place: Place):
    """Where the rule set asks more of some legal forms, those questions come when the form is chosen."""
    form = page.get_by_label("Typ av organisation").first
    asked = {one.get_attribute("data-for-form") for one in page.locator("[data-for-form]").all()}
    assert bool(asked) == (place is SODERHAMN)
    for one in sorted(asked):
        form.select_option(one)
        expect(page.locator(f"[data-for-form='{one}']").first).to_be_visible()
        inspection.look(page)
    form.select_option("")


def test_another_device_and_files_on_their_way(people, inspection):
    page = begin(people, SODERHAMN)
    other = people.come(page.url)
    label = "Vad vill ni göra tillsammans med kommunen?"
    page.get_by_label(label, exact=True).fill("Telefonens ord")
    expect(page.locator("[data-saved]")).to_have_text(re.compile("Sparat kl"))
    other.get_by_label(label, exact=True).fill("Datorns ord")
    expect(other.get_by_label(f"{label}, som det står nu")).to_be_visible()
    inspection.look(other)

    to(page, "skicka")
    page.route("**/bilagor/*/?offset=1048576", lambda route: route.abort())
    large = {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": PDF + b"\n%" + b"x" * (2 * 2**20)}
    page.get_by_label("Välj filer").set_input_files(large)
    expect(page.get_by_role("main")).to_contain_text("Avbrott i uppladdningen")
    inspection.look(page)
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator("#bilagor")).to_contain_text("inte klar")
    page.get_by_label("E-postadress till den som ska skriva med").fill("bo@forening.example")
    page.get_by_role("button", name="Bjud in").click()
    expect(page.get_by_role("heading", name="De här kan skriva med")).to_be_visible()
    page.get_by_label("E-postadress till den som ska skriva med").fill("bo")
    page.get_by_role("button", name="Bjud in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    inspection.look(page)
    people.complaints.clear()  # the console tells of the piece that was cut off


def test_links_that_have_ended_and_too_many_tries(people, site, inspection):
    page = people.come("/soderhamn/initiativ/utkast/finns-inte/iden/", width=PHONE)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Länken")
    inspection.look(page)
    inspection.look(page, site.run("an_old_receipt", "soderhamn"))
    expect(page.get_by_role("heading", name="Länken till kvittot fungerar inte längre")).to_be_visible()
    page.goto("/soderhamn/initiativ/nytt/")
    for _ in range(12):
        page.get_by_label("Din e-postadress").fill("samma@forening.example")
        page.get_by_role("button", name="Jag har redan börjat").click()
        if page.get_by_role("heading", name="Det blev många försök").count():
            break
        page.goto("/soderhamn/initiativ/nytt/")
    expect(page.get_by_role("heading", name="Det blev många försök på kort tid")).to_be_visible()
    inspection.look(page)
