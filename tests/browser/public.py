"""What those outside the municipality do: send in an initiative, read their letters, confirm a declaration."""

import re
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.browser.places import Place


def begin(page: Page):
    """From the address to the first step. Everybody has an address of their own: letters to one are limited."""
    page.get_by_label("Din e-postadress").fill(f"{uuid4().hex[:12]}@forening.example")
    page.get_by_role("button", name="Börja", exact=True).click()
    expect(page.get_by_text("Steg 1 av 6")).to_be_visible()


def forward(page: Page, number: int):
    """Save, and come to the step of that number."""
    page.get_by_role("button", name="Spara och fortsätt").click()
    expect(page.get_by_text(f"Steg {number} av 6")).to_be_visible()


def fill_in(page: Page, place: Place, *, title: str = "", look=lambda page: None):
    """The public form, as a volunteer fills it in from its first page; it is not sent yet. ``look`` at each step."""
    begin(page)
    look(page)
    page.get_by_label("Vad vill ni kalla idén?").fill(title or place.title)
    page.get_by_label("Vilken samhällsutmaning handlar det om?").fill("Många saknar någon att träffa om kvällarna.")
    page.get_by_label("Vad vill ni göra tillsammans med kommunen?").fill("Vi öppnar två kvällar i veckan.")
    forward(page, 2)
    look(page)
    page.get_by_label("För vem?").fill("Alla som vill ha sällskap.")
    page.get_by_label("Vad blir bättre för dem?").fill("Färre är ensamma.")
    forward(page, 3)
    look(page)
    page.get_by_label("Organisationens namn").first.fill(place.organisation)
    page.get_by_label("Organisationsnummer").first.fill(place.number)
    page.get_by_label("Typ av organisation").first.select_option("Ideell förening")
    page.get_by_label("Ditt namn").fill("Anna Åkesson")
    expect(page.get_by_label("E-post")).to_have_value(re.compile("@forening.example$"))  # the address it began with
    forward(page, 4)
    look(page)
    page.get_by_label("Ideell tid").fill("20 timmar i månaden")
    page.get_by_label("Något mer kommunen skulle kunna bidra med?").fill("En lokal.")
    forward(page, 5)
    look(page)
    for question in page.get_by_role("group").filter(has=page.get_by_role("radio")).all():
        question.get_by_role("radio").first.check()
    forward(page, 6)
    look(page)


def send(page: Page) -> str:
    """Returns the reference that the receipt gives."""
    page.get_by_role("button", name="Skicka initiativet").click()
    return reference_on_receipt(page)


def reference_on_receipt(page: Page) -> str:
    expect(page.get_by_role("heading", name="Tack, vi har tagit emot ert initiativ")).to_be_visible()
    return re.search(r"IOP-\d{4}-\d{4}", page.get_by_role("main").inner_text()).group()


def open_letter(page: Page, subject: str):
    """The newest letter with the words in its subject."""
    page.goto("/demo/brev/")
    page.get_by_role("link", name=subject).first.click()
    expect(page.get_by_role("heading", name=subject)).to_be_visible()


def follow_link(page: Page):
    """The first: the personal one. Below it may stand the address of the pages that take a login."""
    page.get_by_role("main").get_by_role("link", name=re.compile("^http")).first.click()


def confirm_declaration(page: Page):
    page.get_by_label("Ditt namn").fill("Olle Ordförande")
    page.get_by_label("Din roll i organisationen").fill("ordförande")
    page.get_by_label("Jag har läst intyget").check()
    page.get_by_role("button", name="Bekräfta intyget").click()
    expect(page.get_by_role("main")).to_contain_text("Intyget är bekräftat")
