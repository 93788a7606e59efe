"""Files that an organisation sends from its pages: too large, too many, locked, of several pages, and sent twice."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from initiatives.actions import submit
from partners import access
from tests.cases import driver
from tests.mine import people
from tests.mine.people import at


@pytest.fixture
def going_on(agreement):
    """The municipality wants to go on, and no paper has come."""
    agreement.case.parties.get().documents.all().delete()
    return agreement.case


def paper_at(case) -> str:
    """Where the first paper that is a file is handed in."""
    rule = next(rule for rule in case.rules.documents if rule.hand_in == "file")
    return at(case, f"underlag/{rule.key}-{case.parties.get().pk}-{rule.parts[0][0] or 0}/")


def test_a_paper_of_several_pages_sent_twice_is_one(going_on, anna):
    """As when no answer came the first time, and it was sent again."""
    address = paper_at(going_on)
    before = going_on.records.count()
    for _ in range(2):
        pages = [driver.pdf("sidan-1.pdf", "1"), driver.pdf("sidan-2.pdf", "2")]
        assert anna.post(address, {"name": "Anna", "uploads": pages}).status_code == 302
    assert going_on.records.count() == before + 1
    page = anna.get(at(going_on)).text
    assert "sidan-1.pdf" in page and "sidan-2.pdf" in page
    anna.post(address, {"name": "Anna", "uploads": driver.pdf("ny.pdf", "3")})
    assert going_on.records.count() == before + 2


def test_a_paper_that_comes_again_with_fewer_files_is_another(going_on, anna):
    first = [driver.pdf("sidan-1.pdf", "1"), driver.pdf("fel-sida.pdf", "2")]
    for pages in (first, [driver.pdf("sidan-1.pdf", "1")]):
        anna.post(paper_at(going_on), {"name": "Anna", "uploads": pages})
    document = going_on.parties.get().documents.get()
    assert [file.name for file in document.record.files.all()] == ["sidan-1.pdf"]


def test_a_message_with_a_file_sent_twice_is_one_and_with_another_file_two(case, anna):
    said = {"subject": "Lokalen", "text": "Här är ritningen.", "name": "Anna"}
    for more in ("1", "1", "2"):
        assert anna.post(at(case, "skriv/"), said | {"files": driver.pdf(more=more)}).status_code == 302
    party = case.parties.get()
    assert party.messages.count() == 2 and party.messages.filter(record__files__isnull=False).count() == 2


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ([("stor.pdf", driver.PDF.ljust(26_214_401))], "Filen «stor.pdf» är för stor. Den får vara högst 25 MB."),
        ([(f"{number}.pdf", driver.PDF) for number in range(40)], "Välj högst 10 filer åt gången"),
        ([("tom.pdf", b"")], "Filen «tom.pdf» är tom."),
    ],
)
def test_files_that_cannot_be_taken_leave_the_words(case, anna, files, sentence):
    uploads = [SimpleUploadedFile(name, content) for name, content in files]
    said = {"subject": "Lokalen", "text": "En lång text som ingen vill skriva om.", "name": "Anna", "files": uploads}
    page = anna.post(at(case, "skriv/"), said)
    assert page.status_code == 422 and sentence in page.text
    assert "En lång text som ingen vill skriva om." in page.text and not case.parties.get().messages.exists()


def test_a_request_that_is_too_large_leaves_the_words(case, anna, settings):
    settings.UPLOAD_MAX_REQUEST_SIZE = 2**20
    said = {"subject": "Lokalen", "text": "En lång text.", "name": "Anna", "files": driver.pdf(more="x" * 2**20)}
    page = anna.post(at(case, "skriv/"), said)
    assert page.status_code == 422 and "En lång text." in page.text
    assert "Filerna är för stora tillsammans. Skicka högst 1 MB åt gången" in page.text
    assert not case.parties.get().messages.exists()


def test_a_paper_with_a_password_is_marked_for_both(going_on, anna, coordinator):
    address = paper_at(going_on)
    hidden = driver.pdf("hemlig.pdf", "/Encrypt 5 0 R")
    page = anna.post(address, {"name": "Anna", "uploads": [driver.pdf(), hidden]}, follow=True)
    (told,) = [one for one in page.context["messages"] if one.level_tag == "warning"]
    assert str(told).startswith("«hemlig.pdf»: skyddad med lösenord")
    anna.post(at(going_on, "skriv/"), {"subject": "A", "name": "Anna", "text": "B", "files": driver.pdf()})
    desk, here = driver.logged_in(coordinator), going_on.get_absolute_url()
    pages = [anna.get(at(going_on)), desk.get(f"{here}parter/"), desk.get(f"{here}akt/")]
    assert [page.text.count("skyddad med lösenord") for page in pages] == [1, 1, 1]


def test_a_script_is_told_where_to_go_and_what_is_said_once_is_said_there(case, anna):
    said = {"subject": "Lokalen", "text": "Hur stor?", "name": "Anna"}
    answer = anna.post(at(case, "skriv/"), said, headers={"X-Upload": "1"})
    assert (answer.status_code, answer["X-Go-To"]) == (204, f"{at(case)}#brev")
    assert "Meddelandet är skickat till kommunen." in anna.get(at(case)).text
    wrong = anna.post(at(case, "skriv/"), said | {"name": ""}, headers={"X-Upload": "1"})
    assert wrong.status_code == 422 and 'id="main"' in wrong.text


def test_what_was_attached_to_the_initiative_is_opened_by_its_organisation_alone(mora, anna, coordinator):
    written, uploads = driver.written(), [driver.pdf("karta.pdf")]
    initiative, _ = submit(
        mora, submission=uuid.uuid4(), written=written, own_answers={}, absolute=driver.absolute, uploads=uploads
    )
    case, file = initiative.case, initiative.record.files.get()
    address = at(case, f"fil/{file.pk}/")
    assert address in anna.get(at(case)).text
    assert anna.get(address).getvalue()[:5] == b"%PDF-"
    access.give(driver.join(case, "Kören", 9), email="bo@koren.example", name="Bo", by=coordinator,
                absolute=driver.absolute)  # fmt: skip
    bo = people.logged_in("bo@koren.example")
    assert "Det vi skickade in" in bo.get(at(case)).text and address not in bo.get(at(case)).text
    assert bo.get(address).status_code == 404


def test_each_file_that_is_refused_is_named(case, anna):
    names = ("bild.exe", "karta.pdf", "stadgar.pdf")
    files = [SimpleUploadedFile(name, b"MZ" * 50) if name != "karta.pdf" else driver.pdf(name) for name in names]
    files.append(SimpleUploadedFile("tom.pdf", b""))
    said = {"subject": "Hej", "text": "Filer", "name": "Anna", "files": files}
    page = anna.post(at(case, "skriv/"), said, headers={"X-Upload": "1"}).text
    assert "«bild.exe»" in page and "«stadgar.pdf»" in page and "«tom.pdf» är tom" in page and "«karta.pdf»" not in page
