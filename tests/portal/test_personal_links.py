"""The door of personal links: guesses are counted, right links never, and neither token nor cookie is needed."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from initiatives.views.doors import WRONG_LINKS
from iop.cases.models import Letter
from iop.portal.personal_links import SENT_FROM_AN_ADDRESS
from partners.actions import send_declaration
from tests.cases import driver

GUESSES = ["/svar/{}/", "/svar/{}/fil/1/", "/intyg/{}/"]
LINKS = ["letter", "declaration"]
SENT = {
    "letter": {"name": "Bo", "text": "Vi är tjugo."},
    "declaration": {"name": "Bo", "role": "ordförande", "certain": "on"},
}


@pytest.fixture
def link(request, assessed, coordinator, django_capture_on_commit_callbacks) -> str:
    """Of a letter or of a declaration."""
    with django_capture_on_commit_callbacks(execute=True):
        if request.param == "letter":
            driver.write_to(assessed, by=coordinator)
        else:
            party, rule = assessed.parties.get(), assessed.rules.declarations[0]
            send_declaration(party, rule, to="a@a.example", by=coordinator, absolute=driver.absolute)
    return re.search(r"/(?:svar|intyg)/[\w-]+/", mail.outbox[-1].body).group()


@pytest.mark.parametrize("guess", GUESSES)
@pytest.mark.parametrize("link", LINKS, indirect=True)
def test_those_who_guess_are_stopped_and_a_right_link_goes_on(link, guess):
    client = driver.logged_in(None)
    told = [client.get(guess.format(number)) for number in range(WRONG_LINKS.most + 1)]
    assert {answer.status_code for answer in told[:-1]} == {404}
    assert all("<h1>Länken gäller inte</h1>" in answer.text for answer in told[:-1])
    assert told[-1].status_code == 429 and "Det blev många försök" in told[-1].text
    assert int(told[-1]["Retry-After"]) > 0
    assert client.get(link).status_code == 200
    assert client.get("/svar/fel/", REMOTE_ADDR="9.9.9.9").status_code == 404


@pytest.mark.parametrize("link", ["letter"], indirect=True)
def test_a_link_that_has_ended_was_right_and_is_not_counted(link, monkeypatch):
    monkeypatch.setattr(WRONG_LINKS.__class__, "count", lambda *args, **kwargs: pytest.fail("counted"))
    Letter.objects.update(link_ends=timezone.localdate() - timedelta(days=1))
    page = driver.logged_in(None).get(link)
    assert page.status_code == 404 and 'href="mailto:iop@mora.example"' in page.text


@pytest.mark.parametrize("link", LINKS, indirect=True)
def test_what_is_sent_from_one_place_is_counted_and_the_words_are_shown(link):
    client = driver.logged_in(None)
    for _ in range(SENT_FROM_AN_ADDRESS.most):
        assert client.post(link, {"name": ""}).status_code == 422
    stopped = client.post(link, SENT["letter"])
    assert stopped.status_code == 429 and "Vi är tjugo." in stopped.text
    assert client.get(link).status_code == 200
    assert client.post(link, SENT["letter"], REMOTE_ADDR="9.9.9.9").status_code != 429


@pytest.mark.parametrize("link", LINKS, indirect=True)
def test_neither_token_nor_cookie(link, request):
    client = driver.logged_in(None, enforce_csrf_checks=True)
    page = client.get(link)
    assert "csrfmiddlewaretoken" not in page.text and not page.cookies
    kind = "letter" if link.startswith("/svar/") else "declaration"
    sent = client.post(link, SENT[kind])
    assert (sent.status_code, dict(sent.cookies)) == (302, {})
    assert not client.get(link).cookies and not client.get("/svar/fel/").cookies


def test_the_pages_where_somebody_logs_in_are_those_that_set_one(mora):
    for address in ("/logga-in/", "/mina-sidor/logga-in/"):
        assert "csrftoken" in driver.logged_in(None).get(address).cookies, address
    assert not driver.logged_in(None).get("/mina-sidor/").cookies  # which leads there
