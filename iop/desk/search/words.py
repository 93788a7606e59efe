"""What a person typed in the search field, as questions that PostgreSQL can always answer. No database here.

Nothing typed is ever read as an operator: each word is quoted whole, so that no bracket, colon or quote can fail.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from .forms import forms

MOST_CHARACTERS, MOST_WORDS = 200, 8
SHORTEST_BEGINNING = 4  # letters: «språk» finds «språkcafé» in prose, «bil» does not find «bilder»
KEY = "="  # before every key; the parser of prose never leaves a word that begins so

# Beside A to Z, which are folded without a table: PostgreSQL looks every letter of a text up in it, so it is short.
# One character for one, so that a place in the folded text is the same place in the text.
_LETTERS = {
    **dict(zip("ÅÄÖÆØæø", "åäöäöäö", strict=True)),
    **dict.fromkeys("ÉÈÊéèêë", "e"),
    **dict.fromkeys("ÁÀáà", "a"),
    **dict.fromkeys("Üü", "u"),
    **dict.fromkeys("«»”“’–—…·\u00a0", " "),
}
FOLD_FROM, FOLD_TO = "".join(_LETTERS), "".join(_LETTERS.values())
_FOLD = str.maketrans(_LETTERS | {chr(code): chr(code).lower() for code in range(ord("A"), ord("Z") + 1)})

# Snowball's stop words, which PostgreSQL leaves out of what it stems.
STOP_WORDS = frozenset(
    """och det att i en jag hon som han på den med var sig för så till är men ett om hade de av icke mig du henne då sin
    nu har inte hans honom skulle hennes där min man ej vid kunde något från ut när efter upp vi dem vara vad över än
    dig kan sina här ha mot alla under någon eller allt mycket sedan ju denna själv detta åt utan varit hur ingen mitt
    ni bli blev oss din dessa några deras blir mina samma vilken er sådan vår blivit dess inom mellan sådant varför
    varje vilka ditt vem vilket sitta sådana vart dina vars vårt våra ert era vilkas""".split()
)


def fold(text: str) -> str:
    """Small letters without accents but with å, ä and ö; quotes and dashes as spaces. As long as the text itself."""
    return text.translate(_FOLD)


def clean(typed: str) -> str:
    """What the database can take and a page can show: no control characters, bounded, composed letters."""
    text = unicodedata.normalize("NFC", typed[: 4 * MOST_CHARACTERS])
    text = "".join(" " if unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp") else one for one in text)
    return text.strip()[:MOST_CHARACTERS].strip()


@dataclass(frozen=True)
class Term:
    """One word, or several within quotes that must stand together."""

    text: str  # folded
    phrase: bool = False

    @property
    def parts(self) -> list[str]:
        return [part for part in re.split(r"[\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]+", self.text) if part]

    @property
    def forms(self) -> list[str]:
        """The word as prose may have it, each form of nothing but letters; or only itself."""
        return forms(self.text) if re.fullmatch("[a-zåäö]+", self.text) else [self.text]

    @property
    def beginning(self) -> str:
        """What words of prose may begin with, as compounds do; empty where too much would."""
        return self.text if re.fullmatch(f"[a-zåäö]{{{SHORTEST_BEGINNING},}}", self.text) else ""

    @property
    def keys(self) -> str:
        """A tsquery of keys, written out: what names and numbers may begin with."""
        whole = re.sub(r"[/:_]", "-", self.text).strip("-.,;!?()[]{}'\"*&|<>")
        ways = [_beginning(whole)] if whole else []
        if re.search(r"\d", whole):
            bare = re.sub(r"(?<![0-9])0+(?=[0-9])", "", whole)
            ways += [_lexeme(bare)] if bare != whole else []
            ways += [_beginning(re.sub(r"[-.]", "", whole))] if re.fullmatch(r"[\d.-]+", whole) else []
        elif len(self.parts) > 1:
            ways.append("(" + " & ".join(map(_beginning, self.parts)) + ")")
        return " | ".join(dict.fromkeys(ways))


def _lexeme(word: str) -> str:
    quoted = word[:100].replace("\\", "\\\\").replace("'", "''")
    return f"'{KEY}{quoted}'"


def _beginning(word: str) -> str:
    """A word of one letter must be the whole key: too many begin with it."""
    return _lexeme(word) + (":*" if len(word) > 1 else "")


def terms(typed: str) -> list[Term]:
    """The words to look for, bounded in number; none if nothing typed is a letter or a digit.

    Words that say nothing («och», «på») are left out unless there are no others.
    """
    found = [term for term in _read(clean(typed)) if term.parts]
    telling = [term for term in found if term.phrase or term.text not in STOP_WORDS]
    return list(dict.fromkeys(telling or found))[:MOST_WORDS]


def _read(text: str) -> Iterator[Term]:
    for quoted, word in re.findall(r'["”“«]([^"”“«»]*)["”“»]|(\S+)', text):
        if quoted and " " in quoted.strip():
            yield Term(fold(quoted), phrase=True)
        else:
            yield from (Term(part) for part in fold(quoted or word).split())
