"""A coordinator's days: a case worked to the writing of its agreement, one turned to a grant, and both found again."""

import re

from playwright.sync_api import Page, expect

from tests.browser import desk, public
from tests.browser.people import PHONE, People
from tests.browser.places import GAVLE, MORA, Place
from tests.browser.test_journey import answer_checklist, declare_values, know_the_party, receive


def test_a_case_of_moras_to_drafting(people: People):
    reference = arrive(people, MORA, "Odling vid Siljan")
    coordinator = people.log_in(MORA, "samordnare")
    receive(coordinator, MORA, reference)
    answer_checklist(coordinator)
    point_at_a_record(coordinator)
    the_adviser_answers_by_link(coordinator, people)
    answer_checklist(coordinator)
    know_the_party(coordinator, MORA)
    declare_values(coordinator, people)

    mark_affected(coordinator, "Socialnämnden")
    note_meeting(coordinator, "Första möte", "De vill odla vid lingonhedarna.")
    desk.note_meetings(coordinator)
    desk.take_step(coordinator, "Inled dialog", "Dialogen är inledd")
    the_affected_answer(coordinator)
    for kind, notes in (
        ("Möte med initiativtagarna och berörda nämnder och bolag", "Alla såg behovet."),
        ("Intern diskussion", "Nämnden vill vara med."),
        ("Uppföljningsmöte", "Vi planerar våren."),
    ):
        note_meeting(coordinator, kind, notes)
    desk.note_meetings(coordinator)
    desk.take_step(coordinator, re.compile("^Börja skriva"), "Nu kan ni skriva")
    found_by(coordinator, MORA, "lingonhed", reference)


def test_a_case_of_gavles_that_is_turned_to_a_grant(people: People):
    reference = arrive(people, GAVLE, "Musik i parken")
    coordinator = people.log_in(GAVLE, "samordnare")
    receive(coordinator, GAVLE, reference)
    note_meeting(coordinator, "Idémöte", "De behöver pengar till notställ.")
    judge_the_form(coordinator, "Föreningsbidrag", "Verksamheten ryms i kulturbidraget.")
    end_with_letter(coordinator, "Hänvisat till föreningsbidrag", "Sök kulturbidraget före mars.")

    volunteer = people.come("/", width=PHONE)
    public.open_letter(volunteer, "Besked om Musik i parken")
    expect(volunteer.get_by_role("main")).to_contain_text("Verksamheten ryms i kulturbidraget.")
    expect(volunteer.get_by_role("main")).to_contain_text("Sök kulturbidraget före mars.")
    public.follow_link(volunteer)
    reply(volunteer, "Tack för beskedet, vi söker.")
    coordinator.get_by_role("link", name="Arbetsbord").click()
    row = coordinator.get_by_role("row").filter(has_text=reference)
    row.get_by_role("link", name=re.compile("Läs svaret")).click()
    expect(coordinator.get_by_role("main")).to_contain_text("Tack för beskedet, vi söker.")
    found_by(coordinator, GAVLE, "notställen", reference)


def arrive(people: People, place: Place, title: str) -> str:
    volunteer = people.come(f"/{place.slug}/initiativ/nytt/", width=PHONE)
    public.fill_in(volunteer, place, title=title)
    return public.send(volunteer)


def point_at_a_record(coordinator: Page):
    """What an answer rests on is chosen from the case file, and leads there."""
    part = coordinator.locator("form.part").filter(has=coordinator.locator("input[name=value]:checked")).first
    part.get_by_role("link", name="Hänvisa till en handling").click()
    part.get_by_label("Handling att hänvisa till").select_option("1")
    expect(part.get_by_label("Motivering")).to_have_value(re.compile("Se handling 1.$"))
    expect(part.get_by_role("link", name="handling 1")).to_be_visible()


