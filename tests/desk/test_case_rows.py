"""The rows of a case, read in one question, are those that the models give one by one."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from initiatives.meetings import Agreed
from iop.cases.actions import add_record, edit_facts
from iop.cases.links import link
from iop.cases.models import Case
from iop.cases.recusals import state
from iop.cases.secrecy import lift_secrecy, mark_secret
from iop.cases.statements import ask_statement
from iop.desk.case_rows import NOW, OF_OTHERS, OF_THE_CASE, PAST, read, records_seen
from iop.municipalities.permissions import Role
from iop.rulesets.models import RuleSetVersion, VersionState, newest_of
from tests.cases import driver

TODAY = timezone.localdate()


def as_it_is(thing: Model, without=()) -> dict:
    fields = [field for field in thing._meta.concrete_fields if field.name not in without]
    return {field.attname: getattr(thing, field.attname) for field in fields}


@pytest.fixture
def lived(in_force, coordinator, mora):
    """A case that has something in nearly every table."""
    case = in_force.case
    colleague, units = driver.person("Kim Kollega", mora, Role.COORDINATOR), mora.units.bodies()
    edit_facts(case, {"affected_units": list(units[:2]), "title": "Språkcaféet"}, by=coordinator)
    ask_statement(case, outside="Regionen", question="Vad anser ni?", due=TODAY, by=coordinator)
    driver.note_meeting(case, name="Möte", day=TODAY - timedelta(days=1), participants="Alla", by=coordinator)
    state(case, colleague, why="Sitter i styrelsen.", by=colleague)
    driver.support(case.parties.first(), activity=None, unit="Socialnämnden")
    agreed = [Agreed("Skicka stadgarna", "Anna", TODAY)]
    driver.note_meeting(case, name="Möte", day=TODAY, held=True, participants="Alla", by=coordinator, points=agreed)
    link(case, driver.send_in(mora), by=coordinator)
    for secret in (case.records.first(), case):
        mark_secret(secret, ground="25 kap. 1 § OSL", by=coordinator)
        lift_secrecy(secret, by=coordinator)
    return Case.objects.get(pk=case.pk)


def test_every_value_is_what_the_model_has(lived):
    rows = read(lived, past=True)
    for name, table in (NOW | PAST).items():
        for row in rows[name]:
            stored = table.model._base_manager.get(pk=row.pk)
            assert as_it_is(row, table.without) == as_it_is(stored, table.without), name


def test_the_case_has_something_in_most_tables(lived):
    rows = read(lived, past=True)
    empty = {name for name, some in rows.items() if not some}
    assert empty <= {
        "overrides",
        "open_tasks",
        "activities",
        "representatives",
        "past_initiative",
        "past_publications",
    }


def test_relations_are_whole_and_in_order(lived):
    stored = Case.objects.get(pk=lived.pk)
    rows = read(lived, past=True)
    for relation in OF_THE_CASE:
        given, kept = (list(getattr(case, relation).all()) for case in (lived, stored))
        if not getattr(stored, relation).model._meta.ordering:
            given, kept = (sorted(some, key=lambda row: row.pk) for some in (given, kept))
        assert given == kept, relation
    for whose, relation, *_ in OF_OTHERS:
        assert rows[whose]
        for owner in rows[whose]:
            kept = getattr(type(owner)._base_manager.get(pk=owner.pk), relation).all()
            assert {row.pk for row in getattr(owner, relation).all()} == {row.pk for row in kept}, relation


def test_what_the_rows_lead_to_asks_nothing_more(lived):
    read(lived, past=True)
    with CaptureQueriesContext(connection) as asked:
        assert [party.organisation.name for party in lived.parties.all()]
        assert [paper.by.name for party in lived.parties.all() for paper in party.documents.all() if paper.by_id]
        assert [row.unit.name for row in lived.rows_read["past_affected_units"]]
        assert [row.user.name for row in lived.rows_read["past_let_in"]]
        assert [row.user.name for row in lived.rows_read["past_let_in_to_records"]]
        assert lived.coordinator.name and lived.responsible.name and lived.version.number and lived.initiative.title
        assert lived.recusals.all()[0].person.name == "Kim Kollega"
    assert len(asked) == 0


def test_read_again_asks_nothing_and_the_past_only_for_itself(lived):
    read(lived)
    with CaptureQueriesContext(connection) as asked:
        read(lived)
    assert len(asked) == 0
    with CaptureQueriesContext(connection) as asked:
        read(lived, past=True)
    assert len(asked) == 1


def test_what_is_filtered_further_is_still_of_the_case_alone(lived, mora, coordinator):
    other = driver.send_in(mora, organisation_name="En annan", organisation_number=driver.number(77))
    read(lived)
    assert lived.parties.filter(left_on=None).exists()
    assert not lived.parties.filter(case=other).exists()


def test_one_who_has_left_the_municipality_is_still_known(lived, coordinator):
    coordinator.memberships.all().delete()
    assert read(lived)["records"][0].case_id == lived.pk
    assert lived.coordinator.name == "Karin Samordnare"


def test_a_case_without_initiative_has_none(lived):
    type(lived.initiative)._base_manager.filter(case=lived).delete()
    again = Case.objects.get(pk=lived.pk)
    read(again)
    with CaptureQueriesContext(connection) as asked:
        assert getattr(again, "initiative", None) is None
    assert len(asked) == 0


def test_a_secret_record_is_seen_by_those_let_in_alone(lived, coordinator, secretary, reader):
    record = add_record(lived, direction="in", about="Läkarintyg", by=coordinator)
    mark_secret(record, ground="25 kap. 1 § OSL", by=coordinator)
    assert record in records_seen(Case.objects.get(pk=lived.pk), coordinator)
    assert record not in records_seen(Case.objects.get(pk=lived.pk), reader)


# Which rules are in force, asked of rows that have been read


def test_newest_of_gives_what_the_database_gives(mora):
    first = RuleSetVersion.objects.in_force(mora).get()
    content = RuleSetVersion.objects.get(pk=first.pk).content

    def version(number, series="", state=VersionState.PUBLISHED, **days):
        RuleSetVersion.objects.create(
            municipality=mora, number=number, series=series, state=state, content=content, sha256="x", schema=1,
            published_at=timezone.now(), **days,
        )  # fmt: skip

    version(2, valid_from=TODAY)
    version(3, valid_from=TODAY + timedelta(days=1))
    version(4, valid_from=TODAY - timedelta(days=9), valid_to=TODAY - timedelta(days=1))
    version(5, state=VersionState.DRAFT)
    version(6, series="sommar", valid_from=TODAY - timedelta(days=3))
    version(7, series="sommar", valid_from=TODAY - timedelta(days=5))
    version(8, series="vinter", state=VersionState.RETIRED)
    newest = newest_of(RuleSetVersion.objects.filter(municipality=mora))
    assert newest.pop("") == RuleSetVersion.objects.in_force(mora).first()
    assert list(newest.values()) == list(RuleSetVersion.objects.additions(mora))
    assert [one.number for one in newest.values()] == [6]
