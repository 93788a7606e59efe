"""Addresses that are keys: unguessable, kept as a hash alone, for one thing in one municipality, and ended by a day.

What may be used once is tested where it is used: the code to log in (``tests/mine/test_login.py``), the confirmation of
a declaration (``tests/partners/test_declaration.py``), a statement (``tests/desk/test_letters.py``).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command
from django.db.models import Model
from django.utils import timezone

from initiatives.models import Draft, DraftLink, Initiative
from initiatives.models.initiative import DAYS_OF_RECEIPT
from iop.cases.calendar import make_address, revoke_address
from iop.cases.letters import DAYS_OF_A_LINK, hash_of
from iop.cases.models import CalendarAddress, Case, Letter, Record, Statement
from iop.cases.statements import ask_statement
from partners.actions import send_declaration
from partners.models import Declaration
from tests.cases import driver
from tests.initiatives import writing

BITS = {r"[0-9a-f]+": 4, r"[\w-]+": 6}  # of each sign
CASES = ["Språkkafé för nyanlända", "Körsång på äldreboenden"]


def long_ago(days: int):
    return timezone.now() - timedelta(days=days)


def in_the_letter() -> str:
    return re.search(r"https?://[^/]+(/\S+/)", mail.outbox[-1].body)[1]


def opened(path: str) -> str:
    """A draft's link leads on to a step; the others to themselves."""
    return driver.logged_in(None).get(path).headers.get("Location", path)


def written_to(case: Case, by) -> None:
    driver.write_to(case, by=by)


def asked(case: Case, by) -> None:
    due = timezone.localdate() + timedelta(days=9)
    asked = {"due": due, "question": "Finns en marknad?", "outside": "Länsstyrelsen"}
    ask_statement(case, by=by, **asked, to="rolf@lansstyrelsen.example", absolute=driver.absolute)


def to_confirm(case: Case, by) -> None:
    party, rule = case.parties.get(), case.rules.declarations[0]
    send_declaration(party, rule, to="a@a.example", by=by, absolute=driver.absolute)


def begun(title: str) -> str:
    client = driver.logged_in(None)
    address = writing.begin(client, email=f"{len(title)}@b.example")
    writing.save(client, address, "iden", title=title)
    return f"{address}iden/"


def written_with(title: str) -> None:
    """By the link of a co-writer."""
    driver.logged_in(None).post(f"{begun(title).removesuffix('iden/')}bjud-in/", {"to": "bo@b.example"})


def over_with_drafts() -> None:
    Draft.objects.update(saved_at=long_ago(200), reminded_at=long_ago(100))
    call_command("daily", stdout=StringIO())


@dataclass(frozen=True)
class Key:
    model: type[Model]
    make: Callable  # of a case by its coordinator, or of a draft by its title: the address, unless a letter tells it
    end: Callable[[], object]
    of_a_case: bool = True


def calendar(case: Case, by) -> str:
    return f"/mora/kalender/{make_address(by, case.municipality)}.ics"


def revoked() -> None:
    """A calendar reads on for years; its owner ends it."""
    for one in CalendarAddress.objects.select_related("user", "municipality"):
        revoke_address(one.user, one.municipality)


KEYS = {
    "draft": Key(DraftLink, begun, over_with_drafts, of_a_case=False),
    "co-writer": Key(DraftLink, written_with, over_with_drafts, of_a_case=False),
    "receipt": Key(
        Initiative,
        lambda title: writing.sent(driver.logged_in(None), title=title),
        lambda: Initiative.objects.update(submitted_at=long_ago(DAYS_OF_RECEIPT + 1)),
        of_a_case=False,
    ),
    "letter": Key(Letter, written_to, lambda: Letter.objects.update(link_ends=long_ago(1).date())),
    "statement": Key(Statement, asked, lambda: Statement.objects.update(link_ends=long_ago(1).date())),
    "declaration": Key(
        Declaration, to_confirm, lambda: Declaration.objects.update(sent_at=long_ago(DAYS_OF_A_LINK + 1))
    ),
    "calendar": Key(CalendarAddress, calendar, revoked),
}


@pytest.fixture
def make(mora, django_capture_on_commit_callbacks):
    """The addresses of two keys of a kind, for different cases or drafts (calendars: people)."""

    def make(kind: str) -> list[str]:
        key, found = KEYS[kind], []
        for number, title in enumerate(CASES):
            with django_capture_on_commit_callbacks(execute=True):
                if key.of_a_case:
                    by = driver.person(f"Karin {number}", mora, "coordinator")
                    name, its = f"Förening {number}", driver.number(number + 3)
                    case = driver.send_in(mora, title=title, organisation_name=name, organisation_number=its)
                    address = key.make(driver.to_assessment(case, by=by), by)
                else:
                    address = key.make(title)
            found.append(address or opened(in_the_letter()))
        return found

    return make


def token_in(address: str) -> str:
    return max(re.split(r"[/.]", address), key=len)


@pytest.mark.parametrize("kind", KEYS)
def test_at_least_128_bits_each_of_its_own_and_only_a_hash_is_kept(make, kind):
    addresses = [*make(kind), *make(kind)] if kind in ("draft", "co-writer") else make(kind)
    tokens = [token_in(address) for address in addresses]
    assert len(set(tokens)) == len(tokens)
    for token in tokens:
        signs = next(bits for pattern, bits in BITS.items() if re.fullmatch(pattern, token))
        assert len(token) * signs >= 128
    kept = str(list(KEYS[kind].model.objects.values())) + str(list(Record.objects.values()))
    assert not [token for token in tokens if token in kept]
    assert {hash_of(token) for token in tokens} <= set(KEYS[kind].model.objects.values_list("token_hash", flat=True))


@pytest.mark.parametrize("kind", KEYS)
def test_it_opens_one_thing_in_one_municipality_and_nothing_of_another_kind(make, kind, gavle):
    client, addresses = driver.logged_in(None), make(kind)
    for address, own, others in zip(addresses, CASES, reversed(CASES), strict=True):
        page = client.get(address)
        assert page.status_code == 200 and others not in page.text
        assert own in page.text or kind in ("letter", "declaration", "calendar")  # which do not name the case
        token, wrong = token_in(address), []
        for pattern in (
            "/svar/{}/",
            "/intyg/{}/",
            *(f"/{slug}/{at}" for slug in ("mora", "gavle") for at in ELSEWHERE),
        ):
            if pattern.format(token) not in (address, address.removesuffix("iden/")):
                wrong.append(client.get(pattern.format(token)).status_code)
        assert set(wrong) == {404}


ELSEWHERE = ("initiativ/utkast/{}/", "initiativ/utkast/{}/iden/", "initiativ/kvitto/{}/", "kalender/{}.ics")


@pytest.mark.parametrize("kind", KEYS)
def test_it_ends(make, kind):
    client, (address, _) = driver.logged_in(None), make(kind)
    assert client.get(address).status_code == 200
    KEYS[kind].end()
    assert client.get(address).status_code in (404, 410)
