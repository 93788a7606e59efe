"""Papers: one to hand in, and what an archive and the parties ask of the agreement's PDF."""

import io
import subprocess

from pypdf import PdfReader, PdfWriter


def a_paper() -> bytes:
    """A small real PDF."""
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(width=595, height=842)
    writer.write(out)
    return out.getvalue()


def assert_archivable(content: bytes):
    """PDF/A by its own word, tagged, and every font embedded as pdffonts sees it."""
    root = PdfReader(io.BytesIO(content)).trailer["/Root"]
    described = root["/Metadata"].get_object().get_data().decode()
    assert "pdfaid:part" in described and "pdfaid:conformance" in described
    assert root["/MarkInfo"]["/Marked"] and root["/StructTreeRoot"]
    listed = subprocess.run(["pdffonts", "-"], input=content, capture_output=True, check=True).stdout.decode()
    header, _, *fonts = listed.splitlines()
    start = header.index("emb")
    assert fonts and all(font[start : start + 3] == "yes" for font in fonts), listed


def words_of(content: bytes) -> str:
    pages = PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())
