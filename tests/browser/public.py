"""What those outside the municipality do: send in an initiative, read their letters, confirm a declaration."""

import re

from playwright.sync_api import Page, expect

from tests.browser.places import Place

CONTACT = "anna.akesson@forening.example"


def fill_in(page: Page, place: Place, *, title: str = ""):
    """The public form, as a volunteer fills it in; it is not sent yet."""
    page.get_by_label("Vad vill ni kalla idén?").fill(title or place.title)
    page.get_by_label("Vilken samhällsutmaning handlar det om?").fill("Många saknar någon att träffa om kvällarna.")
    page.get_by_label("Vad vill ni göra tillsammans med kommunen?").fill("Vi öppnar två kvällar i veckan.")
    page.get_by_label("För vem, och vad blir bättre för dem?").fill("Alla som vill ha sällskap.")
    page.get_by_label("Vad kan er organisation bidra med?").fill("Ideell tid.")
    page.get_by_label("Vad skulle kommunen kunna bidra med?").fill("En lokal.")
    for question in page.get_by_role("group").filter(has=page.get_by_role("radio")).all():
        # Groups of groups are the form's chapters.
        if not question.get_by_role("group").count():
            question.get_by_role("radio").first.check()
    page.get_by_label("Organisationens namn").fill(place.organisation)
    page.get_by_label("Organisationsnummer").fill(place.number)
    page.get_by_label("Associationsform").select_option("Ideell förening")
    page.get_by_label("Ditt namn").fill("Anna Åkesson")
    page.get_by_label("E-post").fill(CONTACT)


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
    page.get_by_role("main").get_by_role("link", name=re.compile("^http")).click()


def confirm_declaration(page: Page):
    page.get_by_label("Ditt namn").fill("Olle Ordförande")
    page.get_by_label("Din roll i organisationen").fill("ordförande")
    page.get_by_label("Jag har läst intyget").check()
    page.get_by_role("button", name="Bekräfta intyget").click()
    expect(page.get_by_role("main")).to_contain_text("Intyget är bekräftat")
