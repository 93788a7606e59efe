"""The page where a coordinator publishes a partnership, and what the timeline tells of it."""

import re

import pytest

from followup.models import Publication
from iop.cases.secrecy import mark_secret
from iop.desk.events import events_of
from tests.cases import driver
from tests.register import TEXTS, put_in_register


@pytest.fixture
def address(in_force) -> str:
    return f"/mora/arenden/{in_force.case.reference}/register/"


@pytest.fixture
def client(coordinator):
    return driver.logged_in(coordinator)


def found(page: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def everything(in_force) -> dict:
    return TEXTS | {"contributions": [str(row.pk) for row in in_force.contributions.all()]}


def test_write_look_publish_and_take_back(client, address, in_force, coordinator):
    page = client.get(address).text
    assert "Publicera i registret" not in page
    assert client.post(f"{address}spara/", everything(in_force) | {"opened": found(page, "opened")}).status_code == 302
    page = client.get(address).text
    assert "Så kommer det att se ut" in page and TEXTS["description"] in page
    client.post(f"{address}publicera/", {"looked_at": found(page, "looked_at")})
    public = driver.logged_in(None).get(Publication.objects.get().get_absolute_url())
    assert TEXTS["description"] in public.text
    page = client.get(address).text
    assert "Så står det" in page and "Publicera ändringarna" not in page
    client.post(f"{address}ta-bort/")
    assert Publication.objects.get().published_at is None
    told = [event for event in events_of(in_force.case, coordinator) if "öppna registret" in event.sentence]
    assert [(event.sentence, event.by) for event in told] == [
        ("Partnerskapet togs bort ur det öppna registret", coordinator.name),
        ("Partnerskapet publicerades i det öppna registret", coordinator.name),
    ]


def test_published_anew_the_timeline_tells_what_was_changed(in_force, coordinator):
    put_in_register(in_force.case, by=coordinator)
    put_in_register(in_force.case, by=coordinator, results="Nu sextio.")
    [event] = [event for event in events_of(in_force.case, coordinator) if "på nytt" in event.sentence]
    assert TEXTS["results"] in event.before and "Nu sextio." in event.after


def test_a_stale_look_publishes_nothing(client, address, in_force):
    client.post(f"{address}spara/", everything(in_force))
    page = client.post(f"{address}publicera/", {"looked_at": "x" * 20}, follow=True).text
    assert "Något har ändrats sedan du tittade" in page
    assert Publication.objects.get().published_at is None


@pytest.mark.parametrize("wrong", [{"title": ""}, {"title": "x" * 151}, {"description": ""}, {"contributions": ["0"]}])
def test_what_is_wrong_is_told(client, address, in_force, wrong):
    assert client.post(f"{address}spara/", everything(in_force) | wrong).status_code == 422
    assert not Publication.objects.exists()


def test_two_coordinators_lose_nothing(client, address, in_force):
    opened = found(client.get(address).text, "opened")
    client.post(f"{address}spara/", everything(in_force) | {"opened": opened})
    page = client.post(f"{address}spara/", everything(in_force) | {"opened": opened, "results": "Mitt eget."})
    assert page.status_code == 422
    assert "Mitt eget." in page.text and TEXTS["results"] in page.text
    assert Publication.objects.get().results == TEXTS["results"]


def test_what_a_colleague_ticked_is_told_in_words(client, address, in_force):
    opened = found(client.get(address).text, "opened")
    ours, theirs = (str(row.pk) for row in in_force.contributions.order_by("-party"))
    client.post(f"{address}spara/", everything(in_force) | {"opened": opened, "contributions": [ours]})
    page = client.post(f"{address}spara/", everything(in_force) | {"opened": opened, "contributions": [theirs]})
    sides = {"Lokal (Språkbron)", "Lokal (Mora kommun)"}
    [told] = page.context["form"].theirs.values()
    assert page.status_code == 422 and told in sides
    assert Publication.objects.get().left_out == [int(theirs)]


def test_of_a_secret_case_nothing_can_be_written(client, address, in_force, coordinator):
    mark_secret(in_force.case, ground="26 kap. 1 § OSL", by=coordinator)
    page = client.get(address).text
    assert "sekretessmarkerat och kan inte publiceras" in page and "<textarea" not in page
    client.post(f"{address}spara/", everything(in_force))
    client.post(f"{address}publicera/", {})
    assert not Publication.objects.exists()


def test_others_look_and_have_no_buttons(address, in_force, coordinator, reader):
    put_in_register(in_force.case, by=coordinator)
    page = driver.logged_in(reader).get(address).text
    assert TEXTS["description"] in page
    assert "Ta bort ur registret" not in page and "Spara texten" not in page


def test_before_there_is_a_partnership_the_page_says_so(client, case):
    page = client.get(f"/mora/arenden/{case.reference}/register/").text
    assert "förrän ett avtal har börjat gälla" in page
