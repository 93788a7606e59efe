"""The texts of a municipality's open pages: ours until its administrator has written.

A text is plain: paragraphs, and lines that begin with «# » (heading) or «- » (list). Nobody can put HTML into a page.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path

SOURCE = Path(__file__).with_name("pages.toml")
LONGEST = 20_000  # characters of a text


@dataclass(frozen=True)
class Page:
    """An open page with a text: the question that it answers, its name in the foot, and our own text."""

    key: str
    short: str
    title: str
    text: str
    opening: str = ""
    part_of: str = ""  # no page of its own, and so no address: where the text stands, for the one who writes it

    def standard_text(self, about: Iterable[str] = ()) -> str:
        """Ours, after what the rule set says that an IOP is: ``about``, used by the page that has an opening."""
        return "\n\n".join([*((tuple(about) or (self.opening,)) if self.opening else ()), self.text])


@lru_cache(maxsize=1)
def pages() -> dict[str, Page]:
    rows = tomllib.loads(SOURCE.read_text())["pages"]
    return {row["key"]: Page(**row | {"text": row["text"].strip()}) for row in rows}


@dataclass(frozen=True)
class Block:
    """A piece of a text: ``kind`` is heading, paragraph or list; ``lines`` its lines, one for each item of a list."""

    kind: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def blocks(text: str) -> list[Block]:
    """The text in pieces, for a template that escapes every one of them."""
    lines = [(_kind(line.strip()), line.strip()) for line in text.splitlines()]
    found = []
    for kind, group in groupby(lines, key=lambda row: row[0]):
        stripped = tuple(line.lstrip("#-").strip() if kind in ("heading", "list") else line for _, line in group)
        if kind == "heading":
            found += [Block(kind, (line,)) for line in stripped]
        elif kind:
            found.append(Block(kind, stripped))
    return found


def _kind(line: str) -> str:
    if line.startswith("# "):
        return "heading"
    if line.startswith("- "):
        return "list"
    return "paragraph" if line else ""
