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
from iop.cases.models import DAYS_OF_A_LINK, Case, Direction, TaskKind
from iop.cases.opened import changes
from iop.cases.secrecy import holds_secrets
from iop.mail import after_commit
from iop.municipalities.models import Municipality
from iop.rulesets.schema import Declaration as DeclarationRule

from .models import (
    Activity,
    Contribution,
    ContributionKind,
    Declaration,
    Organisation,
    OtherSupport,
    Party,
)
from .papers import wait_for_none_of
from .questions import await_answers

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
    organisation = Organisation.objects.select_for_update(of=["self"]).get(pk=organisation.pk)
    organisation = organisation.merged_into or organisation  # somebody may have found that it is another, just now
    if case.parties.filter(organisation=organisation).exists():
        raise Refused(f"{organisation.name} är redan part i ärendet.")
    activity = Activity.objects.create(organisation=organisation, name=activity_name or case.title)
    party = Party.objects.create(
        case=case,
        organisation=organisation,
        activity=activity,
        contact_name=contact_name,
        contact_email=contact_email,
        contact_phone=contact_phone,
        named_by_sender=named_by_sender,
    )
    await_answers(case)
    return party


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
    wait_for_none_of(party, by=by)
    await_answers(party.case, by=by)


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
    Case.objects.select_for_update().get(pk=party.case_id)
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
    await_answers(party.case)  # some rules are asked otherwise of some legal forms


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
    context["days"] = DAYS_OF_A_LINK
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
    if holds_secrets(case):  # the page behind the link tells
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
