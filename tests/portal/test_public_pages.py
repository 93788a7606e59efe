"""The open pages with texts: ours until the municipality writes, plain text alone, light, and without cookies."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core import mail
from whitenoise.compress import Compressor

from initiatives.limits import Limit
from iop.municipalities.models import Contact, Municipality, PageText
from iop.municipalities.pages import blocks, pages
from iop.portal import pages as portal_pages
from iop.rulesets.models import RuleSetVersion
from tests.cases import driver
from tests.register import put_in_register

ADDRESSES = {
    "what": "vad-ar-iop/",
    "way": "sa-gar-det-till/",
    "contact": "kontakt/",
    "accessibility": "tillganglighet/",
    "privacy": "personuppgifter/",
}
READ = [
    "",
    "riktlinje/",
    "passar-det/",
    "register/",
    "tillganglighet/rapportera/",
    "initiativ/nytt/",
    *ADDRESSES.values(),
]
FIRST_VISIT = 150_000  # bytes, all that the browser fetches


@pytest.fixture
def client(db):
    return driver.logged_in(None)


@pytest.mark.parametrize("slug", driver.FIVE)
@pytest.mark.parametrize("key", ADDRESSES)
def test_each_page_answers_a_question_in_each_municipality(client, slug, key):
    page = client.get(f"/{slug}/{ADDRESSES[key]}").text
    assert f"<h1>{pages()[key].title}</h1>" in page
    assert "{kommun}" not in page
    for other in ADDRESSES.values():
        assert f'href="/{slug}/{other}"' in page  # the foot
    assert f'href="/{slug}/register/"' in page and f'href="/{slug}/riktlinje/"' in page


@pytest.mark.parametrize("slug", driver.FIVE)
def test_our_own_texts_say_what_the_rules_say(client, slug):
    rules = RuleSetVersion.objects.get(municipality__slug=slug).rules
    what = client.get(f"/{slug}/vad-ar-iop/").context["blocks"]
    assert [block.text for block in what][: len(rules.about)] == list(rules.about)
    way = client.get(f"/{slug}/sa-gar-det-till/")
    quoted = {rule.key for chapter in way.context["chapters"] for rule in chapter.rules}
    tables = (rules.statements, rules.meetings, rules.routes, rules.terms, rules.follow_ups)
    assert quoted == {rule.key for table in tables for rule in table if rule.enabled}
    assert f"<li>{rules.agreement_is_called.capitalize()}<small>" in way.text


def test_a_municipality_without_rules_has_its_pages(client):
    Municipality.objects.create(slug="orsa", name="Orsa kommun", short_name="Orsa", email="iop@orsa.example")
    assert pages()["what"].opening in client.get("/orsa/vad-ar-iop/").text
    for address in ADDRESSES.values():
        assert client.get(f"/orsa/{address}").status_code == 200


def test_what_the_municipality_writes_is_shown_instead(client, mora, gavle):
    PageText.objects.create(municipality=mora, page="contact", text="Ring till oss i {kommun}.")
    page = client.get("/mora/kontakt/").text
    assert "Ring till oss i Mora kommun." in page
    assert "Hör gärna av er" not in page
    assert "Texten ändrades senast den" in page
    assert "Hör gärna av er" in client.get("/gavle/kontakt/").text


def test_a_text_is_never_html(client, mora):
    evil = (
        "# <b>Rubrik</b>\n- <script>alert(1)</script>\n\n<img src=x onerror=alert(1)> {{ 7|add:7 }} javascript:alert(1)"
    )
    PageText.objects.create(municipality=mora, page="contact", text=evil)
    page = client.get("/mora/kontakt/").text
    assert not re.search(r"<b>|<script>alert|<img|href=\"javascript", page)
    assert "&lt;b&gt;Rubrik&lt;/b&gt;" in page and "{{ 7|add:7 }}" in page


def test_headings_lists_paragraphs_and_links(client, mora):
    text = "Ett stycke\r\nmed två rader.\n\n# Rubrik\n- Ett\n- Två\nStycke https://www.sunet.se/a?b=1 och a@b.example"
    found = [(block.kind, block.text) for block in blocks(text)]
    assert found == [
        ("paragraph", "Ett stycke\nmed två rader."),
        ("heading", "Rubrik"),
        ("list", "Ett\nTvå"),
        ("paragraph", "Stycke https://www.sunet.se/a?b=1 och a@b.example"),
    ]
    PageText.objects.create(municipality=mora, page="contact", text=text + " www.sunet.se")
    page = client.get("/mora/kontakt/").text
    assert '<a href="https://www.sunet.se/a?b=1" rel="nofollow">' in page
    assert 'href="mailto:a@b.example"' in page and 'href="https://www.sunet.se"' in page
    assert "<li>Två</li>" in page and "med två rader." in page


@pytest.mark.parametrize(
    ("kind", "address"), [("questions", "kontakt/"), ("faults", "tillganglighet/"), ("privacy", "personuppgifter/")]
)
def test_whom_to_ask_is_the_municipalitys_to_say(client, mora, kind, address):
    assert "mailto:iop@mora.example" in client.get(f"/mora/{address}").text.split("<footer")[0]
    Contact.objects.create(municipality=mora, kind=kind, name="Växeln", email="vaxel@mora.example", phone="0250-1")
    page = client.get(f"/mora/{address}").text.split("<footer")[0]
    assert "Växeln" in page and "mailto:vaxel@mora.example" in page and "0250-1" in page
    assert "iop@mora.example" not in page


# Accessibility and privacy, as the laws ask


def test_the_accessibility_statement_leads_to_the_municipality_and_then_to_digg(client):
    page = client.get("/mora/tillganglighet/").text
    for told in ("2018:1937", "/mora/tillganglighet/rapportera/", "https://www.digg.se/tdosanmalan"):
        assert told in page


def test_the_privacy_page_says_ground_rights_and_whom_to_complain_to(client):
    page = client.get("/mora/personuppgifter/").text
    for told in ("artikel 6.1 e", "personuppgiftsansvarig", "arkivlagen", "rättade", "dataskyddsombud", "imy.se"):
        assert told in page


def report(client, **other):
    data = {"where": "/mora/register/", "what": "Knappen syns inte.", "email": ""} | other
    return client.post("/mora/tillganglighet/rapportera/", data)


def test_a_fault_reaches_the_municipality(client, mora, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        assert report(client, email="lasare@example.org").status_code == 302
    [letter] = mail.outbox
    assert (letter.to, letter.reply_to) == (["iop@mora.example"], ["lasare@example.org"])
    assert "Knappen syns inte." in letter.body and "/mora/register/" in letter.body


def test_a_fault_that_cannot_be_sent_is_not_lost(client, settings):
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": 9},
        }
    }
    page = report(client)
    assert page.status_code == 422
    assert "Knappen syns inte." in page.text and "skriv till iop@mora.example" in page.text


def test_or_the_one_who_looks_after_faults(client, mora, django_capture_on_commit_callbacks):
    Contact.objects.create(municipality=mora, kind="faults", email="webb@mora.example")
    with django_capture_on_commit_callbacks(execute=True):
        report(client)
    assert [letter.to for letter in mail.outbox] == [["webb@mora.example"]]


@pytest.mark.parametrize(
    "wrong", [{"what": ""}, {"what": "x" * 5001}, {"email": "a@b.se\nBcc: c@d.se"}, {"where": "x" * 301}]
)
def test_what_is_wrong_is_told_and_nothing_is_sent(client, wrong, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        assert report(client, **wrong).status_code == 422
    assert mail.outbox == []


def test_many_faults_from_one_sender_meet_a_friendly_page_with_the_text(client, django_capture_on_commit_callbacks):
    for _ in range(10):
        assert report(client).status_code == 302
    page = report(client, what="Knappen syns <b>inte</b>.")
    assert page.status_code == 429
    assert "<h1>Det blev många försök på kort tid</h1>" in page.text
    assert "Knappen syns &lt;b&gt;inte&lt;/b&gt;.</textarea>" in page.text
    assert 0 < int(page["Retry-After"]) <= 3600
    assert len(mail.outbox) == 10
    elsewhere = driver.logged_in(None)
    elsewhere.defaults["REMOTE_ADDR"] = "198.51.100.7"
    assert report(elsewhere).status_code == 302


def test_faults_to_one_municipality_are_limited_whoever_sends_them(client, monkeypatch):
    monkeypatch.setattr(portal_pages, "FAULTS_TO_A_MUNICIPALITY", Limit("faults to", most=1, minutes=60))
    report(client)
    client.defaults["REMOTE_ADDR"] = "198.51.100.7"
    assert report(client).status_code == 429
    assert client.post("/gavle/tillganglighet/rapportera/", {"what": "Knappen syns inte."}).status_code == 302


def test_what_is_wrong_counts_as_no_fault(client):
    for _ in range(12):
        assert report(client, what="").status_code == 422
    assert report(client).status_code == 302


# Light, and nothing of anybody else's


@pytest.fixture
def weights() -> dict[str, int]:
    """Bytes of a static file as it is sent: packed with gzip where that is smaller, as every browser understands."""
    kept = {}

    def weight(url: str) -> int:
        if url not in kept:
            content = Path(finders.find(url.removeprefix(settings.STATIC_URL))).read_bytes()
            packed = Compressor(use_brotli=False).compress_gzip(content) if not url.endswith(".woff2") else content
            kept[url] = min(len(content), len(packed))
        return kept[url]

    return weight


def fetched(html: str) -> list[str]:
    """Everything that the page makes a browser fetch."""
    links = re.findall(r'<link[^>]*rel="(?:stylesheet|icon)"[^>]*href="([^"]+)"', html)
    return links + re.findall(r'<(?:script|img|iframe|source)[^>]*src="([^"]+)"', html)


@pytest.mark.parametrize("slug", driver.FIVE)
def test_a_first_visit_weighs_little(client, weights, slug, settings):
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    theme = Path(finders.find("css/theme.css")).read_text()
    fonts = [f"/static/fonts/{name}" for name in re.findall(r"\.\./fonts/([^\"]+\.woff2)", theme)]
    assert len(fonts) == 3
    for address in READ:
        response = client.get(f"/{slug}/{address}")
        files = fetched(response.text)
        own = [url for url in files if not url.startswith("/static/")]
        total = len(response.content) + sum(len(client.get(url).content) for url in own)
        total += sum(weights(url) for url in [*files, *fonts] if url.startswith("/static/"))
        assert total < FIRST_VISIT, f"/{slug}/{address} weighs {total}"


def test_those_who_only_read_get_no_cookie(client, in_force, coordinator):
    told = put_in_register(in_force.case, by=coordinator)
    more = ["register.csv", "register.json", "register.atom", "register.schema.json", "farg.css", "riktlinje.pdf"]
    for address in [*READ, *more, f"register/{told.case.reference}/"]:
        response = client.get(f"/mora/{address}")
        assert (response.status_code, dict(response.cookies)) == (200, {}), address
    assert not client.get("/").cookies and not client.get("/jamfor/").cookies
    answered = client.post("/mora/passar-det/", {"legal_form": "ideell_forening"})
    assert answered.status_code == 200 and not answered.cookies


def test_what_those_outside_send_needs_no_token_and_so_no_cookie(mora):
    strict = driver.logged_in(None, enforce_csrf_checks=True)
    assert strict.post("/mora/passar-det/", {}).status_code == 200
    sent = strict.post("/mora/tillganglighet/rapportera/", {"what": "Knappen syns inte."})
    assert (sent.status_code, dict(sent.cookies)) == (302, {})
    assert "Tack, vi har fått det." in strict.get(sent["Location"]).text


def test_nothing_is_fetched_from_anybody_else(client):
    for address in READ:
        page = client.get(f"/mora/{address}").text
        assert [url for url in fetched(page) if not url.startswith("/") or url.startswith("//")] == []
