"""Files: of the kinds we take, bounded, known by their content, kept once under their hash, served after a check."""

import hashlib
import io
import zipfile
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from iop.cases.actions import add_record
from iop.cases.files import MOST_BYTES, check_upload, safe_name, store_bytes
from iop.cases.models import RecordFile, StoredFile
from tests.cases import driver


def zipped(**files: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/"), text)
    return content.getvalue()


EXE = b"MZ\x90\x00\x03" + bytes(60) + b"PE\x00\x00"
HTML = b"<!doctype html><script>alert(1)</script>"
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")
DOCX = zipped(**{"[Content_Types].xml": "<Types/>", "_rels__.rels": "<R/>", "word__document.xml": "<w/>"})
XLSX = zipped(**{"[Content_Types].xml": "<Types/>", "_rels__.rels": "<R/>", "xl__workbook.xml": "<w/>"})
ODT = zipped(mimetype="application/vnd.oasis.opendocument.text", **{"content.xml": "<x/>"})
ODS = zipped(mimetype="application/vnd.oasis.opendocument.spreadsheet", **{"content.xml": "<x/>"})
ZIP = zipped(**{"virus.exe": "MZ"})


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("stadgar.pdf", driver.PDF),
        ("STADGAR.PDF", driver.PDF),
        ("bild.png", driver.PNG),
        ("bild.jpg", JPEG),
        ("bild.jpeg", JPEG),
        ("plan.docx", DOCX),
        ("budget.xlsx", XLSX),
        ("plan.odt", ODT),
        ("budget.ods", ODS),
    ],
)
def test_kinds_we_take(name, content):
    check_upload(upload(name, content))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("stadgar.pdf", EXE),
        ("stadgar.pdf", HTML),
        ("stadgar.pdf", HTML + driver.PDF),
        ("stadgar.pdf", DOCX),
        ("bild.jpg", driver.PNG),
        ("bild.png", JPEG),
        ("plan.docx", driver.PDF),
        ("plan.docx", ZIP),
        ("plan.docx", XLSX),
        ("budget.xlsx", ODS),
        ("plan.odt", ZIP),
    ],
)
def test_a_file_that_is_not_what_its_name_says(name, content):
    kind = name.rsplit(".")[-1].upper()
    with pytest.raises(ValidationError) as refused:
        check_upload(upload(name, content))
    assert refused.value.messages == [
        f"Filen «{name}» är inte en {kind}-fil, fast namnet säger det. Öppna den i sitt program och spara den på nytt."
    ]


@pytest.mark.parametrize(
    "name", ["program.exe", "sida.html", "bild.svg", "arkiv.zip", "stadgar", "stadgar.pdf.exe", ".pdf"]
)
def test_an_ending_we_do_not_take(name):
    with pytest.raises(ValidationError) as refused:
        check_upload(upload(name, driver.PDF))
    assert refused.value.messages == [
        f"Filen «{name}» går inte att ta emot. Välj en fil i PDF, Word, Excel, OpenDocument, JPEG eller PNG."
    ]


def test_an_empty_file():
    with pytest.raises(ValidationError) as refused:
        check_upload(upload("stadgar.pdf", b""))
    assert refused.value.messages == ["Filen «stadgar.pdf» är tom. Välj den igen eller spara om den."]


def test_a_file_too_large():
    check_upload(upload("stadgar.pdf", driver.PDF.ljust(MOST_BYTES)))
    with pytest.raises(ValidationError) as refused:
        check_upload(upload("stadgar.pdf", driver.PDF.ljust(MOST_BYTES + 1)))
    assert refused.value.messages == ["Filen «stadgar.pdf» är för stor. Den får vara högst 25 MB."]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("stadgar.pdf", "stadgar.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\temp\\Stadgar 2026.PDF", "Stadgar_2026.pdf"),
        ("Årsmöte (1).pdf", "Årsmöte_1.pdf"),
        ("rad\r\nSet-Cookie: a.pdf", "radSet-Cookie_a.pdf"),
        ('a;b"c.pdf', "abc.pdf"),
        ("a" * 300 + ".pdf", "a" * 110 + ".pdf"),
        (" .pdf", "fil.pdf"),
        ("📄.pdf", "fil.pdf"),
        ("!!!.pdf", "fil.pdf"),
    ],
)
def test_a_name_is_made_fit_to_keep(name, kept):
    assert safe_name(name) == kept


def test_the_same_bytes_are_kept_once_under_their_hash(case, settings):
    digest = hashlib.sha256(driver.PDF).hexdigest()
    for name in ("stadgar.pdf", "kopia.pdf"):
        add_record(case, direction="in", about="Stadgar", uploads=[driver.pdf(name)])
    stored = StoredFile.objects.get()
    assert (stored.sha256, stored.size, stored.content_type) == (digest, len(driver.PDF), "application/pdf")
    files = [path for path in Path(settings.FILES_DIR).rglob("*") if path.is_file()]
    assert [path.relative_to(settings.FILES_DIR) for path in files] == [Path(digest[:2], digest)]
    assert files[0].read_bytes() == driver.PDF
    assert list(RecordFile.objects.values_list("name", "file")) == [
        ("stadgar.pdf", stored.pk),
        ("kopia.pdf", stored.pk),
    ]


