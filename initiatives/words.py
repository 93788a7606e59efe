"""The words of the public form: ours (form.toml) until the municipality has written its own.

What is asked, and in which order, is code (steps.py); how it is said is data, so that it changes without a release.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from django.forms import Field
from django.utils.html import escape

from iop.municipalities.models import Municipality
from iop.municipalities.pages import Block, blocks

SOURCE = Path(__file__).with_name("form.toml")
START = "start"  # the page before the six steps


@dataclass(frozen=True)
class Wording:
    """A question with the help under it, or a heading with the text under it. None: there is none to write."""

    key: str
    label: str | None = None
    help: str | None = None
    kind: str = "question"
    where: str = ""  # for whoever writes, where the words alone do not tell

    @property
    def texts(self) -> dict[str, str]:
        """What can be written, by the names that it is stored under."""
        parts = {f"{self.key}-label": self.label, f"{self.key}-help": self.help}
        return {name: text for name, text in parts.items() if text is not None}

    @property
    def blocks(self) -> list[Block]:
        return blocks(self.help or "")

    def said(self, written: dict[str, str], place: Municipality) -> "Wording":
        texts = {name: (written.get(name) or text).replace("{kommun}", place.name) for name, text in self.texts.items()}
        return replace(self, label=texts.get(f"{self.key}-label"), help=texts.get(f"{self.key}-help"))


Words = dict[str, Wording]  # of one step


@dataclass(frozen=True)
class Step:
    slug: str
    name: str  # for the administrator
    words: tuple[Wording, ...]

    @property
    def texts(self) -> dict[str, str]:
        return {name: text for one in self.words for name, text in one.texts.items()}

    def said(self, written: dict[str, str], place: Municipality) -> Words:
        return {one.key: one.said(written, place) for one in self.words}


@lru_cache(maxsize=1)
def standard() -> dict[str, Step]:
    rows = tomllib.loads(SOURCE.read_text())["steps"]
    steps = [Step(**row | {"words": tuple(Wording(**one) for one in row["words"])}) for row in rows]
    return {step.slug: step for step in steps}


def key_of(name: str) -> str:
    """The further organisations are asked the same, each in fields of its own."""
    return re.sub(r"^other_\d_", "other_", name)


def ask(fields: Iterable[tuple[str, Field]], words: Words) -> None:
    """Put the words into the fields. Those that the rule set asks for have words already."""
    for name, field in fields:
        if wording := words.get(key_of(name)):
            field.label, field.help_text = wording.label, escape(wording.help)  # crispy shows a help text as it is
