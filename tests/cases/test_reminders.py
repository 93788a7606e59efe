"""Reminders that go by themselves: when, to whom, once each, and what they keep to themselves."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone

from initiatives.models import UnitRound
from initiatives.people import Person
from initiatives.rounds import follow_affected, name_participants, remind_of_round
from iop.cases import reminders
from iop.cases.actions import close
from iop.cases.letters import answer_letter, settle
from iop.cases.machinery import Refused
from iop.cases.models import Letter, Statement
from iop.cases.recusals import state
from iop.cases.reminders import is_time, remind_of_statement, send_due
from iop.cases.secrecy import mark_secret
from iop.cases.statements import answer_statement, ask_statement, return_statement
from partners.actions import leave
from tests.cases import driver

TODAY = timezone.localdate()
NOW = timezone.now()


@pytest.fixture
def run(mora, django_capture_on_commit_callbacks):
    """The day's reminders; how many letters went."""

    def run(today: date = TODAY) -> int:
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            list(send_due(mora, absolute=driver.absolute, today=today))
        return len(mail.outbox)

    return run


@pytest.mark.parametrize(
    ("last", "today", "goes"),
    [
        (1, 6, False),
        (1, 7, True),
        (1, 10, True),
        (7, 8, False),  # reminded, or asked, when the day was near already
        (1, 11, False),
        (7, 12, True),
        (11, 12, True),
        (12, 13, False),
        (1, 30, True),
    ],
)
def test_once_near_the_day_and_once_after_it(mora, last, today, goes):
    """The tenth is the day; three before and two after."""
    days = {"last": date(2026, 3, last), "today": date(2026, 3, today)}
    assert is_time(date(2026, 3, 10), municipality=mora, **days) is goes


def test_a_municipality_may_have_none(mora):
    mora.remind_before = mora.remind_after = 0
    days = [
        is_time(date(2026, 3, 10), last=date(2026, 3, 1), today=date(2026, 3, n), municipality=mora) for n in (10, 30)
    ]
    assert days == [False, False]


@pytest.fixture
def completion(assessed, coordinator) -> Letter:
    letter = driver.write_to(assessed, by=coordinator, points=["Stadgar"], due=TODAY)
    Letter.objects.update(sent_at=NOW - timedelta(days=20))
    return letter


@pytest.fixture
def statement(assessed, coordinator, adviser) -> Statement:
    unit = adviser.membership_in(assessed.municipality_id).unit
    found = ask_statement(assessed, unit=unit, question="Finns en marknad?", due=TODAY, by=coordinator)
    Statement.objects.update(asked_at=NOW - timedelta(days=20))
    return found


@pytest.fixture
def by_link(assessed, coordinator, adviser) -> Statement:
    asked = {"outside": "Länsstyrelsen", "question": "Finns en marknad?", "due": TODAY, "by": coordinator}
    found = ask_statement(assessed, **asked, to="rolf@x.example", absolute=driver.absolute)
    Statement.objects.update(asked_at=NOW - timedelta(days=20))
    return found


@pytest.fixture
def round(assessed, adviser) -> UnitRound:
    unit = adviser.membership_in(assessed.municipality_id).unit
    assessed.affected_units.add(unit)
    follow_affected(assessed)
    UnitRound.objects.update(asked_on=TODAY - timedelta(days=20), due=TODAY)
    return UnitRound.objects.get(case=assessed)


def test_a_completion_is_reminded_of_as_by_hand(completion, run, assessed, coordinator):
    assert (run(), run()) == (1, 0)
    run()
    record = assessed.records.last()
    assert (record.about, record.by) == (f"Påminnelse: {completion.subject}", None)
    page = driver.logged_in(coordinator).get(f"{assessed.get_absolute_url()}handelser/").text
    assert f"Påminnelse: {completion.subject}" in page
    completion.refresh_from_db()
    assert completion.reminded_at is not None


def test_then_once_more_when_the_day_has_passed(completion, run):
    Letter.objects.update(due=TODAY - timedelta(days=2), reminded_at=NOW - timedelta(days=3))
    assert (run(), run(TODAY + timedelta(days=1)), run(TODAY + timedelta(days=40))) == (1, 0, 0)


@pytest.mark.parametrize("kind", ["completion", "statement", "round"])
def test_a_closed_case_is_left_in_peace(kind, request, run, assessed, coordinator):
    request.getfixturevalue(kind)
    close(assessed, outcome="withdrawn", why="", by=coordinator)
    assert run() == 0


def test_what_is_answered_settled_or_not_to_be_reminded_of(completion, run, coordinator):
    answer_letter(completion, name="Anna", text="Här.")
    assert run() == 0
    completion.answers.clear()
    Letter.objects.update(reminds=False)
    assert run() == 0
    Letter.objects.update(reminds=True)
    settle(completion, by=coordinator)
    assert run() == 0


