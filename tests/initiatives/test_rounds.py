"""The round among affected units: each is asked whom it sends, where the guideline calls them to a meeting."""

from datetime import timedelta

import pytest
from django.utils import timezone

from initiatives.models import UnitRound
from initiatives.people import Person
from initiatives.rounds import name_participants, write_position
from iop.cases.actions import close, edit_facts
from iop.cases.machinery import Refused
from iop.cases.models import Case
from iop.municipalities.models import Membership
from iop.municipalities.permissions import Role
from tests.cases import driver

TODAY = timezone.localdate()
ANNA = Person("Anna Ek", "anna.ek@mora.example")
COMPANY, COMMITTEE = "Morastrand AB", "Socialnämnden"


@pytest.fixture
def affect(assessed, coordinator):
    def affect(*names, case=assessed):
        edit_facts(case, {"affected_units": list(case.municipality.units.filter(name__in=names))}, by=coordinator)

    return affect


@pytest.fixture
def asked(assessed, affect) -> UnitRound:
    affect(COMMITTEE)
    return assessed.rounds.get()


def tasks(case) -> list[str]:
    return list(case.tasks.open().filter(kind="name_participants").order_by("title").values_list("title", flat=True))


def mine(user) -> list[str]:
    return [task.title for task in driver.logged_in(user).get("/mora/arbetsbord/").context["page"]]


def test_a_committees_head_of_administration_and_a_companys_managing_director_are_asked(assessed, affect, mora):
    affect(COMMITTEE, COMPANY)
    assert tasks(assessed) == [
        "Utse deltagare: förvaltningschef för Socialnämnden",
        "Utse deltagare: vd för Morastrand AB",
    ]
    task = assessed.tasks.get(title__endswith=COMPANY)
    due = TODAY + timedelta(days=mora.days_for_statement)
    assert (task.unit.name, task.due, task.tab, task.waits_for_others) == (COMPANY, due, "statements", True)


def test_saving_the_facts_again_asks_nobody_twice(assessed, affect):
    affect(COMMITTEE)
    asked = assessed.rounds.get()
    UnitRound.objects.update(asked_on=TODAY - timedelta(days=3))
    affect(COMMITTEE, COMPANY)
    assert assessed.rounds.get(unit=asked.unit).asked_on == TODAY - timedelta(days=3)
    assert len(tasks(assessed)) == 2


def test_where_no_meeting_calls_them_nobody_is_asked(gavle, neighbour):
    case = driver.to_assessment(driver.send_in(gavle), by=neighbour)
    edit_facts(case, {"affected_units": list(gavle.units.bodies()[:2])}, by=neighbour)
    assert (case.affected_units.count(), case.rounds.count(), tasks(case)) == (2, 0, [])


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.ADVISER, Role.READER])
def test_those_of_the_unit_have_the_task_in_their_worklist(affect, mora, role):
    member = driver.person("Per", mora, role, unit=COMPANY)
    other = driver.person("Pia", mora, role, unit=COMMITTEE)
    affect(COMPANY)
    assert (mine(member), mine(other)) == (["Utse deltagare: vd för Morastrand AB"], [])


def test_naming_closes_the_task_and_lands_in_the_case_file(asked, coordinator):
    name_participants(asked, [ANNA, Person("Bo utan adress")], by=coordinator)
    asked.refresh_from_db()
    assert (asked.named_on, asked.named_by) == (TODAY, coordinator)
    assert tasks(asked.case) == []
    record = asked.case.records.last()
    assert (record.direction, record.about) == ("internal", "Utsedda deltagare från Socialnämnden")
    assert record.text == "Anna Ek <anna.ek@mora.example>\nBo utan adress"


def test_naming_again_replaces_and_keeps_what_was_said(asked, coordinator):
    name_participants(asked, [ANNA], by=coordinator)
    name_participants(asked, [Person("Bo")], by=coordinator)
    assert [one.name for one in asked.participants.all()] == ["Bo"]
    assert asked.case.records.filter(about="Utsedda deltagare från Socialnämnden").count() == 2


@pytest.mark.parametrize(
    ("people", "told"),
    [
        ([], "^Skriv minst en deltagare.$"),
        ([Person("Anna", "anna@x.example\nBcc: b@x.example")], "^E-postadressen för Anna är inte riktig"),
        ([Person(f"Anna {n}") for n in range(11)], "^Skriv högst 10 deltagare.$"),
    ],
)
def test_who_cannot_be_named(asked, coordinator, people, told):
    with pytest.raises(Refused, match=told):
        name_participants(asked, people, by=coordinator)
    assert tasks(asked.case) == ["Utse deltagare: förvaltningschef för Socialnämnden"]


def test_a_position_lands_in_the_case_file(asked, coordinator):
    write_position(asked, text="Vi vill vara med.", seen="", by=coordinator)
    record = asked.case.records.last()
    assert (record.direction, record.about, record.text) == (
        "internal",
        "Intern ståndpunkt från Socialnämnden",
        "Vi vill vara med.",
    )
    with pytest.raises(Refused, match="^Skriv enhetens ståndpunkt.$"):
        write_position(asked, text=" ", seen="Vi vill vara med.", by=coordinator)


def test_what_somebody_else_wrote_meanwhile_is_not_lost(asked, coordinator):
    write_position(asked, text="Ja.", seen="", by=coordinator)
    with pytest.raises(Refused, match="Där står nu: «Ja.»"):
        write_position(asked, text="Nej.", seen="", by=coordinator)
    asked.refresh_from_db()
    assert asked.position == "Ja."
    write_position(asked, text="Nej.", seen="Ja.", by=coordinator)


