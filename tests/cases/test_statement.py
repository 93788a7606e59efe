"""Statements: asked of a unit or an outside body, answered once, and what follows."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from iop.cases.actions import close
from iop.cases.machinery import Refused
from iop.cases.models import Record, Statement
from iop.cases.secrecy import mark_secret
from iop.cases.statements import answer_statement, ask_statement, settle_statement
from tests.cases import driver


@pytest.fixture
def due():
    return timezone.localdate() + timedelta(days=14)


@pytest.fixture
def asked(assessed, coordinator, due):
    unit = assessed.municipality.units.get(name="Upphandlingsenheten")
    return ask_statement(assessed, rule="MOR-45", unit=unit, question="Finns en marknad?", due=due, by=coordinator)


def test_asking_makes_a_task_of_the_unit_and_a_record(asked, assessed, due):
    task = assessed.tasks.get(kind="statement")
    assert (task.title, task.due, task.unit) == ("Yttrande från Upphandlingsenheten", due, asked.unit)
    assert (task.waits_for_others, task.tab, task.closed_at) == (True, "statements", None)
    record = assessed.records.last()
    assert (record.about, record.direction, record.text) == (
        "Begäran om yttrande från Upphandlingsenheten",
        "internal",
        "Finns en marknad?",
    )


def test_asking_outside_is_a_letter_that_goes_out(assessed, coordinator, due):
    asked = ask_statement(assessed, outside="Länsstyrelsen", question="Vad anser ni?", due=due, by=coordinator)
    assert asked.body == "Länsstyrelsen"
    assert (assessed.records.last().direction, assessed.records.last().counterpart) == ("out", "Länsstyrelsen")


def test_the_same_is_not_asked_twice_while_it_is_open(asked, assessed, coordinator, due):
    records = assessed.records.count()
    with pytest.raises(Refused, match="^Yttrandet är redan begärt och inte besvarat.$"):
        ask_statement(assessed, rule="MOR-45", unit=asked.unit, question="Igen?", due=due, by=coordinator)
    assert (Statement.objects.count(), assessed.records.count()) == (1, records)


def test_an_answer_is_kept_closes_the_task_and_opens_the_rule(asked, assessed, adviser):
    (before,) = (finding for finding in assessed.findings_before("dialogue") if finding.rule.key == "MOR-45")
    assert before.sentence == "Yttrande från Upphandlingsenheten har begärts men inte kommit"
    answered = answer_statement(asked, text="Ingen marknad.", name="Rolf Rådgivare", by=adviser, uploads=[driver.pdf()])
    assert (answered.answered_on, answered.answered_by, answered.answered_name) == (
        timezone.localdate(),
        adviser,
        "Rolf Rådgivare",
    )
    task = assessed.tasks.get(kind="statement")
    assert (task.closed_at is not None, task.closed_by) == (True, adviser)
    record = assessed.records.last()
    assert (record.about, record.text) == ("Yttrande från Upphandlingsenheten", "Ingen marknad.")
    assert record.counterpart == "Rolf Rådgivare, Upphandlingsenheten"
    assert [file.name for file in record.files.all()] == ["stadgar.pdf"]
    found = driver.says(assessed.findings_before("dialogue"))
    assert "MOR-45" not in found
    assert found["MOR-44"] == "block"


def test_it_is_answered_once(asked, adviser):
    answer_statement(asked, text="Ingen marknad.", name="Rolf Rådgivare", by=adviser)
    records = Record.objects.count()
    with pytest.raises(Refused, match="^Yttrandet är redan besvarat. Begär ett nytt om det behöver ändras.$"):
        answer_statement(asked, text="Jo, en marknad.", name="Någon annan", by=adviser)
    asked.refresh_from_db()
    assert (asked.text, Record.objects.count()) == ("Ingen marknad.", records)


def test_after_an_answer_it_may_be_asked_anew(asked, assessed, coordinator, adviser, due):
    answer_statement(asked, text="Ingen marknad.", name="Rolf Rådgivare", by=adviser)
    ask_statement(assessed, rule="MOR-45", unit=asked.unit, question="Även i Våmhus?", due=due, by=coordinator)
    assert assessed.statements.count() == 2


@pytest.mark.parametrize("facts", [{"outside": "Länsstyrelsen"}, {"unit": None}])
def test_the_database_wants_one_to_ask(asked, facts):
    with pytest.raises(IntegrityError, match="statement_is_asked_of_one"), transaction.atomic():
        Statement.objects.filter(pk=asked.pk).update(**facts)


@pytest.mark.parametrize("facts", [{"text": ""}, {"answered_name": ""}])
def test_the_database_wants_an_answer_to_be_whole(asked, adviser, facts):
    answer_statement(asked, text="Ingen marknad.", name="Rolf Rådgivare", by=adviser)
    with pytest.raises(IntegrityError, match="answered_statement_has_text_and_name"), transaction.atomic():
        Statement.objects.filter(pk=asked.pk).update(**facts)


def to_read(case) -> list[tuple]:
    tasks = case.tasks.open().filter(kind="read_answer")
    return [(task.title, task.unit, task.waits_for_others) for task in tasks]


@pytest.mark.parametrize("writer", ["adviser", None])
def test_the_coordinator_is_asked_to_read_it(asked, assessed, coordinator, request, writer):
    by = request.getfixturevalue(writer) if writer else None
    answer_statement(asked, text="Ingen marknad.", name="Rolf", by=by)
    assert to_read(assessed) == [("Läs yttrandet från Upphandlingsenheten", None, False)]
    settle_statement(asked, by=coordinator)
    assert to_read(assessed) == []


def test_who_writes_it_in_oneself_has_read_it(asked, assessed, coordinator):
    answer_statement(asked, text="Ingen marknad.", name="Rolf", by=coordinator)
    assert to_read(assessed) == []


def test_a_secret_answer_is_not_told_by_its_task(asked, assessed, coordinator, adviser):
    record = answer_statement(asked, text="Ingen marknad.", name="Rolf", by=adviser).record
    mark_secret(record, ground="26 kap. 1 § OSL", by=coordinator)
    assert [title for title, *_ in to_read(assessed)] == ["Läs yttrandet"]


def test_it_has_the_day_it_came(asked, coordinator):
    today = timezone.localdate()
    Statement.objects.update(asked_at=timezone.now() - timedelta(days=9))
    for wrong in (today - timedelta(days=10), today + timedelta(days=1)):
        with pytest.raises(Refused, match="^Välj en dag från den "):
            answer_statement(asked, text="Ja.", name="Rolf", by=coordinator, answered_on=wrong)
    came = today - timedelta(days=7)
    answered = answer_statement(asked, text="Ja.", name="Rolf", by=coordinator, answered_on=came)
    assert (answered.answered_on, answered.record.day) == (came, came)


def test_a_closed_case_takes_no_answer(asked, assessed, coordinator):
    close(assessed, outcome="withdrawn", why="", by=coordinator)
    with pytest.raises(Refused, match="^Ärendet är avslutat"):
        answer_statement(asked, text="Ja.", name="Rolf", by=None)
