"""What an administrator does with the rules, and what those who run the installation enter before anybody can."""

import re
from collections.abc import Iterable

from playwright.sync_api import Locator, Page, expect

from tests.browser import desk
from tests.browser.people import People
from tests.browser.places import PASSWORD, Place

Answer = str | bool | list[str]

# The installation


def log_in_to_the_installation(people: People, email: str) -> Page:
    page = people.come("/admin/")
    page.get_by_label("E-post").fill(email)
    page.get_by_label("Lösenord").fill(PASSWORD)
    page.get_by_role("button", name="Logga in").click()
    expect(page.get_by_role("main").get_by_role("link", name="Kommuner").first).to_be_visible()
    return page


def enter_municipality(page: Page, place: Place, units: dict[str, str]):
    """``units``: name -> sort, as the list of choices calls it."""
    page.goto("/admin/municipalities/municipality/add/")
    page.get_by_label("Adress:").fill(place.slug)
    page.get_by_label("Namn:", exact=True).fill(place.name)
    page.get_by_label("Kortnamn:").fill(place.name.removesuffix("s kommun"))
    page.get_by_label("E-post:").fill(place.email("kommun"))
    for number, (name, sort) in enumerate(units.items()):
        if number:
            page.get_by_text("Lägg till ytterligare").click()
        page.locator(f"[name=units-{number}-name]").fill(name)
        page.locator(f"[name=units-{number}-kind]").select_option(sort)
    page.get_by_role("button", name="Spara", exact=True).click()
    expect(page.locator(".messagelist .success")).to_contain_text(place.name)


def enter_person(page: Page, place: Place, login: str, name: str, role: str, unit: str = ""):
    page.goto("/admin/municipalities/user/add/")
    page.get_by_label("E-post:").fill(place.email(login))
    page.get_by_label("Namn:", exact=True).fill(name)
    for label in ("Lösenord:", "Lösenordsbekräftelse:"):
        page.get_by_label(label, exact=True).fill(PASSWORD)
    page.locator("[name=memberships-0-municipality]").select_option(place.name)
    page.locator("[name=memberships-0-role]").select_option(role)
    if unit:
        page.locator("[name=memberships-0-unit]").select_option(unit)
    page.get_by_role("button", name="Spara", exact=True).click()
    expect(page.locator(".messagelist .success")).to_contain_text(name)


# A draft


def open_rule_sets(page: Page):
    page.get_by_role("navigation", name="Huvudmeny").get_by_role("link", name="Regelverk").click()
    expect(page.get_by_role("heading", name="Regelverk", level=1)).to_be_visible()


def begin_draft(page: Page, source: str):
    page.get_by_label("Utgå från").select_option(source)
    page.get_by_role("button", name="Börja").click()
    desk.told(page, "Utkastet är påbörjat")


def add_rule(page: Page, sort: str, says: dict[str, Answer]):
    """From the list of rules and back to it, writing as fast as one can and pressing no button to save."""
    page.get_by_role("button", name=f"Lägg till {sort}", exact=True).click()
    expect(page.get_by_role("heading", name=sort, level=1)).to_be_visible()
    write(page, says)
    saved(page)
    back_to_rules(page)


def open_rule(page: Page, called: str):
    page.get_by_role("main").get_by_role("link", name=called).first.click()
    expect(page.locator("#rad")).to_be_visible()


def back_to_rules(page: Page):
    page.get_by_role("link", name="Till reglerna").click()
    expect(page.get_by_role("heading", name=re.compile("^Version"), level=1)).to_be_visible()


def open_page(page: Page, name: str):
    tabs = page.get_by_role("navigation", name="Versionen")
    tabs.get_by_role("link", name=name, exact=True).click()
    expect(tabs.get_by_role("link", name=name, exact=True)).to_have_attribute("aria-current", "page")


def write(page: Page, says: dict[str, Answer]):
    """Label -> what to write, choose or tick. The form is unfolded first, for everything is on it."""
    form = page.locator("#rad")
    page.evaluate("() => document.querySelectorAll('#rad details').forEach(one => one.open = true)")
    for label, answer in says.items():
        if isinstance(answer, list):
            group = form.get_by_role("group", name=label, exact=True)
            for one in answer:
                group.get_by_label(one, exact=True).check()
            continue
        field = desk.field(form, label)
        if isinstance(answer, bool):
            field.set_checked(answer)
        elif field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(answer)
        else:
            field.fill(answer)
            field.blur()


def read(page: Page, labels: Iterable[str]) -> dict[str, Answer]:
    """What stands in the fields; of a list of choices, what is shown."""
    read_one = """one => one.type === 'checkbox' ? one.checked
      : one.tagName === 'SELECT' ? one.selectedOptions[0].textContent : one.value"""
    return {label: desk.field(page.locator("#rad"), label).evaluate(read_one) for label in labels}


def saved(page: Page):
    """All that was written has come to the server and stands there."""
    page.wait_for_function("() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')")
    expect(status(page)).to_contain_text("Sparat")
    expect(status(page)).not_to_contain_text("Inte sparat")


def status(page: Page) -> Locator:
    return page.locator("#sparat")


def look(page: Page) -> Locator:
    """How the rule will be read, beside its form."""
    return page.get_by_role("complementary", name="Så läses det")


def left_to_mend(page: Page) -> Locator:
    return page.get_by_role("region", name="Innan det kan publiceras")


def section(page: Page, sort: str) -> Locator:
    """The rules of one sort in the list."""
    return page.get_by_role("region", name=sort, exact=True)
