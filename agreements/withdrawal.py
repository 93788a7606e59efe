"""An organisation takes its initiative back: no reason is asked."""

from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string

from iop.cases.actions import add_record
from iop.cases.machinery import Refused
from iop.cases.models import Case, Direction, Outcome, Stage
from iop.mail import after_commit
from partners.actions import leave
from partners.messages import write
from partners.models import Message, Party

from .actions import end_case


def others_stay(party: Party) -> bool:
    """Is there another organisation to go on with? One that its sender merely named has not said that it takes part."""
    others = Party.objects.filter(case=party.case_id, named_by_sender=False).exclude(pk=party.pk)
    return others.active().organisations().exists()


@transaction.atomic
def withdraw(party: Party, *, name: str, email: str, why: str = "", by) -> Message:
    """Of several organisations this one leaves and the others go on; of one alone the case ends.

    An official is told in either case, and whoever did it gets it in writing. A partnership in force ends by the
    terms of its agreement, not here.
    """
    list(party.case.agreements.select_for_update())  # before the case, as all that moves an agreement takes them
    case = Case.objects.select_for_update(of=["self"]).select_related("municipality").get(pk=party.case_id)
    party.case = case
    if case.stage == Stage.CLOSED:
        raise Refused("Ärendet är redan avslutat.")
    if case.stage == Stage.IN_FORCE:
        raise Refused("Partnerskapet gäller redan. Skriv till kommunen om ni vill avsluta det.")
    others = others_stay(party)
    if others:
        leave(party, by=by)
    else:
        end_case(case, outcome=Outcome.WITHDRAWN, why="", by=by, by_name=f"{name}, {party.name}"[:120])
    subject = f"{party.name} lämnar ärendet"[:150] if others else "Vi återtar initiativet"
    message = write(party, subject=subject, text=why.strip() or "Inget skäl angavs.", name=name, email=email)
    _confirm(case, name=name, email=email, others=others)
    return message


def _confirm(case: Case, *, name: str, email: str, others: bool) -> None:
    """Names neither the organisation nor what the case is about, so that it may go of a secret case too."""
    subject = f"Ni har lämnat ärende {case.reference}" if others else f"Initiativet {case.reference} är återtaget"
    context = {"case": case, "municipality": case.municipality, "others": others}
    body = render_to_string("agreements/mail/withdrawn.txt", context)
    add_record(case, direction=Direction.OUT, counterpart=f"{name} ({email})", about=subject, text=body)
    after_commit(EmailMessage(subject, body, to=[email], reply_to=[case.municipality.email]))
