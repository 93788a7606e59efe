"""What is done with many cases at once."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from iop.cases.actions import assign
from iop.cases.machinery import Refused
from iop.municipalities.access import official
from iop.municipalities.models import User
from iop.municipalities.permissions import Act, Role

from ..listing import LISTINGS
from ..models import ListName
from .listings import back_to, chosen_in

MOST_ASSIGNED = 1000  # each leaves its own trace in history, so it takes some seconds


@official(Act.ASSIGN)
@require_POST
def assign_coordinator(request: HttpRequest, municipality) -> HttpResponse:
    """Give the ticked cases to one of the municipality's coordinators."""
    listing = LISTINGS[ListName.CASES]
    asked, chosen = chosen_in(request, listing)
    to = _coordinator(municipality, request.POST.get("handlaggare", ""))
    count = chosen.order_by().values("pk")[: MOST_ASSIGNED + 1].count()
    if to is None:
        messages.error(request, "Välj vem som ska bli handläggare.")
        return back_to(request, listing, asked, ticked=True)
    if not count:
        messages.error(request, "Kryssa för de ärenden som ska få en handläggare.")
    elif count > MOST_ASSIGNED:
        most = f"{MOST_ASSIGNED:,}".replace(",", "\u00a0")
        messages.error(request, f"Högst {most} ärenden kan fördelas åt gången. Avgränsa med filter och ta dem i delar.")
    else:
        try:
            given = assign(chosen, to=to, by=request.user)
            messages.success(request, _told(given, count - given, to))
        except Refused as meanwhile:  # closed, or jäv stated, while it was done: none is changed
            messages.error(request, f"{meanwhile} Inget ärende ändrades. Försök igen.")
    return back_to(request, listing, asked)


def _coordinator(municipality, pk: str) -> User | None:
    if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return None
    here = {"memberships__municipality": municipality, "memberships__role": Role.COORDINATOR}
    return User.objects.filter(pk=int(pk), is_active=True, **here).first()


def _told(given: int, left: int, to: User) -> str:
    if not given:
        return f"Inget ändrades: de valda är avslutade, hade redan {to.name} som handläggare eller hindras av jäv."
    told = f"{given} {'ärende' if given == 1 else 'ärenden'} har nu {to.name} som handläggare."
    if left:
        told += f" {left} ändrades inte: avslutade, redan fördelade så eller hindrade av jäv."
    return told
