"""A person's tasks in the person's own calendar: the page where the address is made, and the feed itself."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from iop.cases.calendar import MOST, calendar_of, make_address, own_tasks, reader_of, revoke_address
from iop.cases.models import CalendarAddress
from iop.municipalities.access import official


def _page(request, municipality, address: str = "") -> HttpResponse:
    known = CalendarAddress.objects.filter(user=request.user, municipality=municipality).first()
    return render(request, "desk/calendar.html", {"known": known, "address": address})


@official()
@require_safe
def calendar(request: HttpRequest, municipality) -> HttpResponse:
    return _page(request, municipality)


@official()
@require_POST
def new_address(request: HttpRequest, municipality) -> HttpResponse:
    """Shown on the answer itself and nowhere else: there is no place where it is kept until a next page."""
    path = reverse("calendar_feed", args=[municipality.slug, make_address(request.user, municipality)])
    return _page(request, municipality, request.build_absolute_uri(path))


@official()
@require_POST
def no_address(request: HttpRequest, municipality) -> HttpResponse:
    if revoke_address(request.user, municipality):
        messages.success(request, "Adressen är borttagen. Kalendern får inga fler uppgifter.")
    return redirect("calendar", municipality.slug)


@login_not_required
@never_cache
@require_safe
def feed(request: HttpRequest, slug: str, secret: str) -> HttpResponse:
    """The address is the key. Wrong, revoked, or of somebody who works here no longer: it does not exist."""
    reader = reader_of(slug, secret)
    if reader is None:
        raise Http404
    user, municipality = reader
    content = calendar_of(own_tasks(user, municipality)[:MOST], municipality, request.build_absolute_uri)
    return HttpResponse(content, content_type="text/calendar; charset=utf-8")
