"""Locks are taken in one order, the case first: two people at once wait for each other and never for ever."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from iop.cases.letters import answer_letter, remind, settle
from partners import access, messages
from partners.actions import confirm_declaration, send_declaration
from partners.models import CaseAccess
from tests.cases import driver

ANNA = "anna@sprakbron.example"


def end_access(case, by):
    one = CaseAccess.objects.get(party__case=case)
    return lambda: access.end(one, by=by)


def read_message(case, by):
    one = messages.write(case.parties.get(), subject="Hej", text="Hej", name="Anna", email=ANNA)
    return lambda: messages.mark_read(one, by=by)


def letter(case, by):
    return driver.write_to(case, by=by, points=["Stadgar"], due=timezone.localdate())


def answer(case, by):
    one = letter(case, by)
    return lambda: answer_letter(one, name="Anna", text="Ja")


def settled(case, by):
    one = letter(case, by)
    return lambda: settle(one, by=by)


def reminded(case, by):
    one = letter(case, by)
    return lambda: remind(one, subject="S", text="T", by=by, absolute=driver.absolute)


def sent_declaration(case, by):
    how = {"to": ANNA, "by": by, "absolute": driver.absolute}
    return lambda: send_declaration(case.parties.get(), case.rules.declarations[0], **how)


def confirmed(case, by):
    one = sent_declaration(case, by)()
    return lambda: confirm_declaration(one, name="Anna", role="ordförande")


@pytest.mark.parametrize("prepared", [end_access, read_message, answer, settled, reminded, sent_declaration, confirmed])
def test_the_case_is_locked_first(case, coordinator, prepared):
    act = prepared(case, coordinator)
    with CaptureQueriesContext(connection) as asked:
        act()
    locks = [re.search(r'FROM "(\w+)"', query["sql"])[1] for query in asked if "FOR UPDATE" in query["sql"]]
    assert locks[0] == "cases_case" and len(set(locks)) > 1
