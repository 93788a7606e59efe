"""What officials do on the pages of a case. Everything is read off the page: what is asked, and what still hinders."""

import re
from contextlib import contextmanager
from datetime import date

from playwright.sync_api import Locator, Page, expect

TODAY = date.today().isoformat()


def open_tab(page: Page, name: str):
    """«Avtal»: whatever the municipality calls it."""
    tabs = page.get_by_role("navigation", name="Ärendets delar")
    called = re.compile("^(Avtal|Överenskommelse|Samverkansavtal)$") if name == "Avtal" else re.compile(f"^{name}$")
    follow(tabs.get_by_role("link", name=called))
    expect(tabs.get_by_role("link", name=called)).to_have_attribute("aria-current", "page")


def follow(link: Locator):
    """Come to the page that a link leads to, all of it: what is counted at once is counted there."""
    with link.page.expect_navigation(wait_until="domcontentloaded"):
        link.click()


def submit(within: Locator, button: str | re.Pattern, then: str):
    """Press the button of a form, and read on the next page that it was done."""
    with within.page.expect_navigation(wait_until="domcontentloaded"):
        within.get_by_role("button", name=button).click()
    told(within.page, then)


def told(page: Page, sentence: str):
    """The message at the top of the page after something was done."""
    expect(page.get_by_role("status").filter(has_text=sentence).first).to_be_visible()


def unfold(page: Page, summary: str | re.Pattern) -> Locator:
    """The first folded part with such a heading, unfolded."""
    part = page.locator("details").filter(has=page.locator("summary", has_text=summary)).first
    if part.get_attribute("open") is None:
        part.locator("summary").first.click()
    return part


def form_of_facts(page: Page) -> Locator:
    follow(page.get_by_role("link", name="Ändra uppgifterna"))
    return page.locator("form").filter(has=page.get_by_role("button", name="Spara uppgifterna"))


def field(within: Locator, label: str) -> Locator:
    """The field with this label alone; the asterisk of a required one is there but not seen."""
    return within.get_by_label(re.compile(rf"^\s*{re.escape(label)}\s*\*?\s*$"))


# The gate: what stands before the next step, and the button that takes it


def gate(page: Page) -> Locator:
    return page.locator("#gate")


def findings(page: Page, strength: str = "") -> list[str]:
    """Sentences of the gate panel; ``strength`` is the word before them: Hinder, Varning, Upplysning."""
    texts = gate(page).locator(".finding").all_inner_texts()
    return [text for text in texts if f"{strength}:" in text] if strength else texts


def step(page: Page, name: str) -> Locator:
    return gate(page).get_by_role("button", name=name)


def take_step(page: Page, name: str, then: str):
    hinders = findings(page, "Hinder")
    assert not hinders, hinders
    reason = gate(page).get_by_label("Varför går ni vidare")
    if reason.is_visible():
        reason.fill("Vi ser inget skäl att vänta.")
    submit(gate(page), name, then)


# Answers that save by themselves


def saved(part: Locator):
    expect(part.get_by_role("status")).to_contain_text("Sparat")


def answer_all(page: Page):
    """Every question that is not answered yet and can be: yes, or the first choice, or some words."""
    for part in page.locator("form.part").all():
        choices = part.get_by_role("radio")
        if choices.count():
            if choices.first.is_disabled() or part.get_by_role("radio", checked=True).count():
                continue
            press(part, 0)
        else:
            words = part.get_by_label("Svar")
            if words.input_value():
                continue
            words.fill("Det har vi talat om med organisationen.")
            words.press("Tab")
        saved(part)
    _answer_otherwise(page)


def press(part: Locator, number: int):
    part.get_by_role("group").locator("label").nth(number).click()


def _answer_otherwise(page: Page):
    """Where yes turned out to be the wrong answer, the panel says so and links to the question."""
    unmet = gate(page).get_by_role("link", name=re.compile("– inte uppfyllt$"))
    for question in [link.get_attribute("href").partition("#")[2] for link in unmet.all()]:
        row = criterion(page, question)
        if row.count():
            with autosaved(page):
                press(row, 1)


def criterion(page: Page, key: str) -> Locator:
    return page.locator(f"[id='{key}']")


@contextmanager
def autosaved(page: Page, address: str = "/svar/"):
    """What is changed meanwhile has been saved, and the panel counted anew."""
    with page.expect_response(lambda response: response.url.endswith(address)) as answered:
        yield
    assert answered.value.ok, answered.value.status
    page.wait_for_function("() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')")


# Statements, meetings, papers, contributions


def ask_for_statements(page: Page, unit: str):
    """Those that the guideline calls for; where it calls for none, one all the same, of the unit."""
    open_tab(page, "Yttranden och möten")
    wanted = re.compile("^Begär (yttrande|samråd)")
    while page.locator("summary", has_text=wanted).count():
        form = unfold(page, wanted)
        submit(form, "Skicka begäran", "Yttrandet är begärt")
    if page.get_by_role("heading", name=unit).count():
        return
    form = unfold(page, "Begär ett annat yttrande")
    form.get_by_label("Av vilken enhet").select_option(unit)
    form.get_by_label("Fråga").fill("Hur ser ni på upplägget?")
    submit(form, "Skicka begäran", "Yttrandet är begärt")


def answer_statements(page: Page, name: str) -> int:
    """Every statement that the person may answer. Returns how many."""
    count = 0
    while page.locator("summary", has_text="För in svaret").count():
        form = unfold(page, "För in svaret")
        field(form, "Yttrande").fill("Vi ser inget hinder.")
        form.get_by_label("Vem yttrar sig").fill(name)
        submit(form, "Spara yttrandet", "Yttrandet är infört")
        count += 1
    return count


