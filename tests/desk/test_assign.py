"""Many cases at once to a coordinator; and who gets in to what lists can do."""

import re

import pytest
from django.utils import timezone

from iop.cases.actions import assign, close, open_task
from iop.cases.models import Case, Task
from iop.cases.recusals import state
from iop.desk.models import SavedFilter
from iop.municipalities.permissions import Role
from tests.cases import driver

TODAY = timezone.localdate()
ADDRESS = "/mora/arenden/handlaggare/"


@pytest.fixture
def colleague(mora):
    return driver.person("Åke Kollega", mora, Role.COORDINATOR)


@pytest.fixture
def cases(mora, coordinator):
    """One the coordinator's, one nobody's, one closed."""
    mine = driver.to_assessment(driver.send_in(mora, title="Mitt"), by=coordinator)
    closed = driver.to_assessment(driver.send_in(mora, title="Avslutat"), by=coordinator)
    close(closed, outcome="withdrawn", why="", by=coordinator)
    return {"mine": mine, "new": driver.send_in(mora, title="Nytt"), "closed": closed}


def send(user, cases, to, **more):
    data = {"rad": [case.pk for case in cases], "handlaggare": getattr(to, "pk", to), "fraga": "skede=alla"} | more
    return driver.logged_in(user).post(ADDRESS, data, follow=True)


def workers() -> dict[str, str]:
    return {case.title: case.coordinator.name if case.coordinator else "" for case in Case.objects.all()}


def test_ticked_cases_get_a_coordinator(cases, coordinator, colleague):
    history = {case.title: case.history.count() for case in cases.values()}
    response = send(coordinator, cases.values(), colleague)
    assert response.redirect_chain == [("/mora/arenden/?skede=alla", 302)]
    assert "2 ärenden har nu Åke Kollega som handläggare. 1 ändrades inte: avslutade," in response.text
    assert workers() == {"Mitt": "Åke Kollega", "Nytt": "Åke Kollega", "Avslutat": "Karin Samordnare"}
    now = {case.title: case.history.count() - history[case.title] for case in cases.values()}
    assert now == {"Mitt": 1, "Nytt": 1, "Avslutat": 0}
    latest = cases["mine"].history.first()
    assert (latest.history_user, latest.prev_record.coordinator) == (coordinator, coordinator)


def test_open_tasks_of_the_one_before_follow(cases, coordinator, colleague, adviser):
    mine = cases["mine"]
    hers = open_task(mine, "meeting", due=TODAY, person=coordinator)
    anothers = open_task(mine, "statement", due=TODAY, person=adviser)
    done = open_task(mine, "term_ends", due=TODAY, person=coordinator)
    Task.objects.filter(pk=done.pk).update(closed_at=timezone.now())
    assert assign(Case.objects.filter(pk=mine.pk), to=colleague, by=coordinator) == 1
    people = {task.pk: task.person for task in mine.tasks.all() if task.person}
    assert people == {hers.pk: colleague, anothers.pk: adviser, done.pk: coordinator}
    membership = colleague.membership_in(mine.municipality_id)
    assert set(Task.objects.open().mine(colleague, membership)) >= {hers}


def test_no_case_where_either_has_a_conflict_of_interest(cases, coordinator, colleague):
    state(cases["new"], colleague, why="Styrelseledamot.", by=colleague)
    assert "1 ändrades inte" in send(coordinator, [cases["new"], cases["mine"]], colleague).text
    assert workers() == {"Mitt": "Åke Kollega", "Nytt": "", "Avslutat": "Karin Samordnare"}
    state(cases["mine"], coordinator, why="Syster.", by=coordinator)
    assert assign(Case.objects.filter(pk=cases["mine"].pk), to=coordinator, by=colleague) == 0
    state(cases["new"], coordinator, why="Syster.", by=coordinator)
    assert assign(Case.objects.all(), to=colleague, by=coordinator) == 0


def test_everything_that_the_filters_give(cases, coordinator, colleague):
    send(coordinator, [], colleague, alla="1", fraga="skede=received")
    assert workers() == {"Mitt": "Karin Samordnare", "Nytt": "Åke Kollega", "Avslutat": "Karin Samordnare"}


def test_those_who_have_it_already_leave_no_trace(cases, coordinator):
    before = cases["mine"].history.count()
    assert assign(Case.objects.filter(pk=cases["mine"].pk), to=coordinator, by=coordinator) == 0
    assert cases["mine"].history.count() == before


