"""Attachments of a draft: taken in whole or piece by piece, so that an upload that broke off goes on where it was.

The bytes lie by themselves under ``FILES_DIR/drafts`` until the initiative is sent: what is kept in cases is never
removed, and a draft may be.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from shutil import disk_usage

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.utils import timezone

from iop.cases.files import KINDS, MOST_BYTES, TYPES, asks_for_password, check_upload, too_much_together
from iop.cases.machinery import Refused
from iop.upload_limit import PIECE, TooMuch

from .held import held, lives
from .models import Draft, DraftFile
from .room import refuse_if_full

MOST_FILES = 20
FREE = 2**30  # bytes of the disk that are left for what officials do
MOST_TOGETHER = 100 * 2**20  # bytes


class Elsewhere(Refused):
    """A piece that does not begin where the last one ended. ``received``: where to go on."""

    def __init__(self, received: int):
        self.received = received
        super().__init__("Filen fortsätter på ett annat ställe.")


def announce(draft: Draft, *, name: str, size: int, changed: str = "") -> DraftFile:
    """A file is to come. One that broke off goes on, if it is the same. Raises Refused with what is wrong.

    ``changed``: when it was last changed, as the browser tells; a plain form tells none, and sends all of it.
    """
    name = _short(name.replace("\x00", ""))
    with transaction.atomic():
        row = held(draft)
        lives(row)
        for begun in as_they_are(row):
            if (begun.name, begun.size, begun.whole) == (name, size, False):
                if changed and begun.changed == changed:
                    begun.save(update_fields=["received", "whole"])
                    return begun
                remove(begun)  # another page that still sends it is told so, and mixes nothing
        _fits(row, name, size)
        return DraftFile.objects.create(draft=row, name=name, size=size, changed=changed)


def _short(name: str) -> str:
    """With its ending, by which it is known."""
    stem, dot, ending = name.rpartition(".")
    return f"{stem[: 199 - len(ending)]}{dot}{ending}" if dot and len(ending) < 10 else name[:200]


def as_they_are(draft: Draft) -> list[DraftFile]:
    """The draft's files, which never say that more has come than what is on disk: a copy put back may lack some."""
    rows = list(draft.files.all())
    for row in rows:
        _believe_the_disk(row)
    return rows


def _believe_the_disk(row: DraftFile) -> None:
    path = _path(row)
    row.received = min(row.received, path.stat().st_size if path.exists() else 0)
    row.whole = row.whole and row.received == row.size


def _fits(draft: Draft, name: str, size: int) -> None:
    files = list(draft.files.all())
    if Path(name).suffix.lower() not in TYPES:
        raise Refused(f"Filen «{name}» går inte att ta emot. Välj en fil i {KINDS}.")
    if size > MOST_BYTES:
        raise Refused(f"Filen «{name}» är för stor. Den får vara högst {MOST_BYTES // 2**20} MB.")
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    if disk_usage(folder).free - size < FREE:
        raise Refused("Det går inte att ta emot filer just nu. Försök senare, eller mejla kommunen.")
    if size <= 0:
        raise Refused(f"Filen «{name}» är tom. Välj den igen eller spara om den.")
    if len(files) >= MOST_FILES:
        raise Refused(f"Filen «{name}» fick inte plats. Ett initiativ kan ha högst {MOST_FILES} bilagor.")
    if sum(file.size for file in files) + size > MOST_TOGETHER:
        raise Refused(f"Filen «{name}» fick inte plats. Bilagorna får vara högst {MOST_TOGETHER // 2**20} MB ihop.")
    refuse_if_full(email=draft.email, begun_from=draft.begun_from, more=size)


def take_piece(file: DraftFile, piece: bytes, *, offset: int) -> DraftFile:
    """Write the next piece. It is on disk before the row says so; what a broken attempt left after it is cut off.

    Raises Elsewhere with where to go on, or Refused when the whole file turns out to be something
    else: it is gone then.
    """
    fault, begins_there = "", True
    with transaction.atomic():
        draft = held(file.draft)
        row = DraftFile.objects.select_for_update().filter(pk=file.pk).first()
        if row is None:
            raise Refused("Filen är borttagen.")
        _believe_the_disk(row)
        if row.whole:
            return row
        begins_there = offset == row.received and row.received + len(piece) <= row.size
        if begins_there:
            lives(draft)
            refuse_if_full(email=draft.email, begun_from=draft.begun_from, more=len(piece))
            _write(_path(row), piece, offset)
            row.received += len(piece)
        row.save(update_fields=["received", "whole"])
        if begins_there and row.received == row.size:
            fault = _finish(row)
    if not begins_there:
        raise Elsewhere(row.received)
    if fault:
        raise Refused(fault)
    return row


def take_whole(draft: Draft, upload) -> DraftFile:
    """A file sent by a plain form. Raises Refused."""
    if isinstance(upload, TooMuch) and upload.size <= MOST_BYTES:
        raise Refused(too_much_together())
    row = announce(draft, name=upload.name, size=upload.size)
    while piece := upload.read(PIECE):
        row = take_piece(row, piece, offset=row.received)
    return row


def _finish(row: DraftFile) -> str:
    """Look at what came. A file that is not what its name says is removed, and it is told what is wrong with it."""
    with open(_path(row), "rb") as content:
        upload = File(content, name=row.name)
        try:
            check_upload(upload)
        except ValidationError as error:
            remove(row)
            return error.messages[0]
        upload.seek(0)
        row.locked = row.name.lower().endswith(".pdf") and asks_for_password(upload.read())
    row.whole = True
    row.save(update_fields=["whole", "locked"])
    return ""


@transaction.atomic
def take_out(draft: Draft, pk: int) -> None:
    """Somebody who writes does not want the file. One that is gone already is gone. Raises Sent."""
    row = held(draft)
    lives(row)
    for file in row.files.filter(pk=pk):
        remove(file)


def remove(file: DraftFile) -> None:
    """Take it out of a draft that is held; its bytes go when that is certain."""
    path = _path(file)
    file.delete()
    transaction.on_commit(lambda: path.unlink(missing_ok=True), robust=True)


def sweep() -> None:
    """Remove bytes that no draft knows of: a server may have died between the row and its file. For the daily run.

    What is younger than a day is left: its row may be on its way.
    """
    known = {key.hex for key in DraftFile.objects.values_list("key", flat=True)}
    before = (timezone.now() - timedelta(days=1)).timestamp()
    for path in _folder().glob("*"):
        if path.name not in known and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)


@contextmanager
def opened(files: Iterable[DraftFile]) -> Iterator[list[File]]:
    """The files to read from, one after the other."""
    with ExitStack() as stack:
        yield [File(stack.enter_context(open(_path(file), "rb")), name=file.name) for file in files]


def _folder() -> Path:
    return Path(settings.FILES_DIR) / "drafts"


def _path(file: DraftFile) -> Path:
    return _folder() / file.key.hex


def _write(path: Path, piece: bytes, offset: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as out:
        out.truncate(offset)
        out.seek(offset)
        out.write(piece)
        out.flush()
        os.fsync(out.fileno())
