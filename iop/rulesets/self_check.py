"""A first, non-binding picture of whether an idea fits: an organisation answers the criteria as plain questions."""

from dataclasses import dataclass, field

from .judge import standing_of
from .schema import LEGAL_FORMS, Criterion, RuleSet


@dataclass
class Picture:
    speaks_for: list[Criterion] = field(default_factory=list)
    speaks_against: list[Criterion] = field(default_factory=list)
    to_talk_about: list[Criterion] = field(default_factory=list)
    form: str = ""  # a sentence about the legal form, when one was given


def questions(rules: RuleSet) -> list[Criterion]:
    return [rule for rule in rules.criteria if rule.enabled and rule.help.plainly and rule.help.fulfilled_by]


def picture(rules: RuleSet, answers: dict[str, str], legal_form: str = "") -> Picture:
    """``answers``: rule key -> 'ja', 'nej' or 'vet_inte'. What is not answered is something to talk about."""
    found = Picture()
    for rule in questions(rules):
        given = answers.get(rule.key, "")
        if given == rule.help.fulfilled_by:
            found.speaks_for.append(rule)
        elif given in ("ja", "nej"):
            found.speaks_against.append(rule)
        else:
            found.to_talk_about.append(rule)
    if legal_form in LEGAL_FORMS:
        found.form = _about_the_form(rules, legal_form)
    return found


def _about_the_form(rules: RuleSet, legal_form: str) -> str:
    name = LEGAL_FORMS[legal_form]
    standing, _ = standing_of(rules, legal_form)
    return {
        "eligible": f"{name}: nämns i riktlinjen bland dem som kan vara part.",
        "conditional": f"{name}: kan räknas i vissa fall. Kommunen avgör från fall till fall.",
        "not_eligible": f"{name}: kan inte vara part enligt riktlinjen.",
        "not_listed": f"{name}: nämns inte i riktlinjen. Fråga kommunen.",
        "silent": f"Vilka associationsformer som kan vara part: {rules.is_silent}",
    }[standing]
