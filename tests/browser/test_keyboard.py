"""With the keyboard alone, and seeing all the time where one is."""

from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.browser import desk, public
from tests.browser.people import DESK, PHONE, People
from tests.browser.places import MORA, PASSWORD

FOCUS = """() => {
  const here = document.activeElement;
  if (here === document.body) return null;
  const label = here.labels?.[0] ?? (here.ariaLabel ? null : here);
  const legend = here.type === 'radio' && here.closest('fieldset')?.querySelector('legend');
  const shown = here.classList.contains('btn-check') ? here.nextElementSibling : here;
  const style = getComputedStyle(shown), box = shown.getBoundingClientRect();
  const words = [legend?.innerText, label?.innerText ?? here.ariaLabel].filter(Boolean).join(' ');
  return {
    name: words.replace(/\\s+/g, ' ').trim(),
    tag: here.localName,
    seen: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 && box.width > 1 && box.height > 1
      && box.bottom > 0 && box.top < innerHeight,
  };
}"""


def tab_to(page: Page, name: str, *, tag: str = ""):
    """Press Tab until something with this name has the focus; everything on the way must show that it has it."""
    for _ in range(150):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        assert focus, f"{name} is not reached with Tab"
        assert focus["seen"], focus
        if focus["name"].startswith(name) and tag in ("", focus["tag"]):
            return


def write(page: Page, name: str, words: str):
    tab_to(page, name)
    page.keyboard.type(words)


def press(page: Page, name: str):
    tab_to(page, name, tag="button")
    page.keyboard.press("Enter")


def forward(page: Page, number: int):
    press(page, "Spara och fortsätt")
    expect(page.get_by_text(f"Steg {number} av 6")).to_be_visible()


def send_initiative(people: People, width: int) -> str:
    """Returns the reference."""
    page = people.come("/mora/initiativ/nytt/", width=width)
    write(page, "Din e-postadress", f"{uuid4().hex[:12]}@forening.example")
    press(page, "Börja")
    expect(page.get_by_text("Steg 1 av 6")).to_be_visible()
    write(page, "Vad vill ni kalla idén?", "Språkcafé utan mus")
    write(page, "Vilken samhällsutmaning", "Många saknar någon att öva med.")
    write(page, "Vad vill ni göra", "Vi öppnar två kvällar i veckan.")
    forward(page, 2)
    forward(page, 3)
    write(page, "Organisationens namn", MORA.organisation)
    write(page, "Organisationsnummer", MORA.number)
    write(page, "Typ av organisation", "Ideell f")
    write(page, "Ditt namn", "Anna Åkesson")
    forward(page, 4)
    forward(page, 5)
    tab_to(page, "Hur kom idén till?")
    page.keyboard.press("Space")
    tab_to(page, "Bidrar verksamheten")
    page.keyboard.press("ArrowDown")
    forward(page, 6)
    press(page, "Skicka initiativet")
    return public.reference_on_receipt(page)


def test_initiative_is_sent_at_a_desk(people: People):
    assert send_initiative(people, DESK)


def test_initiative_is_sent_on_a_phone_received_and_judged(people: People):
    reference = send_initiative(people, PHONE)
    page = people.come("/logga-in/")
    expect(page.get_by_label("E-post")).to_be_focused()
    page.keyboard.type(MORA.email("samordnare"))
    write(page, "Lösenord", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Arbetsbord")).to_be_visible()
    page.goto(f"/mora/arenden/{reference}/")
    tab_to(page, "Ta emot initiativet", tag="button")
    page.keyboard.press("Enter")
    desk.told(page, "Initiativet är mottaget")

    tab_to(page, "Ja")
    with desk.autosaved(page):
        page.keyboard.press("Space")
    with desk.autosaved(page):
        page.keyboard.press("ArrowRight")
    chosen = page.get_by_role("radio", name="Nej", checked=True)
    expect(chosen).to_be_focused()
    desk.saved(page.locator("form.part").filter(has=chosen))


def test_skip_link(people: People):
    page = people.come("/mora/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Till innehållet")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    assert page.evaluate(FOCUS)["seen"]
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("main").get_by_role("link").first).to_be_focused()


def test_errors_are_told_first_and_lead_to_the_field(people: People):
    page = people.come("/mora/initiativ/nytt/")
    public.begin(page)
    page.goto(page.url.replace("/iden/", "/skicka/"))
    page.get_by_role("button", name="Skicka initiativet").focus()
    page.keyboard.press("Enter")
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    told = page.url.replace("/skicka-in/", "/skicka/")
    number = summary.get_by_role("link").count()
    assert number >= 5
    for place in range(number):
        page.goto(told)
        link = page.get_by_role("region", name="Kvar innan ni kan skicka").get_by_role("link").nth(place)
        words = link.inner_text()
        link.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Spara och fortsätt")).to_be_visible()
        field = page.evaluate("() => document.querySelector(':target')?.matches('input, textarea, select')")
        assert field, f"«{words}» leads to no field"
