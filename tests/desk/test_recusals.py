"""Jäv: who states it, what it stops, and who lifts it."""

import re

import pytest
from django.utils import timezone

from iop.cases.actions import edit_facts, open_task
from iop.cases.calendar import own_tasks
from iop.cases.machinery import Refused
from iop.cases.models import Recusal, Task
from iop.cases.recusals import lift, state
from iop.municipalities.permissions import Role
from tests.cases import driver


@pytest.fixture
def address(assessed) -> str:
    return f"/mora/arenden/{assessed.reference}/"


def send(user, address: str, **data):
    return driver.logged_in(user).post(address, data)


def test_one_states_the_own_and_is_told_on_every_page(assessed, coordinator, address):
    assert (
        send(coordinator, f"{address}jav/", **{"jav-person": coordinator.pk, "jav-why": "Min syster"}).status_code
        == 302
    )
    for tab in ("", "checklista/", "parter/", "yttranden/", "avtal/", "uppfoljning/", "akt/", "handelser/"):
        page = driver.logged_in(coordinator).get(f"{address}{tab}").content.decode()
        assert "Du är jävig i ärendet." in page
        buttons = re.sub(r"<noscript>.*?</noscript>", "", page, flags=re.DOTALL).count("<button")
        assert buttons == 1  # to log out
        assert page.count('type="radio"') == len(re.findall(r'type="radio"[^>]* disabled', page))
    record = assessed.records.last()
    assert (record.about, record.text) == (
        "Jäv: Karin Samordnare handlägger inte ärendet",
        "Anmält av personen själv. Min syster",
    )


def test_what_is_sent_all_the_same_is_refused_and_says_why(assessed, coordinator, address):
    state(assessed, coordinator, why="", by=coordinator)
    refused = send(coordinator, f"{address}svar/", rule="MOR-39", part="", subject=f"case:{assessed.pk}", value="yes")
    assert refused.status_code == 403
    assert "Karin Samordnare är jävig i ärendet" in refused.content.decode()
    assert not assessed.answers.exists()


def test_only_the_administrator_states_it_of_somebody_else(assessed, coordinator, reader, administrator, address):
    data = {"jav-person": coordinator.pk, "jav-why": ""}
    assert send(reader, f"{address}jav/", **data).status_code == 422
    assert not Recusal.objects.exists()
    assert send(administrator, f"{address}jav/", **data).status_code == 302
    assert Recusal.objects.get().person == coordinator
    assert send(administrator, f"{address}jav/", **data).status_code == 422  # once


def test_a_case_whose_coordinator_has_jav_asks_for_another(assessed, coordinator, administrator, mora):
    colleague = driver.person("Kim Kollega", mora, Role.COORDINATOR)
    state(assessed, coordinator, why="", by=coordinator)
    task = Task.objects.open().get(kind="new_coordinator")
    assert task in Task.objects.visible_to(colleague).mine(colleague, colleague.membership_in(mora.pk))
    page = driver.logged_in(colleague).get(f"/mora/arenden/{assessed.reference}/fakta/").content.decode()
    chooser = page[page.index('name="coordinator"') :]
    assert "Karin Samordnare" not in chooser[: chooser.index("</select>")]
    edit_facts(assessed, {"coordinator": colleague}, by=colleague)
    assert not Task.objects.open().filter(kind="new_coordinator").exists()


def test_an_administrator_names_another_where_the_only_coordinator_has_jav(
    assessed, coordinator, administrator, secretary, reader, mora, address
):
    state(assessed, coordinator, why="", by=coordinator)
    title = "Byt handläggare: Karin Samordnare är jävig"
    client = driver.logged_in(administrator)
    lists = {who: driver.logged_in(who).get("/mora/arbetsbord/").text for who in (administrator, secretary, reader)}
    assert [title in text for text in lists.values()] == [True, False, False]
    assert f'href="{address}#jav"' in lists[administrator]
    assert "Ingen annan här har rollen samordnare." in client.get(address).text
    kim = driver.person("Kim Kollega", mora, Role.COORDINATOR)
    assert 'name="byt-coordinator"' in client.get(address).text
    assert 'name="byt-coordinator"' not in driver.logged_in(secretary).get(address).text
    for nobody in (coordinator, reader):
        response = client.post(f"{address}jav/byt-handlaggare/", {"byt-coordinator": nobody.pk})
        assert response.status_code == 422 and "Välj ett giltigt alternativ." in response.text
    assert client.post(f"{address}jav/byt-handlaggare/", {"byt-coordinator": kim.pk}).status_code == 302
    assessed.refresh_from_db()
    assert assessed.coordinator == kim
    assert title not in client.get("/mora/arbetsbord/").text
    assert 'name="byt-coordinator"' not in client.get(address).text
    again = client.post(f"{address}jav/byt-handlaggare/", {"byt-coordinator": kim.pk})
    assert again.status_code == 422 and "Kim Kollega är redan handläggare eller jävig" in again.text


def test_her_worklist_is_without_the_case(assessed, coordinator):
    client = driver.logged_in(coordinator)
    assert assessed.title in client.get("/mora/arbetsbord/").text
    state(assessed, coordinator, why="", by=coordinator)
    assert assessed.tasks.open().exists()
    for view, there in (("mina", False), ("mina-vantar", False), ("alla", True)):
        assert (assessed.title in client.get(f"/mora/arbetsbord/?visa={view}").text) is there


def test_nor_does_it_stand_in_her_calendar(assessed, coordinator, mora):
    open_task(assessed, "meeting", title="Möte", due=timezone.localdate(), person=coordinator)
    assert own_tasks(coordinator, mora).exists()
    state(assessed, coordinator, why="", by=coordinator)
    assert not own_tasks(coordinator, mora).exists()


def test_she_is_not_made_coordinator_again(assessed, coordinator, mora):
    colleague = driver.person("Kim Kollega", mora, Role.COORDINATOR)
    state(assessed, coordinator, why="", by=coordinator)
    edit_facts(assessed, {"coordinator": colleague}, by=colleague)
    with pytest.raises(Refused, match="jävig"):
        edit_facts(assessed, {"coordinator": coordinator}, by=colleague)


def test_it_is_lifted_by_another_administrator_with_a_reason(assessed, administrator, mora, address):
    other = driver.person("Ale Administratör", mora, Role.ADMINISTRATOR)
    recusal = state(assessed, administrator, why="", by=administrator)
    with pytest.raises(Refused, match="kan inte själv"):
        lift(recusal, why="Jo", by=administrator)
    send(other, f"{address}jav/{recusal.pk}/hav/", why=" ")
    assert Recusal.objects.in_force().exists()
    send(other, f"{address}jav/{recusal.pk}/hav/", why="De är inte släkt.")
    assert not Recusal.objects.in_force().exists()
    assert assessed.records.last().about == "Jäv hävt: Ada Administratör"


@pytest.mark.parametrize("role", ["coordinator", "secretary", "adviser", "reader"])
def test_others_do_not_lift_it(assessed, role, administrator, address, request):
    recusal = state(assessed, administrator, why="", by=administrator)
    assert send(request.getfixturevalue(role), f"{address}jav/{recusal.pk}/hav/", why="x").status_code == 403


def test_a_stranger_finds_nothing(assessed, neighbour, coordinator, address):
    recusal = state(assessed, coordinator, why="", by=coordinator)
    assert send(neighbour, f"{address}jav/").status_code == 404
    assert send(neighbour, f"{address}jav/{recusal.pk}/hav/").status_code == 404
