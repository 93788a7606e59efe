"""Reading rule sets from TOML, and saying in plain Swedish what is wrong with one."""

import hashlib
import json
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from .schema import RuleSet

SHIPPED = Path(__file__).parent
NULL_SIGN = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")  # in JSON text; no database text holds it

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
    "string_pattern_mismatch": "ska vara högst 30 bokstäver, siffror, bindestreck eller understreck",
    "string_too_long": "ska vara högst {max_length} tecken",
    "tuple_type": "ska vara en lista",
    "literal_error": "har ett värde som inte tillåts",
    "enum": "har ett värde som inte tillåts",
    "greater_than_equal": "ska vara minst {ge}",
    "less_than_equal": "ska vara högst {le}",
    "float_type": "ska vara ett tal",
    "float_parsing": "ska vara ett tal",
    "dict_type": "ska vara en tabell",
    "model_attributes_type": "ska vara en tabell",
    "int_from_float": "ska vara ett heltal",
}


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: where (table, row, path within the row) and what, in Swedish."""

    table: str
    row: int | None
    path: tuple
    what: str


class RuleSetError(ValueError):
    """A rule set that cannot be read. ``problems``: a Swedish sentence for each fault; ``faults``: in parts."""

    def __init__(self, problems: list[str], faults: Sequence[Fault] = ()):
        self.problems, self.faults = problems, faults
        super().__init__("\n".join(problems))


def content_of(text: str) -> dict:
    """The plain content of a TOML text, as stored (JSON types only). Raises RuleSetError."""
    try:
        stored = json.dumps(tomllib.loads(text), default=str, allow_nan=False)
    except tomllib.TOMLDecodeError as error:
        raise RuleSetError([f"Filen går inte att läsa som TOML: {error}"]) from error
    except (ValueError, RecursionError) as error:  # sound TOML, but nothing that a rule set holds or JSON can store
        raise RuleSetError(["Filen har ett tal eller en nästling som programmet inte kan lagra."]) from error
    if NULL_SIGN.search(stored):
        raise RuleSetError(["Filen har ett nolltecken (\\u0000) i en text. Ta bort det."])
    return json.loads(stored)


def parse(content: dict) -> RuleSet:
    """A checked rule set. Raises RuleSetError with every fault: table, row, key and what was expected."""
    try:
        return RuleSet.model_validate(content)
    except ValidationError as error:
        faults = [_fault(one) for one in error.errors()]
        raise RuleSetError([f"{_place(fault, content)}: {fault.what}." for fault in faults], faults) from error


def content_hash(content: dict) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def shipped_files() -> list[Path]:
    return sorted(SHIPPED.glob("*.toml"))


def _fault(error: dict) -> Fault:
    """One of pydantic's faults in our words."""
    what = SWEDISH.get(error["type"]) or error["msg"].removeprefix("Value error, ")
    if error["type"] in SWEDISH:
        what = what.format_map(error.get("ctx", {}))
        if expected := error.get("ctx", {}).get("expected"):
            what += f", förväntat {expected.replace(' or ', ' eller ')}"
    table, *path = error["loc"] or ("",)
    row = path.pop(0) if path and isinstance(path[0], int) else None
    return Fault(str(table), row, tuple(path), what)


def _place(fault: Fault, content: dict) -> str:
    """Table, row with its id, and key; or the file as a whole."""
    if not fault.table:
        return "Filen"
    place = f"Tabellen {fault.table}"
    if fault.row is not None:
        row = content[fault.table][fault.row]
        names = (row.get("ids") or row.get("id") or row.get("key") or "") if isinstance(row, dict) else ""
        names = ", ".join(map(str, names)) if isinstance(names, list) else str(names)
        place += f", rad {fault.row + 1}" + (f" ({names})" if names else "")
    if fault.path:
        place += ", nyckeln " + ".".join(str(step) for step in fault.path)
    return place
