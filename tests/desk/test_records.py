"""The case file, the events and the follow-ups of a case on their pages."""

from datetime import timedelta

import pytest
from django.utils import timezone

from followup.models import FollowUp
from iop.cases.actions import add_record, make_override
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


def test_a_record_of_neither_text_nor_file_is_refused(assessed, coordinator):
    response = keep(assessed, coordinator, text=" ")
    assert response.context["form"].errors == {"text": ["Skriv vad som står i handlingen, eller välj en fil."]}
    assert assessed.records.count() == 2


# Secret from its first moment


def test_a_record_is_secret_as_it_is_put_in(assessed, coordinator, secretary, adviser, reader):
    """Also by one who may not mark what is there already."""
    hidden = {"about": "Läkarintyg", "text": "Blåklinten", "ground": "25 kap. 1 § OSL", "people": [adviser.pk]}
    assert keep(assessed, secretary, file=driver.pdf("blåklinten.pdf"), **hidden).status_code == 302
    record = assessed.records.last()
    assert (record.secret, record.secrecy_ground, set(record.cleared.all())) == (
        True,
        hidden["ground"],
        {secretary, adviser},
    )
    assert [row.secret for row in record.history.order_by("history_id")][-1]
    for user, seen in ((secretary, True), (adviser, True), (coordinator, True), (reader, False)):
        client = driver.logged_in(user)
        assert ("Läkarintyg" in client.get(f"{assessed.get_absolute_url()}akt/").text) == seen
        found = client.get("/mora/arenden/", {"q": "Blåklinten"}).context["page"]
        assert bool(list(found)) == seen


def test_people_without_a_ground_are_asked_about(assessed, coordinator, reader):
    response = keep(assessed, coordinator, text="Ett långt brev.", people=[reader.pk])
    assert response.status_code == 422
    assert "Skriv grunden, eller ta bort kryssen för vilka som får se handlingen." in response.text
    assert assessed.records.count() == 2


def test_a_long_case_file_has_one_list_of_people(assessed, coordinator, reader):
    """Those who may see a record are chosen on a page of its own."""
    client, address = driver.logged_in(coordinator), f"{assessed.get_absolute_url()}akt/"
    before = client.get(address).text.count('type="checkbox"')
    for _ in range(3):
        add_record(assessed, direction="in", about="Brev", by=coordinator)
    page = client.get(address).text
    assert page.count('type="checkbox"') == before
    assert f'href="{address}5/sekretess/"' in page
    assert client.get(f"{address}5/sekretess/").text.count('name="people"') == before


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
    came = "Initiativ: Språkcafé på biblioteket kom in från Anna Åkesson, Språkbron, som handling 1"
    assert came in sentences
    assert f'{came[:-10]}<a href="{assessed.get_absolute_url()}akt/#handling-1">handling 1</a>' in page.text
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
