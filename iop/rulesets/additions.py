"""Rules that stand beside the common ones: a unit's own, or some for a time. They add, and never hide."""

from .schema import Rule, RuleList, RuleSet


def combined(common: RuleSet, additions: dict[int, RuleSet]) -> RuleSet:
    """The common rule set with the rules of the additions after its own, table by table.

    ``additions``: version -> rules. A rule of an addition is limited to the addition's units unless it names its
    own; a key that is taken gets the version's number, so that both rules stand.
    """
    tables = {name: list(getattr(common, name)) for name in rule_tables()}
    taken = {row.key for rows in tables.values() for row in rows}
    for version, rules in additions.items():
        new_keys = {
            row.key: f"{row.key}+{version}" for name in tables for row in getattr(rules, name) if row.key in taken
        }
        for name, rows in tables.items():
            rows += [_limited(row, rules, new_keys) for row in getattr(rules, name)]
        taken |= {row.key for rows in tables.values() for row in rows}
    return common.model_copy(update={name: tuple(rows) for name, rows in tables.items()})


def rule_tables() -> list[str]:
    """Names of the tables that hold rules or lists of criteria, in the order of a case."""
    return [name for name, field in RuleSet.model_fields.items() if issubclass(_row_type(field), (Rule, RuleList))]


def _row_type(field) -> type:
    row = next(iter(getattr(field.annotation, "__args__", ())), None)
    return row if isinstance(row, type) else str


def _limited(row: Rule | RuleList, rules: RuleSet, new_keys: dict[str, str]) -> Rule | RuleList:
    changes = {
        name: new_keys[getattr(row, name)]
        for name in ("key", "list", "waits_for", "point")
        if getattr(row, name, "") in new_keys
    }
    if isinstance(row, Rule):
        changes["units"] = row.units or rules.units
    return row.model_copy(update=changes)
