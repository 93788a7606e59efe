"""One case in each municipality, from the public form to the first follow-up, by the people who would do it."""

import re

import pytest
from playwright.sync_api import Page, expect

from iop.swedish_text import day
from tests.browser import desk, public
from tests.browser.paper import a_paper, assert_archivable, words_of
from tests.browser.people import PHONE, People
from tests.browser.places import PLACES, START, Place


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_from_initiative_to_first_follow_up(place: Place, people: People):
    reference = send_initiative(people, place)
    coordinator = people.log_in(place, "samordnare")
    receive(coordinator, place, reference)
    says_what_it_rests_on(coordinator, place)

    answer_checklist(coordinator)
    cannot_be_answered_yet(coordinator, place)
    statement_comes_in(coordinator, people, place)
    can_be_answered_now(coordinator, place)
    answer_checklist(coordinator)
    one_must_closes_the_dialogue(coordinator, place)
    know_the_party(coordinator, place)
    declare_values(coordinator, people)
    desk.note_meetings(coordinator)
    never_blocks(coordinator, place)
    desk.take_step(coordinator, "Inled dialog", "Dialogen är inledd")

    desk.note_meetings(coordinator)
    never_blocks(coordinator, place)
    desk.take_step(coordinator, re.compile("^Börja skriva"), "Nu kan ni skriva")

    points = write_agreement(coordinator, people, place)
    desk.take_step(coordinator, "Skicka till beslut", "Förslaget ligger för beslut")
    secretary = people.log_in(place, "sekreterare")
    decide(secretary, place, reference)
    scan = print_agreement(secretary, place, points)
    desk.register_signatures(secretary, scan)

    papers_before_it_begins(coordinator, place)
    desk.take_step(coordinator, re.compile("^Låt .* börja gälla"), "Partnerskapet gäller")
    follow_up_stands_in_the_worklist(coordinator, place, reference)


def send_initiative(people: People, place: Place) -> str:
    volunteer = people.come("/", width=PHONE)
    desk.follow(volunteer.get_by_role("link", name=place.name))
    shows_notice(volunteer, place)
    desk.follow(volunteer.get_by_role("link", name="Läs reglerna"))
    shows_notice(volunteer, place)
    for words in place.provenance:
        expect(volunteer.get_by_text(words).first).to_be_visible()
    volunteer.go_back()
    desk.follow(volunteer.get_by_role("link", name="Lämna ett initiativ"))
    public.fill_in(volunteer, place)
    reference = public.send(volunteer)
    shows_notice(volunteer, place)
    public.open_letter(volunteer, reference)
    public.follow_link(volunteer)
    assert public.reference_on_receipt(volunteer) == reference
    return reference


def receive(coordinator: Page, place: Place, reference: str):
    rows = coordinator.get_by_role("row").filter(has_text=reference)
    row = rows.filter(has=coordinator.get_by_role("link", name="Ta emot initiativet"))
    expect(row).to_contain_text(place.organisation)
    desk.follow(row.get_by_role("link", name="Ta emot initiativet"))
    desk.submit(desk.gate(coordinator), "Ta emot initiativet", "Initiativet är mottaget")


def answer_checklist(coordinator: Page):
    desk.open_tab(coordinator, "Checklista")
    desk.answer_all(coordinator)


def cannot_be_answered_yet(coordinator: Page, place: Place):
    """Every other criterion is answered; the one that waits for a statement has its buttons shut."""
    if place.waiting:
        row = desk.criterion(coordinator, place.waiting)
        expect(row.get_by_role("radio", disabled=True)).to_have_count(3)
        expect(row).to_contain_text("Yttrande behövs")
        assert len([text for text in desk.findings(coordinator, "Hinder") if "väntar på yttrande" in text]) == 1
        expect(desk.step(coordinator, "Inled dialog")).to_be_disabled()


def can_be_answered_now(coordinator: Page, place: Place):
    if place.waiting:
        desk.open_tab(coordinator, "Checklista")
        row = desk.criterion(coordinator, place.waiting)
        expect(row.get_by_role("radio", disabled=False, checked=False)).to_have_count(3)
        expect(row).to_contain_text(f"Yttrande från {place.adviser}")
        assert not [text for text in desk.findings(coordinator) if "väntar på yttrande" in text]


def statement_comes_in(coordinator: Page, people: People, place: Place):
    desk.ask_for_statements(coordinator, place.adviser)
    adviser = people.log_in(place, "radgivare")
    desk.follow(adviser.get_by_role("link", name=f"Yttrande från {place.adviser}").first)
    assert desk.answer_statements(adviser, "Rolf Rådgivare") == 1
    # What other units answered came by letter, and is written in by the coordinator.
    desk.open_tab(coordinator, "Yttranden och möten")
    desk.answer_statements(coordinator, "En annan enhet")


def one_must_closes_the_dialogue(coordinator: Page, place: Place):
    if not place.must:
        return
    row = desk.criterion(coordinator, place.must)
    start = desk.step(coordinator, "Inled dialog")
    expect(start).to_be_enabled()
    with desk.autosaved(coordinator):
        desk.press(row, 1)
    expect(start).to_be_disabled()
    assert len(desk.findings(coordinator, "Hinder")) == 1
    with desk.autosaved(coordinator):
        desk.press(row, 0)
    expect(start).to_be_enabled()


def know_the_party(coordinator: Page, place: Place):
    """The organisation is controlled, and its first papers and its number of members are taken in and reviewed."""
    desk.open_tab(coordinator, "Parter och underlag")
    desk.answer_all(coordinator)
    lacking = desk.papers_that_lack(coordinator)
    assert bool(lacking) == bool(place.missing)
    for label in (*lacking[:2], *lacking[-1:]):
        desk.hand_in(coordinator, label, a_paper())
        desk.review(coordinator, label, "Granskad, godtas")
    assert desk.papers_that_lack(coordinator) == lacking[2:-1]


