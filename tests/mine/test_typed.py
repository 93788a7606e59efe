"""What is typed and not sent is kept for the address that logged in, and for nobody else."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agreements.actions import write_point
from agreements.sharing import share
from partners.access import end, give
from partners.models import Message, Unsent
from partners.unsent import MOST_LETTERS, keep
from tests.cases import driver
from tests.mine import people
from tests.mine.people import at

BO = "bo@sprakbron.example"
TYPED = {"typed": "1", "subject": "Lokalen", "text": "Ett halvt br", "name": "Anna"}


@pytest.fixture
def bo(assessed, coordinator):
    give(assessed.parties.get(), email=BO, name="Bo", by=coordinator, absolute=driver.absolute)
    return people.logged_in(BO)


def test_a_page_made_by_hand_keeps_nothing_odd(assessed, anna):
    odd = {"a\x00b": "x", "x" * 200: "y", "o-märke": "z"}
    assert anna.post(at(assessed, "skriv/"), TYPED | odd, headers={"Accept": "application/json"}).status_code == 200
    assert set(Unsent.objects.get().written) == {"subject", "text", "name"}


def test_it_is_kept_while_it_is_typed_and_gone_when_it_is_sent(assessed, anna, coordinator):
    address = at(assessed, "skriv/")
    saved = anna.post(address, TYPED, headers={"Accept": "application/json"}).json()
    assert set(saved) == {"at"} and not Message.objects.exists()
    page = anna.get(address).text
    assert "Ett halvt br</textarea>" in page and f"Sparat kl. {saved['at']}" in page
    again = people.logged_in("anna@sprakbron.example")  # the session was lost
    assert "Ett halvt br" in again.get(address).text
    assert "Ett halvt br" not in anna.get(at(assessed)).text
    refused = anna.post(address, {"subject": "", "text": "Ett helt brev.", "name": "Anna"})
    assert refused.status_code == 422 and Unsent.objects.exists()
    anna.post(address, {"subject": "Lokalen", "text": "Ett helt brev.", "name": "Anna"})
    assert not Unsent.objects.exists()
    assert "Ett h" not in anna.get(address).text


def test_a_new_text_is_written_once(db):
    with CaptureQueriesContext(connection) as asked:
        keep("anna@x.example", "/mina-sidor/mora/IOP-1/skriv/", "", {"text": "Ett halvt br"})
    assert [one["sql"].split()[0] for one in asked if one["sql"].startswith(("INSERT", "UPDATE"))] == ["INSERT"]


def test_it_is_told_on_the_pages_that_lead_there(assessed, anna, bo):
    anna.post(at(assessed, "skriv/"), TYPED)
    link = f'<a href="{at(assessed, "skriv/")}">Du har ett påbörjat meddelande</a>'
    for page in ("/mina-sidor/", at(assessed)):
        assert link in anna.get(page).text and "påbörjat" not in bo.get(page).text
    anna.post(at(assessed, "skriv/"), {"subject": "Lokalen", "text": "Ett helt brev.", "name": "Anna"})
    assert "påbörjat" not in anna.get(at(assessed)).text


def test_nobody_else_reads_it(assessed, anna, bo, coordinator):
    anna.post(at(assessed, "skriv/"), TYPED)
    assert "Ett halvt br" not in bo.get(at(assessed, "skriv/")).text
    bo.post(at(assessed, "skriv/"), TYPED | {"text": "Bos ord"})
    assert "Ett halvt br" in anna.get(at(assessed, "skriv/")).text
    desk = driver.logged_in(coordinator)
    for path in ("", "brev/", "akt/", "handelser/"):
        assert "Ett halvt br" not in desk.get(f"/mora/arenden/{assessed.reference}/{path}").text
    assert desk.get(at(assessed, "skriv/")).status_code == 403


def test_whoever_may_no_longer_see_the_case_neither_reads_nor_writes(assessed, bo, coordinator):
    bo.post(at(assessed, "skriv/"), TYPED)
    end(assessed.parties.get().accesses.get(email=BO), by=coordinator)
    gone = bo.get(at(assessed, "skriv/"))
    assert gone.status_code in (302, 403, 404) and "Ett halvt br" not in gone.text
    assert bo.post(at(assessed, "skriv/"), TYPED | {"text": "Mer"}).status_code in (302, 403, 404)
    assert Unsent.objects.get().written["text"] == "Ett halvt br"


def test_each_point_of_a_draft_keeps_its_own(agreement, anna, coordinator):
    write_point(agreement, agreement.points.first(), text="Vi ses.", state="used")
    share(agreement, by=coordinator, absolute=driver.absolute)
    address, point = at(agreement.case, "utkast/"), agreement.points.first()
    for number, text in ((point.pk, "Om punkten"), (0, "Om allt")):
        anna.post(address, {"typed": "1", "point": number, "kind": "comment", "text": text, "name": "Anna"})
    page = anna.get(address).text
    assert "Om punkten</textarea>" in page and "Om allt</textarea>" in page
    anna.post(address, {"point": 0, "kind": "comment", "text": "Om allt", "name": "Anna"})
    assert [row.written["text"] for row in Unsent.objects.all()] == ["Om punkten"]


def test_what_cannot_be_kept_is_told(assessed, anna):
    long = anna.post(at(assessed, "skriv/"), TYPED | {"text": "x" * (MOST_LETTERS + 1)}).json()
    assert long["fault"].startswith("Det blev för mycket text.")
    anna.post(at(assessed, "skriv/"), TYPED | {"text": "\x00\x00Hej"})
    assert Unsent.objects.get().written["text"] == "Hej"
    anna.post(at(assessed, "skriv/"), {"typed": "1", "text": " ", "subject": "", "name": ""})  # emptied again
    assert not Unsent.objects.exists()


def test_the_daily_run_removes_what_is_old(assessed, anna, bo):
    anna.post(at(assessed, "skriv/"), TYPED)
    Unsent.objects.update(saved_at=timezone.now() - timedelta(days=91))
    bo.post(at(assessed, "skriv/"), TYPED)
    assert " den " in anna.get(at(assessed, "skriv/")).context["form"].told
    call_command("daily", verbosity=0)
    assert [row.email for row in Unsent.objects.all()] == [BO]


def opened(client, address) -> dict:
    """The mark of the page as it was opened, to be sent along."""
    return {"device": client.get(address).context["form"].device}


def test_two_devices_on_one_page_lose_neither_text(assessed, anna):
    address = at(assessed, "skriv/")
    phone, computer = opened(anna, address), opened(anna, address)
    for text in ("Från tele", "Från telefonen"):
        assert "at" in anna.post(address, TYPED | phone | {"text": text}).json()
    told = anna.post(address, TYPED | computer | {"text": "Från datorn"}).json()
    assert "på en annan enhet" in told["over"]
    assert "på en annan enhet" in anna.post(address, {"typed": "1", "text": " "} | computer).json()["over"]
    assert anna.post(address, TYPED | computer | {"text": "Från telefonen"}).json().keys() == {"at"}  # the same words
    assert Unsent.objects.get().written["text"] == "Från telefonen"


def test_what_is_sent_takes_no_text_of_another_device_with_it(assessed, anna):
    address = at(assessed, "skriv/")
    phone, computer = opened(anna, address), opened(anna, address)
    anna.post(address, TYPED | phone | {"text": "Från telefonen"})
    assert anna.post(address, computer | {"subject": "Hej", "text": "Från datorn", "name": "Anna"}).status_code == 302
    assert Message.objects.count() == 1
    assert "Från telefonen" in anna.get(address).text
    again = opened(anna, address)  # shows it, and may go on with it
    assert "at" in anna.post(address, TYPED | again | {"text": "Från telefonen, mer"}).json()
    assert "over" in anna.post(address, TYPED | phone | {"text": "Från tele"}).json()
    anna.post(address, again | {"subject": "Hej", "text": "Från telefonen, mer", "name": "Anna"})
    assert not Unsent.objects.exists()


def test_a_page_shown_again_with_something_to_mend_is_the_same_page(assessed, anna):
    address = at(assessed, "skriv/")
    phone = opened(anna, address)
    anna.post(address, TYPED | phone)
    page = anna.post(address, phone | {"subject": "", "text": "Ett halvt br", "name": "Anna"})
    assert page.status_code == 422 and f'value="{phone["device"]}"' in page.text
