"""Small PDF files for the demonstration's papers: one page of plain text, made without any other program."""

import textwrap

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.text import slugify

PAGE = """BT
/F2 18 Tf 70 770 Td ({title}) Tj
/F1 11 Tf 0 -34 Td 16 TL
{lines}
ET"""
INVENTED = "Påhittad handling för demonstration."


def paper(title: str, text: str = "") -> SimpleUploadedFile:
    """A paper as somebody would have uploaded it."""
    return SimpleUploadedFile(f"{slugify(title)[:60].strip('-')}.pdf", pdf(title, text), "application/pdf")


def pdf(title: str, text: str = "") -> bytes:
    lines = [line for part in (*text.split("\n"), "", INVENTED) for line in textwrap.wrap(part, 84) or [""]]
    heading = textwrap.shorten(title, 52, placeholder=" …")
    page = PAGE.format(title=_escaped(heading), lines="\n".join(f"({_escaped(line)}) '" for line in lines[:42]))
    content = page.encode("cp1252", "replace")
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (sv) >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        font % b"Helvetica",
        font % b"Helvetica-Bold",
    ]
    file, places = b"%PDF-1.4\n%\xe5\xe4\xf6\xc5\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(file))
    return file + b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table) + trailer


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
