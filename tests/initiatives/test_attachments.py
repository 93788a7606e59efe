"""Attachments of a draft: by a plain form, piece by piece, and everything that nobody should send."""

import io
import os
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import time
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone

from initiatives import attachments, room
from initiatives.held import Sent
from initiatives.models import Draft, DraftFile
from initiatives.views import doors
from iop.cases.files import MOST_BYTES
from iop.cases.models import Case, StoredFile
from tests.cases import driver
from tests.initiatives import writing

WHOLE = len(driver.PDF)


@pytest.fixture
def client(mora):
    return driver.logged_in(None)


@pytest.fixture
def address(client):
    return writing.begin(client)


def upload(client, address, *files):
    return client.post(f"{address}bilagor/", {"files": list(files)})


def announce(client, address, name="stadgar.pdf", size=WHOLE, changed="1790000000000"):
    about = {"name": name, "size": size, "changed": changed}
    return client.post(f"{address}bilagor/ny/", about, headers={"accept": "application/json"})


def piece(client, address, pk, content, offset):
    at = f"{address}bilagor/{pk}/?offset={offset}"
    return client.post(at, content, "application/octet-stream", headers={"accept": "application/json"})


def on_disk(settings) -> list[Path]:
    return [path for path in (Path(settings.FILES_DIR) / "drafts").glob("*")]


def test_several_files_by_a_plain_form_are_sent_with_the_initiative(client, address, settings):
    locked = SimpleUploadedFile("hemlig.pdf", driver.PDF.replace(b"%%EOF", b"trailer<</Encrypt 3 0 R>>%%EOF"))
    assert upload(client, address, driver.pdf(), driver.pdf("budget.pdf"), locked).status_code == 302
    assert list(DraftFile.objects.values_list("name", "whole", "locked")) == [
        ("stadgar.pdf", True, False),
        ("budget.pdf", True, False),
        ("hemlig.pdf", True, True),
    ]
    assert client.get(f"{address}skicka/").text.count("skyddad med lösenord") == 1
    assert StoredFile.objects.count() == 0  # nothing of a draft lies among the files of cases
    writing.write(client, address)
    page = client.get(writing.send(client, address)["Location"]).text
    record = Case.objects.get().records.get(number=1)
    assert [file.name for file in record.files.order_by("pk")] == ["stadgar.pdf", "budget.pdf", "hemlig.pdf"]
    with record.files.first().file.open() as kept:
        assert kept.read() == driver.PDF
    assert "hemlig.pdf (skyddad med lösenord)" in record.text and "stadgar.pdf\n" in record.text
    assert "budget.pdf" in page
    assert DraftFile.objects.count() == 0


def test_removed_files_leave_the_disk(client, address, settings, django_capture_on_commit_callbacks):
    upload(client, address, driver.pdf())
    assert len(on_disk(settings)) == 1
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{address}bilagor/{DraftFile.objects.get().pk}/bort/")
    assert (DraftFile.objects.count(), on_disk(settings)) == (0, [])


def zipped(name: str, size: int) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open(name, "w") as entry:
            for _ in range(size // 2**20):
                entry.write(bytes(2**20))
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("stadgar.pdf", b"MZ\x90\x00" + b"\x00" * 500, "är inte en PDF-fil, fast namnet säger det"),
        ("virus.exe", b"MZ", "går inte att ta emot. Välj en fil i PDF"),
        ("allt.zip", b"PK", "går inte att ta emot. Välj en fil i PDF"),
        ("tom.pdf", b"", "tom"),
    ],
)
def test_what_cannot_be_taken_is_told_and_the_rest_is_kept(client, address, name, content, sentence):
    response = upload(client, address, driver.pdf("bra.pdf"), SimpleUploadedFile(name, content))
    assert response.status_code == 422
    assert sentence in response.text
    assert [file.name for file in DraftFile.objects.all()] == ["bra.pdf"]


def test_a_zip_bomb_is_refused_unpacked_by_nobody(client, address, monkeypatch):
    bomb = SimpleUploadedFile("plan.docx", zipped("word/document.xml", 501 * 2**20))
    assert len(bomb) < 2**20
    response = upload(client, address, bomb)
    assert response.status_code == 422
    assert "är packad på ett sätt som inte går att ta emot" in response.text
    assert DraftFile.objects.count() == 0


