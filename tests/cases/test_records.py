"""The case file: one numbered list of everything received, sent and drawn up."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from iop.cases.actions import add_record
from iop.cases.models import Case, Record
from tests.cases import driver


def test_records_are_numbered_in_each_case_for_itself(mora, case):
    other = driver.send_in(mora)
    for about in ("Brev", "Svar"):
        add_record(case, direction="in", about=about)
    add_record(other, direction="in", about="Annat brev")
    assert list(case.records.values_list("number", "about")) == [
        (1, "Initiativ: Språkcafé på biblioteket"),
        (2, f"Vi har tagit emot ert initiativ {case.reference}, Mora kommun"),
        (3, "Brev"),
        (4, "Svar"),
    ]
    assert [record.number for record in other.records.all()] == [1, 2, 3]


def test_the_day_is_when_it_came_not_when_it_was_typed(case, secretary):
    record = add_record(case, direction="in", about="Brev", day=date(2026, 3, 2), by=secretary)
    assert (record.day, record.by, record.registered_at.date() > record.day) == (date(2026, 3, 2), secretary, True)


def test_a_file_that_cannot_be_kept_leaves_no_record(case):
    with pytest.raises(KeyError), transaction.atomic():
        add_record(case, direction="in", about="Brev", uploads=[driver.pdf("program.exe")])
    assert case.records.count() == 2


def test_a_long_subject_is_cut_and_the_text_never(case):
    record = add_record(case, direction="in", about="a" * 300, counterpart="b" * 300, text="c" * 30_000)
    assert (len(record.about), len(record.counterpart)) == (200, 200)
    assert record.text.startswith("c" * 30_000) and "b" * 300 in record.text


def test_a_closed_case_takes_records_still(case):
    Case.objects.update(stage="closed", outcome="withdrawn", closed_on=date(2026, 3, 2))
    case.refresh_from_db()
    assert add_record(case, direction="in", about="Brev").number == 3


def test_the_database_keeps_numbers_apart(case):
    with pytest.raises(IntegrityError, match="record_number_once"), transaction.atomic():
        Record.objects.create(case=case, number=1, day=date(2026, 3, 2), direction="in", about="Dubbel")


def test_a_case_with_records_is_not_removed(case):
    with pytest.raises(ProtectedError):
        case.delete()
