"""The case file on paper and as an archive: what is reviewed, what goes, and what is kept about it."""

import io
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Link
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    TextStringObject,
)

from iop.cases.actions import add_record, edit_facts, record_decision
from iop.cases.disclosures import hand_out
from iop.cases.files import TYPES, store_bytes
from iop.cases.machinery import Refused
from iop.cases.models import Direction, Disclosure, Record
from iop.cases.recusals import state
from iop.cases.secrecy import lift_secrecy, mark_secret
from iop.desk.case_file import CHUNK, disclosure_zip, numbered
from iop.desk.events import events_of
from iop.municipalities.permissions import Role
from iop.printing import print_pdf
from tests.cases import driver

GROUND = "26 kap. 1 § OSL"
ASKED = {"asked": "Allt om språkcaféet", "to": "Dalarnas Tidningar", "timeline": "on"}


def at(case, path: str = "lamna-ut/") -> str:
    return f"{case.get_absolute_url()}akt/{path}"


def keep(case, by, about="Brev", **other) -> Record:
    return add_record(case, direction="in", about=about, by=by, **{"counterpart": "Länsstyrelsen", **other})


def give(case, user, chosen, **other):
    return driver.logged_in(user).post(at(case), ASKED | {"chosen": chosen} | other)


@pytest.fixture
def file(assessed, coordinator):
    """A case with a letter and its file, a secret certificate and a decision (records 3, 4 and 5)."""
    keep(assessed, coordinator, "Stadgar", uploads=[driver.pdf("stadgar.pdf")], day=date(2026, 10, 5))
    secret = keep(assessed, coordinator, "Läkarintyg", text="Blåklinten", uploads=[driver.pdf("intyg.pdf", "i")])
    mark_secret(secret, ground=GROUND, by=coordinator)
    record_decision(
        assessed,
        kind="not_proceed",
        outcome="no",
        decided_on=timezone.localdate(),
        body=assessed.municipality.units.get(name="Socialnämnden"),
        paragraph="118",
        reasons="En marknad finns.",
        by=coordinator,
    )
    return assessed


def handed(case, by, numbers, *, timeline=True) -> Disclosure:
    facts = {"asked": "Allt", "to": "Dalarnas Tidningar"}
    return hand_out(case, case.records.filter(number__in=numbers), timeline=timeline, by=by, **facts)


def read(disclosure, user) -> str:
    response = driver.logged_in(user).get(at(disclosure.case, f"utlamnat/{disclosure.pk}.pdf"))
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    return words(response.content)


def words(document: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(document)).pages).split())


def unpacked(disclosure, user) -> zipfile.ZipFile:
    response = driver.logged_in(user).get(at(disclosure.case, f"utlamnat/{disclosure.pk}.zip"))
    assert (response.status_code, response["Content-Type"]) == (200, "application/zip")
    return zipfile.ZipFile(io.BytesIO(response.getvalue()))


# The review


def test_every_record_has_a_tick_but_the_secret_ones(file, coordinator):
    page = driver.logged_in(coordinator).get(at(file))
    assert [(record.number, ticked) for record, ticked in page.context["form"].rows] == [
        (1, True), (2, True), (3, True), (4, False), (5, True),
    ]  # fmt: skip
    assert page.text.count(f"sekretess: {GROUND}") == 1


def test_in_a_secret_case_nothing_is_ticked(file, coordinator):
    mark_secret(file, ground="21 kap. 7 § OSL", by=coordinator)
    page = driver.logged_in(coordinator).get(at(file))
    assert [record.ground for record, _ in page.context["form"].rows].count("21 kap. 7 § OSL") == 4
    assert not any(ticked for _, ticked in page.context["form"].rows)
    assert page.context["form"]["timeline"].value() is False


def test_what_the_person_does_not_see_is_not_offered(file, secretary):
    page = driver.logged_in(secretary).get(at(file))
    assert [record.number for record, _ in page.context["form"].rows] == [1, 2, 3, 5]
    assert "Läkarintyg" not in page.text and "1 handling är sekretessmarkerad så att du inte ser den." in page.text
    response = give(file, secretary, ["4"])
    assert (response.status_code, Disclosure.objects.count()) == (422, 0)


