"""Who sent an initiative, and whether somebody has made sure that the person acts for the organisation."""

from collections.abc import Iterable
from dataclasses import dataclass

from initiatives.models import Initiative
from iop.cases.models import Case
from partners.forms import RepresentativeForm
from partners.models import Organisation, Representative
from partners.representatives import acting_as

MOST = 20


@dataclass(frozen=True)
class Sender:
    initiative: Initiative
    confirmed: Representative | None


def sender_of(initiative: Initiative) -> Sender:
    return Sender(initiative, _confirmed(initiative, _acting(initiative.organisation.representatives.all())))


def _acting(representatives: Iterable[Representative]) -> list[Representative]:
    return [one for one in representatives if one.ended_on is None]


def who_acts(request, organisation: Organisation, form=None) -> dict:
    """For the organisation's page: its representatives, senders whom nobody has confirmed, and the form to do so.

    The form is opened with the sender of the case that the address names (``?avsandare=``).
    """
    known = list(organisation.representatives.select_related("confirmed_by", "ended_by"))
    acting = _acting(known)
    sent = Initiative.objects.filter(organisation=organisation, case__in=Case.objects.visible_to(request.user))
    sent = sent.select_related("case").order_by("-pk")[:MOST]
    unconfirmed = [one for one in sent if _confirmed(one, acting) is None]
    chosen = next((one for one in unconfirmed if one.case.reference == request.GET.get("avsandare")), None)
    opened = chosen and {"name": chosen.contact_name, "email": chosen.contact_email, "phone": chosen.contact_phone}
    return {
        "acting": acting,
        "ended": [one for one in known if one.ended_on],
        "unconfirmed": unconfirmed,
        "representative_form": form or RepresentativeForm(initial=opened),
        "confirming": bool(chosen or form),
    }


def _confirmed(initiative: Initiative, acting) -> Representative | None:
    return acting_as(acting, name=initiative.contact_name, email=initiative.contact_email)