def test_forty_files_at_once_are_taken_as_far_as_there_is_room(client, address):
    response = upload(client, address, *(driver.pdf(f"{number}.pdf") for number in range(40)))
    assert response.status_code == 422
    assert "Filen «20.pdf» fick inte plats. Ett initiativ kan ha högst 20 bilagor." in response.text
    assert "Filen «39.pdf» fick inte plats." in response.text
    assert DraftFile.objects.count() == 20


def test_hundreds_of_files_at_once_are_told(client, address):
    response = upload(client, address, *(driver.pdf(f"{number}.pdf") for number in range(201)))
    assert response.status_code == 422
    assert "Välj högst 20 filer åt gången. Inga av dem togs emot." in response.text
    assert DraftFile.objects.count() == 0


def test_200_megabytes_are_refused_before_they_are_sent_and_after(client, address, settings):
    answer = announce(client, address, "film.pdf", 200 * 2**20)
    assert (answer.status_code, answer.json()) == (
        422,
        {"fault": "Filen «film.pdf» är för stor. Den får vara högst 25 MB."},
    )
    settings.UPLOAD_MAX_REQUEST_SIZE = 1000
    response = upload(client, address, SimpleUploadedFile("film.pdf", b"%PDF" * 1000))
    assert response.status_code == 422
    assert "Filerna är för stora tillsammans" in response.text
    assert DraftFile.objects.count() == 0


def test_what_is_written_stays_when_a_file_is_refused(client, address):
    writing.write(client, address)
    before = writing.draft_at(address).written
    upload(client, address, SimpleUploadedFile("virus.exe", b"MZ"))
    assert writing.draft_at(address).written == before


# Piece by piece


def test_an_upload_goes_on_where_it_broke_off(client, address, settings):
    half = len(driver.PDF) // 2
    first = announce(client, address).json()
    assert piece(client, address, first["id"], driver.PDF[:half], 0).json()["received"] == half
    [path] = on_disk(settings)
    path.write_bytes(driver.PDF[:half] + b"what a killed server had begun to write")
    again = announce(client, address).json()  # chosen once more, on a page that was opened anew
    assert (again["id"], again["received"], again["whole"]) == (first["id"], half, False)
    assert "inte klar" in client.get(f"{address}skicka/").text
    wrong = piece(client, address, first["id"], driver.PDF, 0)
    assert (wrong.status_code, wrong.json()) == (409, {"received": half})
    done = piece(client, address, first["id"], driver.PDF[half:], half).json()
    assert (done["whole"], done["received"]) == (True, len(driver.PDF))
    assert path.read_bytes() == driver.PDF
    assert piece(client, address, first["id"], driver.PDF[half:], half).json()["whole"] is True  # the answer was lost


def test_another_file_of_the_same_name_and_size_begins_anew(client, address, settings):
    other = bytes(reversed(driver.PDF))
    first = announce(client, address).json()
    piece(client, address, first["id"], other[:50], 0)
    again = announce(client, address, changed="1790000009999").json()
    assert again["received"] == 0
    late = piece(client, address, first["id"], other[50:], 50)  # from the page that sends the first one still
    assert late.status_code == 404
    assert piece(client, address, again["id"], driver.PDF, 0).json()["whole"] is True
    assert attachments._path(DraftFile.objects.get()).read_bytes() == driver.PDF


def test_a_plain_form_sends_all_of_a_file_that_broke_off(client, address, settings):
    first = announce(client, address).json()
    piece(client, address, first["id"], b"x" * 50, 0)
    assert upload(client, address, driver.pdf("stadgar.pdf")).status_code == 302
    assert attachments._path(DraftFile.objects.get()).read_bytes() == driver.PDF


def test_a_file_that_was_whole_but_not_looked_at_is_finished(client, address):
    first = announce(client, address).json()
    row = DraftFile.objects.get(pk=first["id"])
    attachments._write(attachments._path(row), driver.PDF, 0)
    DraftFile.objects.update(received=len(driver.PDF))
    assert piece(client, address, first["id"], b"", len(driver.PDF)).json()["whole"] is True


