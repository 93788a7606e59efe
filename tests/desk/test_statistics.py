"""The page of the municipality's figures and of what its guideline asks to be looked over."""

from datetime import date

import pytest
from django.utils import timezone

from iop.cases.actions import close, record_decision
from iop.cases.duties import open_due
from iop.cases.models import Duty, Task
from iop.cases.secrecy import mark_secret
from iop.desk.views.statistics import by_year
from tests.cases import driver

YEAR = timezone.localdate().year
ADDRESS = "/mora/statistik/"


def test_mor_23_mor_06_initiatives_and_both_outcomes_are_counted(in_force, mora, coordinator):
    refused = driver.to_assessment(driver.send_in(mora), by=coordinator)
    decided = {"body": mora.units.get(name="Socialnämnden"), "decided_on": timezone.localdate()}
    close(refused, outcome="not_suitable", why="Det finns en marknad.", by=coordinator, **decided)
    secret = driver.to_assessment(driver.send_in(mora), by=coordinator)
    mark_secret(secret, ground="26 kap. 1 § OSL", by=coordinator)
    record_decision(secret, kind="agreement", outcome="no", by=coordinator, **decided)
    assert by_year(mora) == [{"year": YEAR, "came": 3, "yes": 1, "no": 1, "not_proceed": 1}]


def test_a_year_of_decisions_alone_stands_there_too(mora, coordinator):
    case = driver.to_assessment(driver.send_in(mora), by=coordinator)
    body = mora.units.get(name="Socialnämnden")
    record_decision(case, kind="agreement", outcome="yes", body=body, decided_on=date(2020, 3, 1), by=coordinator)
    assert [(row["year"], row["came"], row["yes"]) for row in by_year(mora)] == [(YEAR, 1, 0), (2020, 0, 1)]


def test_the_word_application_is_not_used(mora, reader):
    """T17: an IOP is nothing one applies for; only the guideline's own words say «ansökningar»."""
    driver.send_in(mora)
    page = driver.logged_in(reader).get(ADDRESS).content.decode()
    assert "Inkomna initiativ" in page
    assert page.count("nsökningar") == 2  # the quote, and our reading of it


def test_on_a_phone_where_no_heading_is_seen_each_figure_says_what_it_is(mora, reader):
    driver.send_in(mora)
    page = driver.logged_in(reader).get(ADDRESS).text
    assert '<td class="num" data-label="Inkomna initiativ:">1</td>' in page
    assert page.count("data-label=") == page.count('<td class="num"') == 4


@pytest.fixture
def duty(mora) -> Duty:
    return open_due(mora, date(YEAR + 1, 1, 1))[0]


def test_it_leads_there_from_the_worklist(mora, administrator, duty):
    client = driver.logged_in(administrator)
    page = client.get("/mora/arbetsbord/").content.decode()
    assert f'<a href="{ADDRESS}#uppdrag-{duty.pk}">Följ upp siffrorna: tiden 1 januari {YEAR}' in page
    assert "Pågår" in client.get(ADDRESS).content.decode()


def test_it_is_finished_with_what_came_of_it(mora, coordinator, duty):
    client = driver.logged_in(coordinator)
    address = f"{ADDRESS}{duty.pk}/klar/"
    empty = client.post(address, {f"duty-{duty.pk}-outcome": ""})
    assert empty.status_code == 422
    client.post(address, {f"duty-{duty.pk}-outcome": "Tre initiativ. Inget ändras."})
    assert "Tre initiativ. Inget ändras." in client.get(ADDRESS).content.decode()
    assert not Task.objects.open().filter(subject_kind="duty").exists()
    again = client.post(address, {f"duty-{duty.pk}-outcome": "En gång till."})
    assert again.status_code in (404, 422)
    assert Duty.objects.get(pk=duty.pk).outcome == "Tre initiativ. Inget ändras."


def test_a_review_without_a_day_is_begun_by_hand(mora, administrator):
    client = driver.logged_in(administrator)
    client.post(f"{ADDRESS}MOR-22/borja/", {"MOR-22-because": "Revisionen frågar"})
    assert Duty.objects.get().because == "Revisionen frågar"
    assert client.post(f"{ADDRESS}MOR-01/borja/", {"MOR-01-because": "x"}).status_code == 404


@pytest.mark.parametrize("role", ["reader", "secretary", "adviser"])
def test_others_only_look(role, mora, duty, request):
    client = driver.logged_in(request.getfixturevalue(role))
    assert client.get(ADDRESS).status_code == 200
    assert client.post(f"{ADDRESS}{duty.pk}/klar/", {}).status_code == 403
    assert client.post(f"{ADDRESS}MOR-22/borja/", {}).status_code == 403


def test_a_neighbour_finds_nothing(neighbour, duty):
    client = driver.logged_in(neighbour)
    assert client.get(ADDRESS).status_code == 404
    assert client.post(f"{ADDRESS}{duty.pk}/klar/", {}).status_code == 404
    assert client.post(f"/gavle/statistik/{duty.pk}/klar/", {}).status_code in (403, 404)
