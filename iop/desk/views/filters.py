"""Saved filters: one's own, and shared with everybody in the municipality."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from iop.municipalities.access import official
from iop.municipalities.permissions import Act

from ..case_page import refuse
from ..listing import LISTINGS
from ..models import SavedFilter
from .listings import asked_of, back_to, listing_or_404

MOST_FILTERS = 30  # of one person in one list
LONGEST_NAME, LONGEST_QUERY = 60, 2000


@official()
@require_POST
def save(request: HttpRequest, municipality, name: str) -> HttpResponse:
    """Keep the list as it is filtered, sorted and laid out. A name that the person has already is written over."""
    listing = listing_or_404(name)
    asked = asked_of(request, listing, QueryDict(request.POST.get("fraga", "")[:5000]))
    called = " ".join(request.POST.get("namn", "").replace("\x00", "").split())
    mine = SavedFilter.objects.filter(owner=request.user, municipality=municipality, list=name)
    if not called:
        messages.error(request, "Skriv vad filtret ska heta.")
    elif len(called) > LONGEST_NAME:
        refuse(request, f"Namnet är för långt. Korta det till högst {LONGEST_NAME} tecken.")
    elif len(asked.kept) > LONGEST_QUERY:
        messages.error(request, "Filtret är för långt för att sparas. Ta bort något av det.")
    elif not mine.filter(name=called).exists() and mine.count() >= MOST_FILTERS:
        messages.error(request, f"Du har redan {MOST_FILTERS} filter här. Ta bort något som inte används.")
    else:
        kept = {"query": asked.kept, "shared": bool(request.POST.get("delat"))}
        mine.update_or_create(name=called, defaults=kept | {"list": name}, create_defaults=_new(request, name) | kept)
        messages.success(request, f"Filtret «{called}» är sparat.")
    return back_to(request, listing, asked)


def _new(request: HttpRequest, name: str) -> dict:
    return {"owner": request.user, "municipality": request.municipality, "list": name}


@official()
@require_POST
def share(request: HttpRequest, municipality, pk: int) -> HttpResponse:
    """Let colleagues use it, or keep it for oneself again."""
    saved = get_object_or_404(SavedFilter, pk=pk, municipality=municipality, owner=request.user)
    saved.shared = bool(request.POST.get("delat"))
    saved.save(update_fields=["shared"])
    told = "delas nu med alla i kommunen" if saved.shared else "är nu bara ditt"
    messages.success(request, f"Filtret «{saved.name}» {told}.")
    return _list_of(request, saved)


@official()
@require_POST
def remove(request: HttpRequest, municipality, pk: int) -> HttpResponse:
    """One's own; an administrator also removes what others share, since people leave."""
    may = Q(owner=request.user)
    if request.user.may(Act.RULES, municipality):
        may |= Q(shared=True)
    saved = get_object_or_404(SavedFilter, may, pk=pk, municipality=municipality)
    saved.delete()
    messages.success(request, f"Filtret «{saved.name}» är borttaget.")
    return _list_of(request, saved)


def _list_of(request: HttpRequest, saved: SavedFilter) -> HttpResponse:
    return redirect(reverse(LISTINGS[saved.list].view, args=[request.municipality.slug]))