def test_what_went_and_what_did_not_is_kept_as_a_record(file, secretary):
    response = give(file, secretary, ["1", "3"])
    disclosure = Disclosure.objects.get()
    assert response["Location"] == at(file, f"utlamnat/{disclosure.pk}/")
    told = file.records.last()
    assert (told.number, told.direction, told.counterpart, told.by) == (
        6,
        Direction.OUT,
        "Dalarnas Tidningar",
        secretary,
    )
    given, _, kept_back = told.text.partition("Inte utlämnat\n")
    assert "Begäran: Allt om språkcaféet" in given and "Lämnat av: Siv Sekreterare" in given
    assert "Handling 1: Initiativ: Språkcafé på biblioteket\nHandling 3: Stadgar" in given
    assert "Handling 2: " in kept_back and "Handling 5: " in kept_back
    assert "1 handling som är sekretessmarkerad och som den som lämnade ut inte ser" in kept_back
    assert "Läkarintyg" not in told.text
    page = driver.logged_in(secretary).get(response["Location"]).text
    assert "2 handlingar med 1 fil" in page
    assert "till Dalarnas Tidningar" in driver.logged_in(secretary).get(at(file)).text


def test_a_secret_record_is_named_by_number_and_ground_alone(file, coordinator):
    give(file, coordinator, ["1", "4"], marked="4")
    told = file.records.last().text
    assert f"Handling 4 (sekretessmarkerad, {GROUND}; utlämnad efter prövning)" in told
    give(file, coordinator, ["1"])
    assert f"Handling 4 (sekretessmarkerad, {GROUND})\n" in file.records.last().text
    assert "Läkarintyg" not in told + file.records.last().text


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"chosen": []}, "Kryssa i minst en handling."),
        ({"chosen": ["99"]}, "Välj ett giltigt alternativ."),
        ({"asked": " "}, "Vad gäller begäran: Detta fält måste fyllas i."),
        ({"to": ""}, "Vem får handlingarna? Detta fält måste fyllas i."),
        ({"to": "x" * 201}, "200"),
    ],
)
def test_what_cannot_be_handed_out(file, coordinator, data, told):
    response = give(file, coordinator, **{"chosen": ["1"], "asked": "En lång begäran"} | data)
    assert response.status_code == 422
    assert told.replace("begäran:", "begäran?") in " ".join(response.text.replace("</a>", "").split())
    assert not Disclosure.objects.exists() and file.records.count() == 5


def test_one_marked_secret_meanwhile_is_reviewed_again(file, coordinator):
    mark_secret(file.records.get(number=3), ground=GROUND, by=coordinator)
    response = give(file, coordinator, ["1", "3"], marked="4")
    assert response.status_code == 422
    assert "Handling 3 har sekretessmarkerats sedan sidan visades." in response.text
    assert response.context["form"]["marked"].value() == "4 3"
    assert give(file, coordinator, ["1", "3"], marked="4 3").status_code == 302


def test_an_empty_file_has_nothing_to_hand_out(assessed, coordinator):
    with pytest.raises(Refused, match="^Kryssa i minst en handling.$"):
        hand_out(assessed, [], asked="Allt", to="Alla", timeline=True, by=coordinator)
    assert assessed.records.count() == 2


# The PDF


def test_the_pdf_holds_the_list_the_texts_the_decisions_and_the_events(file, coordinator):
    text = read(handed(file, coordinator, [1, 3, 5]), coordinator)
    for wanted in (
        "Handlingar ur akten Språkcafé på biblioteket",
        "Till Dalarnas Tidningar Begäran Allt",
        "3 5 okt 2026 inkommen Länsstyrelsen Stadgar",
        "03-stadgar.pdf",
        driver.written()["idea"],
        "Beslut att inte gå vidare Socialnämnden § 118 5",
        "En marknad finns.",
        "Bedömningen började",
        "Stadgar kom in från Länsstyrelsen, som handling 3",
    ):
        assert wanted in text, wanted
    assert "Läkarintyg" not in text and "Blåklinten" not in text and "Vi har tagit emot ert initiativ" not in text


