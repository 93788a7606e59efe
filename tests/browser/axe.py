"""Looks at pages as axe does, and for what sticks out of a narrow window. Gathers everything before it complains."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.people import DESK, PHONE, SMALLEST

OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
}


class Inspection:
    def __init__(self):
        self.axe = Axe()
        self.faults: dict[str, list[str]] = {}

    def look(self, page: Page, path: str = "", *, widths: tuple[int, ...] = (DESK, PHONE)):
        """The page as it stands, or another that is opened first; with everything unfolded."""
        if path:
            page.goto(path)
        page.evaluate("() => document.querySelectorAll('details').forEach(one => one.open = true)")
        for width in (*widths, SMALLEST):
            page.set_viewport_size({"width": width, "height": 900})
            if width in widths:
                self._accessible(page, width)
            if width <= PHONE:
                self._fits(page, width)
        page.set_viewport_size({"width": widths[0], "height": 900})

    def _accessible(self, page: Page, width: int):
        for violation in self.axe.run(page, options=OPTIONS).response["violations"]:
            for node in violation["nodes"]:
                fault = f"{violation['id']}: {node['html'][:300]}\n      {node['failureSummary'].splitlines()[-1]}"
                self._note(fault, page, width)

    def _fits(self, page: Page, width: int):
        wide = page.evaluate("() => document.documentElement.scrollWidth")
        if wide > width:
            self._note(f"{wide} px wide: {page.evaluate(WIDEST)}", page, width)

    def _note(self, fault: str, page: Page, width: int):
        self.faults.setdefault(fault, []).append(f"{page.url} at {width}")

    def report(self) -> str:
        return "\n\n".join(
            f"{fault}\n      {len(seen)} times, first {seen[0]}" for fault, seen in sorted(self.faults.items())
        )


WIDEST = """() => {
  const out = [...document.querySelectorAll('main *, header *, footer *')]
    .filter(one => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.table-responsive, nav'));
  return out.slice(0, 3).map(one => one.outerHTML.slice(0, 160)).join(' | ');
}"""
