"""People who are named and invited: a name, perhaps an address, and whose side they are on."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from iop.cases.machinery import Refused
from iop.municipalities.models import Unit
from partners.models import Party

from .models import Side

LONGEST_NAME, LONGEST_ADDRESS = 120, 254
BETWEEN = re.compile(r"(?:[,;\n]|\s+och\s+)(?![^(\n]*\))")  # not within brackets
WRITTEN = re.compile(r"^(?P<name>[^<>]*?)[\s,;]*<?(?P<email>[^\s<>,;]+@[^\s<>,;]+)?>?$")


@dataclass(frozen=True)
class Person:
    name: str
    email: str = ""
    side: str = Side.MUNICIPALITY
    unit: Unit | None = None
    party: Party | None = None

    @property
    def comes_from(self) -> str:
        known = self.unit or self.party
        return known.name if known else Side(self.side).label

    def is_the(self, other) -> bool:
        """The same, as far as addresses or else names tell. ``other``: with name and email."""
        if self.email and other.email:
            return self.email.lower() == other.email.lower()
        return self.name.casefold() == other.name.casefold()

    @property
    def written(self) -> str:
        return f"{self.name} <{self.email}>" if self.email else self.name


def person_in(line: str, **other) -> Person:
    """«Anna Ek, anna@x.example», «Anna Ek <anna@x.example>», or the name alone."""
    found = WRITTEN.match(line.strip())
    if found is None:
        raise Refused(f"«{line.strip()[:80]}» går inte att läsa. Skriv namn, komma och e-postadress.")
    return Person(found["name"].strip() or found["email"], found["email"] or "", **other)


def in_lines(people: Iterable) -> str:
    """One on each line, as a form of names is filled in. ``people``: with name and email."""
    return "\n".join(f"{one.name}, {one.email}" if one.email else one.name for one in people)


def names_in(text: str, whole: Iterable[str] = ()) -> list[str]:
    """Each name of those written freely: on lines of their own, or «Elin, Sara och Tom».

    ``whole``: names of organisations, which are one name whatever stands in them («Hem och Skola»).
    """
    whole = [name for name in whole if BETWEEN.search(name)]
    for place, name in enumerate(whole):
        text = re.sub(re.escape(name), f"\x01{place}\x01", text, flags=re.IGNORECASE)
    parts = (re.sub("\x01([0-9]+)\x01", lambda hit: whole[int(hit[1])], part) for part in BETWEEN.split(text))
    return list(filter(None, (" ".join(name.split()) for name in parts)))


def without(text: str, names: Iterable[str], whole: Iterable[str] = ()) -> str:
    """What was written less those names. A line with none of them stays as it was."""
    out, lines = {name.casefold() for name in names}, []
    for line in map(str.strip, text.splitlines()):
        kept = [name for name in names_in(line, whole) if name.casefold() not in out]
        lines.append(line if len(kept) == len(names_in(line, whole)) else ", ".join(kept))
    return "\n".join(filter(None, lines))


def checked(people: Iterable[Person]) -> list[Person]:
    """The same people, each address once. Raises Refused where a name or an address is not one."""
    kept, addresses = [], set()
    for person in people:
        name, email = " ".join(person.name.split()), person.email.strip().lower()
        if not name:
            raise Refused("Skriv namnet på var och en som deltar.")
        if len(name) > LONGEST_NAME:
            raise Refused(f"Namnet «{name[:40]}…» är för långt. Skriv högst {LONGEST_NAME} tecken.")
        if email or "@" in name:
            try:
                validate_email(email or name)
            except ValidationError as error:
                raise Refused(f"E-postadressen för {name} är inte riktig: «{(email or name)[:80]}».") from error
            if len(email) > LONGEST_ADDRESS:
                raise Refused(f"E-postadressen för {name} är för lång.")
            if email in addresses:
                continue
            addresses.add(email)
        kept.append(replace(person, name=name, email=email))
    return kept
