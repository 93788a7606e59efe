"""Drafts: how a municipality changes its own rules. Each change is saved by itself, and nobody's change is lost.

A draft's content may be unfinished; ``problems`` says in Swedish what is left. A row is known by its table and its
key. Who saves a row says which text the change was made from (``fingerprint``): if somebody else has changed the row
meanwhile the save is refused with ``Changed``, and both texts stand.
"""

import hashlib
import json
from datetime import date

from django.db import transaction
from django.utils import timezone

from iop.municipalities.models import Municipality

from .additions import rule_tables
from .models import RuleSetVersion, next_number
from .reader import Fault, RuleSetError, parse
from .schema import ADOPTION, SCHEMA, Rule, RuleList, RuleSet

UNTOUCHED = {"schema", "schema_number", "municipality", "honoured_elsewhere"} | ADOPTION


SECONDS_ON_THE_WAY = 8


class NotDone(Exception):
    """A change of a draft that is not carried out. The text is a Swedish sentence that says what to do."""


class Changed(NotDone):
    """Somebody else saved the row first. ``theirs``: the row as it stands."""

    def __init__(self, version: RuleSetVersion, theirs: dict):
        self.theirs = theirs
        who = f" av {version.edited_by.name}" if version.edited_by else ""
        super().__init__(
            f"Regeln har ändrats{who} sedan du öppnade den. Din text står kvar på sidan och är inte sparad. "
            "Jämför, och välj «Spara min text i stället» om din ska gälla."
        )


TABLES: tuple[str, ...] = tuple(rule_tables())
MODELS: dict[str, type[Rule] | type[RuleList]] = {
    name: RuleSet.model_fields[name].annotation.__args__[0] for name in TABLES
}


# Reading a draft


def key_of(row: dict) -> str:
    """What a row is known by: its key, else its first statement id."""
    ids = row.get("ids") or row.get("id") or ""
    return row.get("key") or (ids if isinstance(ids, str) else ids[0])


