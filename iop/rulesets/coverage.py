"""What becomes of every statement of a guideline: acted on, honoured elsewhere, nothing to do, or not yet."""

from enum import StrEnum

from .schema import Declaration, RuleSet


class Fate(StrEnum):
    ACTED_ON = "acted_on"
    ELSEWHERE = "elsewhere"
    NOTHING = "nothing"
    NOT_YET = "not_yet"

    @property
    def label(self) -> str:
        return {
            "acted_on": "tillämpas som regel",
            "elsewhere": "tillgodoses på annan plats",
            "nothing": "kräver inget av programmet",
            "not_yet": "inte byggt än",
        }[self]


def fates(rules: RuleSet) -> dict[str, Fate]:
    """Statement id -> what becomes of it. A statement in several places counts where it is acted on."""
    found: dict[str, Fate] = {}
    for row in rules.honoured_elsewhere:
        how = row.by.partition(":")[0]
        fate = {"nothing": Fate.NOTHING, "not_yet": Fate.NOT_YET}.get(how, Fate.ELSEWHERE)
        found |= dict.fromkeys(row.ids, fate)
    acted_on = [rules.intake.statement, rules.legal_forms.statement, *(row.statement for row in rules.lists)]
    for rule in rules.every_rule():
        acted_on.append(rule.ids)
        if isinstance(rule, Declaration):
            acted_on += [point.ids for point in rule.points]
    return found | {one: Fate.ACTED_ON for ids in acted_on for one in ids}


def counts(rules: RuleSet) -> dict[Fate, int]:
    given = list(fates(rules).values())
    return {fate: given.count(fate) for fate in Fate}
