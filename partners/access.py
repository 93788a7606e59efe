"""Verbs about who of an organisation sees a case, and the question who may log in at all."""

from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from iop.cases.actions import add_record
from iop.cases.letters import has_pages
from iop.cases.machinery import Refused
from iop.cases.models import Case, Direction
from iop.mail import after_commit
from iop.municipalities.models import User

from .models import CaseAccess, Party, PartyQuerySet, Representative

MOST = 20  # people of one organisation in a case
MOST_INVITED_IN_A_DAY = 40  # by one organisation in all its cases: each is a letter, to an address that somebody types


def give_by_sending(party: Party) -> CaseAccess | None:
    """Whoever sends an initiative sees that case from then on, and no other."""
    if not party.contact_email:
        return None
    facts = {"name": party.contact_name, "by_sending": True}
    email = party.contact_email.lower()
    return CaseAccess.objects.get_or_create(party=party, email=email, ended_at=None, defaults=facts)[0]


@transaction.atomic
def give(party: Party, *, email: str, name: str, role: str = "", by, absolute) -> CaseAccess:
    """Let one more person see the case, and tell so by letter. ``by``: an official or a representative.

    Who invites somebody from an organisation that was merely named knows that it takes part: it is open to its
    representatives from then on.
    """
    email = email.lower()
    Case.objects.select_for_update().get(pk=party.case_id)
    if party.accesses.in_force().count() >= MOST:
        raise Refused(f"{party.name} har redan {MOST} personer i ärendet. Ta bort någon först.")
    lately = CaseAccess.objects.filter(party__organisation=party.organisation_id, by_sending=False)
    if lately.filter(given_at__gte=timezone.now() - timedelta(days=1)).count() >= MOST_INVITED_IN_A_DAY:
        raise Refused(f"{party.name} har bjudit in många i dag. Försök igen om ett dygn.")
    try:
        with transaction.atomic():
            access = CaseAccess.objects.create(party=party, email=email, name=name, role=role, given_by=by)
    except IntegrityError as error:
        raise Refused(f"{email} ser redan ärendet.") from error
    if party.named_by_sender:
        party.named_by_sender = False
        party.save(update_fields=["named_by_sender"])
    case = party.case
    context = {"case": case, "municipality": case.municipality, "party": party, "name": name}
    context["link"] = absolute(reverse("mine"))
    body, subject = render_to_string("partners/mail/access.txt", context), f"Följ ärende {case.reference}"
    add_record(case, direction=Direction.OUT, counterpart=f"{name} ({email})", about=subject, text=body, by=by)
    after_commit(EmailMessage(subject, body, to=[email], reply_to=[case.municipality.email]))
    return access


@transaction.atomic
def end(access: CaseAccess, *, by) -> None:
    Case.objects.select_for_update().get(pk=access.party.case_id)  # first, as wherever a case file is written
    locked = CaseAccess.objects.select_for_update(of=["self"]).select_related("party__case").get(pk=access.pk)
    if locked.ended_at:
        raise Refused(f"{locked.email} ser redan inte ärendet längre.")
    locked.ended_at, locked.ended_by = timezone.now(), by
    locked.save(update_fields=["ended_at", "ended_by"])
    about = f"Ser inte längre ärendet på Mina sidor: {locked.name} ({locked.email})"
    add_record(locked.party.case, direction=Direction.INTERNAL, about=about, by=by)


def somebody_stays(parties: list[Party]) -> None:
    """Raises Refused where nobody of an organisation sees the case any longer: it would hear of nothing more."""
    for party in parties:
        if not readers_of(Party.objects.filter(pk=party.pk)):
            raise Refused(
                f"Ingen annan från {party.name} ser ärendet. Bjud in någon annan först, eller be kommunen att göra det."
            )


def somebody_with(email: str) -> User | None:
    """The person to whom a code may be sent: one with access or who represents, and who works in no municipality.

    The person is made at the first login; the mailbox is the key, so there is no password.
    """
    email = email.lower()
    known = CaseAccess.objects.in_force().filter(email=email).exists()
    if not known and not Representative.objects.acting().filter(email=email).exists():
        return None
    new = {"name": email[:120], "password": make_password(None)}
    user, _ = User.objects.get_or_create(email=email, defaults=new)
    return user if is_of_an_organisation(user) else None


def is_of_an_organisation(user: User) -> bool:
    """Officials and those who run the installation log in by password, and never by code."""
    works_here = user.is_staff or user.is_superuser or user.has_usable_password()
    return user.is_active and not works_here and not user.memberships_now()


def represented(user: User, parties: list[Party]) -> list[Party]:
    """Those whose organisation the person is confirmed to act for as a whole, and may let others in to."""
    acting = Representative.objects.acting().filter(organisation__in=[party.organisation_id for party in parties])
    organisations = set(acting.filter(email=user.email).values_list("organisation", flat=True))
    return [party for party in parties if party.organisation_id in organisations]


def sent_by(user: User, parties: list[Party]) -> list[Party]:
    """Those in whose name the person sent the initiative."""
    rows = CaseAccess.objects.in_force().filter(party__in=parties, email=user.email, by_sending=True)
    sent = set(rows.values_list("party", flat=True))
    return [party for party in parties if party.pk in sent]


def addresses_of(parties: list[Party]) -> dict[int, set[str]]:
    """Party -> addresses of those who are written to about it now. One that has ended is nobody's any longer."""
    found = {party.pk: {party.contact_email.lower()} for party in parties}
    for number, email in CaseAccess.objects.in_force().filter(party__in=parties).values_list("party", "email"):
        found[number].add(email)
    acting = Representative.objects.acting().filter(organisation__in=[party.organisation_id for party in parties])
    for organisation, email in acting.exclude(email="").values_list("organisation", "email"):
        for party in parties:
            if party.organisation_id == organisation:
                found[party.pk].add(email)
    return {number: addresses - {""} for number, addresses in found.items()}


def readers_of(parties: PartyQuerySet) -> list[str]:
    """Addresses that see the case of the parties, in order: what ``acted_for_by`` tells of one person."""
    here = parties.active().organisations()
    invited = CaseAccess.objects.in_force().filter(party__in=here).values_list("email", flat=True)
    open_ones = here.open_to_representatives().values("organisation")
    acting = Representative.objects.acting().filter(organisation__in=open_ones).exclude(email="")
    return sorted({*invited, *acting.values_list("email", flat=True)})


@has_pages
def sees_the_case(case: Case, email: str) -> bool:
    """Has the receiver of a letter about the case pages of its own, where the letter stands too?"""
    return email.lower() in readers_of(case.parties.all())
