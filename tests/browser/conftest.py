"""The program as it runs, one for each test process: published rule sets cannot be truncated, so no live_server."""

from contextlib import suppress

import pytest
from playwright.sync_api import Error

from tests.browser.axe import Inspection
from tests.browser.people import People
from tests.browser.server import Site


@pytest.fixture(scope="session")
def site():
    site = Site()
    try:
        site.run("first_day")
        site.start()
        yield site
    finally:
        left = site.stop()
    assert not left, f"Did not stop by themselves: {left}"


@pytest.fixture
def people(browser, site):
    people = People(browser, site.url)
    yield people
    people.leave()
    assert not people.complaints, "\n".join(people.complaints)


@pytest.fixture
def inspection():
    inspection = Inspection()
    yield inspection
    assert not inspection.faults, f"\n{inspection.report()}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """A test that fails says what everybody saw, and where the pictures are."""
    report = yield
    people = item.funcargs.get("people")
    if people and report.when == "call" and report.failed:
        seen = []
        for number, page in enumerate(people.pages, 1):
            picture = item.funcargs["tmp_path"] / f"{number}.png"
            with suppress(Error):  # A browser that died has no picture to give.
                page.screenshot(path=picture, full_page=True)
            seen.append(f"{page.url}\n    {picture}")
        report.longrepr.addsection("Browsers", "\n".join([*seen, *people.complaints]))
        report.longrepr.addsection("Server", item.funcargs["site"].log()[-3000:])
    return report