def test_what_is_left_out_leaves_no_trace_among_decisions_and_events(file, coordinator):
    party, rule = file.parties.get(), file.rules.documents[0]
    driver.hand_in(party, rule, rule.parts[0][0], uploads=[driver.pdf("hemliga-stadgar.pdf")], by=coordinator)
    assert rule.parts[0][1] in read(handed(file, coordinator, [1, 6]), coordinator)
    text = read(handed(file, coordinator, [1]), coordinator)
    assert "Bedömningen började" in text
    for unwanted in ("Socialnämnden", "handling 2", "handling 4", rule.parts[0][1], "Utlämnande av handlingar"):
        assert unwanted not in text, unwanted


def test_without_the_events_when_they_are_not_ticked(file, coordinator):
    assert "Händelser" not in read(handed(file, coordinator, [1], timeline=False), coordinator)


def test_it_shows_the_case_as_it_stood_then(file, coordinator):
    disclosure = handed(file, coordinator, [1])
    edit_facts(file, {"other_municipalities": "Orsa"}, by=coordinator)
    assert "Orsa" in events_of(file, coordinator)[0].sentence
    assert "Orsa" not in read(disclosure, coordinator)


def test_the_pdf_is_tagged_and_set_in_our_own_typeface(file, coordinator):
    disclosure = handed(file, coordinator, [1, 3, 5])
    document = driver.logged_in(coordinator).get(at(file, f"utlamnat/{disclosure.pk}.pdf"))
    pdf = PdfReader(io.BytesIO(document.content))
    assert document["Content-Disposition"] == f'inline; filename="akt-{file.reference}.pdf"'
    root = pdf.trailer["/Root"]
    assert root["/Lang"] == "sv" and root["/StructTreeRoot"].get_object()["/K"]
    fonts = {font.get_object()["/BaseFont"] for page in pdf.pages for font in page["/Resources"]["/Font"].values()}
    assert fonts and all("Source-Sans-Pro" in font for font in fonts)
    assert f"1 ({len(pdf.pages)})" in words(document.content)


def test_what_people_write_is_text(file, coordinator):
    keep(file, coordinator, "<b>Fet</b>", text="<script>x</script> & {{ case }}\n\n  indrag")
    text = read(handed(file, coordinator, [6]), coordinator)
    assert "<b>Fet</b>" in text and "<script>x</script> & {{ case }}" in text


@pytest.mark.parametrize("who", ["coordinator", "reader"])
def test_the_list_alone(file, request, who):
    user = request.getfixturevalue(who)
    text = words(driver.logged_in(user).get(at(file, "forteckning.pdf")).content)
    assert "Aktförteckning Språkcafé på biblioteket" in text and "5 okt 2026" in text
    assert (f"Läkarintyg Sekretess: {GROUND}" in text) == (who == "coordinator")
    assert ("1 handling är sekretessmarkerad" in text) == (who == "reader")
    assert driver.written()["idea"] not in text and "Blåklinten" not in text


# The papers, in the same PDF


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/octet-stream")


def paper(*texts: str) -> bytes:
    """A PDF with a page for each text."""
    return print_pdf(
        "<html lang=sv>"
        + "".join(f"<p style='break-after: page'>{text}</p>" for text in texts[:-1])
        + f"<p>{texts[-1]}</p>"
    )


def locked(content: bytes) -> bytes:
    writer, written = PdfWriter(clone_from=io.BytesIO(content)), io.BytesIO()
    writer.encrypt("hemligt", algorithm="RC4-128")
    writer.write(written)
    return written.getvalue()


def photo(kind: str, size=(400, 300)) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, "navy").save(written, kind)
    return written.getvalue()


@pytest.fixture
def with_papers(file, coordinator):
    """Record 6 has two papers and two pictures; 7 what cannot be put in."""
    good = {"avtal.pdf": paper("Första sidan", "Andra sidan"), "karta.jpg": photo("JPEG"), "logga.png": photo("PNG")}
    bad = {
        "brev.docx": b"PK",
        "hemlig.pdf": locked(paper("Läsning")),
        "trasig.pdf": paper("Hel")[:-800].replace(b"/Pages", b"/Sages"),
        "trasig.jpg": photo("JPEG")[:200],
    }
    good["bilaga.pdf"] = paper("Tredje sidan")
    for about, papers in (("Underlag", good), ("Svårläst", bad)):
        kept = [(store_bytes(content, TYPES[Path(name).suffix]), name) for name, content in papers.items()]
        add_record(file, direction="in", about=about, files=kept, day=date(2026, 10, 6), by=coordinator)
    return file


