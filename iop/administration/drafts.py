"""What the pages of the editor show of a version: its rows by kind, what is left to mend, how a rule will look."""

import re
from dataclasses import dataclass, field

from django.shortcuts import get_object_or_404

from iop.rulesets.drafting import MODELS, TABLES, faults_of, faults_of_row, key_of
from iop.rulesets.models import RuleSetVersion
from iop.rulesets.reader import Fault
from iop.rulesets.schema import Effect, Rule
from iop.rulesets.words import FIELDS, KINDS

from .row_forms import called


def version_or_404(request, number: int) -> RuleSetVersion:
    versions = RuleSetVersion.objects.select_related("municipality", "edited_by", "published_by", "based_on")
    return get_object_or_404(versions, municipality=request.municipality, number=number)


@dataclass
class RowLine:
    key: str
    called: str
    row: dict
    to_think_of: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def hints(self, table: str, content: dict) -> list[str]:
        """What may be meant, and makes a rule hard to see for others."""
        if table != "criteria":
            return []
        found = ["hör inte till någon lista"] if content.get("lists") and not self.row.get("list") else []
        found += [] if self.row.get("help", {}).get("plainly") else ["har inga enkla ord till organisationen"]
        return found + ([] if self.row.get("subject") else ["har inget ämne, så den syns inte i jämförelsen"])


@dataclass
class Table:
    name: str
    one: str
    many: str
    purpose: str
    rows: list[RowLine]


def tables_of(content: dict) -> list[Table]:
    """Every table, also the empty ones, with what is left to mend in each row."""
    faults = faults_of(content)
    found = []
    for name in TABLES:
        lines = [RowLine(key_of(row), called(row), row) for row in content.get(name, [])]
        for fault in faults:
            if fault.table == name and fault.row is not None:
                lines[fault.row].faults.append(told(fault))
        for line in lines:
            line.to_think_of = line.hints(name, content)
        found.append(Table(name, *KINDS[name], lines))
    return found


def general_faults(content: dict) -> list[str]:
    """What concerns the rule set as a whole, not one row."""
    return [told(fault) for fault in faults_of(content) if fault.row is None]


def every_fault(content: dict) -> list[str]:
    """All that is left to mend, each with the row that it is found in."""
    rows = [(table.one, line) for table in tables_of(content) for line in table.rows]
    in_rows = [f"{one.capitalize()} «{line.called}»: {fault}" for one, line in rows for fault in line.faults]
    return general_faults(content) + in_rows


def row_faults(table: str, row: dict) -> list[str]:
    return [told(fault) for fault in faults_of_row(table, row)]


def told(fault: Fault) -> str:
    """A fault as the editor says it: the label of the field, not the name of the key."""
    path = [str(step) for step in fault.path]
    names = [".".join(path), path[-1] if path else "", path[0] if path else "", fault.table]
    label = next((FIELDS[name][0] for name in names if name in FIELDS), "")
    what = NAMED.sub(lambda key: f"«{FIELDS[key[1]][0]}»", fault.what)
    what = what[:1].upper() + what[1:] if not label else f"{label}: {what}"
    return what + "."


# Keys that the faults of the schema name, with what it says of them in brackets: here the label of the field stands.
NAMED = re.compile(r"\b(before|force|quote|says)\b(?: \([^)]*\))?")


def as_rule(table: str, row: dict) -> Rule | None:
    """The row as the pages would show it; None while something is left to mend."""
    return None if faults_of_row(table, row) else MODELS[table].model_validate(row)


def what_it_does(rule: Rule) -> list[str]:
    """What the program does with a rule, in sentences for the one who writes it."""
    told = (
        [f"{rule.effect.label.capitalize()} innan {rule.before.label}, tills regeln är uppfylld."]
        if rule.before
        else []
    )
    if rule.effect is Effect.NONE:
        told = ["Visas, men varken hindrar eller varnar."]
    if rule.effect is Effect.BLOCK and rule.before:
        told.append(
            "Det går att göra avsteg, med skäl." if rule.override == "reason" else "Det går inte att göra avsteg."
        )
    if not rule.enabled:
        told = ["Regeln används inte."]
    months, least = getattr(rule, "most_months", None), getattr(rule, "least", None)
    every, topics = getattr(rule, "every_months", None), getattr(rule, "topics", ())
    told += [f"Längst {months} månader."] if months else []
    told += (
        [f"Minst {least}{', om ' + ', '.join(topics) if topics else ''}."] if least and rule.kind == "meeting" else []
    )
    told += [f"Var {every}:e månad."] if every else []
    told += [f"{rule.responsible} ansvarar."] if getattr(rule, "responsible", "") else []
    told += [f"{rule.decides} beslutar."] if getattr(rule, "decides", "") else []
    told += [f"Väntar på yttrandet «{rule.waits_for}»."] if getattr(rule, "waits_for", "") else []
    told += [f"Gäller bara för {', '.join(rule.units)}."] if rule.units else []
    return told + ([f"Gäller bara ärenden om {' eller '.join(rule.areas)}."] if rule.areas else [])