@pytest.mark.parametrize("to", ["", "x", "-1", "9" * 40, "0"])
def test_nobody_chosen(cases, coordinator, to):
    assert "Välj vem som ska bli handläggare." in send(coordinator, cases.values(), to).text


def test_nobody_chosen_keeps_the_ticks(cases, coordinator):
    page = send(coordinator, [cases["mine"], cases["new"]], "").text
    assert len(re.findall('name="rad"[^>]* checked>', page)) == 2 and page.count('name="rad"') == 3


def test_only_coordinators_of_the_municipality(cases, coordinator, reader, neighbour, colleague):
    colleague.is_active = False
    colleague.save()
    before = workers()
    for other in (reader, neighbour, colleague):
        assert "Välj vem" in send(coordinator, cases.values(), other).text
    assert workers() == before


def test_nothing_ticked_and_too_much(cases, coordinator, colleague, monkeypatch):
    assert "Kryssa för de ärenden som ska få en handläggare." in send(coordinator, [], colleague).text
    monkeypatch.setattr("iop.desk.views.bulk.MOST_ASSIGNED", 1)
    before = workers()
    response = send(coordinator, cases.values(), colleague)
    assert "Högst 1 ärenden kan fördelas åt gången." in response.text
    assert workers() == before


def test_a_case_of_others_is_not_touched(cases, coordinator, colleague, gavle, neighbour):
    theirs = driver.send_in(gavle)
    assert "Kryssa för" in send(coordinator, [theirs], colleague).text
    theirs.refresh_from_db()
    assert theirs.coordinator is None


def test_all_on_the_page_are_ticked_without_script(cases, coordinator, reader):
    page = driver.logged_in(coordinator).get("/mora/arenden/?skede=alla&valj=alla").text
    assert page.count('name="rad"') == len(re.findall('name="rad"[^>]* checked>', page)) == 3
    assert "Tilldela" in page
    assert "Tilldela" not in driver.logged_in(reader).get("/mora/arenden/").text


def test_an_administrator_gives_the_cases_of_one_who_has_left(cases, administrator, colleague):
    assert "Tilldela" in driver.logged_in(administrator).get("/mora/arenden/").text
    send(administrator, [cases["mine"]], colleague)
    assert workers()["Mitt"] == "Åke Kollega"


# Every role × every address of the lists


@pytest.fixture
def addresses(cases, coordinator, mora) -> dict[str, str]:
    saved = SavedFilter.objects.create(municipality=mora, owner=coordinator, list="arenden", name="x")
    return {
        "export_chosen": "/mora/listor/arenden/valda/",
        "save_filter": "/mora/listor/arenden/filter/",
        "share_filter": f"/mora/listor/filter/{saved.pk}/dela/",
        "remove_filter": f"/mora/listor/filter/{saved.pk}/ta-bort/",
        "assign_coordinator": ADDRESS,
    }


def codes(addresses, client, method="post") -> dict[str, int]:
    return {name: getattr(client, method)(address).status_code for name, address in addresses.items()}


@pytest.mark.parametrize("role", Role.values)
def test_each_role(addresses, cast, role):
    owner = role == Role.COORDINATOR
    expected = dict.fromkeys(addresses, 302)
    expected |= {} if owner else {"share_filter": 404, "remove_filter": 404}
    expected |= {} if owner or role == Role.ADMINISTRATOR else {"assign_coordinator": 403}
    assert codes(addresses, driver.logged_in(cast[role])) == expected


def test_nobody_logged_in_and_strangers(addresses, neighbour):
    assert codes(addresses, driver.logged_in(None)) == dict.fromkeys(addresses, 403)
    assert codes(addresses, driver.logged_in(neighbour)) == dict.fromkeys(addresses, 404)
    moved = {name: address.replace("/mora/", "/gavle/") for name, address in addresses.items()}
    expected = dict.fromkeys(addresses, 302) | {"share_filter": 404, "remove_filter": 404}
    assert codes(moved, driver.logged_in(neighbour)) == expected


def test_what_is_sent_is_not_fetched(addresses, coordinator):
    client = driver.logged_in(coordinator)
    assert codes(addresses, client, "get") == dict.fromkeys(addresses, 405)
