"""The five shipped rule sets: they say what the guidelines say, all of it, and act as the guidelines demand.

The guidelines and the inventory of their statements lie beside the repository; without them only the rule sets
themselves are tested.
"""

import json
import re
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from iop.rulesets.judge import Verdict, counts_in_list, effect_of, judge_rule, last_day_allowed, list_holds
from iop.rulesets.reader import SHIPPED, content_of, parse, shipped_files
from iop.rulesets.schema import Effect, Force, Gate, RuleSet

GUIDELINES = Path(__file__).parents[2].parent / "shared" / "guidelines"
needs_guidelines = pytest.mark.skipif(not GUIDELINES.is_dir(), reason=f"riktlinjerna finns inte i {GUIDELINES}")

DOCUMENTS = {
    "soderhamn": ("SOD", "000_4e2891fafcf23d97.txt"),
    "botkyrka": ("BOT", "001_9a56141bd1bfbe5a.txt"),
    "mora": ("MOR", "002_f363eee1f2a7636d.txt"),
    "stockholm": ("STH", "003_a62ebb8c1fdffdbe.txt"),
    "gavle": ("GAV", "004_64b09196be9fe199.txt"),
}
MUNICIPALITIES = list(DOCUMENTS)

# Kinds of statement that the program acts on: «not yet» is no answer to them.
ACTED_ON = (
    "criterion",
    "document to request",
    "value-declaration",
    "agreement clause",
    "term limit",
    "statement from a unit",
    "consultation",
    "decision body",
    "follow-up duty",
)
# Of these Stockholm's document says only that the draft guideline has them, not what they are.
CONTENT_UNKNOWN = {"STH-09", "STH-10", "STH-11", "STH-12"}


@cache
def rules_of(slug: str) -> RuleSet:
    return parse(content_of((SHIPPED / f"{slug}.toml").read_text()))


@cache
def inventory(slug: str) -> dict[str, dict]:
    rows = json.loads((GUIDELINES / "inventory.json").read_text())
    return {row["id"]: row for row in rows if row["id"].startswith(DOCUMENTS[slug][0])}


@cache
def document(slug: str) -> tuple[str, str]:
    """The guideline on one line, with line-end hyphens taken away and with them kept («jurist- och»)."""
    text = (GUIDELINES / DOCUMENTS[slug][1]).read_text()
    text = re.sub(r"(?m)^\s*Sida \d+ av \d+\s*$|[\f\uf0b7•]", " ", text)
    return one_line(re.sub(r"-[ \t]*\n\s*", "", text)), one_line(text)


def one_line(text: str) -> str:
    return " ".join(text.split())


def stands_in(slug: str, quote: str, *, same_case: bool = True) -> bool:
    """Does the quote stand in the guideline, part for part in the same order where it is cut with «…»?"""
    parts = [one_line(part) for part in quote.split("…")]
    for text in document(slug):
        if not same_case:
            text, parts = text.casefold(), [part.casefold() for part in parts]
        if re.search(".*?".join(map(re.escape, parts)), text):
            return True
    return False


def accounted(rules: RuleSet) -> dict[str, list[str]]:
    """Statement id -> the places of the rule set that account for it."""
    places: dict[str, list[str]] = {}

    def note(ids, place):
        for statement in ids:
            places.setdefault(statement, []).append(place)

    for rule in rules.every_rule():
        note(rule.ids, rule.key)
    for rule_list in rules.lists:
        note(rule_list.statement, f"list {rule_list.key}")
    for declaration in rules.declarations:
        for point in declaration.points:
            note(point.ids, declaration.key)
    note(rules.legal_forms.statement, "legal_forms")
    note(rules.intake.statement, "intake")
    for row in rules.honoured_elsewhere:
        note(row.ids, row.by)
    return places


def by_key(rules: RuleSet) -> dict:
    return {rule.key: rule for rule in rules.every_rule()}


