"""What goes wrong between people and machines: one click too many, two at once, a server that dies."""

import re

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


def test_going_back_after_sending_leads_to_the_same_receipt(people: People):
    page = people.come("/mora/initiativ/nytt/", width=PHONE)
    public.fill_in(page, MORA, title="Tillbaka och igen")
    reference = public.send(page)
    page.go_back()  # the draft's pages lead to the receipt from now on
    assert public.reference_on_receipt(page) == reference
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


def test_two_at_the_same_point_of_an_agreement(people: People, site):
    """The later text is refused with the other's beside it, and can be saved all the same; who writes on is not."""
    address = site.run("agreement_in_writing")
    karin, kalle = people.log_in(MORA, "samordnare"), people.log_in(MORA, "kollega")
    hers, his = (the_point(page, address) for page in (karin, kalle))
    for text in ("Karin skriver.", "Karin skriver vidare."):
        save_text(karin, hers, text)
        desk.saved(hers)
    expect(hers.get_by_role("radio", name="Används", exact=True)).to_be_checked()
    expect(karin.get_by_role("main")).to_contain_text(re.compile(r"\b1 av \d+ punkter används"))
    save_text(kalle, his, "Kalle skriver.", ok=False)
    expect(his.get_by_role("status")).to_contain_text("Inte sparat: Någon annan har ändrat det här medan du skrev.")
    expect(his.get_by_label("Text, som det står nu")).to_have_value("Karin skriver vidare.")
    save_text(kalle, his, "Kalle skriver mer.", ok=False)
    his.get_by_role("button", name="Spara mitt ändå").click()
    desk.saved(his)
    expect(his.get_by_role("button", name="Spara mitt ändå")).to_have_count(0)
    save_text(kalle, his, "Kalle skriver ännu mer.")
    desk.saved(his)
    assert the_point(karin, address).get_by_label("Text till Målgrupp").input_value() == "Kalle skriver ännu mer."


def the_point(page: Page, address: str):
    page.goto(address)
    return page.locator("[id^=punkt-]").filter(has=page.get_by_role("heading", name="Målgrupp", exact=True))


def save_text(page: Page, point, text: str, *, ok: bool = True):
    words = point.get_by_label("Text till Målgrupp")
    with page.expect_response(lambda response: "/punkter/" in response.url) as answered:
        words.fill(text)
        words.press("Tab")
    assert answered.value.ok is ok, answered.value.status