def fingerprint(row: dict) -> str:
    return hashlib.sha256(json.dumps(row, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


def find(content: dict, table: str, key: str) -> tuple[int, dict]:
    """Position and row. Raises NotDone when it is gone."""
    for position, row in enumerate(content.get(table, [])):
        if key_of(row) == key:
            return position, row
    raise NotDone("Regeln finns inte längre i utkastet. Den kan ha tagits bort; se listan över borttagna regler.")


def faults_of(content: dict) -> list[Fault]:
    """What must be mended before the draft can be put in force."""
    try:
        parse(content)
    except RuleSetError as error:
        return list(error.faults)
    return []


def faults_of_row(table: str, row: dict) -> list[Fault]:
    """The same for one row by itself, wherever what it refers to stands."""
    alone = {"schema": SCHEMA, "municipality": "x", "title": "x", table: [row]}
    needs = {
        "list": ("lists", {"heading": "x", "holds_when": "all"}),
        "waits_for": ("statements", {"unit": "x", "quote": "x"}),
        "point": ("points", {"heading": "x", "quote": "x"}),
    }
    for name, (other, least) in needs.items():
        if row.get(name) and other != table:
            alone[other] = [least | {"key": row[name]}]
    return [fault for fault in faults_of(alone) if fault.table == table]


# Beginning


@transaction.atomic
def start_draft(
    municipality: Municipality, *, by, source: RuleSetVersion | None = None, content: dict | None = None, series=""
) -> RuleSetVersion:
    """A new draft from another version (also another municipality's), from imported content, or from nothing.

    A draft from an addition of one's own is of the same series, whatever else is said.
    """
    Municipality.objects.select_for_update().get(pk=municipality.pk)
    if content is not None:
        source = None
    elif source:
        content = source.content
        if source.municipality_id != municipality.pk:
            content = as_a_pattern(content)
        else:
            series = series or source.series
    content = dict(content or {})
    content |= {"schema": content.get("schema", SCHEMA), "municipality": municipality.slug}
    content.setdefault("title", f"Riktlinje för idéburet offentligt partnerskap i {municipality.name}")
    return RuleSetVersion.objects.create(
        municipality=municipality,
        number=next_number(municipality),
        series=series,
        content=content,
        schema=SCHEMA,
        based_on=source,
        edited_by=by,
        edited_at=timezone.now(),
    )


OF_ITS_OWN = ADOPTION | {"honoured_elsewhere", "notice", "title", "about", "source_note", "local_agreement", "intake"}


def as_a_pattern(content: dict) -> dict:
    """Another municipality's rules to start from: without its adoption, units, places and statement ids.

    What is left is wording to work on. A row keeps its key, so that the two can be compared.
    """
    kept = {name: value for name, value in content.items() if name not in OF_ITS_OWN}
    return {
        name: [{"key": key_of(row), **_without_origin(row)} for row in value]
        if name in TABLES
        else _without_origin(value)
        for name, value in kept.items()
    }


def _without_origin(value):
    if isinstance(value, list):
        return [_without_origin(one) for one in value]
    if not isinstance(value, dict):
        return value
    gone = {"id", "ids", "statement", "source", "units", "areas", "responsible", "decides"}
    return {name: _without_origin(one) for name, one in value.items() if name not in gone}


# Changing


def _locked(version: RuleSetVersion) -> RuleSetVersion:
    locked = (
        RuleSetVersion.objects.select_for_update(of=["self"])
        .select_related("municipality", "edited_by")
        .get(pk=version.pk)
    )
    if not locked.is_draft or locked.set_aside_at:
        raise NotDone("Utkastet är publicerat eller undanlagt och går inte att ändra. Börja ett nytt utkast.")
    return locked


def _save(version: RuleSetVersion, by) -> RuleSetVersion:
    version.edited_by, version.edited_at = by, timezone.now()
    version.save(update_fields=["content", "removed", "edits", "edited_by", "edited_at"])
    return version


@transaction.atomic
def save_row(version: RuleSetVersion, table: str, key: str, row: dict, *, was: str, by) -> RuleSetVersion:
    """Replace a row. ``was``: fingerprint of the row that the change was made from."""
    version = _locked(version)
    position, now = find(version.content, table, key)
    if row == now:
        return version
    place = f"{table}/{key}"
    if fingerprint(now) != was and not _was_on_its_way(version.edits.get(place), was, by):
        raise Changed(version, now)
    version.content[table][position] = _with_key(row, key)
    version.edits[place] = {"by": by.pk, "was": was, "at": timezone.now().timestamp()}
    return _save(version, by)


def _was_on_its_way(last: dict | None, was: str, by) -> bool:
    """Was the save sent by the same person before the answer to the last one, made from the same text, had come?"""
    now = timezone.now().timestamp()
    return bool(last) and (last["by"], last["was"]) == (by.pk, was) and now - last["at"] < SECONDS_ON_THE_WAY


def _with_key(row: dict, key: str) -> dict:
    """A row keeps its key, by which answers know it, whatever becomes of its ids."""
    return row if key_of(row) == key else row | {"key": key}


@transaction.atomic
def add_row(version: RuleSetVersion, table: str, *, by, row: dict | None = None) -> str:
    """A new row last in the table. Returns its key."""
    version = _locked(version)
    key = _free_key(version.content)
    version.content.setdefault(table, []).append({"key": key, **(row or {})})
    _save(version, by)
    return key


def _free_key(content: dict) -> str:
    taken = {key_of(row) for table in TABLES for row in content.get(table, [])}
    number = 1
    while f"egen-{number}" in taken:
        number += 1
    return f"egen-{number}"


@transaction.atomic
def move_row(version: RuleSetVersion, table: str, key: str, *, up: bool, by) -> None:
    """One step up or down; at the end of the table nothing happens."""
    version = _locked(version)
    rows = version.content.get(table, [])
    position, _ = find(version.content, table, key)
    other = position - 1 if up else position + 1
    if 0 <= other < len(rows):
        rows[position], rows[other] = rows[other], rows[position]
        _save(version, by)


@transaction.atomic
def remove_row(version: RuleSetVersion, table: str, key: str, *, by) -> None:
    """The row is kept beside the draft, to be put back."""
    version = _locked(version)
    position, row = find(version.content, table, key)
    del version.content[table][position]
    at = timezone.localtime().strftime("%Y-%m-%d %H.%M")
    version.removed = [*version.removed, {"table": table, "row": row, "by": by.name, "at": at}]
    _save(version, by)


@transaction.atomic
def put_back(version: RuleSetVersion, mark: str, *, by) -> None:
    """``mark``: fingerprint of what was removed. A key that is taken meanwhile is changed."""
    version = _locked(version)
    gone = next((one for one in version.removed if fingerprint(one) == mark), None)
    if gone is None:
        raise NotDone("Regeln är redan tillbaka. Ladda om sidan.")
    version.removed.remove(gone)
    row = gone["row"]
    taken = {key_of(other) for table in TABLES for other in version.content.get(table, [])}
    if key_of(row) in taken:
        row = row | {"key": _free_key(version.content)}
    version.content.setdefault(gone["table"], []).append(row)
    _save(version, by)


@transaction.atomic
def save_settings(version: RuleSetVersion, settings: dict, *, was: str, by) -> RuleSetVersion:
    """What the rule set says as a whole: title, standing, name of the agreement … ``was`` as in ``save_row``."""
    version = _locked(version)
    now = settings_of(version.content)
    if settings == now:
        return version
    if fingerprint(now) != was:
        raise Changed(version, now)
    for name in RuleSet.model_fields.keys() - set(TABLES) - UNTOUCHED:
        version.content.pop(name, None)
    version.content |= settings
    return _save(version, by)


def settings_of(content: dict) -> dict:
    return {
        name: value
        for name, value in content.items()
        if name in RuleSet.model_fields and name not in TABLES and name not in UNTOUCHED
    }


@transaction.atomic
def set_aside(version: RuleSetVersion, *, by) -> None:
    """Nothing is thrown away: a draft that is set aside can be taken up again."""
    version = _locked(version)
    version.set_aside_at, version.edited_by = timezone.now(), by
    version.save(update_fields=["set_aside_at", "edited_by"])


def take_up_again(version: RuleSetVersion, *, by) -> None:
    RuleSetVersion.objects.filter(pk=version.pk).update(set_aside_at=None, edited_by=by, edited_at=timezone.now())


@transaction.atomic
def publish(
    version: RuleSetVersion, *, adopted_by: str, adopted_on: date, paragraph: str, valid_from=None, valid_to=None, by
) -> None:
    """Put a draft in force by the decision of the municipality. Raises NotDone, or RuleSetError when unfinished."""
    version = _locked(version)
    if not adopted_by.strip():
        raise NotDone("Skriv vilket organ som har antagit regelverket.")
    if not any(version.content.get(table) for table in TABLES):
        raise NotDone("Regelverket har inga regler än.")
    if adopted_on is None:
        raise NotDone("Skriv vilken dag regelverket antogs.")
    if valid_to and not version.series:
        raise NotDone("De gemensamma reglerna gäller tills nya ersätter dem. Bara ett tillägg kan ha en sista dag.")
    start = valid_from or timezone.localdate()
    said = {"adopted_by": adopted_by, "adopted_on": adopted_on, "paragraph": paragraph}
    said |= {"valid_from": start, "valid_to": valid_to}
    version.content = {name: value for name, value in version.content.items() if name not in ADOPTION}
    version.content |= {name: str(value) for name, value in said.items() if value}
    version.adopted_by, version.adopted_on, version.paragraph = adopted_by, adopted_on, paragraph
    version.valid_from, version.valid_to = start, valid_to
    version.publish(by=by)


@transaction.atomic
def end_addition(version: RuleSetVersion, *, last: date) -> None:
    """An addition in force ends with the day ``last``; cases that came in while it held keep it."""
    locked = RuleSetVersion.objects.select_for_update().get(pk=version.pk)
    if locked.is_draft or not locked.series:
        raise NotDone("Bara ett tillägg som gäller kan avslutas. De gemensamma reglerna ersätts av nya.")
    if last < timezone.localdate():
        raise NotDone("Den sista dagen har redan varit. Skriv i dag eller senare.")
    if locked.valid_to and locked.valid_to <= last:
        raise NotDone("Tillägget slutar redan gälla tidigare än så.")
    RuleSetVersion.objects.filter(pk=version.pk).update(valid_to=last)