def pages(disclosure, user) -> list[str]:
    response = driver.logged_in(user).get(at(disclosure.case, f"utlamnat/{disclosure.pk}.pdf"))
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(response.content)).pages]


def test_the_papers_stand_last_each_begun_by_its_number_and_title(with_papers, coordinator):
    disclosure = handed(with_papers, coordinator, [1, 6, 7])
    *first, avtal, one, two, karta, logga, bilaga, three = pages(disclosure, coordinator)
    assert [one, two, three] == ["Första sidan", "Andra sidan", "Tredje sidan"]
    for page, name in ((avtal, "avtal.pdf"), (karta, "karta.jpg"), (logga, "logga.png"), (bilaga, "bilaga.pdf")):
        assert f"6. Underlag 06-{name}, inkommen 6 oktober 2026" in page
    text = " ".join(first)
    for name, why in (
        ("brev.docx", "går inte att skriva ut härifrån"),
        ("hemlig.pdf", "är skyddad med lösenord"),
        ("trasig.pdf", "går inte att läsa"),
        ("trasig.jpg", "går inte att läsa"),
    ):
        assert f"07-{name} – {why}; finns i ZIP-filen" in text
    assert "06-avtal.pdf – sist i dokumentet" in text
    response = driver.logged_in(coordinator).get(at(with_papers, f"utlamnat/{disclosure.pk}.pdf"))
    document = PdfReader(io.BytesIO(response.content))
    assert document.trailer["/Root"]["/Lang"] == "sv" and b"pdfaid" not in response.content
    assert len({image.data for page in document.pages for image in page.images}) == 2
    archive = unpacked(disclosure, coordinator)
    assert "sist i dokumentet" not in words(archive.read("aktforteckning.pdf")) and len(archive.namelist()) == 9


@pytest.mark.parametrize(
    ("most", "value", "why"),
    [
        ("MOST_BYTES", 5_000, "ryms inte i dokumentet"),
        ("MOST_PAGES", 1, "har fler sidor än som ryms i dokumentet"),
    ],
)
def test_what_is_too_much_is_told_and_the_rest_goes(with_papers, coordinator, monkeypatch, most, value, why):
    monkeypatch.setattr(f"iop.desk.one_pdf.{most}", value)
    told = pages(handed(with_papers, coordinator, [6]), coordinator)
    assert "Första sidan" not in told
    assert f"06-avtal.pdf – {why}; finns i ZIP-filen" in " ".join(told)
    assert "06-karta.jpg – sist i dokumentet" in " ".join(told)


def test_a_paper_can_do_nothing_in_the_document(file, coordinator):
    writer, written = PdfWriter(), io.BytesIO()
    page = writer.add_blank_page(200, 200)
    script = DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("x()")})
    page[NameObject("/AA")] = DictionaryObject({NameObject("/O"): script})
    writer.add_annotation(0, Link(rect=(0, 0, 9, 9), url="https://spy.example"))
    writer.root_object[NameObject("/OpenAction")] = script
    writer.write(written)
    kept = [(store_bytes(written.getvalue(), "application/pdf"), "a.pdf")]
    add_record(file, direction="in", about="Allt", files=kept, by=coordinator)
    disclosure = handed(file, coordinator, [6])
    content = driver.logged_in(coordinator).get(at(file, f"utlamnat/{disclosure.pk}.pdf")).content
    page = PdfReader(io.BytesIO(content)).pages[-1]
    assert page.mediabox.width == 200 and "/AA" not in page
    assert b"JavaScript" not in content and b"spy.example" not in content


