"""What an answer rests on: «handling 7» and «handlingarna 3 och 7», written in a text, point at the case file.

The text stays as it was written, so that what an answer rests on is kept, dated and told in the timeline with it.
"""

import re
from collections.abc import Iterator

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

ONE = r"\bhandling(?:en)?\s+(?:nr\.?\s*|nummer\s+)?(?P<one>\d{1,5})\b"
MANY = r"\bhandlingar(?:na)?\s+(?:nr\.?\s*|nummer\s+)?(?P<many>\d{1,5}\b(?:(?:\s*,\s*|\s+och\s+|\s+samt\s+)\d{1,5}\b)*)"
NAMED = re.compile(f"{ONE}|{MANY}", re.IGNORECASE)


def cited(text: str) -> list[int]:
    """Numbers of the records that a text names, each once, in its order."""
    return list(dict.fromkeys(number for *_, number in _places(text or "")))


def linked(text: str, case) -> SafeString:
    """The text with a link to each record that it names."""
    file = reverse("record_list", args=[case.municipality.slug, case.reference])
    text, pieces, at = text or "", [], 0
    for start, end, number in _places(text):
        link = format_html('<a href="{}#handling-{}">{}</a>', file, number, text[start:end])
        pieces += [text[at:start], link]
        at = end
    return format_html_join("", "{}", ((piece,) for piece in [*pieces, text[at:]]))


def _places(text: str) -> Iterator[tuple[int, int, int]]:
    """(beginning, end, number) of what leads on: «handling 7» whole, of several their numbers."""
    for named in NAMED.finditer(text):
        if named["one"]:
            yield *named.span(), int(named["one"])
            continue
        for number in re.finditer(r"\d+", named["many"]):
            yield named.start("many") + number.start(), named.start("many") + number.end(), int(number[0])
