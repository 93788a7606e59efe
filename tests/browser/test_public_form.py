"""The form in six steps: connections that are cut, two devices, files that are dragged in, and servers that die."""

import random
import re
from contextlib import suppress

import pytest
from playwright.sync_api import Error, Page, expect

from tests.browser import desk, public
from tests.browser.axe import Inspection
from tests.browser.people import DESK, PHONE, People
from tests.browser.places import MORA
from tests.cases.driver import PDF

NEW = "/mora/initiativ/nytt/"
SAVED = re.compile(r"Sparat kl\. \d\d?\.\d\d")


def begin(people: People, width: int = PHONE, **options) -> Page:
    page = people.come(NEW, width=width, **options)
    public.begin(page)
    return page


def state(page: Page):
    return page.locator("[data-saved]")


def test_it_saves_by_itself_and_sets_no_cookie(people: People):
    page = begin(people)
    page.get_by_label("Vad vill ni kalla idén?").fill("Sparat utan knapp")
    expect(state(page)).to_have_text(SAVED)
    other = people.come(page.url)  # another device, with the same link
    expect(other.get_by_label("Vad vill ni kalla idén?")).to_have_value("Sparat utan knapp")
    assert page.context.cookies() == other.context.cookies() == []


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_connection_is_cut_and_comes_back(people: People, width: int):
    page = begin(people, width)
    page.get_by_label("Vad vill ni kalla idén?").fill("Före avbrottet")
    expect(state(page)).to_have_text(SAVED)
    page.context.set_offline(True)
    page.get_by_label("Vilken samhällsutmaning handlar det om?").fill("Skrivet i tunneln.")
    expect(state(page)).to_have_text("Inte sparat. Vi försöker igen.")
    page.get_by_role("button", name="Spara och fortsätt").click()  # stays, with everything in place
    expect(page.get_by_label("Vilken samhällsutmaning handlar det om?")).to_have_value("Skrivet i tunneln.")
    warned = []
    page.on("dialog", lambda dialog: (warned.append(dialog.type), dialog.dismiss()))
    page.evaluate("() => { location.href = '/mora/' }")
    page.wait_for_timeout(300)
    assert warned == ["beforeunload"]
    page.context.set_offline(False)
    expect(page.get_by_text("Steg 2 av 6").or_(state(page).filter(has_text=SAVED)).first).to_be_visible(timeout=30_000)
    seen = people.come(re.sub(r"/[a-z-]+/$", "/iden/", page.url))
    expect(seen.get_by_label("Vilken samhällsutmaning handlar det om?")).to_have_value("Skrivet i tunneln.")
    people.complaints.clear()  # the console tells that nobody answered


@pytest.mark.parametrize(
    ("step", "label", "text", "told"),
    [
        ("vilka-ni-ar", "Organisationsnummer", "850709-9805", "Det här ser ut som ett personnummer."),
        ("iden", "Vilken samhällsutmaning handlar det om?", "x" * 130_000, "Texten är för lång för att sparas."),
    ],
)
def test_what_is_not_kept_is_never_called_saved_and_is_told_when_the_field_is_left(people, step, label, text, told):
    page = begin(people)
    page.goto(re.sub(r"/[a-z-]+/$", f"/{step}/", page.url))
    field, fault = page.get_by_label(label).first, page.locator("[data-fault]")
    field.fill(text)
    expect(state(page)).to_have_text(re.compile(rf"^Inte sparat: {re.escape(label)}\. Resten är sparat kl\. "))
    expect(fault).to_have_count(0)  # somebody writes there still
    field.press("Tab")
    expect(fault).to_contain_text(told)
    field.focus()
    expect(fault).to_be_visible()  # while it is mended, too
    page.get_by_role("button", name="Spara och fortsätt").click()
    expect(field).to_be_focused()
    field.fill("")
    expect(state(page)).to_have_text(SAVED)
    expect(fault).to_have_count(0)


def test_a_fault_does_not_move_the_button_that_is_pressed(people: People):
    page = begin(people)
    page.get_by_label("Vad vill ni kalla idén?").fill("🎉")
    expect(state(page)).to_have_text(SAVED)
    button = page.get_by_role("button", name="Spara och fortsätt")
    button.scroll_into_view_if_needed()
    before = button.bounding_box()
    page.mouse.move(before["x"] + 20, before["y"] + 4)
    page.mouse.down()
    page.wait_for_timeout(200)
    assert button.bounding_box() == before
    page.mouse.up()
    expect(page.locator("[data-fault]")).to_be_visible()
    expect(page.get_by_label("Vad vill ni kalla idén?")).to_be_focused()  # the click came through


