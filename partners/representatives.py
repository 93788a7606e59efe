"""Verbs about those who act for an organisation."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from iop.cases.machinery import Refused
from iop.cases.models import Recusal

from . import access
from .models import CaseAccess, Organisation, Representative


def may_not_act(person, organisation: Organisation) -> None:
    """Raises Refused for one with jäv in a case of the organisation: who represents it sees all its cases."""
    here = {"case__parties__organisation": organisation, "case__parties__left_on": None}
    if Recusal.objects.in_force().filter(person=person, **here).exists():
        raise Refused(f"{person.name} är jävig i ett ärende där {organisation.name} är part. Låt någon annan göra det.")


@transaction.atomic
def confirm(organisation: Organisation, *, by, **facts) -> Representative:
    """Somebody has made sure that the person acts for it. ``facts``: name, email, phone, role, ground."""
    may_not_act(by, organisation)
    if Organisation.objects.select_for_update(of=["self"]).get(pk=organisation.pk).merged_into_id:
        raise Refused("Organisationen är ihopslagen med en annan. Ladda om sidan och se vilka som företräder den.")
    try:
        with transaction.atomic():
            return Representative.objects.create(organisation=organisation, confirmed_by=by, **facts)
    except IntegrityError as error:
        raise Refused(f"{facts['email']} är redan bekräftad. Avsluta den företrädaren först.") from error


@transaction.atomic
def end(representative: Representative, *, by) -> None:
    """The person acts for the organisation no longer.

    One whom somebody else ends sees its cases no longer either, not even those they sent; one who steps back does.
    """
    rows = Representative.objects.select_for_update(of=("self",)).select_related("organisation")
    locked = rows.get(pk=representative.pk)
    may_not_act(by, locked.organisation)
    if locked.ended_on:
        raise Refused(f"{locked.name} företräder redan inte organisationen längre.")
    locked.ended_on, locked.ended_by = timezone.localdate(), by
    locked.save(update_fields=["ended_on", "ended_by"])
    if locked.email in ("", by.email):
        return
    theirs = CaseAccess.objects.in_force().filter(party__organisation=locked.organisation_id, email=locked.email)
    for one in theirs.order_by("party__case", "pk"):
        access.end(one, by=by)


def acting_as(representatives, *, name: str, email: str) -> Representative | None:
    """The one with that address; or, of those who have none, with that name."""
    for one in representatives:
        if email and one.email == email.lower() or not email and one.name.casefold() == name.casefold():
            return one
    return None
