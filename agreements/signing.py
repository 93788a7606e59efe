"""Signing, here or on paper that is handed in. Neither is a signature of the agreement until an official enters it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from iop.cases.actions import add_record, close_task, open_task
from iop.cases.files import holds, store_bytes
from iop.cases.machinery import Refused
from iop.cases.models import Case, Direction, Record, Task, TaskKind
from iop.cases.secrecy import after_secret, holds_secrets
from iop.mail import after_commit
from iop.municipalities.permissions import Role
from iop.municipalities.swedish import fold
from iop.printing import print_pdf
from iop.swedish_text import day
from partners.access import readers_of
from partners.messages import signed as named
from partners.models import Party, Representative

from .checks import document_hash
from .models import Agreement, AgreementStage, Signature, SignedCopy, SignedHere

MOST_COPIES = 10  # from one organisation, of one document
MOST_HERE = 6  # signatures of one side
ONLY_REPRESENTATIVES = (
    "Bara den som är bekräftad företrädare för organisationen kan skriva under här. Be kommunen eller en annan "
    "företrädare att bekräfta dig, eller lämna in ett exemplar som är undertecknat på papper."
)


@transaction.atomic
def sign_here(
    agreement: Agreement,
    party: Party | None,
    *,
    document: str,
    name: str,
    role: str,
    ground: str,
    user,
    logged_in_at: datetime | None,
) -> SignedHere:
    """Sign in the program, with a proof for the case file, and ask the secretaries to enter it.

    ``document``: number of the record that was read; another may lie there since. ``party``: None for the
    municipality. ``user``: who is logged in, and since when. The same sent twice is one.
    """
    locked, case = _locked(agreement)
    if not signs_here(locked, case):
        raise Refused("Det går inte att skriva under här. Ladda om sidan och se läget.")
    if str(locked.for_signing_id) != document:
        raise Refused("Ett nytt exemplar har kommit sedan sidan visades. Läs det och skriv under på nytt.")
    if is_entered(locked):
        raise Refused("Underskrifterna är redan införda.")
    confirmed_as = _confirmed_as(party, user) if party else ""
    stand = made_here(locked).filter(party=party)
    known = next((one for one in stand if one.email == user.email and fold(one.name) == fold(name)), None)
    if known and (fold(known.role), fold(known.ground)) == (fold(role), fold(ground)):
        return known
    if known:
        raise Refused(f"{name} har redan skrivit under, som {known.role}. Ska det ändras, skriv till kommunen.")
    if stand.count() >= MOST_HERE:
        raise Refused("Så många har redan skrivit under. Skriv till kommunen om det är något mer.")
    signed = SignedHere(
        agreement=locked,
        document_id=int(document),
        document_sha256=document_hash(locked),
        party=party,
        name=name,
        role=role,
        ground=ground,
        confirmed_as=confirmed_as,
        email=user.email,
        logged_in_at=logged_in_at,
    )
    signed.record = _proof(signed, by=None if party else user)
    signed.save()
    due = timezone.localdate() + timedelta(days=case.municipality.days_to_receive)
    whose = {"role": Role.SECRETARY, "tab": "agreement", "subject": signed.subject}
    open_task(case, TaskKind.READ_ANSWER, title=f"För in underskriften från {signed.side}"[:200], due=due, **whose)
    return signed


def _confirmed_as(party: Party, user) -> str:
    """Who is known to have the address, and how: the name that is typed is anybody's in a shared mailbox."""
    rows = Representative.objects.acting().filter(organisation=party.organisation_id, email=user.email)
    known = rows.first()
    if known is None:
        raise Refused(ONLY_REPRESENTATIVES)
    return f"{known.name}, {known.role} ({known.ground})"


def _locked(agreement: Agreement) -> tuple[Agreement, Case]:
    """The agreement first, as all that moves one takes them, and nothing of the municipality's: a proof is printed."""
    locked = Agreement.objects.select_for_update(of=["self"]).select_related("for_signing").get(pk=agreement.pk)
    rows = Case.objects.select_for_update(of=["self"]).select_related("municipality")
    locked.case = rows.get(pk=agreement.case_id)
    return locked, locked.case


def is_entered(agreement: Agreement) -> bool:
    """Are the signatures of the document that lies for signing entered?"""
    return agreement.signatures.filter(document=agreement.for_signing_id).exists()


def signs_here(agreement: Agreement, case: Case) -> bool:
    """Does the agreement lie where it can be signed in the program? What is secret is signed on paper."""
    document = agreement.for_signing
    if agreement.stage != AgreementStage.SIGNING or document is None:
        return False
    return case.municipality.signs_here and not case.secret and not document.secret


