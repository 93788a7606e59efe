"""A case goes back to assessment: one that was ended, or one in dialogue. The organisations are told."""

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction

from iop.cases.actions import add_record, await_diary_number, ending_of, hand_over
from iop.cases.machinery import AFTER_NEW_RULES, Refused
from iop.cases.models import Case, Direction, Outcome, Stage, StageChange, TaskKind
from iop.cases.recusals import is_recused
from iop.municipalities.permissions import Act
from iop.swedish_text import day, lower_first

from .models import Message
from .notices import tell
from .questions import asks_by

# Of stages that are past, or given anew when the case comes there again.
OVER = {TaskKind.RECEIVE, TaskKind.DECIDE, TaskKind.SIGN, TaskKind.ENTER_INTO_FORCE, TaskKind.NEW_COORDINATOR}


@transaction.atomic
def reopen(case: Case, *, why: str, by, absolute: Callable[[str], str]) -> None:
    """Open a case that was ended without agreement, to be assessed anew.

    How it ended stands in a record of its own, and its reasons and decision where they stood. Personal links that have
    ended stay so, and nobody is reminded of what was asked before but by hand.
    """
    locked = Case.objects.select_for_update(of=["self"]).get(pk=case.pk)
    if locked.stage != Stage.CLOSED:
        raise Refused("Ärendet är redan öppet. Ladda om sidan och se läget.")
    if not locked.may_be_reopened:
        if locked.outcome == Outcome.MERGED:
            raise Refused("Ärendet är sammanfört med ett annat. Gå vidare i det.")
        raise Refused("Partnerskapet är avslutat. Ta emot ett nytt initiativ i stället.")
    if not why.strip():
        raise Refused("Skriv varför ärendet öppnas igen.")
    ending = ending_of(case)
    record = add_record(
        case,
        direction=Direction.INTERNAL,
        about="Ärendet öppnas igen",
        text=f"{_how_it_ended(locked)}\n\nDet öppnas igen: {why.strip()}",
        by=by,
    )
    gone = {"outcome": "", "closed_on": None, "why_closed": "", "other_ways": "", "closing_record": None}
    case.move_to(Stage.ASSESSMENT, by=by, **gone)  # the record tells why, to those who see it
    _worked_by_somebody(case, by)
    _wait_again(case, ending)
    await_diary_number(case, by=by)
    for follow in AFTER_NEW_RULES:  # affected units are asked again whom they send
        follow(case)
    subject = f"Ärende {case.reference} är öppnat igen"
    text = f"{case.municipality.name} har öppnat ärende {case.reference} igen och bedömer idén på nytt."
    text += asks_by(case)
    tell(case, subject=subject, text=f"{text}\n\n{why.strip()}", by=by, absolute=absolute, copy_of=record)


def _how_it_ended(case: Case) -> str:
    told = f"Ärendet avslutades den {day(case.closed_on)}: {lower_first(case.get_outcome_display())}."
    if case.closing_record_id:
        told += f" Skälen står i handling {case.closing_record.number}."
    return told


def _worked_by_somebody(case: Case, by) -> None:
    """The coordinator works it as before, if still there and without jäv; else the one who opens it again."""
    known = case.coordinator
    if known is None or is_recused(known, case) or not known.may(Act.WORK, case.municipality):
        hand_over(case, to=by, by=by)
        case.coordinator = by
        case.save(update_fields=["coordinator"])


OF_THE_AGREEMENT = ("shareddraft", "signedcopy", "signedhere")  # that ended with the case; another begins


def _wait_again(case: Case, ending: StageChange) -> None:
    """The tasks that the ending closed are open again, but those of what has been done or read since."""
    case.statements.filter(answered_on=None, returned_on=None).update(reminds=False)
    case.letters.filter(settled_at=None).update(reminds=False)
    case.rounds.filter(named_on=None).update(reminds=False)
    done = (
        ("statement", {TaskKind.STATEMENT}, case.statements.exclude(answered_on=None, returned_on=None)),
        ("letter", {TaskKind.COMPLETION}, case.letters.exclude(answers=None).filter(waits_for_papers=False)),
        ("letter", {TaskKind.COMPLETION, TaskKind.READ_ANSWER}, case.letters.exclude(settled_at=None)),
        ("message", {TaskKind.READ_ANSWER}, Message.objects.filter(party__case=case).exclude(read_at=None)),
    )
    closed = (ending.at, ending.at + timedelta(minutes=1))  # a moment later before the program closed them together
    rows = case.tasks.filter(closed_at__range=closed).exclude(kind__in=OVER).exclude(subject_kind__in=OF_THE_AGREEMENT)
    for kind, tasks, past in done:
        rows = rows.exclude(subject_kind=kind, kind__in=tasks, subject_id__in=past.values("pk"))
    for task in rows:
        about = {"kind": task.kind, "subject_kind": task.subject_kind, "subject_id": task.subject_id}
        if not case.tasks.open().filter(**about).exists():
            task.closed_at = task.closed_by = None
            task.save(update_fields=["closed_at", "closed_by"])


@transaction.atomic
def assess_again(case: Case, *, why: str, by, absolute: Callable[[str], str]) -> None:
    """From dialogue back to assessment."""
    if Case.objects.select_for_update().get(pk=case.pk).stage == Stage.CLOSED:
        raise Refused("Ärendet är avslutat. Öppna det igen i stället.")
    case.move_to(Stage.ASSESSMENT, by=by, why=why)
    text = f"{case.municipality.name} bedömer idén i ärende {case.reference} på nytt mot sin riktlinje."
    text += asks_by(case)
    subject = f"Bedömningen av ärende {case.reference} är öppen igen"
    tell(case, subject=subject, text=f"{text}\n\n{why}".strip(), by=by, absolute=absolute)
