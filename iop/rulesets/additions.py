"""Rules that stand beside the common ones: a unit's own, or some for a time. They add, and never hide."""

from django.utils.text import slugify

from .schema import Rule, RuleList, RuleSet


def combined(common: RuleSet, additions: dict[str, RuleSet]) -> RuleSet:
    """The common rule set with the rules of the additions after its own, table by table.

    ``additions``: series -> rules. A rule of an addition is limited to its units and areas unless it names its own,
    and its key always carries the mark of the series: it hides no common rule, now or later, and answers to it find it
    again in the addition's next version.
    """
    tables = {name: list(getattr(common, name)) for name in rule_tables()}
    for series, rules in additions.items():
        own = {row.key for name in tables for row in getattr(rules, name)}
        for name, rows in tables.items():
            rows += [_marked(row, rules, own, f"-{mark_of(series)}") for row in getattr(rules, name)]
    return common.model_copy(update={name: tuple(rows) for name, rows in tables.items()})


def mark_of(series: str) -> str:
    """Nine signs at the most, so that key and mark together have room in the database."""
    return slugify(series)[:9].strip("-") or "tillagg"


def rule_tables() -> list[str]:
    """Names of the tables that hold rules or lists of criteria, in the order of a case."""
    return [name for name, field in RuleSet.model_fields.items() if issubclass(_row_type(field), (Rule, RuleList))]


def _row_type(field) -> type:
    row = next(iter(getattr(field.annotation, "__args__", ())), None)
    return row if isinstance(row, type) else str


def _marked(row: Rule | RuleList, rules: RuleSet, own: set[str], mark: str) -> Rule | RuleList:
    """``own``: keys of the addition; what refers to one of them gets the mark as well."""
    refers = {name: getattr(row, name, "") for name in ("key", "list", "waits_for", "point")}
    changes = {name: key + mark for name, key in refers.items() if key in own}
    if isinstance(row, Rule):
        changes["units"] = row.units or rules.units
        changes["areas"] = row.areas or rules.areas
    return row.model_copy(update=changes)