def effects(rules: RuleSet, found) -> dict[str, Effect]:
    return {rule.key: effect_of(rules, rule) for rule in found}


def holds(rules: RuleSet, key: str, *, origin: str, but: dict[str, dict[str, str]] | None = None) -> bool | None:
    """Does the list hold when everything is answered yes, but for some answers?"""
    (rule_list,) = (row for row in rules.lists if row.key == key)
    verdicts = []
    for criterion in rules.criteria:
        if criterion.list == key and counts_in_list(rules, criterion):
            answers = {part: "yes" for part, _ in criterion.parts} | (but or {}).get(criterion.key, {})
            verdicts.append(judge_rule(criterion, answers, {"initiative.origin": origin}))
    return list_holds(rule_list, verdicts)


# Every rule set ------------------------------------------------------------------------------------------------------


def test_the_five_are_shipped():
    assert {path.stem for path in shipped_files()} == set(MUNICIPALITIES)


@pytest.mark.parametrize("slug", MUNICIPALITIES)
def test_the_file_can_be_read(slug):
    rules = rules_of(slug)
    assert rules.municipality == slug
    assert rules.title and 3 <= len(rules.about) <= 5


@needs_guidelines
@pytest.mark.parametrize("slug", MUNICIPALITIES)
def test_every_quote_stands_in_the_guideline(slug):
    rules = rules_of(slug)
    quotes = {rule.key: rule.quote for rule in rules.every_rule() if rule.quote}
    for rule_list in rules.lists:
        quotes[f"list {rule_list.key}"] = rule_list.quote
        quotes[f"conclusion of {rule_list.key}"] = rule_list.conclusion
    for declaration in rules.declarations:
        for number, text in enumerate(declaration_texts(declaration)):
            quotes[f"{declaration.key} text {number}"] = text
    assert {place: quote for place, quote in quotes.items() if not stands_in(slug, quote)} == {}


@needs_guidelines
@pytest.mark.parametrize("slug", MUNICIPALITIES)
def test_names_taken_from_lists_of_the_guideline_stand_there(slug):
    """Documents and points to consider are listed by the guideline itself, so their names are not ours."""
    rules = rules_of(slug)
    names = [name for row in rules.documents for name in (row.label, *row.items)]
    names += [point.heading for point in rules.points if point.force is Force.CONSIDER]
    names += [name for row in rules.principles for name in row.names]
    assert [name for name in names if not stands_in(slug, name, same_case=False)] == []


@needs_guidelines
@pytest.mark.parametrize("slug", MUNICIPALITIES)
def test_a_rule_quotes_the_statement_it_is_named_after(slug):
    """What the inventory quotes of the rule's first statement is within the rule's quote, or the other way round."""
    strangers = {}
    for rule in rules_of(slug).every_rule():
        if not rule.quote or not rule.ids:
            continue
        known = inventory(slug)[rule.ids[0]]["quote"]
        theirs = {part.strip(" .:") for part in known.split("…")}
        ours = {part.strip(" .:") for part in rule.quote.split("…")}
        if not any(a in b or b in a for a in theirs for b in ours if a and b):
            strangers[rule.key] = rule.quote
    assert strangers == {}


@needs_guidelines
@pytest.mark.parametrize("slug", MUNICIPALITIES)
def test_every_statement_is_accounted_for_and_no_other(slug):
    places = accounted(rules_of(slug))
    assert inventory(slug).keys() - places.keys() == set()
    assert places.keys() - inventory(slug).keys() == set()


@pytest.mark.parametrize("slug", MUNICIPALITIES)
def test_what_a_rule_acts_on_is_not_honoured_elsewhere_as_well(slug):
    rules = rules_of(slug)
    elsewhere = Counter(statement for row in rules.honoured_elsewhere for statement in row.ids)
    acted_on = {statement for rule in rules.every_rule() for statement in rule.ids}
    assert elsewhere.keys() & acted_on == set()
    assert [statement for statement, times in elsewhere.items() if times > 1] == []


