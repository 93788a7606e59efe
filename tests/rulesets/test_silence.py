"""What a guideline is silent on (inventory, section 4) stays silent: nothing is borrowed from a neighbour.

Of Stockholm's document the same holds for what it does not tell: unknown is not filled in.
"""

import re

import pytest

from iop.rulesets.reader import content_of, parse, shipped_files

RULE_SETS = {path.stem: parse(content_of(path.read_text())) for path in shipped_files()}
ALL = set(RULE_SETS)


def says(rules, pattern: str) -> list[str]:
    """Rules whose own words, or our question, speak of something."""

    def words(rule) -> str:
        shown = [getattr(rule, name, "") for name in ("ask", "heading", "question", "name", "unit")]
        return " ".join([rule.quote, rule.says, *shown, *getattr(rule, "conditions", ())])

    return [rule.key for rule in rules.every_rule() if re.search(pattern, words(rule), re.IGNORECASE)]


def about(*subjects: str):
    return lambda rules: [rule.key for rule in rules.every_rule() if rule.subject in subjects and rule.enabled]


SILENT = {
    "documents": (lambda rules: rules.documents, ALL - {"mora", "gavle"}),
    "signed declaration": (lambda rules: rules.declarations, ALL - {"mora"}),
    "meetings": (lambda rules: rules.meetings, ALL - {"mora", "gavle"}),
    "procurement unit": (
        lambda rules: [row.unit for row in rules.statements if "pphandling" in row.unit],
        ALL - {"mora"},
    ),
    "jurist": (
        lambda rules: [row.key for row in rules.statements if row.unit != "Upphandlingsenheten"],
        {"mora", "gavle", "stockholm"},
    ),
    "economy function": (
        lambda rules: [row.key for row in rules.statements if "konomi" in row.unit],
        ALL - {"soderhamn"},
    ),
    "who decides": (lambda rules: rules.routes, {"mora", "botkyrka", "stockholm"}),
    "budget": (lambda rules: rules.budgets, ALL - {"soderhamn"}),
    "longest term": (
        lambda rules: [row.key for row in rules.terms if row.most_months is not None],
        ALL - {"soderhamn"},
    ),
    "interval of follow-up": (
        lambda rules: [row.key for row in rules.follow_ups if row.every_months is not None],
        ALL - {"soderhamn"},
    ),
    "statistics": (lambda rules: rules.statistics, ALL - {"mora"}),
    "review of the guideline": (lambda rules: rules.reviews, {"gavle", "stockholm"}),
    "day of the review": (lambda rules: [row.key for row in rules.reviews if row.every_months], ALL),
    "double financing": (lambda rules: [row.key for row in rules.financing if row.never], ALL - {"soderhamn"}),
    "support to the organisation": (lambda rules: rules.financing, {"mora", "stockholm"}),
    "termination and dispute": (lambda rules: says(rules, "uppsägning|hävning|tvist"), ALL - {"mora"}),
    "legal forms": (lambda rules: rules.eligibility, {"mora", "gavle", "stockholm"}),
    "companies": (
        lambda rules: [row.key for row in rules.scopes if "bolag" in row.kinds_of_unit],
        ALL - {"mora"},
    ),
    "market": (about("market"), {"gavle"}),
    "initiative": (about("initiative"), {"gavle"}),
    "private firms": (lambda rules: says(rules, "privata företag"), ALL - {"mora"}),
    "local development": (about("local_development"), {"gavle", "stockholm"}),
    "learning": (about("learning"), {"botkyrka", "gavle", "stockholm"}),
    "state aid": (lambda rules: says(rules, "statsstöd"), ALL - {"botkyrka"}),
    "amounts": (lambda rules: says(rules, r"\d kr|kronor|534"), ALL),
    "e-signature, diary, archive and personal data": (
        lambda rules: says(rules, "e-signatur|elektronisk|diarie|arkiv|gdpr|dataskydd|personuppgift"),
        ALL,
    ),
}


@pytest.mark.parametrize(
    ("slug", "topic"),
    [(slug, topic) for topic, (_, silent) in SILENT.items() for slug in sorted(silent)],
)
def test_silence_is_kept(slug, topic):
    assert list(SILENT[topic][0](RULE_SETS[slug])) == []


@pytest.mark.parametrize("topic", [topic for topic, (_, silent) in SILENT.items() if silent != ALL])
def test_it_is_found_where_it_is_said(topic):
    """The other way round, so that the test above does not pass by looking in the wrong place."""
    find, silent = SILENT[topic]
    assert any(find(RULE_SETS[slug]) for slug in ALL - silent)
