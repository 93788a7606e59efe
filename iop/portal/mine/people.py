"""Who of the organisation sees the case: everybody reads it, a confirmed representative invites and removes."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from iop.cases.machinery import Refused
from partners import access, representatives
from partners.models import CaseAccess, Party, Representative

from .door import Seat, own_case
from .forms import InviteForm
from .writing import READS_OR_SENDS, posted, sent, show

ONLY_REPRESENTATIVES = "Bara den som är bekräftad att företräda organisationen bjuder in och tar bort."
LEAVES = "Du ser inte längre ärendet på Mina sidor. För att se det igen behöver någon bjuda in dig."


@own_case
@require_http_methods(READS_OR_SENDS)
def mine_people(request: HttpRequest, seat: Seat) -> HttpResponse:
    if request.method == "POST" and not seat.represents:
        raise PermissionDenied(ONLY_REPRESENTATIVES)
    form = InviteForm(posted(request)[0], parties=seat.represents)
    if sent(form, lambda data: _invite(request, form.party, data)):
        messages.success(request, f"{form.cleaned_data['invited']} är inbjuden.")
        return redirect(request.path)
    sides = [_side(seat, one) for one in seat.parties]
    return show(request, seat, form, "mine/people.html", sides=sides, may_invite=bool(seat.represents))


def _side(seat: Seat, party: Party) -> dict:
    """Who represents the organisation is told to those who do: anybody can type its number and get a case.

    For the same reason one for whom nobody has vouched is told of no other address.
    """
    ours = party in seat.represents
    acting = party.organisation.representatives.acting() if ours else ()
    accesses = party.accesses.in_force()
    if party not in seat.vouched_for:
        accesses = accesses.filter(email=seat.email)
    return {"party": party, "accesses": accesses, "acting": acting, "ours": ours}


@transaction.atomic
def _invite(request, party: Party, data: dict) -> None:
    who = {"email": data["email"], "name": data["invited"], "role": data["role"]}
    if data["whole"]:
        ground = f"bekräftad på Mina sidor av {request.user.email}"[:200]
        representatives.confirm(party.organisation, by=request.user, phone="", ground=ground, **who)
    if not party.accesses.in_force().filter(email=who["email"].lower()).exists() or not data["whole"]:
        access.give(party, by=request.user, absolute=request.build_absolute_uri, **who)


@own_case
@require_http_methods(READS_OR_SENDS)
def mine_end_access(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """A representative removes anybody; everybody removes themselves. Asked once more on a page of its own."""
    rows = CaseAccess.objects.in_force().filter(party__in=seat.parties)
    found = get_object_or_404(rows.select_related("party"), pk=pk)
    if found.party not in seat.represents and found.email != seat.email:
        raise PermissionDenied(ONLY_REPRESENTATIVES)
    if found.email == seat.email:
        asked = {"heading": "Lämna ärendet", "what": LEAVES, "button": "Lämna ärendet"}
        done = "Du har lämnat ärendet."
    else:
        asked = {"heading": f"Ta bort {found.name}", "button": "Ta bort"}
        asked["what"] = f"{found.name} ({found.email}) ser inte längre ärendet, och kan bjudas in igen."
        done = f"{found.email} ser inte längre ärendet."
    return _end(request, seat, lambda: access.end(found, by=request.user), [found.party], asked, done)


@own_case
@require_http_methods(READS_OR_SENDS)
def mine_end_representative(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    organisations = [party.organisation_id for party in seat.represents]
    if not organisations:
        raise PermissionDenied(ONLY_REPRESENTATIVES)
    found = get_object_or_404(Representative.objects.acting().filter(organisation__in=organisations), pk=pk)
    asked = {"heading": f"Avsluta {found.name} som företrädare", "button": "Avsluta"}
    who = "Du" if found.email == seat.email else found.name
    asked["what"] = f"{who} företräder inte längre organisationen, i något ärende, och bjuder inte in andra."
    parties = [party for party in seat.represents if party.organisation_id == found.organisation_id]
    done = f"{found.name} företräder inte längre organisationen."
    return _end(request, seat, lambda: representatives.end(found, by=request.user), parties, asked, done)


def _end(request, seat: Seat, action, parties: list[Party], asked: dict, done: str) -> HttpResponse:
    if request.method != "POST":
        return render(request, "mine/end.html", {"seat": seat, "case": seat.case, **asked})
    try:
        with transaction.atomic():
            action()
            access.somebody_stays(parties)
        messages.success(request, done)
    except Refused as refusal:
        messages.error(request, str(refusal))
    if Party.objects.acted_for_by(request.user).filter(case=seat.case).exists():
        return redirect("mine_people", seat.case.municipality.slug, seat.case.reference)
    return redirect("mine")