def test_a_kept_file_is_not_written_again(db, settings):
    stored = store_bytes(b"en", "application/pdf")
    path = Path(settings.FILES_DIR, stored.path)
    before = path.stat().st_mtime_ns
    assert store_bytes(b"en", "application/pdf") == stored
    assert path.stat().st_mtime_ns == before


def test_files_lie_outside_what_is_served_as_static(settings):
    assert not Path(settings.FILES_DIR).is_relative_to(settings.STATIC_ROOT)
    assert not any(Path(settings.FILES_DIR).is_relative_to(str(folder)) for folder in [settings.BASE_DIR / "static"])
    assert settings.MEDIA_ROOT == ""


def test_an_archive_with_damaged_packing_is_refused():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text" * 9)
    damaged = bytearray(content.getvalue())
    start = 30 + len("mimetype")  # after the header of the first entry
    damaged[start : start + 6] = b"\xff" * 6
    with pytest.raises(ValidationError):
        check_upload(upload("plan.odt", bytes(damaged)))


@pytest.mark.parametrize("forged", [None, 16, 4])  # where the end record says that it begins once more
def test_an_archive_of_countless_names_is_not_opened(monkeypatch, forged):
    """Reading half a million empty names takes seconds, so they are never read."""
    content = io.BytesIO(DOCX)
    with zipfile.ZipFile(content, "a") as archive:
        for number in range(12_000):
            archive.writestr(f"word/{number:060}/", "")
    written = bytearray(content.getvalue())
    if forged:
        start = len(written) - 22 + forged
        written[start : start + 4] = b"PK\x05\x06"
    opened = []
    monkeypatch.setattr(zipfile, "ZipFile", lambda *args: opened.append(args))
    with pytest.raises(ValidationError):
        check_upload(SimpleUploadedFile("stadgar.docx", bytes(written)))
    assert opened == []


def with_an_image(megabytes: int, of: bytes, *, said: int | None = None) -> bytes:
    """A small document with one large entry. ``said``: bytes that it claims to hold instead."""
    content = io.BytesIO(DOCX)
    with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("word/bild.bmp", "w") as entry:
        for _ in range(megabytes):
            entry.write(of)
    written = bytearray(content.getvalue())
    if said is not None:
        at = written.rindex(b"PK\x01\x02") + 24  # the size, in the last entry of the directory
        written[at : at + 4] = said.to_bytes(4, "little")
    return bytes(written)


@pytest.mark.parametrize(("megabytes", "said"), [(501, None), (100, None), (501, 1000)])
def test_an_archive_that_would_fill_the_disk_is_refused(megabytes, said):
    content = with_an_image(megabytes, bytes(2**20), said=said)
    assert len(content) < 2**20
    with pytest.raises(ValidationError, match="är packad på ett sätt som inte går att ta emot. Spara den som PDF."):
        check_upload(upload("plan.docx", content))


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize("name", ["word/bild.bmp", "word/document.xml"])
def test_packing_that_is_unpacked_at_once_is_never_opened(packing, name, monkeypatch):
    """A hundred bytes of it may fill the memory, whatever they say."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        if name != "word/document.xml":
            archive.writestr("word/document.xml", "<w/>")
        archive.writestr(name, bytes(2**20), compress_type=packing)
    opened, whole = [], zipfile.ZipFile.open
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *args: opened.append(str(args[1])) or whole(*args))
    with pytest.raises(ValidationError):
        check_upload(upload("plan.docx", content.getvalue()))
    assert not any(name in one for one in opened)


def test_a_large_document_of_the_usual_sort_is_taken():
    noise = b"".join(hashlib.sha256(number.to_bytes(4)).digest() for number in range(2**15))
    check_upload(upload("plan.docx", with_an_image(12, noise)))
    check_upload(upload("plan.docx", with_an_image(5, bytes(2**20))))  # an empty drawing, but a small one


def test_a_pdf_with_a_password_is_taken_and_marked_wherever_it_goes(case):
    locked = upload("hemlig.pdf", driver.PDF + b"trailer<</Encrypt 3 0 R>>")
    check_upload(locked)
    first = add_record(case, direction="in", about="Stadgar", uploads=[locked, driver.pdf(), upload("b.docx", DOCX)])
    assert list(first.files.order_by("pk").values_list("locked", flat=True)) == [True, False, False]
    stored = first.files.get(name="hemlig.pdf").file
    copy = add_record(case, direction="out", about="Kopia", files=[(stored, "kopia.pdf")])
    assert copy.files.get().locked


def test_a_file_that_the_disk_has_lost_can_still_be_carried_over(case, settings):
    stored = add_record(case, direction="in", about="Stadgar", uploads=[driver.pdf()]).files.get().file
    (Path(settings.FILES_DIR) / stored.path).unlink()
    assert not add_record(case, direction="in", about="Kopia", files=[(stored, "kopia.pdf")]).files.get().locked