def test_a_paper_carries_no_file_along(file, coordinator):
    writer, written = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    stream = DecodedStreamObject()
    stream.set_data(b"MZ-PAYLOAD")
    embedded = DictionaryObject({NameObject("/F"): writer._add_object(stream)})
    note = {"/Type": NameObject("/Annot"), "/Subtype": NameObject("/FileAttachment")}
    note["/Rect"] = ArrayObject(map(FloatObject, (0, 0, 9, 9)))
    note["/FS"] = DictionaryObject({NameObject("/EF"): embedded, NameObject("/F"): TextStringObject("a.exe")})
    writer.add_annotation(0, DictionaryObject({NameObject(name): value for name, value in note.items()}))
    writer.write(written)
    assert b"MZ-PAYLOAD" in written.getvalue()
    kept = [(store_bytes(written.getvalue(), "application/pdf"), "a.pdf")]
    add_record(file, direction="in", about="Allt", files=kept, by=coordinator)
    disclosure = handed(file, coordinator, [6])
    content = driver.logged_in(coordinator).get(at(file, f"utlamnat/{disclosure.pk}.pdf")).content
    assert b"MZ-PAYLOAD" not in content and PdfReader(io.BytesIO(content)).pages[-1].annotations is None


def test_a_paper_that_lies_about_its_pages_is_too_long(file, coordinator, monkeypatch):
    monkeypatch.setattr("iop.desk.one_pdf.MOST_PAGES", 3)
    lying = re.sub(rb"/Count \d+", b"/Count 1", paper("a", "b", "c", "d"))
    add_record(file, direction="in", about="Allt", files=[(store_bytes(lying, TYPES[".pdf"]), "a.pdf")], by=coordinator)
    told = pages(handed(file, coordinator, [6]), coordinator)
    assert "06-a.pdf – har fler sidor än som ryms i dokumentet; finns i ZIP-filen" in " ".join(told)


# The archive


def test_the_archive_holds_the_list_and_every_file_in_order(file, coordinator):
    archive = unpacked(handed(file, coordinator, [1, 3, 4]), coordinator)
    assert archive.namelist() == ["aktforteckning.pdf", "03-stadgar.pdf", "04-intyg.pdf"]
    assert archive.testzip() is None
    assert archive.read("03-stadgar.pdf") == driver.PDF
    assert archive.getinfo("03-stadgar.pdf").date_time[:3] == (2026, 10, 5)
    assert "03-stadgar.pdf" in words(archive.read("aktforteckning.pdf"))


def test_a_file_that_is_left_out_does_not_follow(file, coordinator):
    assert unpacked(handed(file, coordinator, [1]), coordinator).namelist() == ["aktforteckning.pdf"]


def test_names_are_safe_and_each_its_own(file, coordinator):
    stored = file.records.get(number=3).files.get().file
    names = ["avtal.pdf", "Avtal.PDF", "../../etc/passwd", "a/b\\c.pdf", "…", "åäö (1).pdf", "avtal-2.pdf"]
    add_record(file, direction="in", about="Allt", files=[(stored, name) for name in names])
    found = [name for _, name in numbered(file.records.filter(number=6).prefetch_related("files__file"))]
    assert found == [
        "06-avtal.pdf", "06-Avtal-2.pdf", "06-passwd", "06-c.pdf", "06-fil", "06-åäö_1.pdf", "06-avtal-2-2.pdf",
    ]  # fmt: skip
    archive = unpacked(handed(file, coordinator, [6]), coordinator)
    assert archive.namelist() == ["aktforteckning.pdf", *found] and archive.testzip() is None


def test_a_file_missing_on_disk_is_told_and_the_rest_goes(file, coordinator, settings):
    keep(file, coordinator, "Budget", uploads=[driver.pdf("budget.pdf")], text="Se filen.")
    other = add_record(file, direction="in", about="Bild", by=coordinator, uploads=[png()])
    Path(settings.FILES_DIR, other.files.get().file.path).unlink()
    assert "bild.png kan inte lämnas ut" in driver.logged_in(coordinator).get(at(file)).text
    give(file, coordinator, ["3", "7"])
    disclosure = Disclosure.objects.get()
    assert "Filer som saknas och inte kunde lämnas ut\nTill handling 7\n" in disclosure.record.text
    archive = unpacked(disclosure, coordinator)
    assert archive.namelist() == ["aktforteckning.pdf", "03-stadgar.pdf"]
    assert "07-bild.png – filen saknas och följer inte med" in words(archive.read("aktforteckning.pdf"))
    page = driver.logged_in(coordinator).get(at(file, f"utlamnat/{disclosure.pk}/")).text
    assert "En fil saknas på disken" in page and "bild.png" in page


def png() -> SimpleUploadedFile:
    return SimpleUploadedFile("bild.png", driver.PNG, "image/png")


