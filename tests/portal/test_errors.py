"""When something does not work there is a plain Swedish page, and no more is told than is needed."""

import pytest

from tests.cases import driver


@pytest.mark.parametrize("address", ["/finns/inte/alls/", "/mora/finns-inte/", "/favicon.ico", "/mora/arenden/x/y/z/"])
@pytest.mark.parametrize("who", ["nobody", "coordinator"])
def test_404(coordinator, address, who):
    response = driver.logged_in(coordinator if who == "coordinator" else None).get(address)
    assert response.status_code == 404
    assert "<h1>Sidan finns inte</h1>" in response.text
    assert '<html lang="sv">' in response.text


def test_403(assessed, reader):
    response = driver.logged_in(reader).post(f"/mora/arenden/{assessed.reference}/inled-dialog/")
    assert response.status_code == 403
    assert "<h1>Du får inte göra det här</h1>" in response.text


def test_405(coordinator):
    response = driver.logged_in(coordinator).get("/logga-ut/")
    assert (response.status_code, response["Allow"]) == (405, "POST, OPTIONS")
    assert "<h1>Adressen tar bara emot formulär</h1>" in response.text


@pytest.mark.parametrize("method", ["get", "head"])
def test_what_is_only_sent_leads_to_its_case_when_it_is_opened(assessed, coordinator, reader, method):
    address = f"/mora/arenden/{assessed.reference}/inled-dialog/"
    response = getattr(driver.logged_in(coordinator), method)(address)
    assert (response.status_code, response["Location"]) == (302, assessed.get_absolute_url())
    assert getattr(driver.logged_in(reader), method)(address).status_code == 403
    assert driver.logged_in(coordinator).put(address).status_code == 405


def test_500_tells_nothing_of_the_fault(db, settings):
    settings.ROOT_URLCONF = "tests.portal.urls_that_fail"
    response = driver.logged_in(None, raise_request_exception=False).get("/gar-fel/")
    assert response.status_code == 500
    assert "<h1>Något gick fel hos oss</h1>" in response.text
    assert "hemlig uppgift" not in response.text
    assert "Traceback" not in response.text


def test_a_request_that_is_too_large_is_told_at_its_field_with_the_words_kept(assessed, coordinator, settings):
    settings.UPLOAD_MAX_REQUEST_SIZE = 1000
    address = f"/mora/arenden/{assessed.reference}/akt/ny/"
    said = {"about": "Brev", "direction": "in", "day": "2026-11-03", "text": "Skrivet länge. " * 100}
    response = driver.logged_in(coordinator).post(address, said | {"file": driver.pdf()})
    assert response.status_code == 422
    assert "Filerna är för stora tillsammans." in response.text and "Skrivet länge. Skrivet länge." in response.text
    assert assessed.records.filter(about="Brev").count() == 0


@pytest.mark.parametrize("user", [True, False])
def test_a_request_that_is_larger_than_anybody_means(assessed, coordinator, monkeypatch, user):
    monkeypatch.setattr("iop.upload_limit.MOST_READ_IN_VAIN", 1000)
    address = f"/mora/arenden/{assessed.reference}/akt/ny/" if user else "/mora/tillganglighet/rapportera/"
    client = driver.logged_in(coordinator if user else None)
    response = client.post(address, {"about": "Brev", "file": driver.pdf(), "text": "x" * 1000})
    assert response.status_code in (400, 413)
    assert "<h1>Det som skickades gick inte att ta emot</h1>" in response.text
    assert assessed.records.filter(about="Brev").count() == 0


def test_too_many_fields(mora, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 10
    response = driver.logged_in(None).post("/mora/tillganglighet/rapportera/", driver.form())
    assert response.status_code in (400, 413)
    assert "<h1>Det som skickades gick inte att ta emot</h1>" in response.text


def test_what_was_written_without_a_token_is_shown_but_never_a_password(db):
    client = driver.logged_in(None, enforce_csrf_checks=True)
    response = client.post("/logga-in/", {"username": "karin@mora.example", "password": "min hemlighet"})
    assert response.status_code == 403
    assert "<h1>Skicka en gång till</h1>" in response.text
    assert "min hemlighet" not in response.text


@pytest.mark.parametrize(
    ("came_from", "leads_back"), [("http://testserver/mora/", True), ("https://iop.invalid/", False), ("", False)]
)
def test_the_page_without_a_token_leads_back_within_the_program_alone(mora, came_from, leads_back):
    client = driver.logged_in(None, enforce_csrf_checks=True)
    response = client.post(
        "/logga-in/", {"username": "karin@mora.example"}, headers={"referer": came_from} if came_from else {}
    )
    assert response.status_code == 403
    assert ("Öppna sidan på nytt" in response.text) is leads_back
    assert "iop.invalid" not in response.text