def test_an_adviser_is_reminded_with_a_link_to_the_page(statement, run, adviser, assessed):
    assert run() == 1
    [letter] = mail.outbox
    assert letter.to == [adviser.email]
    assert "Finns en marknad?" in letter.body
    assert f"{assessed.get_absolute_url()}yttranden/#yttrande-{statement.pk}" in letter.body
    assert assessed.records.last().counterpart == adviser.email
    assert run() == 0


def test_one_with_a_link_gets_a_new_link(by_link, run):
    before = Statement.objects.get().token_hash
    assert run() == 1 and mail.outbox[0].to == ["rolf@x.example"]
    assert Statement.objects.get().token_hash != before


@pytest.mark.parametrize("act", ["answer", "return"])
def test_an_answered_or_returned_statement_is_not_reminded_of(statement, run, adviser, act):
    if act == "answer":
        answer_statement(statement, text="Nej.", name="Rolf", by=adviser)
    else:
        return_statement(statement, why="Inte vår.", name="Rolf", by=adviser)
    assert run() == 0


def test_of_a_secret_case_nothing_is_told_and_only_to_those_let_in(statement, run, assessed, adviser, coordinator):
    mark_secret(assessed, ground="26 kap. 1 § OSL", by=coordinator)
    assert run() == 0
    assessed.cleared.add(adviser)
    assert run() == 1
    [letter] = mail.outbox
    assert not [word for word in (assessed.title, "marknad", "Upphandling") if word in letter.subject + letter.body]


@pytest.mark.parametrize("asked", ["statement", "by_link"])
def test_a_question_whose_record_is_secret_is_not_told(run, assessed, coordinator, request, asked):
    mark_secret(request.getfixturevalue(asked).asked_record, ground="26 kap. 1 § OSL", by=coordinator)
    assert run() == 1
    assert "marknad" not in mail.outbox[0].subject + mail.outbox[0].body


def test_nobody_with_jav_is_reminded(statement, run, assessed, adviser):
    state(assessed, adviser, why="", by=adviser)
    assert run() == 0
    with pytest.raises(Refused, match="^Ingen som kan svara har ett konto här."):
        remind_of_statement(statement, by=adviser, absolute=driver.absolute)


def test_naming_of_participants(round, run, adviser, coordinator):
    assert run() == 1 and mail.outbox[0].to == [adviser.email]
    assert "Skriv vilka som deltar från Upphandlingsenheten." in mail.outbox[0].body
    assert run() == 0
    UnitRound.objects.update(reminded_at=None)
    name_participants(round, [Person("Anna Ek")], by=coordinator)
    assert run() == 0
    with pytest.raises(Refused, match="^Det finns redan ett svar"):
        remind_of_round(round, by=coordinator, absolute=driver.absolute)


def test_a_unit_that_is_no_longer_affected_is_not_reminded(round, run, assessed):
    UnitRound.objects.update(position="", position_on=None)
    assessed.affected_units.clear()
    assert run() == 0


@pytest.mark.parametrize("wrong", [Refused("Går inte."), RuntimeError("Trasig.")])
def test_one_that_fails_stops_no_other_and_leaves_no_trace(completion, statement, run, monkeypatch, assessed, wrong):
    whole = reminders.add_record

    def refuse(*args, **kwargs):
        raise wrong

    monkeypatch.setattr(reminders, "add_record", refuse)
    assert run() == 1  # the letter
    assert Statement.objects.get().reminded_at is None
    monkeypatch.setattr(reminders, "add_record", whole)
    assert run() == 1


def test_the_daily_command_sends_them(statement, capsys, settings, django_capture_on_commit_callbacks):
    settings.ADDRESS = "https://iop.example"
    with django_capture_on_commit_callbacks(execute=True):
        call_command("daily")
    assert f"Påminnelse i {statement.case.reference}" in capsys.readouterr().out
    assert "https://iop.example/mora/" in mail.outbox[-1].body


def test_by_hand_from_the_page(statement, round, assessed, coordinator):
    client = driver.logged_in(coordinator)
    base = f"{assessed.get_absolute_url()}"
    for address in (f"yttranden/{statement.pk}/paminn/", f"berorda/{round.pk}/paminn/"):
        assert "En påminnelse har gått till Upphandlingsenheten." in client.post(base + address, follow=True).text
        assert "En påminnelse har redan gått i dag." in client.post(base + address, follow=True).text


def test_a_round_that_was_begun_before_the_program_could_is_reminded_by_hand(round, run):
    UnitRound.objects.update(reminds=False)
    assert run() == 0


def test_nobody_of_an_organisation_that_has_left_is_reminded(completion, assessed, coordinator, run):
    party = assessed.parties.get()
    driver.join(assessed, "En annan förening", 41)
    party.contact_email = completion.sent_to
    party.save()
    leave(party, by=coordinator)
    assert run() == 0


def test_without_a_mail_server_nothing_is_said_to_have_gone(completion, settings):
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": 9},
        }
    }
    with pytest.raises(CommandError, match="svarar inte"):
        call_command("daily")
    completion.refresh_from_db()
    assert completion.reminded_at is None
