"""A case keeps its rules until somebody moves it, and what the move would change is told first."""

import pytest

from iop.cases.actions import answer, make_override
from iop.cases.machinery import Refused
from iop.cases.versions import additions_beside, answers_that_do_not_fit, as_followed, follow, newer_rules
from iop.desk.case_page import tried_under
from iop.rulesets.drafting import publish, start_draft
from iop.rulesets.models import RuleSetVersion
from tests.cases import driver


@pytest.fixture
def newer(mora, administrator):
    """Publishes Mora's rules with some criteria changed, removed or added."""

    def newer(change) -> RuleSetVersion:
        content = RuleSetVersion.objects.in_force(mora).get().content
        change({row["id"]: row for row in content["criteria"]}, content["criteria"])
        draft = start_draft(mora, by=administrator, content=content)
        publish(draft, adopted_by="KF", adopted_on=draft.created_at.date(), paragraph="1", by=administrator)
        return RuleSetVersion.objects.get(pk=draft.pk)

    return newer


def sentences(findings) -> list[str]:
    return [finding.sentence for finding in findings]


def test_it_is_told_what_would_be_otherwise(assessed, newer):
    version = newer(lambda rows, table: rows["MOR-39"].update(ask="Gör verksamheten gott?"))
    one = tried_under(assessed, version.rules)
    assert sentences(one.new) == ["Gör verksamheten gott? – inte bedömt"]
    assert [text.split(" – ")[1] for text in sentences(one.gone)] == ["inte bedömt"]
    assert tried_under(assessed, assessed.rules).new == []


def test_trying_changes_nothing(assessed, newer):
    before = (assessed.version_id, driver.says(driver.findings_at("dialogue", assessed)))
    tried_under(assessed, newer(lambda rows, table: table.clear()).rules)
    assessed.refresh_from_db()
    assert (assessed.version_id, driver.says(driver.findings_at("dialogue", assessed))) == before


def test_answers_that_no_longer_fit_are_named(assessed, newer, coordinator):
    rules = {rule.key: rule for rule in assessed.rules.criteria}
    for key in ("MOR-39", "MOR-40", "MOR-41"):
        answer(assessed, rules[key], part="", value="yes", reason="Ja.", by=coordinator)

    def change(rows, table):
        table.remove(rows["MOR-39"])
        rows["MOR-40"]["conditions"] = ["Det ena.", "Det andra."]
        rows["MOR-41"]["answer"] = {"type": "choice", "choices": {"helt": "Helt"}, "passing": ["helt"]}

    version = newer(change)
    assert {one.answer.rule: one.why for one in answers_that_do_not_fit(assessed, version.rules)} == {
        "MOR-39": "regeln finns inte längre",
        "MOR-40": "regeln finns inte längre",
        "MOR-41": "svaret går inte att ge längre",
    }


def test_the_move_is_recorded_and_keeps_what_was_written(assessed, newer, coordinator):
    rules = {rule.key: rule for rule in assessed.rules.criteria}
    answer(assessed, rules["MOR-41"], part="", value="yes", reason="De är fria.", by=coordinator)
    choice = {"type": "choice", "choices": {"helt": "Helt"}, "passing": ["helt"]}
    version = newer(lambda rows, table: rows["MOR-41"].update(answer=choice))
    follow(assessed, version, by=coordinator, why="Ny riktlinje sedan i dag.")
    assessed.refresh_from_db()
    assert assessed.version == version
    row = assessed.answers.get(rule="MOR-41")
    assert (row.value, row.reason) == ("", "De är fria.")
    assert [old.value for old in row.history.all()] == ["", "yes"]
    record = assessed.records.latest("number")
    assert record.about == "Ärendet följer regelverkets version 2 i stället för version 1"
    asked = rules["MOR-41"].wording
    again = f"Svar som behöver ges på nytt: {asked}: Ja (svaret går inte att ge längre)"
    assert record.text == f"Ny riktlinje sedan i dag.\n\n{again}"


def test_overrides_lapse(assessed, newer, coordinator):
    finding = next(f for f in driver.findings_at("dialogue", assessed) if f.rule and f.rule.key == "MOR-40")
    make_override(assessed, finding, reason="Det går ändå.", by=coordinator)
    version = newer(lambda rows, table: rows["MOR-39"].update(word="bör"))
    assert [row.rule for row in tried_under(assessed, version.rules).overrides] == ["MOR-40"]
    follow(assessed, version, by=coordinator, why="Ny riktlinje.")
    assessed.refresh_from_db()
    assert driver.says(driver.findings_at("dialogue", assessed))["MOR-40"] == "block"
    assert assessed.overrides.count() == 1


@pytest.mark.parametrize("why", ["", "  "])
def test_a_move_has_a_reason(assessed, newer, coordinator, why):
    version = newer(lambda rows, table: rows["MOR-39"].update(word="bör"))
    with pytest.raises(Refused, match="Skriv varför"):
        follow(assessed, version, by=coordinator, why=why)


