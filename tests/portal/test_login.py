"""Logging in by e-mail address and password."""

import pytest

from initiatives.limits import Limit
from initiatives.models import Tally
from iop.municipalities.models import Membership, User
from iop.portal import login
from tests.cases import driver

PASSWORD = "ett-langt-losenord"


@pytest.fixture
def client(db):
    return driver.logged_in(None)


def log_in(client, email: str, password: str = PASSWORD, place: str = "127.0.0.1", **more):
    return client.post("/logga-in/", {"username": email, "password": password, **more}, REMOTE_ADDR=place)


@pytest.mark.parametrize("write", [str, str.upper, str.title])
def test_works_however_the_address_is_written(client, coordinator, write):
    assert log_in(client, write(coordinator.email))["Location"] == "/mora/arbetsbord/"
    assert client.get("/mora/arbetsbord/").status_code == 200


@pytest.mark.parametrize(
    ("email", "password"),
    [("{}", "fel"), ("ingen@mora.example", PASSWORD), ("", ""), ("a\x00b", "a\x00b"), ("x" * 5000, "y")],
)
def test_a_wrong_address_or_password_is_told_alike(client, coordinator, email, password):
    response = log_in(client, email.format(coordinator.email), password)
    assert response.status_code == 200
    assert 'class="errors" role="alert"' in response.text
    assert client.get("/mora/arbetsbord/").status_code == 302


@pytest.mark.parametrize("path", ["/", "/mora/", "/mora/register/", "/logga-in/", "/mina-sidor/logga-in/"])
def test_every_page_shows_both_doors(client, mora, path):
    page = client.get(path).text
    assert 'href="/mina-sidor/">Mina sidor<' in page and 'href="/logga-in/">Logga in<' in page
    assert "csrftoken" not in client.cookies or "logga-in" in path


def test_one_who_has_left_is_not_let_in(client, coordinator):
    coordinator.is_active = False
    coordinator.save()
    log_in(client, coordinator.email)
    assert client.get("/mora/arbetsbord/").status_code == 302


@pytest.mark.parametrize(
    ("wanted", "got"),
    [
        ("/mora/arenden/", "/mora/arenden/"),
        ("https://iop.invalid/", "/mora/arbetsbord/"),
        ("//iop.invalid/", "/mora/arbetsbord/"),
        ("javascript:alert(1)", "/mora/arbetsbord/"),
    ],
)
def test_it_leads_on_within_the_program_alone(client, coordinator, wanted, got):
    assert log_in(client, coordinator.email, next=wanted)["Location"] == got


def test_a_page_asks_for_login_and_is_shown_after_it(client, coordinator):
    address = client.get("/mora/arenden/?skede=alla")["Location"]
    assert address == "/logga-in/?next=/mora/arenden/%3Fskede%3Dalla"
    page = client.get(address)
    assert 'name="next" value="/mora/arenden/?skede=alla"' in page.text


def test_one_who_is_logged_in_is_led_on(coordinator):
    assert driver.logged_in(coordinator).get("/logga-in/")["Location"] == "/mora/arbetsbord/"


def test_one_with_several_municipalities_or_none_chooses_on_the_start_page(client, coordinator, gavle):
    Membership.objects.create(user=coordinator, municipality=gavle, role="reader")
    assert log_in(client, coordinator.email)["Location"] == "/"
    User.objects.create_user("ny@mora.example", PASSWORD, name="Ny")
    assert log_in(driver.logged_in(None), "ny@mora.example")["Location"] == "/"


def test_a_wrong_password_is_told_in_one_sentence_once(client, coordinator):
    page = log_in(client, coordinator.email, "fel").text
    assert page.count("E-postadressen eller lösenordet stämmer inte.") == 1


def test_the_start_page_tells_who_is_logged_in(coordinator):
    page = driver.logged_in(coordinator).get("/").text
    assert "Karin Samordnare" in page and "Logga ut" in page
    assert "Logga ut" not in driver.logged_in(None).get("/").text


