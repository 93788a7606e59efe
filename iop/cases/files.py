"""Taking in files: bounded in size, known by their content, kept under their own hash."""

import hashlib
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path

import puremagic
from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse
from django.utils.text import get_valid_filename

from iop.upload_limit import TooMuch

from .models import Record, RecordFile, StoredFile

MOST_BYTES = 25 * 1024 * 1024
MOST_UNPACKED = 300 * 2**20  # bytes that an office file holds
DENSE = 100  # times its packed size; a large text of one word over and over comes near, a bomb is ten times that
SMALL = 10 * 2**20  # bytes that are no bomb however they are packed
PIECE = 2**16
BOUNDED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # of other packing zipfile unpacks as much as it gives, at once
TYPES = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
}
OFFICE = {  # the part that must be there, and what it must say
    ".docx": ("word/document.xml", None),
    ".xlsx": ("xl/workbook.xml", None),
    ".odt": ("mimetype", TYPES[".odt"].encode()),
    ".ods": ("mimetype", TYPES[".ods"].encode()),
}
ACCEPT = ",".join(TYPES)
KINDS = "PDF, Word, Excel, OpenDocument, JPEG eller PNG"


def check_upload(upload: UploadedFile) -> None:
    """A form validator. The name's ending must be one we take, and the content must be what the name says."""
    ending = Path(upload.name).suffix.lower()
    if ending not in TYPES:
        raise ValidationError(f"Filen «{upload.name}» går inte att ta emot. Välj en fil i {KINDS}.")
    if upload.size > MOST_BYTES:
        raise ValidationError(f"Filen «{upload.name}» är för stor. Den får vara högst {MOST_BYTES // 2**20} MB.")
    if isinstance(upload, TooMuch):
        raise ValidationError(too_much_together())
    if not upload.size:
        raise ValidationError(f"Filen «{upload.name}» är tom. Välj den igen eller spara om den.")
    if not _is_what_it_says(upload, ending):
        raise ValidationError(
            f"Filen «{upload.name}» är inte en {ending.lstrip('.').upper()}-fil, fast namnet säger det. "
            "Öppna den i sitt program och spara den på nytt."
        )
    if ending in OFFICE and _is_bomb(upload):
        raise ValidationError(
            f"Filen «{upload.name}» är packad på ett sätt som inte går att ta emot. Spara den som PDF."
        )


def too_much_together() -> str:
    most = settings.UPLOAD_MAX_REQUEST_SIZE // 2**20
    return f"Filerna är för stora tillsammans. Skicka högst {most} MB åt gången, och resten efteråt."


def _is_what_it_says(upload: UploadedFile, ending: str) -> bool:
    upload.seek(0)
    try:
        return _is_office_file(upload, ending) if ending in OFFICE else _is_plain_file(upload, ending)
    finally:
        upload.seek(0)


def _is_plain_file(upload: UploadedFile, ending: str) -> bool:
    try:
        matches = puremagic.magic_string(upload.read(), upload.name)
    except puremagic.PureError:
        return False
    same = {".jpg", ".jpeg"} if ending in (".jpg", ".jpeg") else {ending}
    return any(match.extension in same and match.byte_match for match in matches)


# What zipfile raises at archives that are damaged, forged, locked with a password or packed in an unknown way.
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError, OSError)


def _is_office_file(upload: UploadedFile, ending: str) -> bool:
    """A ZIP with the part that makes it what it is. Of its content only a few bytes are read, whatever its size."""
    part, content = OFFICE[ending]
    if not _has_a_small_directory(upload):
        return False
    try:
        with zipfile.ZipFile(upload) as archive:
            if archive.getinfo(part).compress_type not in BOUNDED:
                return False
            with archive.open(part) as entry:
                return content is None or entry.read(len(content) + 1) == content
    except UNREADABLE:
        return False


