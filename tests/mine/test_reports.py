"""The organisation's own part of a follow-up: asked for by its day, sent, read, and asked back to be corrected."""

from datetime import timedelta

import pytest
from django.utils import timezone

from followup.actions import hold
from followup.models import Report
from iop.cases.models import TaskKind
from iop.cases.secrecy import mark_secret
from tests.cases import driver
from tests.mine.people import at

SOON = timezone.localdate() + timedelta(days=9)
ASKED = "Skicka er del av uppföljningen"


@pytest.fixture
def follow_up(in_force):
    row = in_force.follow_ups.get()
    row.due = SOON
    row.save()
    return row


def test_it_is_asked_for_by_its_day_and_lands_with_the_follow_up(in_force, follow_up, anna, coordinator):
    case, desk = in_force.case, driver.logged_in(coordinator)
    address = at(case, f"uppfoljning/{follow_up.pk}/")
    for page in ("/mina-sidor/", at(case)):
        assert f'<a href="{address}">{ASKED}</a>, senast {SOON.day} ' in anna.get(page).text
    for _ in range(2):  # twice is once
        anna.post(address, {"text": "Tjugo kom varje kväll.", "name": "Anna"})
    record = Report.objects.get().message.record
    assert (record.direction, record.about.partition(" senast ")[0]) == ("in", "Meddelande: Vår del av uppföljningen")
    titles = case.tasks.open().filter(kind=TaskKind.READ_ANSWER).values_list("title", flat=True)
    assert list(titles) == ["Läs meddelandet från Anna, Språkbron"]
    page = anna.get(at(case)).text
    assert ASKED not in page and "ni har skickat er del" in page
    page = desk.get(f"/mora/arenden/{case.reference}/uppfoljning/").text
    assert "Tjugo kom varje kväll." in page and "brev/skriv/?slag=komplettering" in page
    driver.write_to(case, by=coordinator, subject="Rätta siffrorna", points=["Antal"], due=SOON)
    assert "Rätta siffrorna</a>, senast" in anna.get(at(case)).text
    mark_secret(record, ground="OSL", by=coordinator)
    reader = driver.logged_in(driver.person("Lars", case.municipality, "reader"))
    assert "Tjugo kom" not in reader.get(f"/mora/arenden/{case.reference}/uppfoljning/").text


def test_one_that_is_far_away_is_not_asked_for(in_force, anna):
    assert ASKED not in anna.get(at(in_force.case)).text


def test_what_is_written_when_it_is_too_late_is_shown_again(in_force, follow_up, anna, coordinator):
    said = {"participants": "Alla", "progress": "Bra.", "future": "", "lessons": "", "by": coordinator}
    hold(follow_up, held_on=timezone.localdate(), **said)
    sent = {"text": "Tjugo kom varje kväll.", "name": "Anna"}
    response = anna.post(at(in_force.case, f"uppfoljning/{follow_up.pk}/"), sent)
    assert response.status_code == 422 and "redan införd" in response.text and "Tjugo kom" in response.text


def test_another_cases_follow_up_does_not_exist(in_force, follow_up, mora, coordinator, anna):
    other = driver.send_in(mora)
    assert anna.get(at(other, f"uppfoljning/{follow_up.pk}/")).status_code == 404
