"""A draft of the agreement: shared by a coordinator, commented on point by point; between equals, written together."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from agreements.actions import take_wording, write_point
from agreements.models import CommentKind, DraftComment, SharedDraft
from agreements.sharing import share
from iop.cases.machinery import Refused
from iop.cases.models import TaskKind
from iop.cases.opened import marks_of
from iop.cases.secrecy import mark_secret
from iop.municipalities.permissions import Role
from tests.cases import driver
from tests.mine import people
from tests.mine.people import at

ANNA = "anna@sprakbron.example"
SOON = timezone.localdate() + timedelta(days=9)


@pytest.fixture
def point(agreement):
    first = agreement.points.first()
    return write_point(agreement, first, text="Vi ses varje vecka.", state="used")


@pytest.fixture
def shared(agreement, point, coordinator) -> SharedDraft:
    return share(agreement, note="Läs gärna punkt ett.", answer_by=SOON, by=coordinator, absolute=driver.absolute)


def desk(case, path: str = "avtal/") -> str:
    return f"/mora/arenden/{case.reference}/{path}"


def test_a_coordinator_shares_it_and_those_who_see_the_case_get_a_letter(
    agreement, point, coordinator, anna, django_capture_on_commit_callbacks
):
    case, client = agreement.case, driver.logged_in(coordinator)
    assert "blir sannolikt en allmän handling" in client.get(desk(case)).text
    assert anna.get(at(case, "utkast/")).status_code == 404
    with django_capture_on_commit_callbacks(execute=True):
        client.post(desk(case, "avtal/dela/"), {"dela-note": "Läs", "dela-answer_by": SOON.isoformat()})
    letter = mail.outbox[-1]
    assert letter.to == [ANNA] and at(case, "utkast/") in letter.body and "allmän handling" in letter.body
    record = SharedDraft.objects.get().record
    assert (record.direction, record.files.get().name[:4]) == ("out", "IOP-")
    assert record.text == letter.body and "Läs\n" in record.text
    assert case.tasks.open().get(kind=TaskKind.COMPLETION).due == SOON
    page = anna.get(at(case)).text
    assert f'<a href="{at(case, "utkast/")}">Läs utkastet och lämna synpunkter</a>, senast {SOON.day} ' in page
    page = anna.get(at(case, "utkast/")).text
    assert "Vi ses varje vecka." in page and "sökande" not in page


def test_the_page_tells_what_the_document_takes_from_the_case(agreement, point, coordinator, anna):
    case, party = agreement.case, agreement.case.parties.get()
    case.contributions.all().delete()
    case.contributions.create(party=party, kind="hours", what="Ideell tid", hours_per_year=1500, value_per_year=None)
    case.contributions.create(party=None, kind="premises", what="Lokal", value_per_year=24000, basis="hyra")
    agreement.start, agreement.end, agreement.follow_up_months = SOON, None, 12
    agreement.save()
    share(agreement, by=coordinator, absolute=driver.absolute)
    case.contributions.all().delete()  # it stays as it was shown
    page = anna.get(at(case, "utkast/")).text.replace("\u00a0", " ")
    assert "och tills vidare." in page and "Uppföljning görs varje år." in page
    assert "Språkbron bidrar varje år med" in page and "Ideell tid: 1 500 timmar, värderas inte" in page
    assert "Mora kommun bidrar varje år med" in page and "Lokal: 24 000 kr" in page


def test_a_draft_without_a_day_says_so(agreement, point, coordinator, anna):
    share(agreement, by=coordinator, absolute=driver.absolute)
    page, case = anna.get(at(agreement.case)).text, agreement.case
    assert 'Läs utkastet och lämna synpunkter</a>, <span class="muted">ingen dag satt</span>' in page
    anna.post(at(case, "utkast/"), {"point": point.pk, "kind": "comment", "text": "Bra.", "name": "Bo"})
    assert "Inget väntar på er just nu." in anna.get(at(case)).text


def test_what_is_written_afterwards_is_not_in_it(agreement, point, shared, anna):
    write_point(agreement, point, text="HEMLIGT ännu", state="used")
    page = anna.get(at(agreement.case, "utkast/")).text
    assert "Vi ses varje vecka." in page and "HEMLIGT ännu" not in page


def test_a_comment_lands_in_the_case_and_is_read(agreement, point, shared, anna, coordinator):
    case, said = agreement.case, {"point": point.pk, "kind": "comment", "text": "Varannan vecka räcker.", "name": "Bo"}
    response = anna.post(at(case, "utkast/"), said)
    assert response["Location"] == at(case, f"utkast/#punkt-{point.pk}")
    anna.post(at(case, "utkast/"), said)  # twice is once
    row = DraftComment.objects.get()
    assert row.record.counterpart == f"Bo ({ANNA}), Språkbron"
    assert row.record.about == f"Synpunkt om utkastet: {point.heading}"
    assert "Varannan vecka räcker." in anna.get(at(case, "utkast/")).text
    (asked,) = anna.get(at(case)).context["row"].asked  # until its day there may be more to say
    assert (asked.due, asked.so_far) == (SOON, "ni har lämnat synpunkter")
    SharedDraft.objects.update(answer_by=timezone.localdate() - timedelta(days=1))
    assert "Inget väntar på er just nu." in anna.get(at(case)).text
    assert not case.tasks.open().filter(kind=TaskKind.COMPLETION).exists()
    client = driver.logged_in(coordinator)
    page = client.get(desk(case)).text
    assert "Varannan vecka räcker." in page and "Synpunkterna är lästa" in page
    client.post(desk(case, "avtal/synpunkter-lasta/"), {"seen": "0"})  # from a page that was opened before it came
    assert "Det har kommit fler synpunkter." in client.get(desk(case)).text
    assert case.tasks.open().filter(kind=TaskKind.READ_ANSWER).exists()
    share(agreement, by=coordinator, absolute=driver.absolute)  # what has not been read is not put away by a newer one
    page = client.get(desk(case)).text
    assert "Varannan vecka räcker." in page and case.tasks.open().filter(kind=TaskKind.READ_ANSWER).exists()
    assert "Varannan vecka räcker." in anna.get(at(case, "utkast/")).text
    client.post(desk(case, "avtal/synpunkter-lasta/"), {"seen": "1"})
    assert "Synpunkterna är lästa</button>" not in client.get(desk(case)).text
    assert not case.tasks.open().filter(kind=TaskKind.READ_ANSWER).exists()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"kind": "comment", "text": " ", "name": "Bo"}, "Skriv vad ni vill säga."),
        ({"kind": "comment", "text": "Hej", "name": ""}, "Skriv ditt namn."),
        ({"kind": "comment", "text": "Hej", "name": "Bo", "point": 999999}, "Punkten finns inte i utkastet."),
        ({"kind": "wording", "text": "Hej", "name": "Bo"}, 'class="errors"'),
        ({"kind": "agreed", "name": "Bo"}, 'class="errors"'),
    ],
)
def test_what_cannot_be_said_is_told(agreement, point, shared, anna, said, told):
    response = anna.post(at(agreement.case, "utkast/"), {"point": point.pk} | said)
    assert response.status_code == 422 and told in response.text
    assert not DraftComment.objects.exists()


def test_nothing_is_shared_that_is_not_written_or_that_nobody_would_read(agreement, coordinator):
    how = {"by": coordinator, "absolute": driver.absolute}
    with pytest.raises(Refused, match="Inget är skrivet än"):
        share(agreement, **how)
    write_point(agreement, agreement.points.first(), text="Något", state="used")
    agreement.case.parties.get().accesses.update(ended_at=timezone.now(), ended_by=coordinator)
    with pytest.raises(Refused, match="Bjud in någon"):
        share(agreement, **how)


def test_when_it_goes_to_decision_nothing_more_is_said(agreement, point, shared, anna, coordinator):
    driver.to_decision(agreement, by=coordinator)
    case = agreement.case
    assert anna.get(at(case, "utkast/")).status_code == 404
    assert not case.tasks.open().filter(kind=TaskKind.COMPLETION).exists()


def test_a_secret_draft_is_shown_to_nobody_on_these_pages(agreement, shared, anna, coordinator):
    mark_secret(shared.record, ground="OSL", by=coordinator)
    assert anna.get(at(agreement.case, "utkast/")).status_code == 404
    assert "utkast" not in anna.get(at(agreement.case)).text.lower()


# Between equals


@pytest.fixture
def of_equals(db):
    place = driver.municipality("botkyrka")
    coordinator = driver.person("Kim", place, Role.COORDINATOR)
    case = driver.to_assessment(driver.send_in(place), by=coordinator)
    agreement = driver.to_drafting(case, by=coordinator)
    point = agreement.points.first()
    write_point(agreement, point, text="Kommunen bestämmer.", state="used")
    share(agreement, by=coordinator, absolute=driver.absolute)
    return agreement


def test_equals_propose_wording_and_confirm(of_equals):
    case, point, anna = of_equals.case, of_equals.points.first(), people.logged_in(ANNA)
    address = at(case, "utkast/")
    page = anna.get(address).text
    assert "Ni och kommunen skriver det här tillsammans." in page and "sökande" not in page.lower()
    anna.post(address, {"point": point.pk, "kind": "wording", "text": "Vi bestämmer tillsammans.", "name": "Anna"})
    SharedDraft.objects.update(answer_by=SOON)
    assert "Läs utkastet och lämna synpunkter</a>, senast" in anna.get(at(case)).text
    anna.post(address, {"point": 0, "kind": "agreed", "name": "Anna"})
    assert "Läs utkastet och lämna synpunkter</a>, senast" not in anna.get(at(case)).text
    rows = [(row.kind, row.heading, row.record.about) for row in DraftComment.objects.all()]
    assert rows == [
        (CommentKind.WORDING, point.heading, f"Förslag till ordalydelse om utkastet: {point.heading}"),
        (CommentKind.AGREED, "Hela utkastet", "Vi är överens om utkastet: Hela utkastet"),
    ]


def test_no_page_calls_the_organisation_an_applicant(of_equals):
    anna = people.logged_in(ANNA)
    for path in ("", "utkast/", "personer/", "aterta/", "skriv/"):
        assert "sökande" not in anna.get(at(of_equals.case, path)).text.lower()


def test_a_coordinator_takes_a_wording_into_its_point(of_equals):
    case, point, anna = of_equals.case, of_equals.points.first(), people.logged_in(ANNA)
    said = {"point": point.pk, "kind": "wording", "text": "Vi bestämmer tillsammans.", "name": "Anna"}
    anna.post(at(case, "utkast/"), said)
    one, desk = DraftComment.objects.get(), driver.logged_in(case.coordinator)
    page, place = f"/botkyrka/arenden/{case.reference}/", f"avtal/forslag/{one.pk}/for-in/"
    assert "För in i punkten" in desk.get(f"{page}avtal/").text
    seen = marks_of({"text": point.text})

    write_point(of_equals, point, text="En kollegas ord.", state="used")  # meanwhile
    for opened in ({}, {"opened": seen}):
        shown = desk.post(page + place, opened, follow=True).text
        assert "Någon annan har ändrat" in shown and "Ersätt med förslaget" in shown
        assert shown.count("En kollegas ord.") > 1 and "Vi bestämmer tillsammans." in shown
    point.refresh_from_db()
    assert point.text == "En kollegas ord."

    shown = desk.post(page + place, {"opened": marks_of({"text": point.text})}, follow=True).text
    point.refresh_from_db()
    assert point.text == "Vi bestämmer tillsammans." and "punkten lyder så" in shown
    assert "punkten lyder så nu" in anna.get(at(case, "utkast/")).text
    about = f"Ordalydelse från Språkbron införd i punkten {point.heading}"
    assert (case.records.last().about, case.records.last().by) == (about, case.coordinator)
    assert about in desk.get(f"{page}handelser/").text
    assert "lyder redan som förslaget" in desk.post(page + place, follow=True).text


def test_only_an_open_wording_is_taken(of_equals):
    case, point, anna = of_equals.case, of_equals.points.first(), people.logged_in(ANNA)
    for kind in ("comment", "wording"):
        anna.post(at(case, "utkast/"), {"point": point.pk, "kind": kind, "text": "HEMLIGT", "name": "Anna"})
    comment, wording = DraftComment.objects.all()
    mark_secret(wording.record, ground="OSL", by=case.coordinator)
    for one in (comment, DraftComment.objects.get(pk=wording.pk)):
        with pytest.raises(Refused, match="Bara ett öppet förslag"):
            take_wording(one, by=case.coordinator)
