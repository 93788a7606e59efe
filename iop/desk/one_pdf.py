"""The papers of a case file in one PDF, behind the list: what can be put there, and why the rest cannot.

Files come from anybody. Each is tried by itself first, so that one that is damaged spoils nothing but itself.
"""

import io
import logging
from collections.abc import Iterable
from dataclasses import dataclass

from PIL import Image
from pypdf import PageObject, PdfReader, PdfWriter, apply_configuration
from pypdf.generic import ArrayObject

from iop.cases.models import Record, RecordFile

log = logging.getLogger(__name__)

MOST_BYTES = 30 * 2**20  # of files together: several people may print at once
MOST_PAGES = 500
MOST_PIXELS = 30_000_000  # of one picture
DAMAGED, TOO_MANY = "går inte att läsa", "har fler sidor än som ryms i dokumentet"
# Notes on a page that are only drawn. Others may carry a file, a film or a script.
DRAWN = {"/Text", "/Link", "/FreeText", "/Line", "/Square", "/Circle", "/Polygon", "/PolyLine", "/Highlight"}
DRAWN |= {"/Underline", "/Squiggly", "/StrikeOut", "/Stamp", "/Caret", "/Ink", "/Widget"}


@dataclass
class Paper:
    """A file of a record: its pages, or a picture that stands on the page that begins it, or why neither."""

    record: Record
    file: RecordFile
    name: str
    why_not: str = ""
    pages: bytes = b""
    picture: bytes = b""

    @property
    def address(self) -> str:
        """Of the picture, for the printer alone."""
        return f"picture:{self.file.pk}"


class Unfit(Exception):
    """A file that cannot be put in. The text is why, in Swedish."""


def papers_of(files: Iterable[tuple[Record, RecordFile, str]]) -> list[Paper]:
    """Every file in order; from the one that does not fit on, in bytes or pages, only those that still do."""
    found, size, pages = [], 0, 0
    for record, file, name in files:
        paper = Paper(record, file, name)
        found.append(paper)
        try:
            if not file.file.is_there:
                raise Unfit("filen saknas och följer inte med")
            if size + file.file.size > MOST_BYTES:
                raise Unfit("ryms inte i dokumentet")
            pages += _read(paper, MOST_PAGES - pages)
            size += file.file.size
        except Unfit as why:
            paper.why_not = str(why)
    return found


def _read(paper: Paper, room: int) -> int:
    """Fill in pages or picture. Returns how many pages the paper takes beside the one that begins it."""
    kind = paper.file.file.content_type
    if kind not in ("application/pdf", "image/png", "image/jpeg"):
        raise Unfit("går inte att skriva ut härifrån")
    with paper.file.file.open() as file:
        content = file.read()
    try:
        if kind != "application/pdf":
            paper.picture = _picture(content)
            return 0
        with apply_configuration(page_tree_maximum_page_entries=10 * MOST_PAGES):  # before they are counted
            paper.pages, count = _pages(content, room)
        return count
    except Unfit:
        raise
    except Exception as error:  # the readers raise all sorts at what people send
        log.info("%s i %s: %r", paper.name, paper.record.case_id, error)
        raise Unfit(DAMAGED) from error


def _picture(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content)) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise Unfit("är en för stor bild")
        picture.load()
    return content


def _pages(content: bytes, room: int) -> tuple[bytes, int]:
    """The pages alone, written anew, without what a document can do: scripts, attachments, links, forms."""
    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted:
        raise Unfit("är skyddad med lösenord")
    if int(reader.root_object["/Pages"]["/Count"]) > room:
        raise Unfit(TOO_MANY)
    writer, written = PdfWriter(), io.BytesIO()
    for page in reader.pages:
        if len(writer.pages) == room:  # whatever the document says of itself
            raise Unfit(TOO_MANY)
        _still(writer.add_page(page))
    if not writer.pages:
        raise Unfit("har inga sidor")
    writer.write(written)
    return written.getvalue(), len(writer.pages)


def _still(page: PageObject) -> None:
    for name in ("/AA", "/StructParents"):  # what it is read aloud by would be looked for among our own tags
        page.pop(name, None)
    notes = [note for note in page.annotations or () if note.get_object().get("/Subtype") in DRAWN]
    for note in notes:
        for name in ("/A", "/AA", "/FS", "/StructParent"):
            note.get_object().pop(name, None)
    page.annotations = ArrayObject(notes) if notes else None


def put_behind(document: bytes, papers: list[Paper]) -> bytes:
    """``document`` ends with one page for each of the papers; each one's own pages are put behind its page."""
    writer, written = PdfWriter(clone_from=io.BytesIO(document)), io.BytesIO()
    first = len(writer.pages) - len(papers)
    for place, paper in reversed(list(enumerate(papers, first + 1))):  # from behind, so that places stay
        if paper.pages:
            writer.merge(place, io.BytesIO(paper.pages), import_outline=False)
    writer.write(written)
    return written.getvalue()
