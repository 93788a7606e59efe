"""Where the guidelines contradict each other (inventory, section 6): one situation, one code, each its own position."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from iop.rulesets.judge import Verdict, applies, effect_of, judge_rule, last_day_allowed, rules_before, standing_of
from iop.rulesets.reader import content_of, parse, shipped_files
from iop.rulesets.schema import Answerable, Effect, Gate, Rule, RuleSet

RULE_SETS = {path.stem: parse(content_of(path.read_text())) for path in shipped_files()}
Ask = Callable[[RuleSet], Any]


def in_use(rules: RuleSet, *kinds: str) -> list[Rule]:
    return [rule for rule in rules.every_rule() if rule.enabled and rule.kind in kinds]


def effects(rules: RuleSet, found) -> dict[str, str]:
    return {rule.key: effect_of(rules, rule).value for rule in found}


def unmet(subject: str, *, choice: str = "no", origin: str = "") -> Ask:
    """What the rules on a subject say, and how strongly, when all about it is answered no."""

    def ask(rules: RuleSet) -> dict[str, str]:
        found = []
        for rule in rules.every_rule():
            if isinstance(rule, Answerable) and rule.enabled and rule.subject == subject:
                value = choice if rule.answer.type == "choice" else "no"
                verdict = judge_rule(rule, {part: value for part, _ in rule.parts}, {"initiative.origin": origin})
                if verdict is Verdict.UNMET and effect_of(rules, rule) is not Effect.NONE:
                    found.append(rule)
        return effects(rules, found)

    return ask


def who_may_begin(rules: RuleSet) -> dict[str, dict[str, str]]:
    asked = [rule for rule in in_use(rules, "criterion") if rule.answer.fact == "initiative.origin"]
    return {
        origin: effects(
            rules, [one for one in asked if judge_rule(one, {}, {"initiative.origin": origin}) is not Verdict.MET]
        )
        for origin in ("organisation", "dialogue", "municipality")
    }


def begins(organisation=None, dialogue=None, municipality=None) -> dict:
    return {"organisation": organisation or {}, "dialogue": dialogue or {}, "municipality": municipality or {}}


def term(rules: RuleSet) -> tuple:
    """Last day of an agreement from the first of January 2027, what a missing end does, may it be extended."""
    last = [last_day_allowed(rule, date(2027, 1, 1)) for rule in rules.terms if rule.most_months]
    end = [effect_of(rules, rule).value for rule in rules.terms if rule.end_required]
    return last, end, any(rule.extension_allowed for rule in rules.terms)


def other_support(rules: RuleSet) -> dict[str, list[str]]:
    """By which rules support is looked at: to the organisation, and to the activity."""
    asked = [rule.key for rule in in_use(rules, "criterion") if rule.subject == "grant"]
    patterns = [(rule.key, (rule.never or rule.shown).same) for rule in in_use(rules, "financing")]
    return {
        "organisation": [key for key, same in patterns if same == "organisation"],
        "activity": asked + [key for key, same in patterns if same == "activity"],
    }


def forbidden_support(rules: RuleSet) -> list[tuple]:
    return [
        (rule.never.same, rule.never.source, rule.never.kind, effect_of(rules, rule).value)
        for rule in rules.financing
        if rule.never
    ]


def repayment(rules: RuleSet) -> list[tuple]:
    rows = [row for row in rules.clauses if row.flag == "repayment"]
    return [(row.stance, effect_of(rules, row).value, row.enabled) for row in rows]


def amounts(rules: RuleSet) -> list[str]:
    return [rule.key for rule in rules.every_rule() if rule.when and rule.when.amount_more_than is not None]


def before_dialogue(rules: RuleSet) -> list[str]:
    return [rule.key for rule in rules_before(rules, Gate.DIALOGUE).get("criterion", [])]


def papers(rules: RuleSet) -> tuple:
    """Name of the first paper, how strongly they are asked for, and whether «finns ej» is a full answer."""
    first = [row.label for row in rules.documents][:1]
    return first, {(effect_of(rules, row).value, row.may_be_missing) for row in rules.documents}


def value_mechanisms(rules: RuleSet) -> dict[str, set[str]]:
    found = [rule for rule in in_use(rules, "declaration", "control", "principle") if rule.subject == "value_base"]
    return {rule.kind: {effect_of(rules, one).value for one in found if one.kind == rule.kind} for rule in found}


def forms(rules: RuleSet) -> tuple:
    asked = ("ideell_forening", "trossamfund", "ekonomisk_forening", "studieforbund", "aktiebolag")
    return tuple(standing_of(rules, form)[0] for form in asked)


def profit(rules: RuleSet) -> list[str]:
    rows = [rule for rule in rules.every_rule() if isinstance(rule, Answerable) and rule.enabled]
    return [text for rule in rows for _, text in rule.parts if "vinst" in text.lower()]


def heard(rules: RuleSet) -> list[tuple]:
    return [(row.unit, row.consultation, row.before.value) for row in in_use(rules, "statement")]


def responsible(rules: RuleSet) -> tuple:
    """Who is responsible across two committees, across two municipalities, and which sorts of body may decide."""

    def across(**facts) -> list[str]:
        return [row.responsible for row in rules.routes if row.responsible and applies(row.when, **facts)]

    return (
        across(units=2),
        across(municipalities=2),
        across(units=1),
        [kind for r in rules.routes for kind in r.kinds_of_unit],
    )


def follow_up(rules: RuleSet) -> tuple:
    rows = [(row.every_months, row.from_agreement, row.by, effect_of(rules, row).value) for row in rules.follow_ups]
    return rows, [row.every_months for row in rules.statistics]


def areas(rules: RuleSet) -> list[str]:
    return [row.area for row in rules.scopes if row.area]


def companies(rules: RuleSet) -> list[bool]:
    return ["bolag" in row.kinds_of_unit for row in rules.scopes if row.kinds_of_unit]


def name_of_the_document(rules: RuleSet) -> tuple[str, str]:
    return rules.agreement_is_called, rules.the_agreement


def loaded_word(rules: RuleSet) -> list[str]:
    """Rules where our own words to the reader speak of «ersättning»."""

    def ours(rule) -> str:
        own = [getattr(rule, name, "") for name in ("ask", "heading", "question", "name", "about")]
        return " ".join([*own, rule.help.plainly, rule.help.text, *rule.help.judge])

    return [rule.key for rule in rules.every_rule() if "ersättning" in ours(rule).lower()]


def influence(rules: RuleSet) -> tuple:
    both = [rule.key for rule in rules.every_rule() if getattr(rule, "answered_by", "") == "both"]
    return rules.equal_parties, both


NINE = ["MOR-38", "MOR-39", "MOR-40", "MOR-41", "MOR-42", "MOR-43", "MOR-44", "MOR-46", "MOR-47"]
FIVE_MUSTS = ["BOT-18", "BOT-19", "BOT-20", "BOT-21", "BOT-22"]

CONTRADICTIONS = {
    "C1 MOR-38 SOD-20 BOT-18 STH-04": (
        who_may_begin,
        {
            "mora": begins(dialogue={"MOR-38": "block"}, municipality={"MOR-38": "block"}),
            "soderhamn": begins(municipality={"SOD-20": "block"}),
            "botkyrka": begins(),
            "stockholm": begins(dialogue={"FORUM-1": "inform"}, municipality={"FORUM-1": "inform"}),
            "gavle": begins(),
        },
    ),
    "C1 BOT-10 STH-33 an order is another question": (
        unmet("initiative", origin="municipality"),
        {
            "botkyrka": {"BOT-10": "warn"},
            "mora": {"MOR-38": "block"},
            "soderhamn": {"SOD-20": "block"},
            "stockholm": {"FORUM-1": "inform"},
            "gavle": {},
        },
    ),
    "C2 BOT-22 MOR-43 SOD-26 GAV-02 STH-13": (
        unmet("long_term", choice="tidsbegransad"),
        {
            "botkyrka": {"BOT-22": "block"},
            "mora": {"MOR-43": "block"},
            "soderhamn": {},
            "gavle": {},
            "stockholm": {"STH-13": "inform", "FORUM-7": "inform"},
        },
    ),
    "C3 SOD-39 SOD-40 BOT-29 MOR-83 GAV-26 STH-30": (
        term,
        {
            "soderhamn": ([date(2030, 12, 31)], ["block"], True),
            "botkyrka": ([], ["warn"], False),
            "mora": ([], [], False),
            "gavle": ([], [], False),
            "stockholm": ([], [], False),
        },
    ),
    "C4 GAV-16 BOT-34 BOT-19 SOD-22 SOD-33 MOR-40": (
        other_support,
        {
            "gavle": {"organisation": ["GAV-16"], "activity": []},
            "botkyrka": {"organisation": ["BOT-34"], "activity": ["BOT-19"]},
            "soderhamn": {"organisation": [], "activity": ["SOD-22", "SOD-33"]},
            "mora": {"organisation": [], "activity": ["MOR-40"]},
            "stockholm": {"organisation": [], "activity": ["FORUM-3"]},
        },
    ),
    "C5 SOD-33": (
        forbidden_support,
        dict.fromkeys(RULE_SETS, []) | {"soderhamn": [("activity", "other_unit", "money", "block")]},
    ),
    "C6 STH-28 BOT-12": (
        repayment,
        dict.fromkeys(RULE_SETS, [])
        | {"botkyrka": [("warned_against", "warn", True)], "stockholm": [("offered", "inform", False)]},
    ),
    "C7 STH-16 STH-41": (amounts, dict.fromkeys(RULE_SETS, [])),
    "C8 BOT-23 MOR-37 SOD-20 GAV-04": (
        before_dialogue,
        dict.fromkeys(RULE_SETS, []) | {"mora": NINE, "botkyrka": FIVE_MUSTS},
    ),
    "C9 MOR-50 MOR-51 GAV-41 GAV-42 STH-10": (
        papers,
        dict.fromkeys(RULE_SETS, ([], set()))
        | {
            "mora": (["Stadgar, bolagsordning eller motsvarande"], {("warn", False)}),
            "gavle": (["Stadgar"], {("warn", True)}),
        },
    ),
    "C10 MOR-59 GAV-07 BOT-04 SOD-17": (
        value_mechanisms,
        {
            "mora": {"declaration": {"warn"}},
            "gavle": {"control": {"block"}},
            "botkyrka": {"principle": {"block"}},
            "soderhamn": {},
            "stockholm": {},
        },
    ),
    "C11 SOD-10 SOD-11 SOD-12 BOT-38 STH-06": (
        forms,
        dict.fromkeys(RULE_SETS, ("silent",) * 5)
        | {
            "soderhamn": ("eligible", "eligible", "conditional", "not_listed", "not_listed"),
            "botkyrka": ("eligible", "not_listed", "eligible", "eligible", "eligible"),
        },
    ),
    "C11 SOD-14 BOT-38 a form that is not named": (
        lambda rules: rules.legal_forms.others,
        dict.fromkeys(RULE_SETS, "open") | {"soderhamn": "stopped"},
    ),
    "C12 SOD-16 BOT-39 STH-06": (
        profit,
        {
            "soderhamn": ["Verksamheten skapar inte vinst för ägare eller medlemmar."],
            "botkyrka": ["Vinstintresset är inte den främsta drivkraft."],
            "mora": [],
            "gavle": [],
        },
    ),
    "C13 SOD-41 BOT-32 MOR-45": (
        heard,
        dict.fromkeys(RULE_SETS, [])
        | {
            "soderhamn": [("Juridiska funktionen", True, "decision"), ("Ekonomiska funktionen", True, "decision")],
            "botkyrka": [("Demokrati- och kansliavdelningen", True, "decision")],
            "mora": [("Upphandlingsenheten", False, "dialogue")],
        },
    ),
    "C14 SOD-48 SOD-32 GAV-01": (
        responsible,
        dict.fromkeys(RULE_SETS, ([], [], [], []))
        | {
            "soderhamn": (["Kommunstyrelsen"], ["Kommunstyrelsen"], [], ["namnd", "styrelse"]),
            "gavle": ([], [], [], ["namnd", "styrelse"]),
        },
    ),
    "C15 MOR-16 MOR-35": (
        lambda rules: rules.intake.unit,
        dict.fromkeys(RULE_SETS, "") | {"mora": "Kommunstyrelseförvaltningen"},
    ),
    "C16 SOD-45 BOT-35 GAV-27 MOR-78 MOR-23": (
        follow_up,
        {
            "soderhamn": ([(12, False, "unit", "warn")], []),
            "botkyrka": ([(None, True, "both", "block")], []),
            "gavle": ([(None, True, "both", "warn")], []),
            "mora": ([(None, True, "both", "warn")], [12]),
            "stockholm": ([], []),
        },
    ),
    "C17 SOD-02 GAV-03 BOT-08": (
        areas,
        dict.fromkeys(RULE_SETS, [])
        | {"soderhamn": ["social välfärd"], "gavle": ["offentligt finansierad välfärdsverksamhet"]},
    ),
    "C18 MOR-13 SOD-01": (
        companies,
        dict.fromkeys(RULE_SETS, []) | {"mora": [True], "soderhamn": [False]},
    ),
    "C20 SOD-18 BOT-03 MOR-70 GAV-11": (
        name_of_the_document,
        {
            "soderhamn": ("samverkansavtal", "samverkansavtalet"),
            "botkyrka": ("överenskommelse", "överenskommelsen"),
            "mora": ("avtal", "avtalet"),
            "gavle": ("överenskommelse", "överenskommelsen"),
        },
    ),
    "C21 SOD-33": (loaded_word, dict.fromkeys(RULE_SETS, [])),
    "C22 BOT-06 GAV-18": (
        influence,
        dict.fromkeys(RULE_SETS, (False, [])) | {"botkyrka": (True, ["BOT-25", "BOT-06"])},
    ),
}


@pytest.mark.parametrize(("ask", "positions"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_each_takes_its_own_position(ask, positions):
    assert {slug: ask(RULE_SETS[slug]) for slug in positions} == positions