def test_a_unit_that_is_unmarked_loses_its_task_and_keeps_its_answer(assessed, affect, coordinator):
    affect(COMMITTEE, COMPANY)
    company, committee = assessed.rounds.get(unit__name=COMPANY), assessed.rounds.get(unit__name=COMMITTEE)
    name_participants(company, [ANNA], by=coordinator)
    affect()
    assert tasks(assessed) == []
    assert list(assessed.rounds.all()) == [company]
    for row in (company, committee):
        with pytest.raises(Refused, match="^Enheten är inte längre markerad som berörd."):
            name_participants(row, [Person("Bo")], by=coordinator)
    affect(COMPANY, COMMITTEE)
    assert tasks(assessed) == ["Utse deltagare: förvaltningschef för Socialnämnden"]


def test_one_that_has_said_what_it_thinks_but_not_whom_it_sends_is_asked_anew(asked, affect, coordinator):
    write_position(asked, text="Ja.", seen="", by=coordinator)
    affect()
    assert tasks(asked.case) == []
    affect(COMMITTEE)
    assert len(tasks(asked.case)) == 1
    assert asked.case.rounds.get().position == "Ja."


def test_a_closed_case_asks_and_answers_nothing(asked, coordinator):
    close(asked.case, outcome="withdrawn", why="", by=coordinator)
    with pytest.raises(Refused, match="^Ärendet är avslutat"):
        name_participants(asked, [ANNA], by=coordinator)


# On the page


def page_of(case, user):
    return driver.logged_in(user).get(f"{case.get_absolute_url()}yttranden/")


def test_the_page_counts_those_that_have_answered(assessed, affect, coordinator):
    affect(COMMITTEE, COMPANY, "Kommunstyrelsen")
    assert "0 av 3 berörda har svarat" in page_of(assessed, coordinator).text
    for row in assessed.rounds.all()[:2]:
        name_participants(row, [ANNA], by=coordinator)
    assert "2 av 3 berörda har svarat" in page_of(assessed, coordinator).text


def test_marking_on_the_form_of_facts_asks(assessed, coordinator, mora):
    unit = mora.units.get(name=COMPANY)
    facts = {"title": assessed.title, "coordinator": coordinator.pk, "affected_units": [unit.pk]}
    assert driver.logged_in(coordinator).post(f"{assessed.get_absolute_url()}fakta/", facts).status_code == 302
    assert tasks(assessed) == ["Utse deltagare: vd för Morastrand AB"]


def test_an_adviser_answers_for_the_own_unit_alone(assessed, affect, mora):
    adviser = driver.person("Per", mora, Role.ADVISER, unit=COMPANY)
    affect(COMMITTEE, COMPANY)
    client, codes = driver.logged_in(adviser), {}
    for row in assessed.rounds.select_related("unit"):
        base = f"{assessed.get_absolute_url()}berorda/{row.pk}/"
        named = client.post(f"{base}deltagare/", {f"utse-{row.pk}-people": "Anna Ek, anna.ek@mora.example\nBo Ek"})
        said = client.post(f"{base}standpunkt/", {f"standpunkt-{row.pk}-text": "Ja."})
        codes[row.unit.name] = (named.status_code, said.status_code)
    assert codes == {COMPANY: (302, 302), COMMITTEE: (403, 403)}
    row = assessed.rounds.get(unit__name=COMPANY)
    assert [(one.name, one.email) for one in row.participants.all()] == [
        ("Anna Ek", "anna.ek@mora.example"),
        ("Bo Ek", ""),
    ]
    assert row.position == "Ja."
    assert page_of(assessed, adviser).text.count("Spara deltagarna") == 1


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("Anna Ek", ("Anna Ek", "")),
        ("Anna Ek, a@x.se", ("Anna Ek", "a@x.se")),
        ("Anna Ek <a@x.se>", ("Anna Ek", "a@x.se")),
        ("Anna Ek a@x.se", ("Anna Ek", "a@x.se")),
        ("a@x.se", ("a@x.se", "a@x.se")),
        ("Ek, Anna", ("Ek, Anna", "")),
    ],
)
def test_how_people_are_written(asked, coordinator, written, named):
    address = f"{asked.case.get_absolute_url()}berorda/{asked.pk}/deltagare/"
    assert driver.logged_in(coordinator).post(address, {f"utse-{asked.pk}-people": written}).status_code == 302
    assert [(one.name, one.email) for one in asked.participants.all()] == [named]


@pytest.mark.parametrize("written", ["", " \n ", "Anna <a@x.se> Bo", "Anna <a@x>", "<<>>", "Anna anna@"])
def test_what_is_not_a_participant(asked, coordinator, written):
    address = f"{asked.case.get_absolute_url()}berorda/{asked.pk}/deltagare/"
    response = driver.logged_in(coordinator).post(address, {f"utse-{asked.pk}-people": written})
    assert response.status_code == 422
    assert asked.participants.count() == 0


def test_a_secret_case_is_in_nobody_elses_worklist(assessed, affect, mora):
    member = driver.person("Per", mora, Role.ADVISER, unit=COMPANY)
    affect(COMPANY)
    Case.objects.update(secret=True, secrecy_ground="26 kap. 1 § OSL")
    assert mine(member) == []


def test_one_of_another_municipality_answers_nothing(asked, neighbour, mora):
    address = f"{asked.case.get_absolute_url()}berorda/{asked.pk}/deltagare/"
    Membership.objects.filter(user=neighbour).update(unit=asked.unit)
    assert driver.logged_in(neighbour).post(address, {f"utse-{asked.pk}-people": "Anna"}).status_code == 404