def test_an_exe_sent_piece_by_piece_is_refused_when_it_is_whole(client, address):
    first = announce(client, address, size=600).json()
    answer = piece(client, address, first["id"], b"MZ" * 300, 0)
    assert answer.status_code == 422
    assert "är inte en PDF-fil" in answer.json()["fault"]
    assert DraftFile.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "size"), [("", 5), ("a.pdf", "x"), ("a.pdf", ""), ("a.pdf", 0), ("a.exe", 5), ("a.pdf", MOST_BYTES + 1)]
)
def test_what_is_announced_wrong_is_refused(client, address, name, size):
    assert announce(client, address, name, size).status_code == 422
    assert DraftFile.objects.count() == 0


def test_more_than_was_announced_is_not_taken(client, address):
    first = announce(client, address, size=10).json()
    assert piece(client, address, first["id"], b"x" * 11, 0).status_code == 409
    assert DraftFile.objects.get().received == 0


def test_what_the_disk_has_lost_is_sent_again_and_never_filled_with_zeros(client, address, settings):
    """A server that lost its power, or a copy put back: the row says more than there is."""
    half = WHOLE // 2
    first = announce(client, address).json()
    piece(client, address, first["id"], driver.PDF[:half], 0)
    [path] = on_disk(settings)
    path.write_bytes(driver.PDF[:10])
    lost = piece(client, address, first["id"], driver.PDF[half:], half)
    assert (lost.status_code, lost.json()) == (409, {"received": 10})
    assert piece(client, address, first["id"], driver.PDF[10:], 10).json()["whole"] is True
    assert path.read_bytes() == driver.PDF


@pytest.mark.parametrize("left", [None, b"%PDF"])
def test_a_whole_file_that_the_disk_has_lost_is_asked_for_again(client, address, settings, left):
    writing.write(client, address)
    upload(client, address, driver.pdf())
    [path] = on_disk(settings)
    path.unlink() if left is None else path.write_bytes(left)
    refused = writing.send(client, address)
    assert (refused.status_code, Case.objects.count()) == (422, 0)
    assert "stadgar.pdf är inte färdig" in refused.text
    upload(client, address, driver.pdf())
    assert writing.send(client, address).status_code == 302
    with Case.objects.get().records.get(number=1).files.get().file.open() as kept:
        assert kept.read() == driver.PDF


def test_an_upload_keeps_the_draft(client, address):
    first = announce(client, address).json()
    long_ago = timezone.now() - timedelta(days=80)
    Draft.objects.update(saved_at=long_ago, reminded_at=long_ago)
    piece(client, address, first["id"], driver.PDF[:10], 0)
    draft = Draft.objects.get()
    assert (draft.saved_at.date(), draft.reminded_at) == (timezone.now().date(), None)


def test_files_that_no_draft_knows_of_are_swept_away(client, address, settings):
    announced = announce(client, address).json()
    piece(client, address, announced["id"], driver.PDF[:10], 0)
    [known] = on_disk(settings)
    old, new = known.parent / uuid4().hex, known.parent / uuid4().hex
    two_days_ago = time() - 2 * 24 * 3600
    for path in (old, new):
        path.write_bytes(b"left by a server that died")
    for path in (known, old):
        os.utime(path, (two_days_ago, two_days_ago))
    call_command("daily", stdout=io.StringIO())
    assert sorted(on_disk(settings)) == sorted([known, new])


def test_an_old_draft_takes_its_files_along(client, address, settings, django_capture_on_commit_callbacks):
    upload(client, address, driver.pdf())
    Draft.objects.update(saved_at=timezone.now() - timedelta(days=91), reminded_at=timezone.now() - timedelta(days=15))
    with django_capture_on_commit_callbacks(execute=True):
        call_command("daily", stdout=io.StringIO())
    assert (Draft.objects.count(), on_disk(settings)) == (0, [])


def test_a_file_of_what_is_being_sent_cannot_be_taken_out(client, address):
    """The draft is sent between the look at the link and the removal: the draft is held, so it is seen."""
    writing.write(client, address)
    upload(client, address, driver.pdf())
    draft, kept = writing.draft_at(address), DraftFile.objects.get()
    writing.send(client, address)
    with pytest.raises(Sent):
        attachments.take_out(draft, kept.pk)
    assert draft.sent_as_id is None  # as it was seen before


