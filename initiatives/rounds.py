"""Verbs of the round among affected units: each is asked whom it sends, and may later say what it thinks."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from iop.cases.actions import add_record, close_task, open_task
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
            close_task(case, TaskKind.NAME_PARTICIPANTS, by=None, subject=row.subject)
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


def _locked(row: UnitRound) -> UnitRound:
    locked = UnitRound.objects.select_for_update(of=("self",)).select_related("case", "unit").filter(pk=row.pk).first()
    if locked is None or not locked.case.affected_units.filter(pk=locked.unit_id).exists():
        raise Refused("Enheten är inte längre markerad som berörd. Ladda om sidan.")
    still_open(locked.case)
    return locked


@transaction.atomic
def name_participants(row: UnitRound, people: Iterable[Person], *, by, opened: str = "") -> None:
    """The unit says whom it sends. Saying it again replaces those; what was said before stands in the case file.

    ``opened``: marks of what the form was opened with. Raises Meanwhile where somebody else has named others since.
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
    row.named_on, row.named_by = timezone.localdate(), by
    row.save(update_fields=["named_on", "named_by"])
    close_task(row.case, TaskKind.NAME_PARTICIPANTS, by=by, subject=row.subject)
    add_record(
        row.case,
        direction=Direction.INTERNAL,
        counterpart=row.unit.name,
        about=f"Utsedda deltagare från {row.unit.name}",
        text="\n".join(person.written for person in people),
        by=by,
    )


def remind_of_round(row: UnitRound, *, by, absolute) -> None:
    """Once more, to those of the unit who can name participants in the program."""
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
def write_position(row: UnitRound, *, text: str, seen: str, by) -> None:
    """What the unit thinks, for officials' eyes. ``seen``: the text that the form was opened with."""
    row = _locked(row)
    if not text.strip():
        raise Refused("Skriv enhetens ståndpunkt.")
    if row.position.replace("\r\n", "\n") != seen.replace("\r\n", "\n"):
        raise Overtaken(row.position)
    row.position, row.position_on, row.position_by = text.strip(), timezone.localdate(), by
    row.record = add_record(
        row.case,
        direction=Direction.INTERNAL,
        counterpart=row.unit.name,
        about=f"Intern ståndpunkt från {row.unit.name}",
        text=row.position,
        by=by,
    )
    row.save(update_fields=["position", "position_on", "position_by", "record"])