def note_meetings(page: Page):
    """Every meeting that the panel still asks for; a talk at least."""
    open_tab(page, "Yttranden och möten")
    note_meeting(page, "")
    asked = gate(page).locator("a[href$='#moten']")
    for _ in range(8):
        if not asked.count():
            return
        note_meeting(page, asked.first.inner_text().partition(":")[0])
    raise AssertionError(asked.all_inner_texts())


def note_meeting(page: Page, name: str, notes: str = "Vi är överens om behovet."):
    form = unfold(page, "Anteckna eller planera ett möte")
    kinds = form.get_by_label("Vilket möte")
    if name and kinds.count() and name in kinds.locator("option").all_inner_texts():
        kinds.select_option(name)
    else:
        if kinds.count():
            kinds.select_option("")
        form.get_by_label("Namn, om det är ett annat möte").fill("Samtal på biblioteket")
    field(form, "Dag").fill(TODAY)
    form.get_by_label("Deltagare").fill("Anna Åkesson, Karin Samordnare")
    for topic in form.get_by_role("checkbox").all():
        topic.check()
    form.get_by_label("Anteckningar").fill(notes)
    submit(form, "Spara mötet", "Mötet är antecknat")


def papers_that_lack(page: Page) -> list[str]:
    """Labels of the papers that stand as missing."""
    rows = page.get_by_role("listitem").filter(has_text="Lämna in").filter(has_text="saknas")
    return [row.locator("strong").first.inner_text() for row in rows.all()]


def hand_in(page: Page, label: str, pdf: bytes):
    form = unfold(page, f"Lämna in: {label},")
    file, number = form.locator("input[type=file]"), form.get_by_label("Antal")
    if file.count():
        file.set_input_files({"name": "underlag.pdf", "mimeType": "application/pdf", "buffer": pdf})
    else:
        number.fill("84")
    form.get_by_label("Avser").fill("2025")
    submit(form, "För in", "Underlaget är infört")


def review(page: Page, label: str, verdict: str):
    form = unfold(page, f"Finns ej: {label}," if verdict == "Finns ej" else f"Granska: {label},")
    field(form, verdict).check()
    submit(form, "Spara granskningen", "Granskningen är sparad")


def note_contribution(page: Page, who: str, kind: str, what: str, value: int):
    form = unfold(page, "Anteckna en insats")
    form.get_by_label("Vem bidrar").select_option(who)
    form.get_by_label("Slag").select_option(kind)
    field(form, "Insats").fill(what)
    form.get_by_label("Värde per år, kronor").fill(str(value))
    submit(form, "Anteckna", "Insatsen är antecknad")


# The agreement


def add_point(page: Page, heading: str):
    form = unfold(page, "Lägg till en egen punkt")
    form.get_by_label("Rubrik på en egen punkt").fill(heading)
    submit(form, "Lägg till", "Punkten är tillagd")


def write_points(page: Page, unused: str) -> list[str]:
    """Each point but one is used and written, and saves by itself. Returns the headings."""
    headings = []
    for point in page.locator("[id^=punkt-]").filter(has=page.get_by_role("radio", name="Används", exact=True)).all():
        heading = point.get_by_role("heading").inner_text()
        address = point.locator("form[hx-post]").get_attribute("action")
        if heading == unused:
            with autosaved(page, address):
                point.get_by_role("radio", name="Övervägd, används inte").check()
            continue
        used = point.get_by_role("radio", name="Används", exact=True)
        if not used.is_checked():
            with autosaved(page, address):
                used.check()
        words = point.get_by_label(f"Text till {heading}")
        words.fill(f"Så här gör vi om {heading.lower()}.")
        with autosaved(page, address):
            words.press("Tab")
        saved(point)
        headings.append(heading)
    return headings


def set_term(page: Page, start: date, end: date, first_follow_up: date | None):
    section = page.get_by_role("region", name="Avtalstid och plan för uppföljning")
    section.get_by_label("Gäller från och med").fill(start.isoformat())
    section.get_by_label("Gäller till och med").fill(end.isoformat())
    if first_follow_up:
        section.get_by_label("Första uppföljning").fill(first_follow_up.isoformat())
        section.get_by_label("Därefter med").fill("12")
    submit(section, "Spara avtalstiden", "Avtalstiden är sparad")


def record_decision(page: Page):
    section = page.get_by_role("region", name="Beslut", exact=True)
    field(section, "Ja").check()
    section.get_by_label("Beslutsdag").fill(TODAY)
    section.get_by_label("Paragraf").fill("118")
    submit(section, "För in beslutet", "Beslutet är infört")


def register_signatures(page: Page, scan: bytes):
    enters = page.get_by_role("button", name="För in underskrifterna")
    section = page.locator("#underskrifter form").filter(has=enters)
    for label in section.locator("label").all_inner_texts():
        box = field(section, label.strip())
        if label.startswith("Skannat"):
            box.set_input_files({"name": "skannat.pdf", "mimeType": "application/pdf", "buffer": scan})
        else:
            box.fill(TODAY if label.startswith("Undertecknat den") else "Eva Ekström")
    submit(section, "För in underskrifterna", "Underskrifterna är införda")


def the_day() -> date:
    return date.fromisoformat(TODAY)


def short_day(day: date) -> str:
    """As lists write it: 31 jan 2028."""
    months = "jan feb mars apr maj juni juli aug sep okt nov dec".split()
    return f"{day.day} {months[day.month - 1]} {day.year}"
