"""Sending in an initiative: one case, one organisation, one record, one receipt."""

import uuid
from datetime import date

import pytest
from django.core import mail

from initiatives.actions import correct_origin, receipt_token, submit
from initiatives.models import Initiative
from iop.cases.letters import hash_of
from iop.cases.machinery import Refused
from iop.cases.models import Case
from partners.models import Organisation
from partners.numbers import written as written_number
from tests.cases import driver


@pytest.fixture
def send(mora, django_capture_on_commit_callbacks):
    def send(at=mora, submission=None, **other):
        with django_capture_on_commit_callbacks(execute=True):
            return submit(
                at,
                submission=submission or uuid.uuid4(),
                written=driver.written(**other),
                own_answers={"MOR-39": "ja"},
                absolute=driver.absolute,
                received_on=date(2026, 11, 3),
            )

    return send


def test_everything_that_follows(send, mora):
    initiative, token = send()
    case = initiative.case
    assert (case.municipality, case.stage, case.title, case.received_on) == (
        mora,
        "received",
        "Språkcafé på biblioteket",
        date(2026, 11, 3),
    )
    assert (initiative.origin, initiative.own_answers, initiative.stated_number) == (
        "organisation",
        {"MOR-39": "ja"},
        driver.number(1),
    )
    party = case.parties.get()
    assert (party.name, party.contact_name, party.contact_email) == (
        "Språkbron",
        "Anna Åkesson",
        "anna@sprakbron.example",
    )
    assert [task.kind for task in case.tasks.open().order_by("pk")] == ["receive", "diary"]
    assert initiative.token_hash == hash_of(token)


def test_the_record_is_what_was_written(send):
    record = send()[0].case.records.get(number=1)
    assert (record.number, record.direction, record.counterpart, record.day) == (
        1,
        "in",
        "Anna Åkesson, Språkbron",
        date(2026, 11, 3),
    )
    in_words = {
        "legal_form": "Associationsform: Ideell förening",
        "origin": "Hur idén kom till\nOrganisationen tog initiativet",
        "organisation_number": f"Organisationsnummer: {written_number(driver.number(1))}",
    }
    for text in (driver.written() | in_words).values():
        assert text in record.text
    assert "Bidrar verksamheten till att lösa en samhällsutmaning i Mora?\nJa" in record.text


def test_the_receipt_goes_to_the_writer_after_commit(send, mora):
    initiative, token = send()
    (letter,) = mail.outbox
    assert (letter.subject, letter.to, letter.reply_to) == (
        "Vi har tagit emot ert initiativ IOP-2026-0001, Mora kommun",
        ["anna@sprakbron.example"],
        ["iop@mora.example"],
    )
    assert f"https://iop.example/mora/initiativ/kvitto/{token}/" in letter.body
    submit(mora, submission=uuid.uuid4(), written=driver.written(), own_answers={}, absolute=driver.absolute)
    assert len(mail.outbox) == 1


def test_the_same_form_twice_is_one_case_one_letter_one_receipt(send):
    submission = uuid.uuid4()
    first, second = send(submission=submission), send(submission=submission)
    assert first == second
    assert (Case.objects.count(), Organisation.objects.count(), len(mail.outbox)) == (1, 1, 1)


def test_sent_again_with_other_words_the_words_are_kept(send):
    submission = uuid.uuid4()
    case = send(submission=submission)[0].case
    for _ in range(2):
        send(submission=submission, idea="Tre kvällar i veckan.")
    kept = case.records.filter(about="Ändrad text till initiativet: Språkcafé på biblioteket")
    assert [(record.direction, record.text) for record in kept] == [("in", "Tre kvällar i veckan.")]
    assert Initiative.objects.get().idea == driver.written()["idea"]


def test_the_receipt_is_kept_without_its_link(send):
    initiative, token = send()
    record = initiative.case.records.get(number=2)
    assert (record.direction, record.counterpart, record.about) == (
        "out",
        "anna@sprakbron.example",
        "Vi har tagit emot ert initiativ IOP-2026-0001, Mora kommun",
    )
    assert "[personlig länk]" in record.text and token not in record.text


def test_the_same_form_to_another_municipality_makes_no_second_case(send, gavle):
    submission = uuid.uuid4()
    first = send(submission=submission)
    assert send(at=gavle, submission=submission) == first
    assert Case.objects.count() == 1


def test_the_receipt_cannot_be_reckoned_without_the_secret_key(settings):
    submission = uuid.UUID(int=1)
    token = receipt_token(submission)
    assert (len(token), token) == (48, receipt_token(submission))
    settings.SECRET_KEY = "en annan hemlighet"
    assert receipt_token(submission) != token


def test_the_secret_of_the_receipt_is_kept_as_a_hash_only(send):
    initiative, token = send()
    kept = [
        list(Initiative.objects.values()),
        list(Initiative.history.values()),
        list(initiative.case.records.values()),
    ]
    assert token not in str(kept)


def test_somebody_elses_number_gives_their_organisation_and_changes_nothing_of_it(send):
    send(organisation_name="Kvinnojouren Blåklinten", contact_email="jouren@blaklinten.example")
    known = Organisation.objects.values().get()
    initiative, _ = send(organisation_name="Bluff", legal_form="stiftelse", contact_email="bluff@bluff.example")
    assert Organisation.objects.values().get() == known
    assert (initiative.organisation.name, initiative.stated_name, initiative.name_differs) == (
        "Kvinnojouren Blåklinten",
        "Bluff",
        True,
    )


@pytest.mark.parametrize("name", ["Språkbron", " språkbron ", "SPRÅKBRON"])
def test_the_same_name_written_otherwise_is_no_other_name(send, name):
    send()
    assert send(organisation_name=name)[0].name_differs is False


def test_a_former_name_is_no_other_name(send):
    initiative, _ = send()
    Organisation.objects.update(name="Språkbron i Mora", former_names=["SPRÅKBRON"])
    initiative.organisation.refresh_from_db()
    assert initiative.name_differs is False


def test_without_a_number_it_is_an_organisation_of_its_own(send):
    for _ in range(2):
        send(organisation_number="")
    assert list(Organisation.objects.values_list("name", "number")) == [("Språkbron", None)] * 2


def test_correcting_who_took_the_initiative_keeps_what_was_sent(assessed, coordinator):
    record = assessed.records.get(number=1).text
    correct_origin(assessed, "municipality", by=coordinator)
    initiative = Initiative.objects.get()
    assert list(initiative.history.values_list("origin", flat=True)) == ["municipality", "organisation"]
    assert assessed.records.get(number=1).text == record
    with pytest.raises(Refused, match="^Välj vem som tog initiativet.$"):
        correct_origin(assessed, "grannen", by=coordinator)