def test_a_case_follows_its_own_municipalitys_rules_in_force(assessed, gavle, mora, administrator, coordinator):
    draft = start_draft(mora, by=administrator, content=assessed.version.content)
    for version in (RuleSetVersion.objects.in_force(gavle).get(), draft):
        with pytest.raises(Refused, match="inte i kraft"):
            follow(assessed, version, by=coordinator, why="Fel.")
    assert newer_rules(assessed) is None


def test_the_agreement_gets_the_new_points_and_keeps_the_written(agreement, newer, coordinator, mora, administrator):
    content = RuleSetVersion.objects.in_force(mora).get().content
    content["points"].append({"key": "NY", "quote": "Ny punkt.", "heading": "En ny punkt", "word": "ska"})
    draft = start_draft(mora, by=administrator, content=content)
    publish(draft, adopted_by="KF", adopted_on=draft.created_at.date(), paragraph="1", by=administrator)
    before = list(agreement.points.values_list("pk", "heading", "text"))
    follow(agreement.case, RuleSetVersion.objects.get(pk=draft.pk), by=coordinator, why="Ny riktlinje.")
    after = list(agreement.points.values_list("pk", "heading", "text"))
    assert after[:-1] == before and after[-1][1] == "En ny punkt"


@pytest.mark.parametrize(("keep", "value"), [(False, ""), (True, "yes")])
def test_a_question_asked_otherwise_is_answered_anew_unless_somebody_says_that_it_is_the_same(
    assessed, newer, coordinator, keep, value
):
    rules = {rule.key: rule for rule in assessed.rules.criteria}
    answer(assessed, rules["MOR-41"], part="", value="yes", reason="De är fria.", by=coordinator)
    version = newer(lambda rows, table: rows["MOR-41"].update(ask="Saknar organisationen självständighet?"))
    (unfit,) = answers_that_do_not_fit(assessed, version.rules)
    assert unfit.why == "frågan är ändrad"
    follow(assessed, version, by=coordinator, why="Ny riktlinje.", keep_changed=keep)
    row = assessed.answers.get(rule="MOR-41")
    assert (row.value, row.reason) == (value, "De är fria.")


def test_what_is_decided_is_not_moved(proposed, newer, coordinator):
    version = newer(lambda rows, table: rows["MOR-39"].update(word="bör"))
    with pytest.raises(Refused):
        follow(proposed.case, version, by=coordinator, why="Ny riktlinje.")


def test_additions_are_told_of_and_followed(assessed, mora, administrator, coordinator):
    """The page, the trial and the move go by the same rules: the version with the additions beside it."""
    rule = {"key": "SOC", "quote": "Nämnden ska ha hört brukarna.", "word": "ska", "before": "dialogue"}
    draft = start_draft(mora, by=administrator, content={"title": "Tillägg", "questions": [rule]}, series="Social")
    common = RuleSetVersion.objects.in_force(mora).get()
    beside = additions_beside(mora)
    assert sentences(tried_under(assessed, as_followed(assessed, draft, beside)).new) == [
        "Nämnden ska ha hört brukarna – inte bedömt"
    ]
    publish(draft, adopted_by="SN", adopted_on=draft.created_at.date(), paragraph="1", by=administrator)
    assert newer_rules(assessed) == common
    follow(assessed, common, by=coordinator, why="Nämnden har egna regler nu.")
    assessed.refresh_from_db()
    assert assessed.additions == [draft.pk] and newer_rules(assessed) is None
    assert driver.says(driver.findings_at("dialogue", assessed))["SOC-social"] == "block"
    assert assessed.records.latest("number").about == (
        "Ärendet följer de tillägg som gäller till regelverkets version 1"
    )


def test_new_words_ask_for_a_new_answer_though_the_question_is_the_same(assessed, newer, coordinator):
    rules = {rule.key: rule for rule in assessed.rules.criteria}
    answer(assessed, rules["MOR-40"], part="", value="yes", by=coordinator)
    version = newer(lambda rows, table: rows["MOR-40"].update(quote="Något helt annat än förut."))
    (unfit,) = answers_that_do_not_fit(assessed, version.rules)
    assert (unfit.why, unfit.question, unfit.said) == ("frågan är ändrad", rules["MOR-40"].ask, "Ja")


def test_another_units_addition_is_nothing_to_the_case(assessed, mora, administrator):
    rule = {"key": "BYGG", "quote": "Bygglov ska finnas.", "word": "ska", "before": "dialogue"}
    content = {"title": "Tillägg", "units": ["Byggnadsnämnden"], "questions": [rule]}
    draft = start_draft(mora, by=administrator, content=content, series="Bygg")
    publish(draft, adopted_by="BN", adopted_on=draft.created_at.date(), paragraph="1", by=administrator)
    driver.responsible(assessed, "Socialnämnden")
    assert newer_rules(assessed) is None
    driver.responsible(assessed, "Byggnadsnämnden")
    assert newer_rules(assessed) is not None
