"""Verbs of the round among affected units: each is asked whom it sends, and may later say what it thinks."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone

from iop.cases.actions import add_record, close_task, open_task
from iop.cases.letters import HIDDEN_LINK, mail_link, new_link, remind
from iop.cases.machinery import Refused, after_new_rules, still_open
from iop.cases.models import Case, Direction, TaskKind
from iop.cases.opened import changes
from iop.cases.reminders import KINDS, Kind, remind_unit

from .models import NamedParticipant, UnitRound
from .people import Person, checked, in_lines

MOST_NAMED = 10  # from one unit


def asks_units(case: Case) -> bool:
    """Does some meeting of the rule set call the affected units?"""
    return any(rule.enabled and "affected_units" in rule.participants for rule in case.rules.meetings)


@after_new_rules
@transaction.atomic
def follow_affected(case: Case) -> None:
    """Ask the units that are affected now. One that is no longer loses its task, and keeps what it has answered."""
    if case.closed_on is not None:
        return
    affected = list(case.affected_units.all()) if asks_units(case) else []
    known = {row.unit_id: row for row in case.rounds.select_related("unit")}
    for unit in affected:
        if unit.pk not in known:
            _ask(UnitRound(case=case, unit=unit))
        elif not known[unit.pk].named_on and not _task_is_open(known[unit.pk]):
            _ask(known[unit.pk])
    still = {unit.pk for unit in affected}
    for row in known.values():
        if row.unit_id not in still:
            for kind in (TaskKind.NAME_PARTICIPANTS, TaskKind.READ_ANSWER):
                close_task(case, kind, by=None, subject=row.subject)
            if not row.has_answered:
                row.delete()  # its history stays


def _task_is_open(row: UnitRound) -> bool:
    about = {"subject_kind": row.subject.kind, "subject_id": row.pk}
    return row.case.tasks.open().filter(kind=TaskKind.NAME_PARTICIPANTS, **about).exists()


def _ask(row: UnitRound) -> None:
    """No guideline says by when; the municipality's own time for statements is taken."""
    row.asked_on, row.reminds = timezone.localdate(), True
    row.due = row.asked_on + timedelta(days=row.case.municipality.days_for_statement)
    row.save()
    open_task(
        row.case,
        TaskKind.NAME_PARTICIPANTS,
        title=f"Utse deltagare: {row.head} för {row.unit.name}",
        due=row.due,
        subject=row.subject,
        unit=row.unit,
        waits_for_others=True,
        tab="statements",
    )


@transaction.atomic
def mail_round(row: UnitRound, *, to: str, by, absolute: Callable[[str], str]) -> None:
    """Send the question with a link, so that a head without an account can answer it. An earlier link ends."""
    row = _locked(row)
    if not row.is_waiting:
        raise Refused(f"{row.unit.name} har redan utsett deltagare.")
    token, row.earlier_hash = new_link(row, to=to, ends=row.due), ""
    row.save(update_fields=["token_hash", "earlier_hash", "sent_to", "link_ends"])
    subject, text = f"Utse deltagare från {row.unit.name}, {row.case.reference}", _question(row)
    kept = f"{text}\n\n{HIDDEN_LINK}"
    add_record(row.case, direction=Direction.OUT, counterpart=to, about=subject, text=kept, by=by)
    mail_link(row.case, token, to=to, subject=subject, text=text, absolute=absolute)


def _question(row: UnitRound) -> str:
    return render_to_string("initiatives/mail/round.txt", {"round": row, "case": row.case})


def known_addresses(rounds: Iterable[UnitRound], user) -> dict[int, str]:
    """Unit -> where its head was asked last, in any case that the person sees."""
    units = {row.unit_id for row in rounds if row.is_waiting}
    seen = UnitRound.objects.filter(unit__in=units, case__in=Case.objects.visible_to(user)).exclude(sent_to="")
    return dict(seen.order_by("unit", "-pk").distinct("unit").values_list("unit", "sent_to")) if units else {}


def _locked(row: UnitRound) -> UnitRound:
    Case.objects.select_for_update().get(pk=row.case_id)  # first, as everywhere
    rows = UnitRound.objects.select_for_update(of=("self",)).filter(pk=row.pk)
    locked = rows.select_related("case__municipality", "unit").first()
    if locked is None or not locked.case.affected_units.filter(pk=locked.unit_id).exists():
        raise Refused("Enheten är inte längre markerad som berörd. Ladda om sidan.")
    still_open(locked.case)
    return locked


