"""What a first visit costs: bytes as they come over the wire, to an empty browser, and nobody else is asked."""

import pytest
from playwright.sync_api import Page

from tests.browser import public
from tests.browser.people import PHONE, People
from tests.browser.places import MORA

MOST = 150_000  # bytes, everything that the browser fetches
OPEN = (
    "/",
    "/jamfor/",
    "/mora/",
    "/mora/riktlinje/",
    "/mora/passar-det/",
    "/mora/vad-ar-iop/",
    "/mora/sa-gar-det-till/",
    "/mora/kontakt/",
    "/mora/personuppgifter/",
    "/mora/tillganglighet/",
    "/mora/tillganglighet/rapportera/",
    "/mora/register/",
    "/mora/initiativ/nytt/",
)
LOGIN = ("/mina-sidor/", "/logga-in/")  # their forms need a token, and so a cookie: that is where the login begins


class Meter:
    """Counts what one browser fetches, headers and all, packed as it came."""

    def __init__(self, page: Page):
        self.bytes, self.asked = 0, []
        self.page = page
        page.on("request", lambda request: self.asked.append(request.url))
        protocol = page.context.new_cdp_session(page)
        protocol.on("Network.loadingFinished", self._came)
        protocol.send("Network.enable")

    def _came(self, told: dict):
        self.bytes += int(told["encodedDataLength"])

    def read(self, site) -> int:
        """Bytes since the last reading. Complains of everything that was asked of anybody else."""
        self.page.wait_for_load_state("networkidle")
        assert self.asked and [url for url in self.asked if not url.startswith((site.url, "data:"))] == []
        read, self.bytes, self.asked[:] = self.bytes, 0, []
        return read


def visit(people: People, path: str) -> tuple[Page, Meter]:
    page = people.come("about:blank", width=PHONE)
    meter = Meter(page)
    page.goto(path)
    return page, meter


@pytest.mark.parametrize("path", [*OPEN, *LOGIN])
def test_a_first_visit_is_light_and_asks_nobody_else(people: People, site, path):
    page, meter = visit(people, path)
    weight = meter.read(site)
    assert 5_000 < weight < MOST, f"{path} weighs {weight}"  # less, and the meter stands still
    if path not in LOGIN:
        assert page.context.cookies() == []


def test_the_form_is_light_at_each_step_and_sets_no_cookie(people: People, site):
    page, meter = visit(people, "/mora/initiativ/nytt/")
    first = meter.read(site)
    steps = []

    def look(page: Page):
        steps.append(meter.read(site))
        assert page.context.cookies() == []

    public.fill_in(page, MORA, look=look)
    assert len(steps) == 6
    assert all(0 < weight < MOST for weight in (first, *steps)), steps
    one = people.come("about:blank", width=PHONE)  # by the link in the letter, on another device
    meter = Meter(one)
    one.goto(page.url)
    assert 5_000 < meter.read(site) < MOST
    assert one.context.cookies() == []
