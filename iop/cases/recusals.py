"""Jäv: stated by the person or by an administrator, from then on the person does nothing in the case (16 § FL)."""

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone

from iop.municipalities.permissions import Role

from .actions import add_record, assign, close_task, open_task
from .machinery import Refused
from .models import Case, Direction, Recusal, TaskKind


def recusals_of(case: Case) -> list[Recusal]:
    """Those in force, with the persons."""
    found = [recusal for recusal in case.recusals.all() if recusal.lifted_at is None]
    prefetch_related_objects(found, "person")
    return found


def is_recused(person, case: Case) -> bool:
    return any(recusal.person_id == person.pk for recusal in recusals_of(case))


def may_not_act(person, case: Case) -> None:
    """Raises Refused for a person with jäv in the case."""
    if is_recused(person, case):
        raise Refused(f"{person.name} är jävig i ärendet och får inte handlägga det. Låt någon annan göra det.")


@transaction.atomic
def state(case: Case, person, *, why: str, by) -> Recusal:
    """Keep the person from acting in the case, and tell so in the case file."""
    Case.objects.select_for_update().get(pk=case.pk)
    if is_recused(person, case):
        raise Refused(f"Jäv är redan anmält för {person.name}.")
    recusal = Recusal.objects.create(case=case, person=person, why=why.strip(), stated_by=by)
    told = "av personen själv" if by == person else f"av {by.name}"
    text = f"Anmält {told}. {why.strip()}".strip()
    add_record(
        case, direction=Direction.INTERNAL, about=f"Jäv: {person.name} handlägger inte ärendet", text=text, by=by
    )
    case.tasks.open().filter(person=person).update(person=None)
    if case.coordinator_id == person.pk and case.closed_on is None:
        open_task(
            case,
            TaskKind.NEW_COORDINATOR,
            title=f"Byt handläggare: {person.name} är jävig",
            due=timezone.localdate(),
            role=Role.COORDINATOR,
            tab="case",
        )
    return recusal


def needs_coordinator(case: Case) -> bool:
    """Its own has jäv, and it goes on."""
    return case.closed_on is None and case.coordinator_id in {one.person_id for one in recusals_of(case)}


def change_coordinator(case: Case, to, *, by) -> None:
    """By an administrator as well, who does nothing else in the case: the only coordinator may be the one with jäv."""
    if not assign(Case.objects.filter(pk=case.pk), to=to, by=by):
        raise Refused(f"{to.name} är redan handläggare eller jävig, eller så är ärendet avslutat. Ladda om sidan.")


@transaction.atomic
def lift(recusal: Recusal, *, why: str, by) -> None:
    """An administrator finds that there is no jäv, or that it has ceased; never the person concerned."""
    locked = Recusal.objects.select_for_update().select_related("case", "person").get(pk=recusal.pk)
    if by == locked.person:
        raise Refused("Den som är jävig kan inte själv häva det. Be en annan administratör.")
    if locked.lifted_at:
        raise Refused("Jävet är redan hävt.")
    if not why.strip():
        raise Refused("Skriv varför jävet hävs.")
    locked.lifted_at, locked.lifted_by = timezone.now(), by
    locked.save(update_fields=["lifted_at", "lifted_by"])
    about = f"Jäv hävt: {locked.person.name}"
    add_record(locked.case, direction=Direction.INTERNAL, about=about, text=why.strip(), by=by)
    if locked.case.coordinator_id == locked.person_id:
        close_task(locked.case, TaskKind.NEW_COORDINATOR, by=by)