def the_adviser_answers_by_link(coordinator: Page, people: People):
    """Somebody without an account, on a phone, with nothing but the letter."""
    desk.open_tab(coordinator, "Yttranden och möten")
    form = desk.unfold(coordinator, re.compile("^Begär yttrande"))
    form.get_by_label("Skicka en länk till").fill("rolf@upphandling.example")
    desk.submit(form, "Skicka begäran", "Yttrandet är begärt")
    adviser = people.come("/", width=PHONE)
    public.open_letter(adviser, "Begäran om yttrande")
    public.follow_link(adviser)
    desk.field(adviser.get_by_role("main"), "Yttrande").fill("Vi ser ingen marknad att vårda.")
    desk.field(adviser.get_by_role("main"), "Ditt namn").first.fill("Rolf Ek")
    adviser.get_by_role("button", name="Lämna yttrandet").click()
    expect(adviser.get_by_role("main")).to_contain_text("Yttrandet är lämnat")
    coordinator.reload()
    expect(coordinator.get_by_role("main")).to_contain_text("Vi ser ingen marknad att vårda.")


def mark_affected(coordinator: Page, unit: str):
    desk.open_tab(coordinator, "Översikt")
    form = desk.form_of_facts(coordinator)
    form.get_by_role("checkbox", name=unit).check()
    desk.submit(form, "Spara uppgifterna", "Uppgifterna är sparade")


def the_affected_answer(coordinator: Page):
    """The participants that the unit named, entered by the coordinator, and its internal position."""
    desk.open_tab(coordinator, "Yttranden och möten")
    section = coordinator.get_by_role("region", name="Berörda nämnder och bolag")
    expect(section).to_contain_text("0 av 1 berörda har svarat")
    form = desk.unfold(coordinator, re.compile("^Utse deltagare"))
    form.get_by_role("textbox").first.fill("Sara Social, sara@mora.example")
    desk.submit(form, "Spara deltagarna", "")
    form = desk.unfold(coordinator, re.compile("^Skriv intern ståndpunkt"))
    form.get_by_role("textbox").first.fill("Vi vill vara med, och kan ge en lokal.")
    desk.submit(form, "Spara ståndpunkten", "")
    expect(section).to_contain_text("1 av 1 berörda har svarat")


def note_meeting(coordinator: Page, kind: str, notes: str):
    desk.open_tab(coordinator, "Yttranden och möten")
    desk.note_meeting(coordinator, kind, notes)


def judge_the_form(coordinator: Page, form: str, reasons: str):
    desk.open_tab(coordinator, "Checklista")
    part = desk.unfold(coordinator, "Bedöm formen")
    part.get_by_role("radio", name=form).check()
    desk.field(part, "Skäl").fill(reasons)
    desk.submit(part, "Spara bedömningen", "Bedömningen är sparad")


def end_with_letter(coordinator: Page, outcome: str, ways: str):
    desk.open_tab(coordinator, "Översikt")
    coordinator.get_by_role("link", name="Avsluta ärendet").click()
    page = coordinator.get_by_role("main")
    expect(page.get_by_label("Hur avslutas ärendet").locator("option:checked")).to_have_text(outcome)
    expect(desk.field(page, "Skäl")).to_have_value(re.compile("Verksamheten ryms i kulturbidraget."))
    page.get_by_label("Andra vägar som ni erbjuder").fill(ways)
    desk.submit(page, "Avsluta ärendet", "Ärendet är avslutat")
    page.get_by_role("button", name="Granska brevet").click()
    expect(page).to_contain_text("Så här går brevet")
    desk.submit(page, "Skicka", "Brevet är skickat")


def reply(page: Page, text: str):
    desk.field(page.get_by_role("main"), "Ert svar").fill(text)
    desk.field(page.get_by_role("main"), "Ditt namn").fill("Anna Åkesson")
    page.get_by_role("button", name="Skicka svaret").click()
    expect(page.get_by_role("main")).to_contain_text("Ert svar har kommit fram")


def found_by(coordinator: Page, place: Place, word: str, reference: str):
    """A word from a meeting note, in another form than it was written."""
    coordinator.goto(f"/{place.slug}/arenden/")
    search = coordinator.get_by_role("search").get_by_role("searchbox")
    search.fill(word)
    search.press("Enter")
    expect(coordinator.get_by_role("main")).to_contain_text(reference)
    expect(coordinator.locator("mark").first).to_be_visible()