def test_whoever_leaves_by_a_link_at_once_loses_nothing_and_is_not_asked(people: People):
    page = begin(people)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(re.sub(r"/[a-z-]+/$", "/for-vem/", page.url))
    here = page.url
    page.locator("textarea").first.press_sequentially("Skrivet i farten")
    page.get_by_role("link", name="‹ Tillbaka").click()
    page.wait_for_url("**/iden/")
    page.goto(here)
    expect(page.locator("textarea").first).to_have_value("Skrivet i farten")
    page.locator("textarea").first.press("End")
    page.locator("textarea").first.press_sequentially(", och mer")
    desk.unfold(page, "Alla steg")
    page.get_by_role("navigation", name="Steg").get_by_role("link").first.click()
    page.wait_for_url("**/iden/")
    page.goto(here)
    expect(page.locator("textarea").first).to_have_value("Skrivet i farten, och mer")
    assert asked == []
    page.context.set_offline(True)
    page.locator("textarea").first.press("End")
    page.locator("textarea").first.press_sequentially(" i tunneln")
    page.get_by_role("link", name="‹ Tillbaka").click()
    expect(state(page)).to_have_text("Inte sparat. Vi försöker igen.")
    assert page.url == here and asked == []
    page.context.set_offline(False)
    expect(state(page)).to_have_text(SAVED, timeout=30_000)
    people.complaints.clear()  # the console tells that nobody answered


def test_two_devices_see_both_texts_and_one_chooses(people: People):
    phone = begin(people)
    desk = people.come(phone.url)
    idea = "Vad vill ni göra tillsammans med kommunen?"
    phone.get_by_label(idea, exact=True).fill("Telefonens ord")
    expect(state(phone)).to_have_text(SAVED)
    desk.get_by_label(idea, exact=True).fill("Datorns ord")
    expect(state(desk)).to_contain_text("Inte sparat")
    expect(desk.get_by_label(f"{idea}, som det står nu")).to_have_value("Telefonens ord")
    expect(desk.get_by_label(idea, exact=True)).to_have_value("Datorns ord")
    desk.get_by_role("button", name="Spara mitt ändå").click()
    expect(desk.get_by_text("Steg 2 av 6")).to_be_visible()
    phone.reload()
    expect(phone.get_by_label(idea, exact=True)).to_have_value("Datorns ord")


def to_the_last_step(page: Page):
    page.goto(re.sub(r"/[a-z-]+/$", "/skicka/", page.url))


def file(name: str, content: bytes) -> dict:
    return {"name": name, "mimeType": "application/pdf", "buffer": content}


