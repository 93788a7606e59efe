"""The signed agreement on its way back from an organisation. Whoever hands it in registers no signature by that."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from iop.cases.actions import add_record, close_task, open_task
from iop.cases.files import holds
from iop.cases.machinery import Refused
from iop.cases.models import Direction, Record, Task, TaskKind
from iop.cases.secrecy import after_secret
from iop.municipalities.permissions import Role
from iop.swedish_text import day
from partners.messages import signed
from partners.models import Party

from .models import Agreement, AgreementStage, SignedCopy

MOST_COPIES = 10  # from one organisation, of one document


@transaction.atomic
def hand_in_signed(
    agreement: Agreement, party: Party, *, signer: str, role: str, signed_on: date, uploads, name: str, email: str
) -> SignedCopy:
    """Put the scan, or pictures of its pages, in the case file, and ask the secretaries to enter the signature.

    Sent twice it is one.
    """
    locked = Agreement.objects.select_for_update(of=["self"]).select_related("case", "for_signing").get(pk=agreement.pk)
    case, the = agreement.case, agreement.case.rules.the_agreement.capitalize()
    if locked.stage != AgreementStage.SIGNING:
        raise Refused(f"{the} ligger inte för undertecknande. Ladda om sidan och se läget.")
    document = locked.for_signing
    if locked.signatures.filter(document=document, party=party).exists():
        raise Refused("Kommunen har redan fört in er underskrift.")
    printed_on = timezone.localdate(document.registered_at)
    if signed_on > timezone.localdate():
        raise Refused(f"Den {day(signed_on)} har inte varit än. Skriv vilken dag ni skrev under.")
    if signed_on < printed_on:
        raise Refused(f"Underskriften ska vara från den {day(printed_on)}, då exemplaret blev klart, eller senare.")
    earlier = locked.signed_copies.filter(document=document, party=party)
    facts = {"signer": signer, "role": role, "signed_on": signed_on}
    for known in earlier.filter(**facts).select_related("record"):
        if holds(known.record, uploads):
            return known
    if earlier.count() >= MOST_COPIES:  # before the files are stored
        raise Refused("Ni har redan lämnat många exemplar. Skriv till kommunen om det är något mer.")
    record = add_record(
        case,
        direction=Direction.IN,
        counterpart=f"{signed(name, email)}, {party.name}",
        about=f"{case.rules.signed.capitalize()} {case.rules.agreement_is_called} från {party.name}, skannat exemplar",
        text=f"Undertecknat av {signer}, {role}, den {day(signed_on)}.",
        uploads=uploads,
    )
    copy = SignedCopy.objects.create(
        agreement=agreement, document=document, party=party, record=record, name=name, email=email, **facts
    )
    due = timezone.localdate() + timedelta(days=case.municipality.days_to_receive)
    title = f"För in underskriften från {party.name}"[:200]
    whose = {"role": Role.SECRETARY, "tab": "agreement", "subject": copy.subject}
    open_task(case, TaskKind.READ_ANSWER, title=title, due=due, **whose)
    return copy


def wait_for_no_copies(agreement: Agreement, *, by) -> None:
    """The signatures are entered, or the document is no longer to be signed."""
    for copy in agreement.signed_copies.all():
        close_task(agreement.case, TaskKind.READ_ANSWER, by=by, subject=copy.subject)


@after_secret
def name_no_signer(record: Record) -> None:
    """Titles of tasks stand in everybody's worklist."""
    copies = SignedCopy.objects.filter(record=record).values("pk")
    Task.objects.open().filter(subject_kind="signedcopy", subject_id__in=copies).update(title="För in underskriften")
