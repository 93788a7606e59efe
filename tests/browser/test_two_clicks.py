"""What goes wrong between people and machines: one click too many, two at once, a server that dies."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import desk, public
from tests.browser.people import PHONE, People
from tests.browser.places import MORA


def sent_with(people: People, title: str) -> int:
    """How many cases of that title there are."""
    page = people.log_in(MORA, "samordnare")
    page.goto(f"/mora/arenden/?skede=alla&q={title}")
    return page.get_by_role("main").get_by_role("link", name=title).count()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_double_click_sends_once(people: People, script: bool):
    page = people.come("/mora/initiativ/nytt/", width=PHONE, java_script_enabled=script)
    title = f"Dubbelt {script}"
    public.fill_in(page, MORA, title=title)
    page.get_by_role("button", name="Skicka initiativet").dblclick()
    public.reference_on_receipt(page)
    assert sent_with(people, title) == 1


def test_back_and_send_again_leads_to_the_same_receipt(people: People):
    page = people.come("/mora/initiativ/nytt/", width=PHONE)
    public.fill_in(page, MORA, title="Tillbaka och igen")
    reference = public.send(page)
    page.go_back()
    expect(page.get_by_label("Vad vill ni kalla idén?")).to_have_value("Tillbaka och igen")
    assert public.send(page) == reference
    assert sent_with(people, "Tillbaka och igen") == 1


def on_the_checklist(people: People, title: str) -> Page:
    """A new case, received by the coordinator."""
    volunteer = people.come("/mora/initiativ/nytt/", width=PHONE)
    public.fill_in(volunteer, MORA, title=title)
    reference = public.send(volunteer)
    page = people.log_in(MORA, "samordnare")
    page.goto(f"/mora/arenden/{reference}/")
    desk.submit(desk.gate(page), "Ta emot initiativet", "Initiativet är mottaget")
    return page


def test_two_coordinators_lose_nothing(people: People):
    karin = on_the_checklist(people, "Två samtidigt")
    kalle = people.log_in(MORA, "kollega")
    kalle.goto(karin.url)
    answer(karin, "MOR-39", 0, "Karins skäl.")
    answer(kalle, "MOR-40", 1, "Kalles skäl.")
    answer(karin, "MOR-41", 2, "Karins andra skäl.")
    for page in (karin, kalle):
        page.reload()
        assert [said(page, rule) for rule in ("MOR-39", "MOR-40", "MOR-41")] == [
            ("Ja", "Karins skäl."),
            ("Nej", "Kalles skäl."),
            ("Oklart", "Karins andra skäl."),
        ]


def test_what_was_saved_survives_kill_9(people: People, site):
    page = on_the_checklist(people, "Mitt i alltihop")
    answer(page, "MOR-39", 0, "Sagt före olyckan.")
    site.kill()
    row = desk.criterion(page, "MOR-41")
    desk.press(row, 0)
    expect(row.get_by_role("status")).to_contain_text("Inte sparat")
    people.complaints.clear()  # htmx tells the console, too, that nobody answered.
    site.start()
    desk.press(row, 1)
    desk.saved(row)
    page.reload()
    assert said(page, "MOR-39") == ("Ja", "Sagt före olyckan.")
    assert said(page, "MOR-41") == ("Nej", "")


def answer(page: Page, rule: str, choice: int, reason: str):
    row = desk.criterion(page, rule)
    with desk.autosaved(page):
        desk.press(row, choice)
    words = row.get_by_label("Motivering")
    words.fill(reason)
    with desk.autosaved(page):
        words.press("Tab")


def said(page: Page, rule: str) -> tuple[str, str]:
    row = desk.criterion(page, rule)
    chosen = row.get_by_role("radio", checked=True).get_attribute("id")
    return row.locator(f"label[for='{chosen}']").inner_text(), row.get_by_label("Motivering").input_value()