@needs_guidelines
@pytest.mark.parametrize("slug", MUNICIPALITIES)
def test_what_the_program_must_act_on_is_not_put_off(slug):
    rows = rules_of(slug).honoured_elsewhere
    put_off = {statement for row in rows if row.by.startswith("not_yet") for statement in row.ids}
    kinds = {statement: inventory(slug)[statement]["kind"] for statement in put_off}
    wrongly = {statement for statement, kind in kinds.items() if kind.startswith(ACTED_ON)}
    assert wrongly - CONTENT_UNKNOWN == set()


@pytest.mark.parametrize("slug", MUNICIPALITIES)
def test_plain_questions_tell_which_answer_speaks_for_the_rule(slug):
    """All but those that only inform: there no answer speaks against."""
    rules = rules_of(slug)
    asked = [row for row in rules.criteria if row.help.plainly and counts_in_list(rules, row)]
    assert [row.key for row in asked if not row.help.fulfilled_by] == []


@pytest.mark.parametrize("slug", MUNICIPALITIES)
def test_criteria_documents_and_controls_have_questions_for_the_official(slug):
    rules = rules_of(slug)
    shown = [rule for rule in (*rules.criteria, *rules.documents, *rules.controls) if rule.enabled]
    assert [rule.key for rule in shown if not 1 <= len(rule.help.judge) <= 3] == []


def declaration_texts(declaration) -> list[str]:
    points = [text for point in declaration.points for text in (point.text, *point.grounds)]
    return [*declaration.opening.split("{organisation}"), *points, *declaration.assurances]


# Mora ----------------------------------------------------------------------------------------------------------------


def test_mora_nine_true_mean_that_an_iop_may_work():
    rules = rules_of("mora")
    assert [criterion.key for criterion in rules.criteria] == [
        "MOR-38", "MOR-39", "MOR-40", "MOR-41", "MOR-42", "MOR-43", "MOR-44", "MOR-46", "MOR-47",
    ]  # fmt: skip
    assert holds(rules, "checklista", origin="organisation") is True
    (checklist,) = rules.lists
    assert "kan IOP vara en form som fungerar" in checklist.conclusion
    assert "godkän" not in checklist.conclusion + checklist.otherwise


@pytest.mark.parametrize("key", ["MOR-39", "MOR-40", "MOR-41", "MOR-42", "MOR-44", "MOR-46", "MOR-47"])
def test_mora_one_false_and_the_conclusion_cannot_be_drawn(key):
    assert holds(rules_of("mora"), "checklista", origin="organisation", but={key: {"": "no"}}) is False


@pytest.mark.parametrize(("origin", "outcome"), [("organisation", True), ("municipality", False), ("dialogue", False)])
def test_mora_only_the_organisation_takes_the_initiative(origin, outcome):
    assert holds(rules_of("mora"), "checklista", origin=origin) is outcome


@pytest.mark.parametrize("half", ["1", "2"])
def test_mora_item_six_holds_only_as_a_whole(half):
    rules = rules_of("mora")
    assert holds(rules, "checklista", origin="organisation", but={"MOR-43": {half: "no"}}) is False
    six = by_key(rules)["MOR-43"]
    other = {"1": "2", "2": "1"}[half]
    assert judge_rule(six, {half: "yes", other: "yes"}, {}) is Verdict.MET
    assert judge_rule(six, {half: "no", other: "yes"}, {}) is Verdict.UNMET
    assert judge_rule(six, {other: "yes"}, {}) is Verdict.UNANSWERED


def test_mora_item_seven_waits_for_the_statement_of_the_procurement_unit():
    rules = by_key(rules_of("mora"))
    statement = rules[rules["MOR-44"].waits_for]
    assert (statement.unit, statement.before, statement.effect) == (
        "Upphandlingsenheten",
        Gate.DIALOGUE,
        Effect.BLOCK,
    )
    assert statement.ids == ("MOR-45", "MOR-18")


