"""A case that was ended is opened again: back to assessment, its ending told, and what waits is right."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from agreements.actions import begin_writing, end_case
from initiatives.meetings import Agreed, add_point
from iop.cases.actions import close, edit_facts, receive
from iop.cases.letters import answer_letter, settle
from iop.cases.machinery import Refused
from iop.cases.models import Case, Outcome, StageChange
from iop.cases.recusals import state
from iop.cases.secrecy import mark_secret
from iop.cases.statements import ask_statement
from iop.municipalities.permissions import Role
from iop.swedish_text import lower_first
from partners.messages import mark_read, write
from partners.models import Notice
from partners.reopening import assess_again, reopen
from tests.cases import driver

ENDS = ["not_suitable", "grant", "procurement", "choice_system", "withdrawn", "rejected"]


def again(case: Case, by, why: str = "Nya uppgifter har kommit.") -> Case:
    reopen(case, why=why, by=by, absolute=driver.absolute)
    return Case.objects.get(pk=case.pk)


@pytest.mark.parametrize("outcome", ENDS)
def test_it_is_assessed_anew_and_the_ending_is_told(assessed, coordinator, outcome):
    close(assessed, outcome=outcome, why="Därför.", by=coordinator)
    number = assessed.records.last().number
    case = again(assessed, coordinator)
    assert (case.stage, case.outcome, case.closed_on, case.closing_record) == ("assessment", "", None, None)
    assert (case.why_closed, case.other_ways, case.coordinator) == ("", "", coordinator)
    text = case.records.get(about="Ärendet öppnas igen").text
    assert f": {lower_first(Outcome(outcome).label)}. Skälen står i handling {number}." in text
    assert text.endswith("Det öppnas igen: Nya uppgifter har kommit.")
    change = StageChange.objects.latest("pk")
    assert (change.from_stage, change.to_stage, change.by) == ("closed", "assessment", coordinator)


@pytest.mark.parametrize("outcome", ["expired", "not_extended", "terminated", "merged"])
def test_a_partnership_that_is_over_and_a_double_stay_closed(assessed, coordinator, outcome):
    Case.objects.update(stage="closed", outcome=outcome, closed_on=timezone.localdate())
    with pytest.raises(Refused, match="Gå vidare i det|nytt initiativ"):
        again(Case.objects.get(), coordinator)
    assert Case.objects.get().stage == "closed"


@pytest.mark.parametrize("ended", [True, False])
def test_without_a_reason_or_an_ending_nothing_is_opened(assessed, coordinator, ended):
    if ended:
        close(assessed, outcome="grant", why="Därför.", by=coordinator)
    with pytest.raises(Refused, match="^Skriv varför" if ended else "redan öppet"):
        again(assessed, coordinator, why=" " if ended else "Därför.")


def test_the_second_of_two_is_told(assessed, coordinator):
    close(assessed, outcome="grant", why="Därför.", by=coordinator)
    behind = Case.objects.get()
    again(assessed, coordinator)
    with pytest.raises(Refused, match="redan öppet"):
        again(behind, coordinator)
    assert Notice.objects.count() == 1


def test_the_outcome_goes_with_the_stage(assessed, coordinator):
    """Whoever forgets it is stopped by the database."""
    close(assessed, outcome="grant", why="Därför.", by=coordinator)
    with pytest.raises(IntegrityError, match="closed_case_has_outcome_and_day"), transaction.atomic():
        Case.objects.get().move_to("assessment", by=coordinator)
    with pytest.raises(Refused, match="^Ärendet är avslutat."):
        receive(assessed, by=coordinator)
    with pytest.raises(Refused, match="^Ärendet är avslutat."):
        assess_again(assessed, why="", by=coordinator, absolute=driver.absolute)


def test_one_that_nobody_had_received_gets_a_coordinator_and_no_task_to_receive_it(case, coordinator):
    close(case, outcome="not_suitable", why="Därför.", by=coordinator)
    opened = again(case, coordinator)
    assert opened.coordinator == coordinator
    assert list(opened.tasks.open().values_list("kind", flat=True)) == ["diary"]


def test_somebody_without_jav_works_it(assessed, coordinator, mora):
    other = driver.person("Kim Kollega", mora, Role.COORDINATOR)
    close(assessed, outcome="not_suitable", why="Därför.", by=coordinator)
    state(assessed, coordinator, why="", by=coordinator)
    assert again(Case.objects.get(), other).coordinator == other


def test_what_was_waited_for_is_waited_for_again_but_reminds_nobody(assessed, coordinator):
    due = timezone.localdate() + timedelta(days=7)
    asked = ask_statement(assessed, outside="Regionen", question="Vad anser ni?", due=due, by=coordinator)
    answered, settled, waiting = (
        driver.write_to(assessed, points=[what], due=due, by=coordinator) for what in ("Stadgar", "Budget", "Plan")
    )
    said = {"party": assessed.parties.get(), "text": "Hej", "name": "Anna", "email": "anna@sprakbron.example"}
    read, unread = write(subject="Ett", **said), write(subject="Två", **said)
    driver.meet(assessed, by=coordinator)
    point = add_point(assessed.meetings.get(), Agreed("Fråga rektorn", "Karin", due), by=coordinator)
    close(assessed, outcome="not_suitable", why="Därför.", by=coordinator)
    mark_read(read, by=coordinator)
    answer_letter(answered, name="Anna", text="Här.")
    settle(settled, by=coordinator)
    opened = again(assessed, coordinator)
    rows = opened.tasks.open().exclude(kind="diary").values_list("kind", "subject_kind", "subject_id")
    assert set(rows) == {
        ("statement", "statement", asked.pk),
        ("completion", "letter", waiting.pk),
        ("read_answer", "letter", answered.pk),
        ("read_answer", "message", unread.pk),
        ("agreed_point", "agreedpoint", point.pk),
    }
    assert not opened.letters.filter(settled_at=None, reminds=True).exists()
    assert not opened.statements.filter(reminds=True).exists()


def test_affected_units_are_not_reminded_of_what_was_asked_before(assessed, coordinator):
    edit_facts(assessed, {"affected_units": list(assessed.municipality.units.filter(name="Socialnämnden"))},
               by=coordinator)  # fmt: skip
    assessed.rounds.update(reminds=True)
    close(assessed, outcome="not_suitable", why="Därför.", by=coordinator)
    assert [one.reminds for one in again(assessed, coordinator).rounds.all()] == [False]


def test_tasks_that_were_closed_a_moment_after_the_ending_are_open_again(assessed, coordinator):
    """As they were before the program closed them at the very moment of it."""
    due = timezone.localdate() + timedelta(days=7)
    asked = ask_statement(assessed, outside="Regionen", question="Vad anser ni?", due=due, by=coordinator)
    driver.write_to(assessed, points=["Plan"], due=due, by=coordinator)
    close(assessed, outcome="not_suitable", why="Därför.", by=coordinator)
    for kind, later in (("statement", timedelta(seconds=2)), ("completion", timedelta(hours=1))):
        assessed.tasks.filter(kind=kind).update(closed_at=F("closed_at") + later)
    opened = again(assessed, coordinator).tasks.open().exclude(kind="diary")
    assert list(opened.values_list("kind", "subject_id")) == [("statement", asked.pk)]


def test_a_proposal_that_was_rejected_is_what_the_next_begins_with(proposed, coordinator):
    driver.yes(proposed, by=coordinator, outcome="no", why="För dyrt.")
    opened = again(Case.objects.get(), coordinator)
    assert set(opened.tasks.open().values_list("kind", flat=True)) <= {"diary"}
    opened.move_to("dialogue", by=coordinator)
    new = begin_writing(opened, by=coordinator)
    assert (new.number, new.stage, new.start, new.end) == (2, "drafting", proposed.start, proposed.end)
    told = [list(one.points.values_list("rule", "heading", "text", "state")) for one in (new, proposed)]
    assert told[0] == told[1] and all(text for _, _, text, _ in told[0])


def test_it_can_be_ended_once_more(assessed, coordinator):
    close(assessed, outcome="grant", why="Därför.", by=coordinator)
    opened = again(assessed, coordinator)
    end_case(opened, outcome="withdrawn", why="", by=coordinator)
    assert (opened.outcome, opened.closing_record, opened.why_closed) == ("withdrawn", None, "")
    assert again(opened, coordinator).stage == "assessment"


# Who is told


def test_those_who_see_it_are_told_and_the_case_file_has_it(assessed, coordinator):
    close(assessed, outcome="grant", why="Därför.", by=coordinator)
    again(assessed, coordinator)
    record = assessed.records.get(direction="out", about=f"Ärende {assessed.reference} är öppnat igen")
    assert (record.counterpart, record.notice.case) == ("anna@sprakbron.example", assessed)
    assert record.text.endswith("bedömer idén på nytt.\n\nNya uppgifter har kommit.")


@pytest.mark.parametrize("secret", ["", "case", "record"])
def test_the_letter_says_nothing_where_something_is_secret(
    assessed, coordinator, django_capture_on_commit_callbacks, secret
):
    close(assessed, outcome="grant", why="Därför.", by=coordinator)
    if secret:
        what = assessed if secret == "case" else assessed.records.first()
        mark_secret(what, ground="OSL 26:1", by=coordinator)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        again(assessed, coordinator)
    (letter,) = mail.outbox
    assert letter.to == ["anna@sprakbron.example"]
    assert f"https://iop.example/mina-sidor/mora/{assessed.reference}/" in letter.body
    assert ("Nya uppgifter" in letter.body) == (not secret)
    assert ("öppnat igen" in letter.subject) == (not secret)


def test_where_nobody_sees_it_nobody_is_written_to(assessed, coordinator):
    assessed.parties.get().accesses.all().delete()
    close(assessed, outcome="grant", why="Därför.", by=coordinator)
    again(assessed, coordinator)
    assert (Notice.objects.count(), assessed.records.filter(about__endswith="öppnat igen").count()) == (0, 0)


def test_they_are_told_when_assessment_is_opened_again(assessed, coordinator):
    driver.to_dialogue(assessed, by=coordinator)
    assess_again(assessed, why="En ny lag.", by=coordinator, absolute=driver.absolute)
    notice = Notice.objects.get()
    assert notice.subject_line == f"Bedömningen av ärende {assessed.reference} är öppen igen"
    assert notice.record.text.endswith("på nytt mot sin riktlinje.\n\nEn ny lag.")
