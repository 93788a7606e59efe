"""Answering one part of a rule."""

import pytest

from iop.cases.actions import answer
from iop.cases.machinery import Refused
from iop.cases.models import Answer, Case
from tests.cases import driver


def rule(case: Case, key: str):
    return next(rule for rule in case.rules.every_rule() if rule.key == key)


def test_works(assessed, coordinator):
    row = answer(assessed, rule(assessed, "MOR-39"), part="", value="yes", reason="Ensamheten minskar.", by=coordinator)
    assert (row.rule, row.part, row.value, row.reason, row.by) == (
        "MOR-39",
        "",
        "yes",
        "Ensamheten minskar.",
        coordinator,
    )
    assert (row.subject_kind, row.subject_id) == ("case", assessed.pk)


def test_a_new_answer_takes_the_place_of_the_old_and_history_keeps_both(assessed, coordinator, administrator):
    for value, by in (("yes", coordinator), ("no", administrator)):
        answer(assessed, rule(assessed, "MOR-39"), part="", value=value, by=by)
    row = Answer.objects.get()
    assert (row.value, row.by) == ("no", administrator)
    assert list(row.history.values_list("value", flat=True)) == ["no", "yes"]


def test_parts_and_subjects_are_answered_each_for_itself(assessed, coordinator):
    other = driver.join(assessed, "Byalaget", 2)
    first = assessed.parties.first()
    for part in ("1", "2"):
        answer(assessed, rule(assessed, "MOR-43"), part=part, value="yes", by=coordinator)
    for party, value in ((first, "yes"), (other, "no")):
        answer(assessed, rule(assessed, "MOR-49"), part="", value=value, subject=party.subject, by=coordinator)
    assert set(Answer.objects.values_list("rule", "part", "subject_kind", "subject_id", "value")) == {
        ("MOR-43", "1", "case", assessed.pk, "yes"),
        ("MOR-43", "2", "case", assessed.pk, "yes"),
        ("MOR-49", "", "party", first.pk, "yes"),
        ("MOR-49", "", "party", other.pk, "no"),
    }


@pytest.mark.parametrize(
    ("key", "part", "value", "sentence"),
    [
        ("MOR-39", "1", "yes", "Regeln har ändrats sedan sidan visades. Ladda om sidan."),
        ("MOR-43", "", "yes", "Regeln har ändrats sedan sidan visades. Ladda om sidan."),
        ("MOR-43", "3", "yes", "Regeln har ändrats sedan sidan visades. Ladda om sidan."),
        ("MOR-39", "", "kanske", "Välj ett av svaren i listan."),
        ("MOR-39", "", "partly", "Välj ett av svaren i listan."),
        ("MOR-28", "", "yes", "Välj ett av svaren i listan."),
        ("MOR-44", "", "yes", "Punkten kan bedömas först när yttrandet har kommit."),
    ],
)
def test_bad_answers_are_refused(assessed, coordinator, key, part, value, sentence):
    with pytest.raises(Refused) as refused:
        answer(assessed, rule(assessed, key), part=part, value=value, by=coordinator)
    assert str(refused.value) == sentence
    assert Answer.objects.count() == 0


def test_item_seven_is_answered_once_the_statement_has_come(assessed, coordinator):
    driver.get_statement(assessed, rule(assessed, "MOR-45"), by=coordinator)
    answer(assessed, rule(assessed, "MOR-44"), part="", value="yes", by=coordinator)
    assert Answer.objects.get().value == "yes"


def test_a_closed_case_is_answered_no_more(assessed, coordinator):
    Case.objects.filter(pk=assessed.pk).update(stage="closed", outcome="withdrawn", closed_on="2026-11-03")
    assessed.refresh_from_db()
    with pytest.raises(Refused, match="^Ärendet är avslutat och går inte att ändra.$"):
        answer(assessed, rule(assessed, "MOR-39"), part="", value="yes", by=coordinator)
