"""Logging in by a code: for those with access alone, once, for a quarter of an hour, with few tries."""

import time

import pytest
from django.core import mail
from django.core.cache import cache, caches
from django.core.cache.backends.db import DatabaseCache
from django.db import connection
from django.urls import NoReverseMatch, reverse

from iop.municipalities.models import Membership, User
from iop.municipalities.permissions import Role
from partners import access
from partners.models import CaseAccess
from tests.cases import driver
from tests.mine import people
from tests.mine.people import CODE, LOGIN, at, code_in_mail

ANNA = "anna@sprakbron.example"


@pytest.fixture
def client(case):
    mail.outbox.clear()  # the receipt
    return driver.logged_in(None)


def ask(client, email: str = ANNA, **more):
    return client.post(LOGIN, {"email": email, **more})


def give(client, code: str, **more):
    return client.post(CODE, {"code": code, **more})


def test_login_stands_at_two_addresses():
    assert [LOGIN, CODE] == [reverse("account_request_login_code"), reverse("account_confirm_login_code")]


def is_in(client) -> bool:
    return client.get("/mina-sidor/").status_code == 200


@pytest.mark.parametrize("written", [str, str.upper, lambda email: f"  {email} "])
def test_the_sender_gets_a_code_and_comes_in(client, case, written):
    response = ask(client, written(ANNA))
    assert (response.status_code, response["Location"]) == (302, CODE)
    assert mail.outbox[-1].to == [ANNA]
    assert give(client, code_in_mail())["Location"] == "/mina-sidor/"
    assert case.title in client.get("/mina-sidor/").text
    assert not User.objects.get(email=ANNA).has_usable_password()


@pytest.mark.parametrize("typed", ["{}", "{} ", " {}", "{}\n"])
def test_the_code_may_be_typed_without_its_dash(client, typed):
    ask(client)
    give(client, typed.format(code_in_mail().replace("-", "")))
    assert is_in(client)


def test_others_are_told_the_same_and_get_nothing(client, coordinator):
    ask(client)
    known = client.get(CODE).text.replace(ANNA, "ADRESS")
    for email in ("ingen@alls.example", coordinator.email):
        other = driver.logged_in(None)
        response = ask(other, email)
        assert (response.status_code, response["Location"]) == (302, CODE)
        page = other.get(CODE).text.replace(email, "ADRESS")
        assert without_token(page) == without_token(known)
        wrong = give(other, "0000-0000")
        assert wrong.status_code == 200 and "Koden stämmer inte" in wrong.text
        assert not is_in(other)
    assert [letter.to for letter in mail.outbox] == [[ANNA]]
    assert not User.objects.filter(email="ingen@alls.example").exists()


def without_token(page: str) -> str:
    return "\n".join(line for line in page.splitlines() if "csrfmiddlewaretoken" not in line)


def test_a_code_is_used_once(client):
    ask(client)
    code = code_in_mail()
    give(client, code)
    client.post("/logga-ut/")
    assert not is_in(client)
    assert give(client, code)["Location"].startswith(LOGIN)
    ask(client)
    assert give(client, code).status_code == 200  # another code is waited for
    assert not is_in(client)


def test_a_code_is_for_the_browser_that_asked(client):
    ask(client)
    elsewhere = driver.logged_in(None)
    assert give(elsewhere, code_in_mail())["Location"].startswith(LOGIN)
    assert not is_in(elsewhere)


def test_a_code_runs_out_in_a_quarter_of_an_hour(client, monkeypatch):
    ask(client)
    code, now = code_in_mail(), time.time()
    monkeypatch.setattr(time, "time", lambda: now + 15 * 60 + 1)
    assert give(client, code)["Location"] == LOGIN
    monkeypatch.undo()
    assert not is_in(client)


def test_after_five_wrong_codes_the_right_one_is_wrong_too(client):
    ask(client)
    code = code_in_mail()
    wrong = "0000-0000" if code != "0000-0000" else "1111-1111"
    assert [give(client, wrong).status_code for _ in range(5)] == [200] * 4 + [429]
    give(client, code)
    assert not is_in(client)


def test_codes_to_an_address_are_few(client):
    statuses = [ask(driver.logged_in(None)).status_code for _ in range(4)]
    assert statuses == [302, 302, 302, 429]
    assert len(mail.outbox) == 3
    page = ask(client).text
    assert "Vänta några minuter och försök igen." in page and f'href="{LOGIN}"' in page


