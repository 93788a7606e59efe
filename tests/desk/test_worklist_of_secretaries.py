"""What lies with the committee's secretary: decisions and signatures, and what the coordinator does after them."""

from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone

from agreements.actions import enter_signatures, take_back
from tests.cases import driver


def mine(user) -> list[str]:
    page = driver.logged_in(user).get("/mora/arbetsbord/").context["page"]
    return [task.title for task in page]


def next_step(agreement, user) -> str:
    task = driver.logged_in(user).get(agreement.case.get_absolute_url()).context["next_task"]
    return task.title if task else ""


def test_a_proposal_lies_with_the_secretary_until_it_is_decided(proposed, secretary, coordinator, reader, adviser):
    assert mine(secretary) == mine(coordinator) == ["Beslut om avtalet"]
    assert mine(reader) == mine(adviser) == []
    page = driver.logged_in(secretary).get("/mora/arbetsbord/").text
    assert "<td>nämndsekreterare</td>" in page
    driver.yes(proposed, by=secretary)
    assert mine(secretary) == ["Underskrifter på avtalet"]


@pytest.mark.parametrize("outcome", ["no", "returned"])
def test_a_decision_takes_it_away(proposed, secretary, outcome):
    driver.yes(proposed, by=secretary, outcome=outcome)
    assert mine(secretary) == []


def test_taking_the_proposal_back_takes_it_away(proposed, secretary, coordinator):
    take_back(proposed, by=coordinator, absolute=driver.absolute, why="Fel dag.")
    assert mine(secretary) == []


def test_the_last_signature_gives_the_step_to_the_coordinator(signing, secretary, coordinator):
    assert next_step(signing, coordinator) == "Underskrifter på avtalet"
    driver.sign(signing, by=secretary)
    assert mine(secretary) == []
    assert mine(coordinator) == ["Låt avtalet börja gälla"]
    assert next_step(signing, coordinator) == "Låt avtalet börja gälla"
    assert signing.case.records.get(about="Undertecknat avtal, skannat exemplar").direction == "in"


def test_while_a_side_has_not_signed_it_stays(signing, secretary):
    today = timezone.localdate()
    who = {"name": "Ulla", "role": "ordförande", "ground": "firmatecknare", "signed_on": today}
    enter_signatures(signing, [{"party": None, **who}], scan=driver.pdf(), by=secretary)
    assert mine(secretary) == ["Underskrifter på avtalet"]


def test_taken_back_after_the_signatures_nothing_waits(signing, secretary, coordinator):
    driver.sign(signing, by=secretary)
    take_back(signing, by=coordinator, absolute=driver.absolute, why="Fel dag.")
    assert mine(coordinator) == ["Skriv, besluta och underteckna avtalet"]  # at the writing desk again


def test_in_force_nothing_of_it_waits(in_force, coordinator):
    assert {task.kind for task in in_force.case.tasks.open()} == {"follow_up", "term_ends"}


@pytest.mark.parametrize(
    ("make", "stage"), [("agreement", "Avtalsskrivning"), ("proposed", "Beslut"), ("signing", "Undertecknande")]
)
def test_the_list_of_cases_tells_where_the_agreement_lies(request, coordinator, mora, make, stage):
    request.getfixturevalue(make)
    client = driver.logged_in(coordinator)
    assert f"<td>{stage}</td>" in client.get("/mora/arenden/").text
    found = {key: len(client.get(f"/mora/arenden/?skede={key}").context["page"]) for key in ("decision", "signing")}
    assert found == {"decision": int(stage == "Beslut"), "signing": int(stage == "Undertecknande")}
    page = client.get("/mora/arenden/?skede=agreement").text
    assert f"<td>{stage}</td>" in page and 'href="?skede=decision"' in page and 'href="?skede=signing"' in page


# Agreements that lay there before there were such tasks


@pytest.fixture
def give_tasks():
    migration = import_module("agreements.migrations.0004_tasks_of_those_who_decide")
    return lambda: migration.give_tasks(apps, None)


def test_what_lay_for_signing_already_is_shown_to_secretaries(signing, secretary, give_tasks):
    signing.case.tasks.update(role="")
    give_tasks()
    assert mine(secretary) == ["Underskrifter på avtalet"]
