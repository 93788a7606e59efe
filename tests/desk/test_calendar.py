"""A person's tasks in the person's own calendar, by an address that is the key."""

import hashlib
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar

from iop.cases.calendar import make_address
from iop.cases.models import CalendarAddress, Task
from iop.cases.secrecy import mark_secret
from iop.cases.statements import ask_statement
from iop.municipalities.models import Membership
from iop.municipalities.permissions import Role
from tests.cases import driver

TODAY = timezone.localdate()
PAGE = "/mora/arbetsbord/kalender/"
WAITS = "Väntar på andra: "


def made(user) -> str:
    """The path of a new address, as the page tells it."""
    page = driver.logged_in(user).post(f"{PAGE}ny/")
    assert page.status_code == 200
    (address,) = re.findall(r"http://testserver(/mora/kalender/[\w-]+\.ics)", page.text)
    return address


def events(address: str) -> list:
    """What a calendar that knows nothing but the address is given."""
    response = Client().get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    return Calendar.from_ical(response.content).walk("VEVENT")


def summaries(address: str) -> list[str]:
    return [str(event["summary"]) for event in events(address)]


def mine(user) -> list[Task]:
    """Tasks alone: a case's usual step has no day."""
    return [task for task in driver.logged_in(user).get("/mora/arbetsbord/").context["page"] if task.pk]


def ask(case, by, n: int, **other):
    facts = {"outside": f"Länsstyrelsen {n}", "question": "Vad anser ni?"} | other
    ask_statement(case, due=TODAY + timedelta(days=n), by=by, **facts)


def test_it_holds_what_stands_under_mina(assessed, mora, coordinator):
    driver.to_assessment(driver.send_in(mora, title="En kollegas"), by=driver.person("Kim", mora, Role.COORDINATOR))
    driver.send_in(mora, title="Ingens än")
    ask(assessed, coordinator, 3)
    ask(assessed, coordinator, -3)
    tasks = sorted(mine(coordinator), key=lambda task: task.due)
    found = events(made(coordinator))
    told = {f"{WAITS if task.part == 'Väntar på andra' else ''}{task.case.reference}: {task.title}" for task in tasks}
    assert {str(event["summary"]) for event in found} == told and len(found) == 3
    assert len(tasks) == 3
    assert [event.decoded("dtstart") for event in found] == [task.due for task in tasks]
    assert [event.decoded("dtend") for event in found] == [task.due + timedelta(days=1) for task in tasks]
    assert [str(event["url"]) for event in found] == [f"http://testserver{task.link}" for task in tasks]
    assert "#yttrande-" in tasks[0].link
    assert len({event["uid"] for event in found}) == 3


def test_each_has_ones_own(assessed, coordinator, adviser, reader):
    unit = adviser.membership_in(assessed.municipality_id).unit
    ask(assessed, coordinator, 3, outside="", unit=unit)
    title = f"{assessed.reference}: Yttrande från Upphandlingsenheten"
    assert [summaries(made(user)) for user in (coordinator, adviser, reader)] == [[WAITS + title], [title], []]


def test_it_is_read_anew_each_time(assessed, coordinator):
    address = made(coordinator)
    assert summaries(address) == []
    ask(assessed, coordinator, 1)
    assert len(summaries(address)) == 1
    Task.objects.update(closed_at=timezone.now())
    assert summaries(address) == []


def test_of_a_secret_case_nothing_but_the_reference_is_told(assessed, coordinator, adviser):
    unit = adviser.membership_in(assessed.municipality_id).unit
    ask(assessed, coordinator, 3, outside="", unit=unit)
    own, theirs = made(coordinator), made(adviser)
    mark_secret(assessed, ground="26 kap. 1 § OSL", by=coordinator)
    text = Client().get(own).text
    assert f"SUMMARY:{WAITS}{assessed.reference}: Sekretessmarkerat ärende" in text
    assert not [word for word in ("Språk", "Upphandling", "Yttrande", "26 kap") if word in text]
    assert events(theirs) == []


def test_a_task_of_the_municipality_as_a_whole(mora, administrator):
    Task.objects.create(
        municipality=mora, kind="duty", title="Se över riktlinjen", due=TODAY, role=Role.ADMINISTRATOR,
        subject_kind="duty", subject_id=1, tab="statistics",
    )  # fmt: skip
    assert summaries(made(administrator)) == ["Se över riktlinjen"]


