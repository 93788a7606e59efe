"""How often something may be tried: counted in the database, told in words, forgotten when it is over."""

from datetime import timedelta

import pytest
from django.utils import timezone

from initiatives.limits import Limit, TooMany, address_of, forget_old
from initiatives.models import Tally
from initiatives.views import doors

pytestmark = pytest.mark.django_db

TWICE = Limit("prov", most=2, minutes=10)


def test_one_too_many_is_told_with_how_long_to_wait(db):
    TWICE.count("anna")
    TWICE.count("ANNA")  # the same address, however it is typed
    with pytest.raises(TooMany) as told:
        TWICE.count("anna")
    assert 1 <= told.value.wait <= 10
    TWICE.count("bo")
    Limit("annat", most=2, minutes=10).count("anna")


def test_what_is_counted_may_be_more_than_tries(db):
    limit = Limit("megabyte", most=100, minutes=10)
    limit.count("anna", much=99)
    limit.count("anna", much=0)
    with pytest.raises(TooMany):
        limit.count("anna", much=2)


def test_to_ask_counts_nothing_and_tells_when_no_try_is_left(db):
    for _ in range(2):
        TWICE.ask("anna")
        TWICE.count("anna")
    with pytest.raises(TooMany) as told:
        TWICE.ask("ANNA")
    assert 1 <= told.value.wait <= 10
    TWICE.ask("bo")
    assert Tally.objects.get().tries == 2


def test_nobody_uses_up_the_letters_of_somebody_else(rf):
    there, here = rf.post("/", REMOTE_ADDR="9.9.9.9"), rf.post("/", REMOTE_ADDR="8.8.8.8")
    for _ in range(doors.LETTERS_TO_AN_ADDRESS.most):
        doors.count_letter(there, "anna@sprakbron.example")
    with pytest.raises(TooMany):
        doors.count_letter(there, "anna@sprakbron.example")
    doors.count_letter(here, "anna@sprakbron.example")


def test_a_mailbox_is_not_filled_from_many_places(rf):
    with pytest.raises(TooMany):
        for number in range(doors.LETTERS_TO_A_MAILBOX.most + 1):
            doors.count_letter(rf.post("/", REMOTE_ADDR=f"9.9.9.{number}"), "anna@sprakbron.example")


def test_nobody_can_be_read_out_and_what_is_over_is_forgotten(db):
    TWICE.count("anna@sprakbron.example")
    row = Tally.objects.get()
    assert "anna" not in str(vars(row))
    Tally.objects.update(until=timezone.now() - timedelta(seconds=1))
    forget_old()
    assert Tally.objects.count() == 0


@pytest.mark.parametrize(
    ("trusted", "told", "expected"),
    [
        (None, "1.1.1.1", "9.9.9.9"),  # anybody can write the header, so it is not read without a proxy
        (("HTTP_X_FORWARDED_PROTO", "https"), "1.1.1.1, 2.2.2.2", "2.2.2.2"),
        (("HTTP_X_FORWARDED_PROTO", "https"), "", "9.9.9.9"),
    ],
)
def test_whose_address_it_is(rf, settings, trusted, told, expected):
    settings.SECURE_PROXY_SSL_HEADER = trusted
    headers = {"X-Forwarded-For": told} if told else {}
    assert address_of(rf.get("/", REMOTE_ADDR="9.9.9.9", headers=headers)) == expected


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
        ("unix:", "unix:"),
    ],
)
def test_a_network_of_ipv6_is_one_place(rf, told, expected):
    assert address_of(rf.get("/", REMOTE_ADDR=told)) == expected