def test_files_go_up_in_pieces_over_a_broken_connection(people: People):
    page = begin(people)
    to_the_last_step(page)
    large = PDF + b"\n%" + b"x" * (3 * 2**20)
    cut = []

    def one_piece_is_lost(route):
        if "offset=1048576" in route.request.url and not cut:
            cut.append(1)
            route.abort()
        else:
            route.continue_()

    page.route("**/bilagor/**", one_piece_is_lost)
    page.get_by_label("Välj filer").set_input_files([file("plan.pdf", large), file("stadgar.pdf", b"MZ" * 500)])
    expect(page.get_by_role("button", name="Ta bort plan.pdf")).to_be_visible(timeout=20_000)
    assert cut == [1]
    expect(page.get_by_role("main")).to_contain_text("Filen «stadgar.pdf» är inte en PDF-fil, fast namnet säger det.")
    many = [file(f"{number}.pdf", PDF) for number in range(40)]
    page.get_by_label("Välj filer").set_input_files(many)
    expect(page.get_by_role("main")).to_contain_text("Högst 20 bilagor. De här kom inte med: 19.pdf")
    expect(page.get_by_role("button", name="Ta bort 18.pdf")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Ta bort plan.pdf").click()
    expect(page.get_by_role("button", name="Ta bort plan.pdf")).to_have_count(0)
    people.complaints.clear()


DROPPED = """([name, text]) => {
    const dragged = new DataTransfer();
    dragged.items.add(new File([text], name, { type: "application/pdf" }));
    const form = document.querySelector("form[data-upload]");
    const about = { dataTransfer: dragged, bubbles: true, cancelable: true };
    for (const type of ["dragover", "drop"]) form.dispatchEvent(new DragEvent(type, about));
}"""


def test_a_file_is_dropped_is_seen_on_its_way_and_can_be_called_off(people: People):
    page = begin(people)
    to_the_last_step(page)
    held = []
    page.route("**/bilagor/*/?offset=*", lambda route: held.append(route))
    page.evaluate(DROPPED, ["plan.pdf", PDF.decode("latin-1")])
    bar = page.get_by_role("progressbar", name="plan.pdf")
    expect(bar).to_be_visible()
    assert bar.evaluate("bar => [bar.max, bar.value]") == [len(PDF), 0]
    page.get_by_role("button", name="Avbryt plan.pdf").click()
    expect(page.locator("#bilagor li")).to_have_count(0)
    expect(page.get_by_role("main")).to_contain_text("plan.pdf är avbruten.")
    page.unroute("**/bilagor/*/?offset=*")
    page.reload()
    expect(page.locator("#bilagor li")).to_have_count(0)
    page.evaluate(DROPPED, ["karta.pdf", PDF.decode("latin-1")])
    expect(page.get_by_role("button", name="Ta bort karta.pdf")).to_be_visible()
    page.reload()
    expect(page.locator("#bilagor")).to_contain_text("karta.pdf")
    people.complaints.clear()


def test_too_many_pieces_at_once_wait_and_say_so(people: People):
    page = begin(people)
    to_the_last_step(page)
    turned_away = []

    def one_is_turned_away(route):
        if turned_away:
            route.continue_()
        else:
            turned_away.append(1)
            route.fulfill(status=429, json={"fault": "Vänta en stund och försök igen."})

    page.route("**/bilagor/*/?offset=*", one_is_turned_away)
    page.get_by_label("Välj filer").set_input_files([file("plan.pdf", PDF)])
    expect(page.get_by_role("main")).to_contain_text("Vänta en stund")
    expect(page.get_by_role("button", name="Ta bort plan.pdf")).to_be_visible(timeout=20_000)
    assert "Avbrott" not in page.get_by_role("main").inner_text()
    people.complaints.clear()


def test_the_connection_is_cut_and_comes_back_in_the_middle_of_an_upload(people: People, tmp_path):
    plan = tmp_path / "plan.pdf"
    plan.write_bytes(PDF + b"\n%" + b"x" * (20 * 2**20))
    page = begin(people)
    to_the_last_step(page)
    with page.expect_request("**/bilagor/*/?offset=2097152"):
        page.get_by_label("Välj filer").set_input_files(plan)
    page.context.set_offline(True)
    expect(page.get_by_role("main")).to_contain_text("Avbrott i uppladdningen. Vi försöker igen.")
    assert page.get_by_role("button", name="Ta bort plan.pdf").count() == 0
    starts = []
    page.on("request", lambda request: starts.append(request.url) if "offset=" in request.url else None)
    page.context.set_offline(False)
    expect(page.get_by_role("button", name="Ta bort plan.pdf")).to_be_visible(timeout=40_000)
    assert not any(url.endswith("offset=0") for url in starts)  # it went on where it was
    page.reload()
    expect(page.locator("#bilagor li")).to_have_count(1)
    expect(page.locator("#bilagor")).not_to_contain_text("inte klar")
    people.complaints.clear()


IDEA = "Vad vill ni göra tillsammans med kommunen?"


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_what_is_written_while_a_co_writer_sends_stays_to_be_copied(people: People, script: bool):
    page = people.come(NEW, width=PHONE)
    public.fill_in(page, MORA, title=f"Skickat av en annan {script}")
    other = people.come(page.url.replace("/skicka/", "/iden/"), width=PHONE, java_script_enabled=script)
    reference = public.send(page)
    late = "Två kvällar i veckan, och en timme på lördagar."
    other.get_by_label(IDEA).fill(late)
    if script:
        expect(state(other)).to_contain_text("Initiativet är redan skickat")
    other.get_by_role("button", name="Spara och fortsätt").click()
    expect(other.get_by_role("main")).to_contain_text(f"Skriv {reference} i ämnesraden")
    expect(other.get_by_label(IDEA)).to_have_value(late)
    if script:  # axe is a script
        inspection = Inspection()
        inspection.look(other)
        assert not inspection.faults, inspection.report()
    other.on("dialog", lambda dialog: dialog.accept())  # «leave the page?»: what is there is not saved
    other.get_by_role("link", name="Öppna kvittot").click()
    assert public.reference_on_receipt(other) == reference


def test_a_link_that_was_taken_back_stops_the_saving_and_leaves_the_text(people: People):
    page, tries = begin(people), []

    def gone(route):
        if route.request.method != "POST":
            return route.continue_()
        tries.append(1)
        return route.fulfill(status=404, body="")

    page.route("**/iden/", gone)
    page.get_by_label(IDEA).fill("Skrivet för sent")
    expect(state(page)).to_have_text(
        "Inte sparat. Länken gäller inte längre. Texten står kvar här. Kopiera den innan du lämnar sidan."
    )
    page.get_by_label(IDEA).fill("Skrivet för sent, och mer")
    page.get_by_role("button", name="Spara och fortsätt").click()
    page.wait_for_timeout(1500)  # longer than it waits before it saves
    assert tries == [1]
    expect(page.get_by_label(IDEA)).to_have_value("Skrivet för sent, och mer")


def test_what_is_typed_while_a_step_is_being_left_is_saved(people: People):
    page, slow = begin(people), []

    def slowly(route):
        if route.request.method == "POST":
            slow.append(1)
            page.wait_for_timeout(700)
        route.continue_()

    page.route("**/iden/", slowly)
    page.get_by_label(IDEA).fill("Ett")
    page.get_by_role("button", name="Spara och fortsätt").click(no_wait_after=True)
    page.get_by_label(IDEA).fill("Ett, två")
    expect(page.get_by_text("Steg 2 av 6")).to_be_visible()
    page.unroute("**/iden/")
    page.get_by_role("link", name="Tillbaka").click()
    expect(page.get_by_label(IDEA)).to_have_value("Ett, två")
    assert slow


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_200_megabytes_are_told_in_a_sentence(people: People, tmp_path, script: bool):
    film = tmp_path / "film.pdf"
    with open(film, "wb") as out:
        out.truncate(200 * 2**20)
    page = begin(people, java_script_enabled=script)
    to_the_last_step(page)
    page.get_by_label("Välj filer").set_input_files(film)
    if not script:
        page.get_by_role("button", name="Ladda upp").click(timeout=60_000)
    expect(page.get_by_role("main")).to_contain_text("Filen «film.pdf» är för stor", timeout=60_000)


# Server deaths: twenty-two in all, at moments that chance chooses (always the same)

# Step -> a field of it
FIELDS = {
    "iden": "Vilken samhällsutmaning handlar det om?",
    "for-vem": "Vad blir bättre för dem?",
    "vilka-ni-ar": "Ditt namn",
    "bidrag": "Ideell tid",
}


def die(site, page: Page, most: int, chance: random.Random):
    """kill -9 at some moment within so many milliseconds, and a new start."""
    page.wait_for_timeout(chance.randrange(0, most))
    site.kill()
    site.start()


@pytest.mark.parametrize("step", FIELDS)
def test_what_was_called_saved_survives_kill_9_at_any_moment(people: People, site, step: str):
    """Writing goes on while the server dies, and what the page called saved is there when it is back."""
    page, chance, label = begin(people), random.Random(step), FIELDS[step]
    address = re.sub(r"/[a-z-]+/$", f"/{step}/", page.url)
    page.goto(address)
    for number in range(3):
        known = f"Rad {number} sparad"
        page.get_by_label(label).first.fill(known)
        expect(state(page)).to_have_text(SAVED, timeout=30_000)
        page.get_by_label(label).first.fill(f"{known}, och mer")
        page.wait_for_timeout(chance.randrange(0, 1500))
        called_saved = bool(SAVED.fullmatch(state(page).inner_text()))
        die(site, page, 1, chance)
        kept = people.come(address)
        text = kept.get_by_label(label).first.input_value()
        assert text == f"{known}, och mer" if called_saved else text.startswith(known)
        kept.context.close()
        people.pages.remove(kept)
        page.evaluate("() => window.dispatchEvent(new Event('online'))")  # not to wait for its next try
        expect(state(page)).to_have_text(SAVED, timeout=40_000)
    people.complaints.clear()


def test_an_upload_survives_kill_9_and_is_the_same_to_the_letter(people: People, site):
    page, chance = begin(people), random.Random(11)
    to_the_last_step(page)
    content = PDF + b"\n%" + random.Random(3).randbytes(12 * 2**20)
    page.get_by_label("Välj filer").set_input_files(file("plan.pdf", content))
    for _ in range(2):
        die(site, page, 300, chance)
    expect(page.get_by_role("button", name="Ta bort plan.pdf")).to_be_visible(timeout=60_000)
    stored = [one for one in (site.folder / "data").rglob("*") if one.is_file() and one.stat().st_size == len(content)]
    assert [one.read_bytes() == content for one in stored] == [True]
    people.complaints.clear()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_sending_while_the_server_dies_makes_one_case(people: People, site, script: bool):
    chance = random.Random(f"sending {script}")
    desk = people.log_in(MORA, "samordnare")
    for number in range(4):
        page = people.come(NEW, width=PHONE, java_script_enabled=script)
        title = f"Skickat mitt i olyckan {script} {number}"
        public.fill_in(page, MORA, title=title)
        address = page.url
        page.get_by_role("button", name="Skicka initiativet").click(no_wait_after=True)
        die(site, page, 400, chance)
        with suppress(Error):  # the page that was under way may still be coming
            page.goto(address)
        page.goto(address)
        if page.get_by_role("button", name="Skicka initiativet").count():
            page.get_by_role("button", name="Skicka initiativet").click()
        public.reference_on_receipt(page)
        desk.goto(f"/mora/arenden/?skede=alla&q={title}")
        assert desk.get_by_role("main").get_by_role("link", name=title).count() == 1
    people.complaints.clear()
