"""Rule sets side by side, subject by subject. Silence is shown as silence: nothing is borrowed from a neighbour."""

from dataclasses import dataclass

from .schema import Provenance, Rule, RuleSet

SUBJECTS: dict[str, str] = {
    "scope": "Vad riktlinjen omfattar",
    "goal": "Mål",
    "eligibility": "Vilka som kan vara part",
    "initiative": "Vem som tar initiativet",
    "market": "Marknad och konkurrens",
    "grant": "Föreningsbidrag",
    "form_choice": "Val av form",
    "financing": "Båda parter bidrar",
    "double_financing": "Annat stöd till samma verksamhet",
    "detail": "Detaljreglering",
    "long_term": "Längre tid",
    "local_development": "Lokal utveckling",
    "independence": "Organisationens självständighet",
    "learning": "Gemensamt lärande",
    "value_base": "Värdegrund",
    "papers": "Underlag från organisationen",
    "meetings": "Möten",
    "statements": "Yttranden",
    "legal": "Juridisk bedömning",
    "decision": "Ansvar och beslut",
    "budget": "Budget",
    "agreement": "Avtalets innehåll",
    "term": "Avtalstid",
    "follow_up": "Uppföljning",
    "statistics": "Statistik",
    "review": "Översyn av riktlinjen",
    "openness": "Öppenhet",
}


@dataclass(frozen=True)
class Line:
    subject: str
    label: str
    cells: list[list[Rule]]  # one for each municipality, in the order asked for; empty where the guideline is silent


def side_by_side(rule_sets: list[RuleSet]) -> list[Line]:
    """Only rules that are switched on and that somebody has said: our own summaries of what is assumed stay out."""
    return [
        Line(subject, label, [_about(rules, subject) for rules in rule_sets]) for subject, label in SUBJECTS.items()
    ]


def _about(rules: RuleSet, subject: str) -> list[Rule]:
    seen: dict[str, Rule] = {}
    for rule in rules.every_rule():
        if rule.subject == subject and rule.enabled and rule.provenance is not Provenance.ASSUMED:
            seen.setdefault(rule.quote, rule)
    return list(seen.values())