def test_only_the_hash_is_kept_and_the_address_is_shown_once(coordinator):
    address = made(coordinator)
    secret = address.rpartition("/")[2].removesuffix(".ics")
    assert len(secret) == 32  # 24 bytes, of six bits a sign
    kept = CalendarAddress.objects.get()
    assert kept.token_hash == hashlib.sha256(secret.encode()).hexdigest()
    page = driver.logged_in(coordinator).get(PAGE).text
    assert secret not in page and "Den går inte att visa igen." in page


def test_a_new_one_revokes_the_old(coordinator):
    old, new = made(coordinator), made(coordinator)
    assert [Client().get(address).status_code for address in (old, new)] == [404, 200]


def test_revoking(coordinator, reader):
    own, anothers = made(coordinator), made(reader)
    page = driver.logged_in(coordinator).post(f"{PAGE}ta-bort/", follow=True).text
    assert "Adressen är borttagen." in page and "Ta bort adressen" not in page
    assert [Client().get(address).status_code for address in (own, anothers)] == [404, 200]
    again = driver.logged_in(coordinator).post(f"{PAGE}ta-bort/", follow=True)
    assert (again.status_code, "Adressen är borttagen." in again.text) == (200, False)


@pytest.mark.parametrize("leave", ["inactive", "no member", "elsewhere"])
def test_one_who_works_here_no_longer_reads_nothing(coordinator, gavle, leave):
    address = made(coordinator)
    if leave == "inactive":
        coordinator.is_active = False
        coordinator.save()
    elif leave == "no member":
        Membership.objects.all().delete()
    else:
        Membership.objects.update(municipality=gavle)
    assert Client().get(address).status_code == 404


@pytest.mark.parametrize("secret", ["x", "x" * 32, "x" * 3000, "%00", "å", ".", "%2e%2e"])
def test_a_wrong_address_does_not_exist(coordinator, secret):
    made(coordinator)
    assert Client().get(f"/mora/kalender/{secret}.ics").status_code == 404


def test_it_is_of_one_municipality(mora, gavle, coordinator):
    Membership.objects.create(user=coordinator, municipality=gavle, role=Role.COORDINATOR)
    here, there = driver.send_in(mora), driver.send_in(gavle, title="I Gävle")
    address, other = made(coordinator), f"/gavle/kalender/{make_address(coordinator, gavle)}.ics"
    assert Client().get(address.replace("/mora/", "/gavle/")).status_code == 404
    assert summaries(address) == [f"{here.reference}: Ta emot initiativet"]
    assert [str(event["url"]) for event in events(other)] == [f"http://testserver{there.get_absolute_url()}#gate"]


def test_no_cache_keeps_it_and_no_session_is_begun(coordinator):
    response = Client().get(made(coordinator))
    assert {"private", "no-store"} <= {part.strip() for part in response["Cache-Control"].split(",")}
    assert not response.cookies


def test_reading_changes_nothing_and_nothing_else_is_taken(coordinator):
    address = made(coordinator)
    assert Client().head(address).status_code == 200
    assert {getattr(Client(), method)(address).status_code for method in ("post", "put", "delete")} == {405}


def test_it_costs_the_same_however_many_tasks(assessed, mora, coordinator):
    address, client = made(coordinator), Client()

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    ask(assessed, coordinator, 1)
    one = cost()
    for n in (2, 3):
        ask(driver.to_assessment(driver.send_in(mora), by=coordinator), coordinator, n)
    assert len(events(address)) == 3
    assert cost() == one <= 4


# The page itself


@pytest.mark.parametrize("role", Role.values)
def test_everybody_who_works_here_may_have_one(cast, role):
    assert summaries(made(cast[role])) == []
    assert "Prenumerera i din kalender" in driver.logged_in(cast[role]).get("/mora/arbetsbord/").text


def test_others_make_none(coordinator, neighbour):
    for path in ("ny/", "ta-bort/"):
        assert driver.logged_in(neighbour).post(PAGE + path).status_code == 404
        assert driver.logged_in(None).post(PAGE + path).status_code == 403
        assert driver.logged_in(coordinator).get(PAGE + path).status_code == 405
    assert CalendarAddress.objects.count() == 0
