"""Where scripts are off or did not arrive, everything works all the same, a button more at a time."""

from playwright.sync_api import expect

from tests.browser import desk, public
from tests.browser.people import DESK, PHONE, People
from tests.browser.places import MORA
from tests.cases.driver import PDF


def send_initiative(people: People, width: int) -> str:
    """With something to mend on the way, and a file. Returns the reference."""
    volunteer = people.come("/mora/initiativ/nytt/", width=width, java_script_enabled=False)
    public.fill_in(volunteer, MORA)
    volunteer.get_by_role("link", name="Ändra Idén och samhällsutmaningen").click()
    volunteer.get_by_label("Vad vill ni kalla idén?").fill("🎉")
    volunteer.get_by_role("button", name="Spara och fortsätt").click()
    expect(volunteer.get_by_role("alert")).to_contain_text("Skriv en rubrik med bokstäver")
    volunteer.get_by_label("Vad vill ni kalla idén?").fill(MORA.title)
    public.forward(volunteer, 2)
    volunteer.get_by_text("Alla steg").click()
    volunteer.get_by_role("link", name="Se över och skicka").click()
    stadgar = {"name": "stadgar.pdf", "mimeType": "application/pdf", "buffer": PDF}
    volunteer.get_by_label("Välj filer").set_input_files(stadgar)
    volunteer.get_by_role("button", name="Ladda upp").click()
    expect(volunteer.get_by_role("button", name="Ta bort stadgar.pdf")).to_be_visible()
    return public.send(volunteer)


def test_initiative_is_sent_at_a_desk(people: People):
    assert send_initiative(people, DESK)


def test_initiative_is_sent_on_a_phone_and_judged(people: People):
    reference = send_initiative(people, PHONE)
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
