"""What an organisation itself answers of the rules of its case, kept as its own answers and told to the coordinator."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from iop.cases.actions import answer, values_of
from iop.cases.machinery import Refused, Subject
from iop.cases.models import Case
from iop.rulesets.schema import Answerable

from .messages import signed, write
from .models import Message, Party


@dataclass(frozen=True)
class Given:
    """An answer to one part of a rule. ``opened``: marks of what the page was opened with; ``asked``: of its words."""

    rule: Answerable
    part: str
    text: str
    subject: Subject
    value: str
    reason: str
    opened: str
    asked: str


@transaction.atomic
def answer_for(party: Party, given: Iterable[Given], *, name: str, email: str, by) -> Message:
    """All of them or none. Raises Meanwhile where somebody has answered the same since the page was opened."""
    Case.objects.select_for_update().get(pk=party.case_id)
    said_by, told = f"{signed(name, email)}, {party.name}", []
    for one in given:
        how = {"subject": one.subject, "by": by, "said_by": said_by, "opened": one.opened, "asked": one.asked}
        answer(party.case, one.rule, part=one.part, value=one.value, reason=one.reason, **how)
        label = values_of(one.rule).get(one.value, one.value) or "Inget svar"
        told.append(f"{one.text}\n{label}. {one.reason}".strip())
    if not told:
        raise Refused("Inget svar är ändrat. Svara på någon av frågorna först.")
    return write(party, subject="Svar på riktlinjens frågor", text="\n\n".join(told), name=name, email=email)