def _is_bomb(upload: UploadedFile) -> bool:
    """Would whoever opens it fill a disk? What it says it holds is added up first, then what it holds is counted.

    An archive may say less than it holds; zipfile then stops where it said, and finds that the sum is another.
    """
    most = min(MOST_UNPACKED, max(SMALL, DENSE * upload.size))
    try:
        with zipfile.ZipFile(upload) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > most:
                return True
            if any(entry.compress_type not in BOUNDED for entry in archive.infolist()):
                return True
            for entry in archive.infolist():
                with archive.open(entry) as unpacked:
                    while unpacked.read(PIECE):
                        pass
    except UNREADABLE:
        return True
    finally:
        upload.seek(0)
    return False


MOST_OF_A_DIRECTORY = 2**20  # bytes: some 10 000 files in the archive
END = 22  # bytes of the record that ends an archive
LONGEST_END = END + 2**16  # with a comment


def _has_a_small_directory(upload: UploadedFile) -> bool:
    """Before zipfile reads it whole: half a million empty names take seconds and hundreds of megabytes."""
    upload.seek(max(0, upload.size - LONGEST_END))
    end = upload.read()
    upload.seek(0)
    at = end.rfind(b"PK\x05\x06")
    if at < 0 or at + END > len(end):  # not there, or forged within the record itself
        return False
    is_zip64 = end[max(0, at - 20) : at].startswith(b"PK\x06\x07")  # which has its sizes in another place
    return not is_zip64 and int.from_bytes(end[at + 12 : at + 16], "little") <= MOST_OF_A_DIRECTORY


def asks_for_password(pdf: bytes) -> bool:
    return b"/Encrypt" in pdf


def locked_among(uploads: Iterable[UploadedFile]) -> list[str]:
    """Names of the PDFs that ask for a password."""
    names = []
    for upload in uploads:
        if upload.name.lower().endswith(".pdf"):
            upload.seek(0)
            names += [upload.name] if asks_for_password(upload.read()) else []
            upload.seek(0)
    return names


def is_locked(stored: StoredFile) -> bool:
    """A PDF with a password is taken, and marked, so that nobody finds out when it is to be read."""
    if stored.content_type != TYPES[".pdf"] or not stored.is_there:
        return False
    with stored.open() as content:
        return asks_for_password(content.read())


SHOWN_IN_BROWSER = ("application/pdf", "image/png", "image/jpeg")


def handed_over(kept: RecordFile) -> FileResponse:
    """The file for whoever has been let in to it: shown where that is harmless, else saved."""
    shown = kept.file.content_type in SHOWN_IN_BROWSER
    response = FileResponse(kept.file.open(), as_attachment=not shown, filename=kept.name)
    response["Content-Type"] = kept.file.content_type
    response["X-Content-Type-Options"] = "nosniff"
    return response


def safe_name(name: str) -> str:
    """The file's own name, fit for a header and a folder: no path, no odd characters, at most 120."""
    stem, ending = os.path.splitext(Path(name.replace("\\", "/")).name)
    try:
        return get_valid_filename(stem.strip()[:110]) + ending.lower()
    except SuspiciousFileOperation:  # nothing of the name is fit
        return "fil" + ending.lower()


def _hash(upload: UploadedFile) -> str:
    upload.seek(0)
    return hashlib.file_digest(upload, "sha256").hexdigest()


def holds(record: Record, uploads: Iterable[UploadedFile]) -> bool:
    """Are they the very files of the record? What is sent twice, since no answer came the first time, is sent once."""
    return {_hash(upload) for upload in uploads} == set(record.files.values_list("file__sha256", flat=True))


def store_upload(upload: UploadedFile) -> StoredFile:
    upload.seek(0)
    return store_bytes(upload.read(), TYPES[Path(upload.name).suffix.lower()])


def store_bytes(content: bytes, content_type: str) -> StoredFile:
    """Keep the bytes once, however many records point at them. Safe against a power cut half-way."""
    digest = hashlib.sha256(content).hexdigest()
    path = Path(settings.FILES_DIR) / digest[:2] / digest
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as new:
            new.write(content)
            new.flush()
            os.fsync(new.fileno())
        os.replace(new.name, path)
    stored, _ = StoredFile.objects.get_or_create(
        sha256=digest, defaults={"size": len(content), "content_type": content_type}
    )
    return stored
