"""Verbs about the partners of a case."""

import secrets
from datetime import timedelta

from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from iop.cases.actions import add_record, close_task, open_task
from iop.cases.letters import hash_of
from iop.cases.machinery import Refused, Subject, free_to_change, hold_act, still_open
from iop.cases.models import Case, Direction, TaskKind
from iop.cases.opened import changes
from iop.mail import after_commit
from iop.municipalities.models import Municipality
from iop.rulesets.schema import Declaration as DeclarationRule
from iop.rulesets.schema import Document as DocumentRule
from iop.swedish_text import lower_first

from .access import readers_of
from .models import (
    Activity,
    Contribution,
    ContributionKind,
    Declaration,
    DocumentStatus,
    Organisation,
    OtherSupport,
    PartnerDocument,
    Party,
)

DAYS_TO_CONFIRM = 21


def organisation_for(
    municipality: Municipality, *, name: str, number: str | None, legal_form: str, same: Organisation | None = None
) -> Organisation:
    """The organisation with that number, as it is known already, or a new one.

    Anyone can type a public number, so nothing that is known is overwritten and nothing is told. ``same``: the one that
    an official says it is; if it had no number, it has one now.
    """
    if same is not None:
        if number and not same.number:
            same.number = number
            same.save(update_fields=["number"])
        return same
    facts = {"name": name, "legal_form": legal_form}
    if number:
        organisation, _ = Organisation.objects.get_or_create(municipality=municipality, number=number, defaults=facts)
        return organisation
    return Organisation.objects.create(municipality=municipality, number=None, **facts)


@transaction.atomic
def add_party(
    case: Case,
    organisation: Organisation,
    *,
    contact_name: str = "",
    contact_email: str = "",
    contact_phone: str = "",
    activity_name: str = "",
    named_by_sender: bool = False,
) -> Party:
    """``named_by_sender``: somebody else said that it takes part, and nobody has asked it yet."""
    Case.objects.select_for_update().get(pk=case.pk)
    free_to_change(case)
    if organisation.municipality_id != case.municipality_id:
        raise Refused("Organisationen finns i en annan kommun.")
    if case.parties.filter(organisation=organisation).exists():
        raise Refused(f"{organisation.name} är redan part i ärendet.")
    activity = Activity.objects.create(organisation=organisation, name=activity_name or case.title)
    return Party.objects.create(
        case=case,
        organisation=organisation,
        activity=activity,
        contact_name=contact_name,
        contact_email=contact_email,
        contact_phone=contact_phone,
        named_by_sender=named_by_sender,
    )


@transaction.atomic
def add_public_body(case: Case, *, name: str, contact_name: str = "", contact_email: str = "") -> Party:
    """Another public party beside the municipality: a region, another municipality, an authority."""
    Case.objects.select_for_update().get(pk=case.pk)
    free_to_change(case)
    if case.parties.active().filter(public_body__iexact=name).exists():
        raise Refused(f"{name} är redan part i ärendet.")
    return Party.objects.create(case=case, public_body=name, contact_name=contact_name, contact_email=contact_email)


@transaction.atomic
def leave(party: Party, *, by) -> None:
    """One of several organisations leaves; the others go on. The last one does not leave: then the case ends."""
    Case.objects.select_for_update().get(pk=party.case_id)
    free_to_change(party.case)
    if party.organisation and not party.case.parties.active().organisations().exclude(pk=party.pk).exists():
        raise Refused(f"{party.name} är den enda organisationen. Avsluta ärendet i stället.")
    party.left_on = timezone.localdate()
    party.save(update_fields=["left_on"])
    close_task(party.case, TaskKind.DECLARATION, by=by, subject=party.subject)
    if party.contact_email:  # nobody is reminded of what the organisation was asked
        party.case.letters.filter(sent_to__iexact=party.contact_email, settled_at=None).update(reminds=False)


def party_now(party: Party) -> dict:
    """What the form of a party is opened with."""
    return {
        "legal_form": party.organisation.legal_form,
        "activity": party.activity,
        "contact_name": party.contact_name,
        "contact_email": party.contact_email,
    }


@transaction.atomic
def edit_party(
    party: Party,
    *,
    legal_form: str,
    activity: Activity | None,
    contact_name: str,
    contact_email: str,
    opened: str = "",
) -> None:
    """Save what was changed of a party. Raises Meanwhile where somebody else has changed the same since ``opened``."""
    free_to_change(party.case)
    stored = Party.objects.select_for_update(of=["self"]).select_related("organisation", "activity").get(pk=party.pk)
    mine = {"legal_form": legal_form, "activity": activity}
    mine |= {"contact_name": contact_name, "contact_email": contact_email}
    changed = changes(opened, now=party_now(stored), mine=mine)
    if "legal_form" in changed:
        stored.organisation.legal_form = changed.pop("legal_form")
        stored.organisation.save(update_fields=["legal_form"])
    for name, value in changed.items():
        setattr(stored, name, value)
    if changed:
        stored.save(update_fields=list(changed))