@transaction.atomic
def name_participants(row: UnitRound, people: Iterable[Person], *, by, name: str = "", opened: str = "") -> None:
    """The unit says whom it sends. Saying it again replaces those; what was said before stands in the case file.

    ``name``: who says so by link, without a user. ``opened``: marks of what the form was opened with. Raises
    Meanwhile where somebody else has named others since. The coordinator is asked to call them.
    """
    row, people = _locked(row), checked(people)
    if not people:
        raise Refused("Skriv minst en deltagare.")
    if len(people) > MOST_NAMED:
        raise Refused(f"Skriv högst {MOST_NAMED} deltagare.")
    if not changes(opened, now={"people": in_lines(row.participants.all())}, mine={"people": in_lines(people)}):
        return
    row.participants.all().delete()
    NamedParticipant.objects.bulk_create(
        NamedParticipant(round=row, name=person.name, email=person.email) for person in people
    )
    row.named_on, row.named_by, row.named_name = timezone.localdate(), by, name
    row.save(update_fields=["named_on", "named_by", "named_name"])
    close_task(row.case, TaskKind.NAME_PARTICIPANTS, by=by, subject=row.subject)
    if by is None or by.pk != row.case.coordinator_id:
        due = timezone.localdate() + timedelta(days=row.case.municipality.days_to_receive)
        title = f"Kalla de utsedda från {row.unit.name}"
        open_task(row.case, TaskKind.READ_ANSWER, title=title, due=due, subject=row.subject, tab="statements")
    add_record(
        row.case,
        direction=Direction.INTERNAL,
        counterpart=f"{name}, {row.unit.name}" if name else row.unit.name,
        about=f"Utsedda deltagare från {row.unit.name}",
        text="\n".join(person.written for person in people),
        by=by,
    )


@transaction.atomic
def answer_by_link(row: UnitRound, *, people: Iterable[Person], position: str, name: str) -> None:
    """Whoever has the link answers once: whom the unit sends and, if it likes, what it thinks."""
    locked = _locked(row)
    if not locked.is_waiting:
        raise Refused("Enheten har redan svarat. Skriv till kommunen om svaret behöver ändras.")
    name_participants(locked, people, by=None, name=name)
    if position.strip() and locked.position:  # which an official wrote meanwhile
        add_record(
            locked.case,
            direction=Direction.INTERNAL,
            counterpart=f"{name}, {locked.unit.name}",
            about=f"Ännu en ståndpunkt från {locked.unit.name}",
            text=position.strip(),
            by=None,
        )
    elif position.strip():
        write_position(locked, text=position, seen="", by=None, name=name)


def settle_round(row: UnitRound, *, by) -> None:
    """Nothing more is to be done about whom the unit named."""
    close_task(row.case, TaskKind.READ_ANSWER, by=by, subject=row.subject)


def have_been_called(case: Case, people: Iterable[Person], *, by) -> None:
    """Those whom a unit named are at a meeting, or invited to one."""
    named = {person.name for person in people if person.unit}
    for row in case.rounds.filter(participants__name__in=named).distinct() if named else ():
        settle_round(row, by=by)


def remind_of_round(row: UnitRound, *, by, absolute) -> None:
    """Once more: by a new link where one was sent, else to those of the unit who can answer in the program."""
    still_open(row.case)
    if row.sent_to:
        subject = f"Utse deltagare från {row.unit.name}, {row.case.reference}"
        remind(row, subject=subject, text=_question(row), by=by, absolute=absolute)
        return
    text = f"Skriv vilka som deltar från {row.unit.name}."
    page = {"page": "statements", "anchor": f"runda-{row.pk}"}
    remind_unit(row, what=f"deltagare från {row.unit.name}", text=text, by=by, absolute=absolute, **page)


def _still_asked() -> QuerySet[UnitRound]:
    affected = Case.affected_units.through.objects.filter(case=OuterRef("case"), unit=OuterRef("unit"))
    return UnitRound.objects.filter(Exists(affected), named_on=None, reminds=True)


KINDS.append(Kind(waiting=_still_asked, asked_on=lambda row: row.asked_on, remind=remind_of_round))


class Overtaken(Refused):
    """Somebody else has written the position meanwhile. ``position``: how it stands now."""

    def __init__(self, position: str):
        self.position = position
        super().__init__(
            f"Någon annan har skrivit ståndpunkten medan du skrev. Där står nu: «{position}». Skriv ihop dem och spara."
        )


@transaction.atomic
def write_position(row: UnitRound, *, text: str, seen: str, by, name: str = "") -> None:
    """What the unit thinks, for officials' eyes. ``seen``: the text that the form was opened with.

    ``name``: who writes by link, without a user.
    """
    row = _locked(row)
    if not text.strip():
        raise Refused("Skriv enhetens ståndpunkt.")
    if row.position.replace("\r\n", "\n") != seen.replace("\r\n", "\n"):
        raise Overtaken(row.position)
    row.position, row.position_on = text.strip(), timezone.localdate()
    row.position_by, row.position_name = by, name
    row.record = add_record(
        row.case,
        direction=Direction.INTERNAL,
        counterpart=f"{name}, {row.unit.name}" if name else row.unit.name,
        about=f"Intern ståndpunkt från {row.unit.name}",
        text=row.position,
        by=by,
    )
    row.save(update_fields=["position", "position_on", "position_by", "position_name", "record"])
