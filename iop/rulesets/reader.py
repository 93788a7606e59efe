"""Reading rule sets from TOML, and saying in plain Swedish what is wrong with one."""

import hashlib
import json
import tomllib
from pathlib import Path

from pydantic import ValidationError

from .schema import RuleSet

SHIPPED = Path(__file__).parent

SWEDISH = {
    "missing": "måste finnas",
    "extra_forbidden": "är en okänd nyckel",
    "string_type": "ska vara en text",
    "int_parsing": "ska vara ett heltal",
    "int_type": "ska vara ett heltal",
    "bool_type": "ska vara true eller false",
    "bool_parsing": "ska vara true eller false",
    "date_from_datetime_parsing": "ska vara en dag, till exempel 2026-11-03",
    "date_parsing": "ska vara en dag, till exempel 2026-11-03",
    "date_type": "ska vara en dag, till exempel 2026-11-03",
    "model_type": "ska vara en tabell",
    "tuple_type": "ska vara en lista",
    "literal_error": "har ett värde som inte tillåts",
    "enum": "har ett värde som inte tillåts",
}


class RuleSetError(ValueError):
    """A rule set that cannot be read. ``problems``: one Swedish sentence for each fault."""

    def __init__(self, problems: list[str]):
        self.problems = problems
        super().__init__("\n".join(problems))


def content_of(text: str) -> dict:
    """The plain content of a TOML text, as stored (JSON types only). Raises RuleSetError."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RuleSetError([f"Filen går inte att läsa som TOML: {error}"]) from error
    return json.loads(json.dumps(content, default=str))


def parse(content: dict) -> RuleSet:
    """A checked rule set. Raises RuleSetError with every fault: table, row, key and what was expected."""
    try:
        return RuleSet.model_validate(content)
    except ValidationError as error:
        raise RuleSetError([_sentence(fault, content) for fault in error.errors()]) from error


def content_hash(content: dict) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def shipped_files() -> list[Path]:
    return sorted(SHIPPED.glob("*.toml"))


def _sentence(fault: dict, content: dict) -> str:
    """One of pydantic's faults as a Swedish sentence with its place."""
    what = SWEDISH.get(fault["type"]) or fault["msg"].removeprefix("Value error, ")
    expected = fault.get("ctx", {}).get("expected") if fault["type"] in SWEDISH else None
    if expected:
        what += f", förväntat {expected.replace(' or ', ' eller ')}"
    return f"{_place(fault['loc'], content)}: {what}."


def _place(loc: tuple, content: dict) -> str:
    """Table, row with its id, and key; or the file as a whole."""
    if not loc:
        return "Filen"
    table, *rest = loc
    place = f"Tabellen {table}"
    if rest and isinstance(rest[0], int):
        number = rest.pop(0)
        row = content[table][number]
        names = (row.get("ids") or row.get("id") or row.get("key") or "") if isinstance(row, dict) else ""
        names = names if isinstance(names, str) else ", ".join(map(str, names))
        place += f", rad {number + 1}" + (f" ({names})" if names else "")
    if rest:
        place += ", nyckeln " + ".".join(str(step) for step in rest)
    return place