@transaction.atomic
def add_contribution(contribution: Contribution) -> Contribution:
    """Money from the municipality is held by the rules that are bound to that act."""
    free_to_change(contribution.case)
    contribution.save()
    if contribution.party is None and contribution.kind == ContributionKind.MONEY:
        hold_act("contribution", contribution.case.matter())
    return contribution


def remove_contribution(contribution: Contribution) -> None:
    """It stays in the history."""
    free_to_change(contribution.case)
    contribution.delete()


def note_support(support: OtherSupport) -> OtherSupport:
    still_open(support.case)
    support.save()
    return support


def _paper(party: Party, rule: DocumentRule, part: str, **facts) -> PartnerDocument:
    still_open(party.case)
    if part not in dict(rule.parts):
        raise Refused("Regeln har ändrats sedan sidan visades. Ladda om sidan.")
    paper, _ = PartnerDocument.objects.update_or_create(
        party=party, rule=rule.key, part=part, defaults={"at": timezone.now(), **facts}
    )
    return paper


@transaction.atomic
def hand_in(
    party: Party,
    rule: DocumentRule,
    part: str,
    *,
    by=None,
    upload=None,
    number=None,
    as_of: str = "",
    sender: str = "",
) -> PartnerDocument:
    """A paper or a number has come; the file becomes a record of the case.

    ``sender``: who of the organisation handed it in on pages of their own; then an official is asked to look at it.
    """
    if upload is None and number is None:
        raise Refused("Välj en fil." if rule.hand_in == "file" else "Skriv antalet.")
    record = None
    if upload is not None:
        record = add_record(
            party.case,
            direction=Direction.IN,
            counterpart=f"{sender}, {party.name}" if sender else party.name,
            about=f"{dict(rule.parts)[part]}, {party.name}",
            uploads=[upload],
            by=by,
        )
    paper = _paper(
        party, rule, part, status=DocumentStatus.RECEIVED, record=record, number=number, as_of=as_of, by=by, note=""
    )
    if sender:
        title = f"Granska {lower_first(dict(rule.parts)[part])}, {party.name}"[:200]
        due = timezone.localdate() + timedelta(days=party.case.municipality.days_to_receive)
        open_task(party.case, TaskKind.READ_ANSWER, title=title, due=due, subject=Subject.of(paper), tab="parties")
    return paper


@transaction.atomic
def hand_in_by(party: Party, rule: DocumentRule, part: str, *, sender: str, **paper) -> PartnerDocument:
    """Handed in by the organisation itself: what has been looked at and accepted is not replaced unseen."""
    Case.objects.select_for_update().get(pk=party.case_id)
    if party.documents.filter(rule=rule.key, part=part, status=DocumentStatus.ACCEPTED).exists():
        raise Refused("Underlaget är redan granskat och godtaget. Skriv till kommunen om det behöver bytas.")
    return hand_in(party, rule, part, sender=sender, **paper)


@transaction.atomic
def review(
    party: Party, rule: DocumentRule, part: str, *, status: str, note: str = "", by=None, absolute=None
) -> PartnerDocument:
    """What the reviewer made of the paper, or that it does not exist.

    ``absolute``: turns a path into a full address; then those with access are told of one that was not accepted.
    """
    Case.objects.select_for_update().get(pk=party.case_id)
    if status in (DocumentStatus.ACCEPTED, DocumentStatus.REJECTED):
        if not party.documents.filter(rule=rule.key, part=part).exclude(status=DocumentStatus.REQUESTED).exists():
            raise Refused("Underlaget har inte kommit än, så det går inte att granska.")
    if status == DocumentStatus.REJECTED and not note.strip():
        raise Refused("Skriv varför underlaget inte godtas.")
    paper = _paper(party, rule, part, status=status, note=note, by=by)
    close_task(party.case, TaskKind.READ_ANSWER, by=by, subject=Subject.of(paper))
    if status == DocumentStatus.REJECTED and absolute:
        _tell_not_accepted(paper, dict(rule.parts)[part], by=by, absolute=absolute)
    return paper