def _proof(signed: SignedHere, *, by) -> Record:
    """Who signed what, as a document for the archive; what is signed is named by its checksum."""
    agreement = signed.agreement
    case, file = agreement.case, agreement.for_signing.files.select_related("file").first()
    called = case.rules.agreement_is_called
    context = {"signed": signed, "agreement": agreement, "case": case, "file": file, "municipality": case.municipality}
    content = print_pdf(render_to_string("agreements/pdf/proof.html", context))
    return add_record(
        case,
        direction=Direction.IN if signed.party else Direction.INTERNAL,
        counterpart=f"{signed.name} ({signed.email}), {signed.side}",
        about=f"{case.rules.signed.capitalize()} {called} från {signed.side}, bevis om underskrift",
        text=f"Undertecknat i programmet av {signed.name}, {signed.role}. Rätt att teckna: {signed.ground}. "
        f"Det undertecknade: {file.name}, SHA-256 {signed.document_sha256}.",
        files=[(store_bytes(content, "application/pdf"), f"underskriftsbevis-{case.reference}.pdf")],
        by=by,
    )


@transaction.atomic
def refuse_signature(signed: SignedHere, *, why: str, by, absolute: Callable[[str], str]) -> None:
    """Whoever signed may not sign for that side, or not alone. Those of the organisation who see the case are told."""
    if not why.strip():
        raise Refused("Skriv varför underskriften inte godtas.")
    agreement, case = _locked(signed.agreement)
    locked = SignedHere.objects.get(pk=signed.pk)
    if locked.refused_at:
        raise Refused("Någon annan har redan sagt att underskriften inte godtas.")
    if Signature.objects.filter(made_here=locked).exists():
        raise Refused("Underskriften är redan införd. Ta tillbaka avtalet till skrivbordet om den inte gäller.")
    if agreement.stage != AgreementStage.SIGNING or agreement.for_signing_id != locked.document_id:
        the = case.rules.the_agreement.capitalize()
        raise Refused(f"{the} ligger inte längre för undertecknande. Ladda om sidan och se läget.")
    locked.refused_at, locked.refused_why, locked.refused_by = timezone.now(), why, by
    locked.save(update_fields=["refused_at", "refused_why", "refused_by"])
    close_task(case, TaskKind.READ_ANSWER, by=by, subject=locked.subject)
    if signed.party is None:
        about = f"En underskrift för {case.municipality.name} godtas inte"
        add_record(case, direction=Direction.INTERNAL, about=about, text=why, by=by, copy_of=signed.record)
    else:
        _tell_refused(signed, case, why=why, by=by, absolute=absolute)


def _tell_refused(signed: SignedHere, case: Case, *, why: str, by, absolute: Callable[[str], str]) -> None:
    """Those of that organisation who see the case. Where anything is secret, only that there is something to read."""
    addresses = readers_of(case.parties.filter(pk=signed.party_id))
    if not addresses:
        return
    secret, place = holds_secrets(case), case.municipality
    context = {"signed": signed, "case": case, "municipality": place, "why": why, "secret": secret}
    context |= {"here": signs_here(signed.agreement, case), "by": by}
    context["link"] = absolute(reverse("mine_case", args=[place.slug, case.reference]))
    body = render_to_string("agreements/mail/signature_refused.txt", context)
    about = f"Meddelande från {place.name}" if secret else f"En underskrift godtas inte, {case.reference}"
    told = {"counterpart": ", ".join(addresses), "about": about, "text": body}
    add_record(case, direction=Direction.OUT, by=by, copy_of=None if secret else signed.record, **told)
    for address in addresses:
        after_commit(EmailMessage(about, body, to=[address], reply_to=[place.email]))


def made_here(agreement: Agreement) -> QuerySet[SignedHere]:
    """Signatures that stand, beneath the document that lies for signing."""
    rows = agreement.signed_here.filter(document=agreement.for_signing_id, refused_at=None)
    return rows.select_related("party__organisation", "record")


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
        counterpart=f"{named(name, email)}, {party.name}",
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


def wait_for_no_signatures(agreement: Agreement, *, by) -> None:
    """The signatures are entered, or the document is no longer to be signed."""
    for row in (*agreement.signed_copies.all(), *agreement.signed_here.all()):
        close_task(agreement.case, TaskKind.READ_ANSWER, by=by, subject=row.subject)


@after_secret
def name_no_signer(record: Record) -> None:
    """Titles of tasks stand in everybody's worklist."""
    for kind, rows in (("signedcopy", SignedCopy.objects), ("signedhere", SignedHere.objects)):
        told = Task.objects.open().filter(subject_kind=kind, subject_id__in=rows.filter(record=record).values("pk"))
        told.update(title="För in underskriften")