def test_a_file_that_came_too_late_is_told(client, address):
    writing.write(client, address)
    receipt = writing.send(client, address)["Location"]
    late = upload(client, address, driver.pdf("budget.pdf"))
    assert (late.status_code, "budget.pdf</textarea>" in late.text, receipt in late.text) == (410, True, True)
    assert announce(client, address).status_code == 410


# How much drafts may hold together


def test_drafts_of_one_mailbox_hold_so_much_and_no_more(client, address, monkeypatch):
    other = writing.begin(client, email=writing.EMAIL.upper())
    upload(client, address, driver.pdf())
    (came,) = (file.received for file in DraftFile.objects.all())
    monkeypatch.setattr(room, "MOST_OF_A_MAILBOX", came + 1000)
    refused = announce(client, other, "budget.pdf", 1001)
    assert (refused.status_code, "redan för stora tillsammans" in refused.json()["fault"]) == (422, True)
    monkeypatch.setattr(room, "MOST_OF_A_MAILBOX", 1)  # a mailbox is nobody's who merely writes its name
    assert client.post("/mora/initiativ/nytt/", {"email": writing.EMAIL}).status_code == 302


def test_announcing_takes_no_room_and_coming_does(client, address, monkeypatch):
    first, second = announce(client, address).json(), announce(client, address, "budget.pdf").json()
    monkeypatch.setattr(room, "MOST_OF_A_MAILBOX", room._held_by(Draft.objects.all()) + WHOLE)
    assert piece(client, address, first["id"], driver.PDF, 0).status_code == 200
    refused = piece(client, address, second["id"], driver.PDF, 0)
    assert (refused.status_code, "redan för stora tillsammans" in refused.json()["fault"]) == (422, True)


def test_text_counts_too(client, address, monkeypatch):
    writing.save(client, address, "iden", idea="x" * 5000)
    monkeypatch.setattr(room, "MOST_OF_A_MAILBOX", 5000)
    assert announce(client, address, size=1).status_code == 422


def test_nor_do_those_of_one_address_whatever_mailboxes_they_name(client, address, monkeypatch):
    other = writing.begin(client, email="annan@b.example")
    upload(client, address, driver.pdf())
    monkeypatch.setattr(room, "MOST_OF_AN_ADDRESS", room._held_by(Draft.objects.all()) + 2999)
    assert "mycket i utkast härifrån" in announce(client, other, size=3000).json()["fault"]
    elsewhere = driver.logged_in(None)
    elsewhere.defaults["REMOTE_ADDR"] = "198.51.100.7"
    assert announce(elsewhere, writing.begin(elsewhere, email="c@b.example"), size=3000).status_code == 200
    assert "198.51.100.7" not in str([vars(draft) for draft in Draft.objects.all()])


def test_what_is_sent_gives_room(client, address, monkeypatch):
    upload(client, address, driver.pdf())
    writing.write(client, address)
    writing.send(client, address)
    monkeypatch.setattr(room, "MOST_OF_A_MAILBOX", WHOLE + 1000)
    assert announce(client, writing.begin(client)).status_code == 200


def test_a_long_name_keeps_its_ending(client, address):
    assert announce(client, address, f"{'s' * 300}.pdf").json()["name"] == f"{'s' * 196}.pdf"


def test_a_disk_that_is_nearly_full_takes_no_files(client, address, monkeypatch):
    monkeypatch.setattr(attachments, "FREE", 2**60)
    refused = announce(client, address)
    assert (refused.status_code, "Försök senare, eller mejla kommunen" in refused.json()["fault"]) == (422, True)


def test_pieces_are_counted(client, address, monkeypatch):
    monkeypatch.setattr(doors, "PIECES", replace(doors.PIECES, most=1))
    monkeypatch.setattr("initiatives.views.attachments.PIECES", doors.PIECES)
    row = announce(client, address).json()
    assert piece(client, address, row["id"], driver.PDF[:1], 0).status_code == 200
    assert piece(client, address, row["id"], driver.PDF[1:2], 1).status_code == 429