def test_too_many_tries_are_told_on_a_page(client):
    ask(client)
    *_, page = [give(client, "0000-0000") for _ in range(5)]
    assert page.status_code == 429
    assert "Det blev många försök" in page.text and f'href="{LOGIN}">Begär en ny kod' in page.text
    assert "Går det inte ändå, hör av er till kommunen." in page.text
    assert "För många försök" not in client.get(LOGIN).text  # told once


def test_what_was_written_when_the_login_ran_out_leads_to_the_own_door(client, case):
    page = client.post(f"/mina-sidor/mora/{case.reference}/skriv/", {"subject": "Hej", "text": "Det jag skrev"})
    assert page.status_code == 403 and "Det jag skrev" in page.text
    assert f'href="{LOGIN}" target' in page.text and 'href="/logga-in/" target' not in page.text


def test_many_addresses_from_one_place_are_few_too(client):
    statuses = [ask(driver.logged_in(None), f"p{number}@x.example").status_code for number in range(25)]
    assert 302 in statuses and set(statuses[20:]) == {429}


@pytest.mark.parametrize(
    "email", ["", "anna", "a@b.example\nBcc: c@d.example", "a\x00b@c.example", "x" * 300 + "@y.example"]
)
def test_what_is_no_address_is_told_so(client, email):
    response = ask(client, email)
    assert response.status_code == 422 and 'class="errors"' in response.text
    assert mail.outbox == []


def test_one_whose_access_ended_meanwhile_does_not_come_in(client, case, coordinator):
    ask(client)
    access.end(CaseAccess.objects.get(), by=coordinator)
    assert give(client, code_in_mail())["Location"] == LOGIN
    assert not is_in(client)


def test_a_slip_of_the_pen_is_mended(client):
    ask(client, "fel@sprakbron.example")
    assert client.get(LOGIN)["Location"].startswith(CODE)  # the code may lie in the mailbox
    assert client.get(f"{LOGIN}?annan=1").status_code == 200
    ask(client)
    give(client, code_in_mail())
    assert is_in(client)


# Officials


def test_officials_get_no_code_whatever_they_have_sent(mora, coordinator, client):
    driver.send_in(mora, title="Min egen idé", contact_email=coordinator.email)
    mail.outbox.clear()
    ask(client, coordinator.email)
    assert mail.outbox == []


def test_a_session_begun_by_code_never_becomes_an_officials(client, mora):
    ask(client)
    give(client, code_in_mail())
    Membership.objects.create(user=User.objects.get(email=ANNA), municipality=mora, role=Role.COORDINATOR)
    assert client.get("/mora/arbetsbord/")["Location"].startswith("/logga-in/")
    assert not is_in(client)


def test_allauth_opens_no_other_door(db, coordinator):
    for name in ("account_login", "account_signup", "account_reset_password", "account_email", "account_logout"):
        with pytest.raises(NoReverseMatch):
            reverse(name)
    response = driver.logged_in(None).post(LOGIN, {"login": coordinator.email, "password": "ett-langt-losenord"})
    assert response.status_code == 422


# Leading on


@pytest.mark.parametrize(
    ("wanted", "got"),
    [
        ("/mina-sidor/mora/IOP-1/", "/mina-sidor/mora/IOP-1/"),
        ("https://iop.invalid/", "/mina-sidor/"),
        ("//x", "/mina-sidor/"),
    ],
)
def test_it_leads_on_within_the_program_alone(client, wanted, got):
    response = ask(client, next=wanted)
    assert give(client, code_in_mail(), next=wanted)["Location"] == got
    assert response["Location"].startswith(CODE)


def test_a_page_asks_for_login_and_is_shown_after_it(client, case):
    address = client.get(at(case))["Location"]
    assert address == f"{LOGIN}?next={at(case)}"
    assert f'name="next" value="{at(case)}"' in client.get(address).text


def test_those_who_are_in_are_led_on(anna, coordinator):
    assert anna.get(LOGIN)["Location"] == "/mina-sidor/"
    assert driver.logged_in(coordinator).get(LOGIN)["Location"] == "/"


def test_nothing_but_our_own_scripts_and_styles(client):
    for page in (client.get(LOGIN), ask(client) and client.get(CODE)):
        assert "<style" not in page.text and "onclick" not in page.text
        assert page.text.count("<script") == page.text.count('<script src="/static/js/') > 0
    cache.clear()
    assert people.CODE == CODE


def test_tries_are_counted_by_all_processes_together(client, case):
    assert isinstance(caches["default"], DatabaseCache)
    ask(client)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM shared_counts WHERE cache_key LIKE '%%request_login_code%%'")
        assert cursor.fetchone()[0] >= 3  # one for each limit