def test_logging_out_takes_a_form(coordinator):
    client = driver.logged_in(coordinator)
    assert client.get("/logga-ut/").status_code == 405
    assert client.post("/logga-ut/")["Location"] == "/"
    assert client.get("/mora/arbetsbord/").status_code == 302


def test_the_installation_is_for_those_who_run_it(coordinator):
    client = driver.logged_in(coordinator)
    assert client.get("/admin/").status_code == 302
    coordinator.is_staff = coordinator.is_superuser = True
    coordinator.save()
    assert client.get("/admin/municipalities/municipality/").status_code == 200
    assert client.get("/admin/municipalities/user/").status_code == 200


@pytest.mark.parametrize(("demo", "status"), [(True, 200), (False, 404)])
def test_letters_are_shown_in_demonstrations_alone(client, settings, tmp_path, demo, status):
    settings.DEMO, settings.MAIL_DIR = demo, tmp_path
    assert client.get("/demo/brev/").status_code == status
    assert ("iop-demo" in client.get("/logga-in/").text) is demo


def stopped(response) -> bool:
    told = response.status_code == 429 and "Det blev många försök på kort tid" in response.text
    assert not told or int(response["Retry-After"]) > 0
    return told


@pytest.mark.parametrize("door", ["/logga-in/", "/admin/login/"])
def test_one_who_guesses_is_stopped_and_the_owner_comes_in_from_another_place(client, coordinator, door):
    """Also when the last guess is right: nothing is told after the tries are used up."""
    coordinator.is_staff = True
    coordinator.save()
    wrong = {"username": coordinator.email.upper(), "password": "fel"}
    for _ in range(login.WRONG_OF_A_PERSON.most):
        assert client.post(door, wrong).status_code == 200
    assert stopped(client.post(door, wrong))
    right = {"username": coordinator.email, "password": PASSWORD}
    for entrance in ("/logga-in/", "/admin/login/"):
        assert stopped(client.post(entrance, right))
    assert client.get("/mora/arbetsbord/").status_code == 302
    assert client.post(door, right, REMOTE_ADDR="9.9.9.9").status_code == 302
    assert log_in(driver.logged_in(None), "annan@mora.example", "fel").status_code == 200


def test_guesses_at_many_people_from_one_place_are_stopped(client, coordinator, monkeypatch):
    monkeypatch.setattr(login, "WRONG_FROM_A_PLACE", Limit("prov", most=3, minutes=15))
    for number in range(3):
        assert log_in(client, f"{number}@mora.example", "fel").status_code == 200
    assert stopped(log_in(client, coordinator.email))
    assert log_in(client, coordinator.email, place="9.9.9.9").status_code == 302


def test_guesses_at_one_person_from_many_places_are_stopped(client, coordinator, monkeypatch):
    monkeypatch.setattr(login, "WRONG_FROM_ANYWHERE", Limit("prov", most=3, minutes=15))
    for number in range(3):
        assert log_in(client, coordinator.email, "fel", place=f"9.9.9.{number}").status_code == 200
    assert stopped(log_in(client, coordinator.email))


def test_those_who_know_their_password_are_never_counted(coordinator):
    for _ in range(3):
        assert log_in(driver.logged_in(None), coordinator.email).status_code == 302
    assert not Tally.objects.exists()


def test_a_browser_where_somebody_has_logged_in_is_counted_by_itself(client, coordinator, adviser, monkeypatch):
    """Whoever guesses from the same town hall shuts out nobody who works there; a borrowed browser opens nothing."""
    log_in(client, coordinator.email)
    client.post("/logga-ut/")
    monkeypatch.setattr(login, "WRONG_FROM_A_PLACE", Limit("prov", most=3, minutes=15))
    stranger = driver.logged_in(None)
    for number in range(4):
        log_in(stranger, f"{number}@mora.example", "fel")
    assert stopped(log_in(stranger, coordinator.email))
    assert stopped(log_in(client, adviser.email))  # another person in the known browser
    assert log_in(client, coordinator.email).status_code == 302
    client.post("/logga-ut/")
    for _ in range(login.WRONG_IN_A_BROWSER.most):
        assert log_in(client, coordinator.email, "fel").status_code == 200
    assert stopped(log_in(client, coordinator.email))