def declare_values(coordinator: Page, people: People):
    """Sent to the representative, who follows the link in a browser of her own."""
    if not coordinator.get_by_role("button", name="Skicka för bekräftelse").count():
        return
    coordinator.get_by_label("Företrädarens e-post").fill("olle@forening.example")
    desk.submit(coordinator.get_by_role("main"), "Skicka för bekräftelse", "Intyget är skickat")
    representative = people.come("/", width=PHONE)
    public.open_letter(representative, "Värdegrundsintyg")
    public.follow_link(representative)
    public.confirm_declaration(representative)
    desk.open_tab(coordinator, "Parter och underlag")
    expect(coordinator.get_by_text("av Olle Ordförande, ordförande")).to_be_visible()


def write_agreement(coordinator: Page, people: People, place: Place) -> list[str]:
    """Both sides' contributions, the responsible body, the points, the term, and what is asked of the agreement."""
    desk.open_tab(coordinator, "Parter och underlag")
    expect(coordinator.get_by_role("region", name="Vad båda bidrar med")).to_contain_text("Inget är antecknat än")
    desk.note_contribution(coordinator, place.name, "Pengar", "Bidrag till verksamheten", 180_000)
    desk.note_contribution(coordinator, place.organisation, "Ideell tid", "Ledare två kvällar i veckan", 252_000)
    desk.open_tab(coordinator, "Översikt")
    form = desk.form_of_facts(coordinator)
    form.get_by_label("Ansvarig nämnd eller styrelse").select_option(place.decides)
    desk.submit(form, "Spara uppgifterna", "Uppgifterna är sparade")

    desk.open_tab(coordinator, "Avtal")
    desk.add_point(coordinator, "Det vi lovar varandra")
    desk.answer_all(coordinator)
    points = desk.write_points(coordinator, place.unused)
    if place.too_long:
        desk.set_term(coordinator, START, place.too_long, place.plan)
        (hinder,) = desk.findings(coordinator, "Hinder")
        assert f"sista möjliga dag är {place.last_day}" in hinder
        expect(desk.step(coordinator, "Skicka till beslut")).to_be_disabled()
    desk.set_term(coordinator, START, place.end, place.plan)
    expect(desk.step(coordinator, "Skicka till beslut")).to_be_enabled()
    never_blocks(coordinator, place)
    return points


def decide(secretary: Page, place: Place, reference: str):
    desk.follow(secretary.get_by_role("link", name="Ärenden").first)
    desk.follow(secretary.get_by_role("row").filter(has_text=reference).get_by_role("link").first)
    desk.gate(secretary).get_by_role("link", name="För in beslutet").click()
    desk.record_decision(secretary)
    expect(secretary.get_by_role("main")).to_contain_text(f"{place.decides}, {day(desk.the_day())}, § 118")


def print_agreement(secretary: Page, place: Place, points: list[str]) -> bytes:
    """The paper to sign. Returns it, as the scanner would."""
    address = secretary.get_by_role("link", name="Hämta PDF").get_attribute("href")
    content = secretary.request.get(address).body()
    assert_archivable(content)
    text = words_of(content)
    for wanted in (place.name, place.organisation, place.number, day(START), day(place.end)):
        assert wanted in text
    assert place.notice in text and (not place.unused or place.unused not in text)
    for heading in points:
        assert heading in text and f"Så här gör vi om {heading.lower()}." in text
    return content


def papers_before_it_begins(coordinator: Page, place: Place):
    """«Finns ej» is a full answer in one place, and is warned about in another."""
    if not place.missing:
        desk.open_tab(coordinator, "Avtal")
        return
    desk.open_tab(coordinator, "Parter och underlag")
    lacks = f"{place.missing.lower()} saknas"
    assert [text for text in desk.findings(coordinator, "Varning") if lacks in text]
    desk.review(coordinator, place.missing, "Finns ej")
    warnings = [text for text in desk.findings(coordinator) if place.missing.lower() in text]
    assert len(warnings) == place.missing_warns, warnings


def follow_up_stands_in_the_worklist(coordinator: Page, place: Place, reference: str):
    desk.follow(coordinator.get_by_role("link", name="Arbetsbord"))
    rows = coordinator.get_by_role("row").filter(has_text=reference)
    follow_up = rows.filter(has=coordinator.get_by_role("link", name=re.compile("uppföljning", re.IGNORECASE)))
    expect(follow_up).to_have_count(1)
    expect(follow_up).to_contain_text(place.title)
    expect(follow_up).to_contain_text(desk.short_day(place.follow_up))


def shows_notice(page: Page, place: Place):
    if place.notice:
        expect(page.get_by_text(place.notice).first).to_be_visible()


def says_what_it_rests_on(coordinator: Page, place: Place):
    """Every rule says where it comes from; where nothing may block, the first step is open from the start."""
    shows_notice(coordinator, place)
    for words in place.provenance:
        expect(coordinator.get_by_text(words).first).to_be_visible()
    if not place.blocks:
        for tab in ("Översikt", "Parter och underlag", "Yttranden och möten", "Avtal", "Checklista"):
            desk.open_tab(coordinator, tab)
            never_blocks(coordinator, place)
            expect(desk.step(coordinator, "Inled dialog")).to_be_enabled()
            expect(coordinator.get_by_text("■")).to_have_count(0)


def never_blocks(page: Page, place: Place):
    """Nothing but the program's own demands (a first day, signatures) may hold such a case back."""
    if not place.blocks:
        assert not desk.findings(page, "Hinder")
        assert desk.gate(page).get_by_role("button", disabled=True).count() == 0
