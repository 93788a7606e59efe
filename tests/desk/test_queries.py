"""Lists and the tabs of a case ask the database as often for one row as for three."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agreements.actions import add_point, set_term
from agreements.models import Agreement
from followup.models import FollowUp
from initiatives.meetings import Agreed, tick_point
from iop.cases.actions import add_record, edit_facts
from iop.cases.links import link
from iop.cases.secrecy import mark_secret
from iop.cases.statements import ask_statement
from partners.actions import edit_party, leave
from partners.models import Activity
from tests.cases import driver

TODAY = timezone.localdate()


@pytest.fixture
def count(coordinator):
    """How many questions a page asks; asked twice, since the first fills what is kept for each process."""
    client = driver.logged_in(coordinator)

    def count(address: str) -> int:
        client.get(f"/mora/{address}")
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"/mora/{address}").status_code == 200
        return len(asked)

    return count


def one_more(mora, coordinator, serial: int):
    """A case with an organisation of its own, a task, an agreement and a follow-up."""
    case = driver.send_in(mora, organisation_name=f"Förening {serial}", organisation_number=driver.number(serial))
    driver.to_assessment(case, by=coordinator)
    driver.responsible(case)
    ask_statement(case, outside="Regionen", question="Vad anser ni?", due=TODAY, by=coordinator)
    agreement = Agreement.objects.create(case=case, title=case.title, start=TODAY)
    FollowUp.objects.create(agreement=agreement, due=TODAY)


@pytest.mark.parametrize(
    "address",
    [
        "arbetsbord/",
        "arbetsbord/?visa=alla",
        "arenden/",
        "arenden/?q=f%C3%B6rening",
        "organisationer/",
        "avtal/",
        "uppfoljning/",
    ],
)
def test_lists(mora, coordinator, count, address):
    one_more(mora, coordinator, 21)
    one = count(address)
    for serial in (22, 23):
        one_more(mora, coordinator, serial)
    assert count(address) == one
    assert one <= 14


def add_party(agreement, by, n):
    party = driver.join(agreement.case, f"Förening {n}", 30 + n)
    driver.fulfil_party(party, by=by)


def add_paper(agreement, by, n):
    rule = agreement.case.rules.documents[n]
    driver.hand_in(agreement.case.parties.first(), rule, rule.parts[0][0], uploads=[driver.pdf()], by=by)


def add_contribution(agreement, by, n):
    driver.bring(agreement.case, party=agreement.case.parties.first())
    driver.bring(agreement.case)


def add_support(agreement, by, n):
    party = agreement.case.parties.first()
    driver.support(party, activity=party.activity, unit="Socialnämnden")


def add_statement(agreement, by, n):
    ask_statement(agreement.case, outside=f"Region {n}", question="Vad anser ni?", due=TODAY, by=by)


def add_meeting(agreement, by, n):
    driver.note_meeting(agreement.case, name="Möte", day=TODAY + timedelta(days=n), participants="Alla", by=by)


def add_answer(agreement, by, n):
    driver.answer_rules(agreement.case, agreement.case.rules.questions[n : n + 1], agreement.case.subject, by=by)


def add_point_of_ones_own(agreement, by, n):
    point = add_point(agreement, heading=f"Punkt {n}")
    driver.write_point(agreement, point, text="Text.", state="used")


def change_facts(agreement, by, n):
    units = agreement.case.municipality.units.bodies()
    facts = {"title": f"Rubrik {n}", "responsible": units[n], "affected_units": list(units[n : n + 2])}
    edit_facts(agreement.case, facts, by=by)


def change_party(agreement, by, n):
    party = driver.join(agreement.case, f"Förening {n}", 60 + n)
    other = Activity.objects.create(organisation=party.organisation, name="Läxhjälp")
    facts = {"legal_form": "stiftelse", "activity": other, "contact_name": "Ny", "contact_email": f"ny{n}@x.example"}
    edit_party(party, **facts)
    leave(party, by=by)


def add_link(agreement, by, n):
    link(agreement.case, driver.send_in(agreement.case.municipality), by=by)


def agree(agreement, by, n):
    points = [Agreed(f"Sak {n}", "Anna", TODAY)]
    meeting = driver.note_meeting(
        agreement.case, name=f"Möte {n}", day=TODAY, held=True, participants="Alla", by=by, points=points
    )
    tick_point(meeting.points.get(), by=by)


def hide_a_record(agreement, by, n):
    record = add_record(agreement.case, direction="in", about="Intyg", by=by)
    mark_secret(record, ground="25 kap. 1 § OSL", by=by)


def change_term(agreement, by, n):
    set_term(agreement, start=TODAY + timedelta(days=n), end=None)


def add_follow_up(agreement, by, n):
    FollowUp.objects.create(agreement=agreement, due=TODAY, held_on=TODAY, progress="Bra.", by=by)


def add_file(agreement, by, n):
    add_record(agreement.case, direction="in", about="Brev", uploads=[driver.pdf(f"{n}.pdf")], by=by)


@pytest.mark.parametrize(
    ("tab", "add"),
    [
        ("", add_contribution),
        ("", add_party),
        ("checklista/", add_answer),
        ("checklista/", add_party),
        ("parter/", add_party),
        ("parter/", add_paper),
        ("parter/", add_contribution),
        ("parter/", add_support),
        ("yttranden/", add_statement),
        ("yttranden/", add_meeting),
        ("avtal/", add_point_of_ones_own),
        ("avtal/", add_contribution),
        ("avtal/", add_party),
        ("uppfoljning/", add_follow_up),
        ("akt/", add_file),
        ("handelser/", add_file),
        ("handelser/", add_answer),
        ("handelser/", add_contribution),
        ("handelser/", add_point_of_ones_own),
        ("handelser/", add_meeting),
        ("handelser/", add_party),
        ("handelser/", change_party),
        ("handelser/", add_support),
        ("handelser/", add_link),
        ("handelser/", agree),
        ("handelser/", hide_a_record),
        ("handelser/", change_facts),
        ("handelser/", change_term),
        ("", change_facts),
    ],
)
def test_tabs_of_a_case(assessed, coordinator, count, tab, add):
    agreement = Agreement.objects.create(case=assessed, title=assessed.title)
    address = f"arenden/{assessed.reference}/{tab}"
    add(agreement, coordinator, 0)
    one = count(address)
    for n in (1, 2):
        add(agreement, coordinator, n)
    assert count(address) == one


def test_an_organisation(mora, assessed, coordinator, count):
    party = assessed.parties.get()
    address = f"organisationer/{party.organisation_id}/"
    driver.fulfil_party(party, by=coordinator)
    one = count(address)
    for _ in range(2):
        case = driver.to_assessment(driver.send_in(mora), by=coordinator)
        driver.fulfil_party(case.parties.get(), by=coordinator)
    assert count(address) == one


def test_the_rules_themselves_are_asked_for_once_for_each_process(assessed, coordinator):
    client = driver.logged_in(coordinator)
    client.get(assessed.get_absolute_url())
    with CaptureQueriesContext(connection) as asked:
        for address in (assessed.get_absolute_url(), "/mora/", "/mora/riktlinje/", "/mora/initiativ/nytt/"):
            client.get(address)
    assert [query["sql"] for query in asked if '"rulesets_rulesetversion"."content"' in query["sql"]] == []
