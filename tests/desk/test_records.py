"""The case file, the events and the follow-ups of a case on their pages."""

from datetime import timedelta

import pytest
from django.utils import timezone

from followup.models import FollowUp
from iop.cases.actions import make_override
from tests.cases import driver

TODAY = timezone.localdate()
RECORD = {"direction": "in", "day": TODAY, "counterpart": "Länsstyrelsen", "about": "Brev", "text": "Hej."}


def keep(case, user, **data):
    return driver.logged_in(user).post(f"/mora/arenden/{case.reference}/akt/ny/", RECORD | data)


@pytest.mark.parametrize("who", ["coordinator", "secretary"])
def test_keeping_a_record(assessed, request, who):
    user = request.getfixturevalue(who)
    assert keep(assessed, user, file=driver.pdf("brev.pdf")).status_code == 302
    record = assessed.records.last()
    assert (record.number, record.about, record.counterpart, record.by) == (3, "Brev", "Länsstyrelsen", user)
    page = driver.logged_in(user).get(f"{assessed.get_absolute_url()}akt/").text
    assert f'href="/mora/arenden/{assessed.reference}/akt/filer/{record.files.get().pk}/">brev.pdf</a>' in page


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"about": ""}, "Vad gäller handlingen: Detta fält måste fyllas i."),
        ({"direction": "bakåt"}, "Välj ett giltigt alternativ."),
        ({"day": TODAY + timedelta(days=1)}, "Dagen ligger i framtiden."),
        ({"day": "i går"}, "Skriv dagen som år-månad-dag, till exempel 2026-11-03."),
        ({"file": driver.pdf("brev.exe")}, "Filen «brev.exe» går inte att ta emot."),
    ],
)
def test_a_record_that_cannot_be_kept(assessed, coordinator, data, told):
    response = keep(assessed, coordinator, text="Ett långt brev.", **data)
    assert response.status_code == 422
    assert told in response.text
    assert "Ett långt brev." in response.text
    assert assessed.records.count() == 2


def test_events_tell_who_did_what_newest_first(assessed, coordinator):
    driver.fulfil(assessed, by=coordinator)
    assessed.answers.filter(rule="MOR-39").update(value="no")
    (finding,) = assessed.findings_before("dialogue")
    make_override(assessed, finding, reason="Nyttan är klar.", by=coordinator)
    assessed.move_to("dialogue", by=coordinator)
    page = driver.logged_in(coordinator).get(f"{assessed.get_absolute_url()}handelser/")
    told = [(event.sentence, event.by, event.detail) for event in page.context["events"]]
    assert told[0] == ("Dialogen inleddes", "Karin Samordnare", "")
    assert told[1] == (
        "Avsteg: Verksamheten bidrar till lokal utveckling för att lösa en samhällsutmaning – inte uppfyllt",
        "Karin Samordnare",
        "Nyttan är klar.",
    )
    sentences = [sentence for sentence, *_ in told]
    assert "Bedömningen började" in sentences
    assert "Handling 1: Initiativ: Språkcafé på biblioteket" in sentences
    assert "Stadgar, bolagsordning eller motsvarande, Språkbron: granskad" in sentences
    assert [event.at for event in page.context["events"]] == sorted(
        (event.at for event in page.context["events"]), reverse=True
    )


# Follow-ups


@pytest.fixture
def follow_up(in_force) -> FollowUp:
    FollowUp.objects.update(due=TODAY)
    return FollowUp.objects.get()


def hold(follow_up, user, **data):
    whole = {"held_on": TODAY, "participants": "Alla", "progress": "Det går bra.", "lessons": "Börja i tid."} | data
    whole = {f"uppf-{follow_up.pk}-{name}": value for name, value in whole.items()}
    return driver.logged_in(user).post(
        f"/mora/arenden/{follow_up.agreement.case.reference}/uppfoljning/{follow_up.pk}/", whole
    )


def test_holding_a_follow_up(follow_up, coordinator):
    assert hold(follow_up, coordinator)["Location"] == (
        f"/mora/arenden/{follow_up.agreement.case.reference}/uppfoljning/"
    )
    follow_up.refresh_from_db()
    assert (follow_up.held_on, follow_up.progress, FollowUp.objects.count()) == (TODAY, "Det går bra.", 2)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"progress": ""}, "Detta fält måste fyllas i."),
        ({"participants": ""}, "Detta fält måste fyllas i."),
        ({"held_on": ""}, "Detta fält måste fyllas i."),
        ({"held_on": TODAY + timedelta(days=1)}, "Dagen ligger i framtiden. För in uppföljningen när den är gjord."),
    ],
)
def test_a_follow_up_that_is_not_whole(follow_up, coordinator, data, told):
    response = hold(follow_up, coordinator, **data)
    assert response.status_code == 422
    assert told in response.text
    assert "Börja i tid." in response.text
    assert FollowUp.objects.get().held_on is None