def test_mora_constitution_is_a_must_and_the_papers_are_not():
    rules = rules_of("mora")
    assert effects(rules, rules.controls) == {"MOR-49": Effect.BLOCK}
    assert effects(rules, rules.documents) == {f"MOR-{number}": Effect.WARN for number in range(51, 59)}
    assert {row.before for row in rules.documents} == {Gate.IN_FORCE}
    assert [len(row.parts) for row in rules.documents] == [1, 1, 1, 1, 1, 1, 2, 1]
    assert [row.hand_in for row in rules.documents] == ["file"] * 7 + ["number"]


@needs_guidelines
def test_mora_declaration_is_whole_and_signed_before_dialogue():
    rules = rules_of("mora")
    (declaration,) = rules.declarations
    assert (declaration.per, declaration.before) == ("party", Gate.DIALOGUE)
    assert effect_of(rules, declaration) is Effect.WARN
    assert [len(point.grounds) for point in declaration.points] == [0, 0, 0, 7, 0, 0]
    assert len(declaration.assurances) == 1

    text = document("mora")[0]
    text = text[text.index("Undertecknad som representant") : text.index("Det skriftliga partnerskapet")]
    text = re.sub(r"_+|\b[1-6]\. |\b[a-g], ", "", text)  # the line to write on, and the numbers of the list
    assert one_line(" ".join(declaration_texts(declaration))) == one_line(text)


def test_mora_fourteen_points_are_to_be_considered():
    rules = rules_of("mora")
    assert effects(rules, rules.points) == {f"MOR-{number}": Effect.WARN for number in range(71, 85)}
    assert {point.force for point in rules.points} == {Force.CONSIDER}
    assert [point.key for point in rules.points if point.question not in point.quote] == []
    assert [carried for point in rules.points for carried in point.carries] == [
        "parties", "contributions", "follow_up", "contacts", "term",
    ]  # fmt: skip


def test_mora_talk_about_three_topics_comes_before_the_agreement():
    rules = rules_of("mora")
    talk = by_key(rules)["MOR-36"]
    assert (talk.before, effect_of(rules, talk), len(talk.topics)) == (Gate.DRAFTING, Effect.BLOCK, 3)


def test_mora_what_the_guideline_is_silent_on_stays_silent():
    rules = rules_of("mora")
    assert rules.intake.unit == "Kommunstyrelseförvaltningen"
    assert not (rules.routes or rules.terms or rules.budgets or rules.financing or rules.clauses or rules.eligibility)
    assert [row.every_months for row in rules.follow_ups] == [None]
    assert [row.every_months for row in rules.statistics] == [12]


# Botkyrka ------------------------------------------------------------------------------------------------------------


def test_botkyrka_five_must_hold_before_dialogue():
    rules = rules_of("botkyrka")
    must = [criterion for criterion in rules.criteria if criterion.list == "ska"]
    assert effects(rules, must) == {f"BOT-{number}": Effect.BLOCK for number in range(18, 23)}
    assert {criterion.before for criterion in must} == {Gate.DIALOGUE}
    assert holds(rules, "ska", origin="municipality") is True
    assert holds(rules, "ska", origin="organisation") is True
    assert holds(rules, "ska", origin="municipality", but={"BOT-20": {"": "no"}}) is False


def test_botkyrka_two_should_and_never_block():
    rules = rules_of("botkyrka")
    should = [criterion for criterion in rules.criteria if criterion.list == "bor"]
    assert effects(rules, should) == {"BOT-24": Effect.WARN, "BOT-25": Effect.WARN}
    assert by_key(rules)["BOT-25"].answered_by == "both"