def _tell_not_accepted(paper: PartnerDocument, label: str, *, by, absolute) -> None:
    """What is to be done, with the way there, to those who see the case. Of what is secret only that something is."""
    party, case = paper.party, paper.party.case
    addresses = readers_of(case.parties.filter(pk=party.pk))
    if not addresses:
        return
    secret = case.secret or paper.record is not None and paper.record.secret
    page = reverse("mine_case", args=[case.municipality.slug, case.reference])
    context = {"case": case, "municipality": case.municipality, "label": label, "note": paper.note, "secret": secret}
    context["link"] = absolute(page) + ("" if secret else f"#{paper.rule}-{party.pk}-{paper.part or 0}")
    body = render_to_string("partners/mail/not_accepted.txt", context)
    subject = (
        f"Meddelande från {case.municipality.name}" if secret else f"Ett underlag behöver rättas, {case.reference}"
    )
    add_record(case, direction=Direction.OUT, counterpart=", ".join(addresses), about=subject, text=body, by=by)
    for address in addresses:
        after_commit(EmailMessage(subject, body, to=[address], reply_to=[case.municipality.email]))


def declaration_text(rule: DeclarationRule, organisation: str) -> str:
    """The declaration as the representative reads it: the guideline's words with the organisation's name put in."""
    lines = [rule.opening.replace("{organisation}", organisation)]
    for number, point in enumerate(rule.points, 1):
        lines.append(f"{number}. {point.text}")
        lines += [f"   {letter}) {ground}" for letter, ground in zip("abcdefghij", point.grounds, strict=False)]
    return "\n".join([*lines, *rule.assurances])


@transaction.atomic
def send_declaration(party: Party, rule: DeclarationRule, *, to: str, by, absolute) -> Declaration:
    """Send the declaration by a personal link. ``absolute`` turns a path into a full address.

    A new link replaces one that has not been used. Only the link's hash is stored; no official can follow it.
    """
    Case.objects.select_for_update().get(pk=party.case_id)
    Party.objects.select_for_update().get(pk=party.pk)
    still_open(party.case)
    if party.declarations.filter(rule=rule.key, confirmed_at__isnull=False).exists():
        raise Refused("Intyget är redan bekräftat.")
    for older in party.declarations.filter(rule=rule.key, confirmed_at=None, replaced=False):
        older.replaced = True
        older.save(update_fields=["replaced"])
    token = secrets.token_urlsafe(24)
    declaration = Declaration.objects.create(
        party=party,
        rule=rule.key,
        text=declaration_text(rule, party.name),
        token_hash=hash_of(token),
        sent_to=to,
        sent_by=by,
    )
    case = party.case
    context = {"party": party, "case": case, "municipality": case.municipality, "heading": rule.heading}
    link = absolute(reverse("declaration", args=[token]))
    subject = f"Värdegrundsintyg för {party.name}"
    body = render_to_string("partners/mail/declaration.txt", {**context, "link": link})
    kept = render_to_string("partners/mail/declaration.txt", {**context, "link": "[personlig länk]"})
    open_task(
        case,
        TaskKind.DECLARATION,
        title=f"Värdegrundsintyg från {party.name}",
        due=timezone.localdate() + timedelta(days=DAYS_TO_CONFIRM),
        subject=party.subject,
        waits_for_others=True,
        tab="parties",
    )
    add_record(case, direction=Direction.OUT, counterpart=to, about=subject, text=kept, by=by)
    if case.secret:  # the page behind the link tells
        subject = f"Meddelande från {case.municipality.name}"
        body = render_to_string("cases/mail/letter.txt", {**context, "secret": True, "link": link})
    message = EmailMessage(subject, body, to=[to], reply_to=[case.municipality.email])
    after_commit(message)
    return declaration


@transaction.atomic
def confirm_declaration(declaration: Declaration, *, name: str, role: str, email: str = "") -> Declaration:
    """The representative confirms. Once only; a replaced link no longer confirms anything.

    ``email``: of one who is logged in, kept beside the name.
    """
    Case.objects.select_for_update().get(pk=declaration.party.case_id)
    locked = Declaration.objects.select_for_update().get(pk=declaration.pk)
    if locked.confirmed_at:
        raise Refused("Intyget är redan bekräftat.")
    if locked.replaced:
        raise Refused("Länken har ersatts av en nyare. Använd länken i det senaste brevet.")
    still_open(locked.party.case)
    locked.confirmed_at, locked.confirmed_name, locked.confirmed_role = timezone.now(), name, role
    locked.save(update_fields=["confirmed_at", "confirmed_name", "confirmed_role"])
    party = locked.party
    close_task(party.case, TaskKind.DECLARATION, by=None, subject=Subject.of(party))
    add_record(
        party.case,
        direction=Direction.IN,
        counterpart=f"{name} ({email}), {role}, {party.name}" if email else f"{name}, {role}, {party.name}",
        about=f"Värdegrundsintyg bekräftat av {name}",
        text=locked.text,
    )
    return locked
