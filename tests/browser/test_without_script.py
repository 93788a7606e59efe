"""Where scripts are off or did not arrive, everything works all the same, a button more at a time."""

from playwright.sync_api import expect

from tests.browser import desk, public
from tests.browser.people import PHONE, People
from tests.browser.places import MORA


def test_initiative_is_sent_and_judged(people: People):
    volunteer = people.come("/mora/initiativ/nytt/", width=PHONE, java_script_enabled=False)
    volunteer.get_by_role("button", name="Skicka initiativet").click()
    expect(volunteer.get_by_role("alert")).to_contain_text("Vad vill ni kalla idén?")
    public.fill_in(volunteer, MORA)
    reference = public.send(volunteer)

    page = people.log_in(MORA, "samordnare", java_script_enabled=False)
    page.goto(f"/mora/arenden/{reference}/")
    desk.submit(desk.gate(page), "Ta emot initiativet", "Initiativet är mottaget")
    expect(desk.step(page, "Inled dialog")).to_be_disabled()
    part = page.locator("form.part").filter(has=page.get_by_role("radio")).first
    desk.press(part, 0)
    part.get_by_label("Motivering").fill("Det framgår av ansökan.")
    before = len(desk.findings(page, "Hinder"))
    with page.expect_navigation():
        part.get_by_role("button", name="Spara").click()
    desk.saved(part)
    expect(part.get_by_role("radio", name="Ja")).to_be_checked()
    expect(part.get_by_label("Motivering")).to_have_value("Det framgår av ansökan.")
    assert len(desk.findings(page, "Hinder")) == before - 1
