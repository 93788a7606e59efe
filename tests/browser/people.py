"""People with a browser each. Whatever a browser complains of in its console is a fault of the page."""

from playwright.sync_api import Browser, Page, expect

from tests.browser.places import PASSWORD, Place

DESK, PHONE, SMALLEST = 1280, 390, 320


class People:
    def __init__(self, browser: Browser, url: str):
        self.browser, self.url = browser, url
        self.pages: list[Page] = []
        self.complaints: list[str] = []

    def come(self, path: str = "/", *, width: int = DESK, **options) -> Page:
        """Somebody with an empty browser opens a page."""
        context = self.browser.new_context(
            base_url=self.url,
            locale="sv-SE",
            viewport={"width": width, "height": 900},
            reduced_motion="reduce",  # Or every click waits for the page to have scrolled smoothly.
            **options,
        )
        context.set_default_timeout(15_000)
        page = context.new_page()
        self._listen(page)
        self.pages.append(page)
        page.goto(path)
        return page

    def log_in(self, place: Place, login: str, **options) -> Page:
        """An official comes from the start page to the worklist."""
        page = self.come("/", **options)
        page.get_by_role("link", name="Logga in").click()
        page.get_by_label("E-post").fill(place.email(login))
        page.get_by_label("Lösenord").fill(PASSWORD)
        page.get_by_role("button", name="Logga in").click()
        expect(page.get_by_role("heading", name="Arbetsbord", level=1)).to_be_visible()
        return page

    def _listen(self, page: Page):
        def heard(message):
            # A refused form is answered with 422, which Chromium reports as if something were missing.
            if message.type == "error" and not message.text.startswith("Failed to load resource"):
                self.complaints.append(f"{page.url}: {message.text}")

        def answered(response):
            asked = response.request.resource_type in ("document", "xhr", "fetch")
            if response.status >= (500 if asked else 400):
                self.complaints.append(f"{page.url}: {response.status} {response.url}")

        page.on("console", heard)
        page.on("response", answered)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))

    def leave(self):
        for page in self.pages:
            page.context.close()