def test_no_file_is_held_whole_in_memory(file, coordinator, settings):
    big = b"%PDF-1.4\n" + bytes(40 * CHUNK)
    stored = file.records.get(number=3).files.get().file
    stored.size = len(big)
    stored.save()
    Path(settings.FILES_DIR, stored.path).write_bytes(big)
    disclosure = handed(file, coordinator, [3])
    pieces = [len(piece) for piece in disclosure_zip(disclosure, coordinator)]
    assert sum(pieces) > len(big)
    assert max(pieces[1:]) <= CHUNK + 1024


# Who


@pytest.mark.parametrize("role", Role.values)
def test_who_may(file, cast, coordinator, role):
    disclosure = handed(file, coordinator, [1])
    client, pages = driver.logged_in(cast[role]), [f"utlamnat/{disclosure.pk}{end}" for end in ("/", ".pdf", ".zip")]
    codes = []
    for page in ("lamna-ut/", *pages):
        response = client.get(at(file, page))
        codes.append(response.status_code)
        response.getvalue()
    may = role in (Role.COORDINATOR, Role.SECRETARY)
    assert codes == [200 if may else 403] * 4
    assert client.post(at(file), {}).status_code == (422 if may else 403)
    page = client.get(at(file, "")).text
    assert ("Lämna ut handlingar" in page) == may and "Skriv ut aktförteckningen" in page


def test_with_jav_nothing_is_handed_out(file, secretary):
    state(file, secretary, why="", by=secretary)
    assert (give(file, secretary, ["1"]).status_code, Disclosure.objects.count()) == (403, 0)


def test_for_strangers_and_in_another_case_it_does_not_exist(file, mora, coordinator, neighbour):
    disclosure = handed(file, coordinator, [1])
    for end in ("/", ".pdf", ".zip"):
        assert driver.logged_in(neighbour).get(at(file, f"utlamnat/{disclosure.pk}{end}")).status_code == 404
        other = driver.send_in(mora)
        assert driver.logged_in(coordinator).get(at(other, f"utlamnat/{disclosure.pk}{end}")).status_code == 404
    assert driver.logged_in(neighbour).get(at(file)).status_code == 404


def test_what_has_become_secret_since_is_fetched_by_those_let_in_alone(file, coordinator, secretary):
    disclosure = handed(file, secretary, [1, 3])
    record = file.records.get(number=3)
    mark_secret(record, ground=GROUND, by=coordinator)
    for user, code in ((secretary, 404), (coordinator, 200)):
        for end in ("/", ".pdf"):
            assert driver.logged_in(user).get(at(file, f"utlamnat/{disclosure.pk}{end}")).status_code == code
    assert list(Disclosure.objects.visible_to(secretary)) == []
    lift_secrecy(record, by=coordinator)
    assert list(Disclosure.objects.visible_to(secretary)) == [disclosure]


# However many


@pytest.mark.parametrize(
    "path", ["lamna-ut/", "forteckning.pdf", "utlamnat/{pk}/", "utlamnat/{pk}.pdf", "utlamnat/{pk}.zip"]
)
def test_asks_as_often_for_one_record_as_for_three(file, coordinator, path):
    client = driver.logged_in(coordinator)

    def count(about) -> int:
        keep(file, coordinator, about, uploads=[driver.pdf(f"{about}.pdf")])
        disclosure = handed(file, coordinator, range(1, 99))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(at(file, path.format(pk=disclosure.pk))).getvalue()
        return len(asked)

    count("Först")
    assert len({count(about) for about in ("Ett", "Två", "Tre")}) == 1


def test_three_hundred_records(file, coordinator):
    stored = file.records.get(number=3).files.get().file
    for n in range(300):
        add_record(file, direction="in", about=f"Brev {n}", text="Hej.\n" * 5, files=[(stored, "brev.pdf")])
    response = give(file, coordinator, [str(number) for number in range(1, 306) if number != 4])
    assert response.status_code == 302
    archive = unpacked(Disclosure.objects.get(), coordinator)
    assert len(archive.namelist()) == 1 + 1 + 300 and archive.namelist()[-1] == "305-brev.pdf"
    assert "305 " in words(archive.read("aktforteckning.pdf"))
