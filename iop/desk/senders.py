"""Who sent an initiative, and whether somebody has made sure that the person acts for the organisation."""

from collections.abc import Iterable
from dataclasses import dataclass

from initiatives.models import Initiative
from iop.cases.machinery import Refused
from iop.cases.models import Case
from iop.municipalities.permissions import Act
from partners.forms import RepresentativeForm
from partners.models import Organisation, Representative
from partners.representatives import acting_as, may_not_act

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
        "may_confirm": _may_confirm(request, organisation),
        "acting": acting,
        "ended": [one for one in known if one.ended_on],
        "unconfirmed": unconfirmed,
        "representative_form": form or RepresentativeForm(initial=opened),
        "confirming": bool(chosen or form),
    }


def _may_confirm(request, organisation: Organisation) -> bool:
    if not request.user.may(Act.WORK, request.municipality):
        return False
    try:
        may_not_act(request.user, organisation)
    except Refused:
        return False
    return True


def _confirmed(initiative: Initiative, acting) -> Representative | None:
    return acting_as(acting, name=initiative.contact_name, email=initiative.contact_email)
