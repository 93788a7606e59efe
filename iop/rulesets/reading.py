"""The rule set as people read it: chapters in the order of a case, each rule with wording, word and place."""

from dataclasses import dataclass

from .schema import Rule, RuleSet

CHAPTERS = (
    ("Vad riktlinjen omfattar", "scopes"),
    ("Vilka som kan vara part", "eligibility"),
    ("Bedömning av initiativet", "criteria"),
    ("Frågor som ska besvaras", "questions"),
    ("Yttranden och samråd", "statements"),
    ("Möten och samtal", "meetings"),
    ("Värdegrundsintyg", "declarations"),
    ("Kontroll av organisationen", "controls"),
    ("Underlag från organisationen", "documents"),
    ("Insatser från båda parter", "contributions"),
    ("Annat stöd", "financing"),
    ("Avtalets innehåll", "points"),
    ("Principer som avtalet vilar på", "principles"),
    ("Villkor i avtalet", "clauses"),
    ("Avtalstid", "terms"),
    ("Ansvar och beslut", "routes"),
    ("Budget", "budgets"),
    ("Uppföljning", "follow_ups"),
    ("Statistik", "statistics"),
    ("Översyn av riktlinjen", "reviews"),
    ("Öppenhet och information", "publications"),
)


@dataclass(frozen=True)
class Chapter:
    heading: str
    rules: list[Rule]


def chapters(rules: RuleSet, tables: set[str] | None = None) -> list[Chapter]:
    """What is switched on, without empty chapters; declarations are read in full from the rule set itself.

    ``tables``: only these.
    """
    found = []
    for heading, table in CHAPTERS:
        if tables is not None and table not in tables:
            continue
        rows = [rule for rule in getattr(rules, table) if rule.enabled]
        if rows:
            found.append(Chapter(heading, rows))
    return found
