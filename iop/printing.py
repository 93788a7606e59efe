"""Printing to PDF: tagged PDF/A, set in the program's own typeface, which the document carries with it.

PDF/A-2a: level A because the document is tagged and can be read aloud, part 2 because nothing is attached to it
(part 3 adds nothing but attachments).
"""

import unicodedata
from functools import cache

from fontTools.ttLib import TTFont
from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

from iop.typeface import font_files

PLAIN = {"Pd": "-", "Zs": " ", "Zl": " ", "Zp": " ", "Cc": "", "Cf": "", "Mn": ""}  # for signs of these sorts


def print_pdf(html: str, *, photos: dict[str, bytes] | None = None, archival: bool = True, **pictures: str) -> bytes:
    """``html`` as a document. ``pictures``: SVG by name, found in the style sheet at ``name:``.

    ``photos``: other pictures by their whole address. ``archival``: False where foreign pages are put in afterwards,
    as the document must not claim to be PDF/A then; it is tagged all the same.
    """
    files = {f"typeface:{weight}": path.read_bytes() for weight, path in font_files().items()}
    files |= {f"{name}:": picture.encode() for name, picture in pictures.items()}
    files |= photos or {}
    text = unicodedata.normalize("NFC", html).translate(SIGNS)
    how = {"pdf_variant": "pdf/a-2a"} if archival else {"pdf_tags": True}
    return HTML(string=text, url_fetcher=_Only(files)).write_pdf(**how)


class _Only(URLFetcher):
    """Gives out the files at hand and refuses every other address, so that printing calls nobody."""

    def __init__(self, files: dict[str, bytes]):
        super().__init__(fail_on_errors=True)
        self.files = files

    def fetch(self, url, headers=None):
        return URLFetcherResponse(url, self.files[url])


@cache
def bold() -> TTFont:
    return TTFont(font_files()["bold"])


class _Signs(dict):
    """For ``str.translate``: signs that the typeface lacks become plain ones, or ☐, never another typeface."""

    def __missing__(self, code: int) -> str:
        sign, known = chr(code), bold().getBestCmap()
        if code not in known and sign not in "\n\r\t":
            plain, sort = unicodedata.normalize("NFKC", sign), unicodedata.category(sign)
            there_is = all(ord(part) in known for part in plain)
            sign = PLAIN[sort] if sort in PLAIN else plain if there_is else "☐"
        self[code] = sign
        return sign


SIGNS = _Signs()
