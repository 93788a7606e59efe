"""Verbs of what an organisation writes of its own accord, and of the official who reads it."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from iop.cases.actions import add_record, close_task, open_task
from iop.cases.files import holds
from iop.cases.machinery import Refused
from iop.cases.models import Case, Direction, Record, Task, TaskKind
from iop.cases.secrecy import after_secret

from .models import Message, PartnerDocument, Party

MOST_IN_A_DAY = 30  # from one organisation in a case


def signed(name: str, email: str) -> str:
    """A shared mailbox has many readers: the name that was asked for, and the address that logged in."""
    return f"{name} ({email})"


@transaction.atomic
def write(party: Party, *, subject: str, text: str, name: str, email: str, uploads=()) -> Message:
    """Send a message to the municipality. The same sent twice is one."""
    Case.objects.select_for_update().get(pk=party.case_id)
    if not text.strip() and not uploads:
        raise Refused("Skriv något eller välj en fil.")
    lately = party.messages.filter(at__gte=timezone.now() - timedelta(days=1))
    for same in lately.filter(subject_line=subject, record__text=text, email=email).select_related("record"):
        if holds(same.record, uploads):
            return same
    if lately.count() >= MOST_IN_A_DAY:
        raise Refused("Ni har skrivit många meddelanden i dag. Samla resten och skriv i morgon.")
    record = add_record(
        party.case,
        direction=Direction.IN,
        counterpart=f"{signed(name, email)}, {party.name}",
        about=f"Meddelande: {subject}",
        text=text,
        uploads=uploads,
    )
    message = Message.objects.create(party=party, record=record, subject_line=subject, name=name, email=email)
    tell_official(message, f"Läs meddelandet från {name}, {party.name}")
    return message


def tell_official(message: Message, title: str) -> None:
    case = message.party.case
    due = timezone.localdate() + timedelta(days=case.municipality.days_to_receive)
    open_task(case, TaskKind.READ_ANSWER, title=title[:200], due=due, subject=message.subject, tab="letters")


@transaction.atomic
def mark_read(message: Message, *, by) -> None:
    Case.objects.select_for_update().get(pk=message.party.case_id)  # first, as in ``write``
    locked = Message.objects.select_for_update(of=["self"]).select_related("party__case").get(pk=message.pk)
    if locked.read_at:
        raise Refused("Meddelandet är redan läst.")
    locked.read_at, locked.read_by = timezone.now(), by
    locked.save(update_fields=["read_at", "read_by"])
    close_task(locked.party.case, TaskKind.READ_ANSWER, by=by, subject=locked.subject)


@after_secret
def name_no_writer(record: Record) -> None:
    """Titles of tasks stand in everybody's worklist."""
    written = Message.objects.filter(record=record).values("pk")
    papers = PartnerDocument.objects.filter(record=record).values("pk")
    for kind, rows, title in (
        ("message", written, "Läs meddelandet"),
        ("partnerdocument", papers, "Granska underlaget"),
    ):
        Task.objects.open().filter(subject_kind=kind, subject_id__in=rows).update(title=title)