def test_botkyrka_ten_characteristics_are_weighed():
    rules = rules_of("botkyrka")
    ten = [criterion for criterion in rules.criteria if criterion.list == "modell"]
    assert effects(rules, ten) == {
        f"BOT-{number:02}": Effect.BLOCK if number == 11 else Effect.WARN for number in range(8, 18)
    }
    assert holds(rules, "modell", origin="organisation") is None


def test_botkyrka_is_guidance_so_only_musts_and_the_plan_block():
    rules = rules_of("botkyrka")
    assert (rules.standing, rules.equal_parties, rules.agreement_is_called) == ("guidance", True, "överenskommelse")
    blocking = {rule.key: rule.word for rule in rules.every_rule() if effect_of(rules, rule) is Effect.BLOCK}
    assert {key for key, word in blocking.items() if word not in ("ska", "ska inte")} == {"BOT-35"}
    assert by_key(rules)["BOT-35"].plan_required


def test_botkyrka_jurists_are_asked_in_every_case():
    rules = rules_of("botkyrka")
    (statement,) = rules.statements
    assert (statement.key, statement.unit) == ("BOT-32", "Demokrati- och kansliavdelningen")
    assert (statement.consultation, statement.before, statement.when) == (True, Gate.DECISION, None)
    assert effect_of(rules, statement) is Effect.BLOCK
    assert by_key(rules)["BOT-31"].conditions == (
        "Kommunallagen",
        "Lagen om offentlig upphandling",
        "EU:s statsstödsregler",
    )


def test_botkyrka_eight_principles_stand_in_the_agreement():
    rules = rules_of("botkyrka")
    (row,) = rules.principles
    assert len(row.names) == 8
    assert "principles" in by_key(rules)[row.point].carries


def test_botkyrka_repayment_warns_and_other_support_only_informs():
    rules = rules_of("botkyrka")
    assert {(clause.flag, clause.stance, effect_of(rules, clause)) for clause in rules.clauses} == {
        ("sanction", "warned_against", Effect.WARN),
        ("repayment", "warned_against", Effect.WARN),
        ("procurement_terms", "warned_against", Effect.WARN),
    }
    (support,) = rules.financing
    assert (support.never, support.shown.same, effect_of(rules, support)) == (None, "organisation", Effect.INFORM)


def test_botkyrka_list_of_forms_is_open():
    rules = rules_of("botkyrka")
    assert rules.legal_forms.others == "open"
    assert {row.standing for row in rules.eligibility} == {"eligible"}
    assert "trossamfund" not in {row.form for row in rules.eligibility}


def test_botkyrka_a_new_bill_calls_for_a_review():
    reviews = {row.key: row for row in rules_of("botkyrka").reviews}
    assert (reviews["BOT-37"].trigger, reviews["BOT-37"].event) == (
        "event",
        "nya lagförslag eller nationella rekommendationer",
    )
    assert len(reviews["BOT-36"].questions) == 2


# The others ----------------------------------------------------------------------------------------------------------


def test_stockholm_neither_blocks_nor_warns():
    rules = rules_of("stockholm")
    assert {effect_of(rules, rule) for rule in rules.every_rule()} <= {Effect.INFORM, Effect.NONE}
    assert rules.notice == "Ofullständig – stadens riktlinje finns inte i underlaget"


def test_gavle_papers_need_not_exist():
    documents = rules_of("gavle").documents
    assert len(documents) == 8
    assert all(row.may_be_missing for row in documents)
    assert not any(row.may_be_missing for row in rules_of("mora").documents)


def test_soderhamn_last_day_of_four_years():
    rules = rules_of("soderhamn")
    limits = {last_day_allowed(term, date(2027, 1, 1)) for term in rules.terms if term.most_months}
    assert limits == {date(2030, 12, 31)}
    (limit,) = (term for term in rules.terms if term.most_months)
    assert (limit.most_months, effect_of(rules, limit)) == (48, Effect.BLOCK)
    assert any(term.end_required and effect_of(rules, term) is Effect.BLOCK for term in rules.terms)
