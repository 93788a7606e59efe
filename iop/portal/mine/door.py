"""The door of the organisations' own pages: those who log in by code, each to the cases they have been let in to."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from iop.cases.models import Case
from partners.access import is_of_an_organisation, represented, sent_by
from partners.models import Party

NOT_FOR_OFFICIALS = "De här sidorna är för organisationer. Du som arbetar i en kommun ser ärendet på ditt arbetsbord."


@dataclass(frozen=True)
class Seat:
    """Where a person sits in a case: for which of its parties, nearly always one."""

    case: Case
    parties: list[Party]
    email: str
    represents: list[Party]  # those that the person is confirmed to act for as a whole
    sent: list[Party]  # those in whose name the person sent the initiative

    @property
    def vouched_for(self) -> list[Party]:
        """Those for which somebody else has said that the person belongs to them; a sender says it alone."""
        return [one for one in self.parties if one in self.represents or one not in self.sent]

    @property
    def speaks_for(self) -> list[Party]:
        """The parties for which the person says what they think, or takes them out of the case; to read is not to."""
        return [one for one in self.parties if one in self.represents or one in self.sent]


def own_pages(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for whoever has logged in by code; which cases are shown follows from ``Party.acted_for_by``."""

    @wraps(view)
    @never_cache
    def guarded(request: HttpRequest, **kwargs) -> HttpResponse:
        if not is_of_an_organisation(request.user):
            raise PermissionDenied(NOT_FOR_OFFICIALS)
        return view(request, **kwargs)

    guarded.login_url = "account_request_login_code"
    guarded.for_organisations = True
    return guarded


def own_case(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of one case. The view is given a ``Seat``; a case of others does not exist (404)."""

    @own_pages
    @wraps(view)
    def guarded(request: HttpRequest, slug: str, reference: str, **kwargs) -> HttpResponse:
        seat = seat_of(request.user, slug, reference)
        request.municipality = seat.case.municipality
        return view(request, seat, **kwargs)

    return guarded


def seat_of(user, slug: str, reference: str) -> Seat:
    here = Party.objects.acted_for_by(user).filter(case__municipality__slug=slug, case__reference=reference)
    rows = here.select_related("organisation", "case__municipality", "case__coordinator", "case__unit")
    parties = list(rows.select_related("case__responsible", "case__closing_record").order_by("pk"))
    if not parties:
        raise Http404
    (seat,) = seats_in(parties, user)
    return seat


def seats_in(parties: list[Party], user) -> list[Seat]:
    """One for each case of the parties, in their order. ``parties``: those that the person acts for."""
    acting, senders = represented(user, parties), sent_by(user, parties)
    seats: dict[int, Seat] = {}
    for party in parties:
        seat = seats.setdefault(party.case_id, Seat(party.case, [], user.email, [], []))
        party.case = seat.case
        seat.parties.append(party)
        seat.represents.extend([party] if party in acting else [])
        seat.sent.extend([party] if party in senders else [])
    return list(seats.values())
