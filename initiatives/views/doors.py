"""The doors of pages whose address is the key: who comes in, and how often somebody may try."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from iop.cases.letters import hash_of
from iop.municipalities.access import public_municipality
from iop.municipalities.models import Municipality

from ..held import Sent
from ..limits import Limit, address_of, limited
from ..models import Draft, DraftLink
from .too_late import after_revoking, to_receipt

# Many sit behind one address: a school, a library, a municipality. What fills somebody's mailbox is kept tighter.
DRAFTS_FROM_AN_ADDRESS = Limit("drafts", most=100, minutes=60)
LETTERS_TO_AN_ADDRESS = Limit("letters", most=6, minutes=60)  # from one place: nobody uses up somebody else's
LETTERS_TO_A_MAILBOX = Limit("letters from anywhere", most=30, minutes=60)
LETTERS_OF_A_DRAFT = Limit("invitations", most=20, minutes=60)
SENDINGS = Limit("sendings", most=30, minutes=10)
SENDINGS_FROM_AN_ADDRESS = Limit("sendings from", most=100, minutes=10)
SAVES = Limit("saves", most=1200, minutes=10)  # two a second: several people who type without a pause
UPLOADS = Limit("uploads", most=200, minutes=60)
PIECES = Limit("pieces", most=3000, minutes=60)  # of a megabyte; each is written to disk before it is answered
WRONG_LINKS = Limit("links", most=50, minutes=10)


def unseen(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The address is a secret: no page that is followed from here is told it."""

    @wraps(view)
    def kept(*args, **kwargs) -> HttpResponse:
        response = view(*args, **kwargs)
        response["Referrer-Policy"] = "no-referrer"
        return response

    return kept


def count_letter(request: HttpRequest, to: str) -> None:
    """One letter that somebody has sent to an address which anybody can type. Raises TooMany."""
    LETTERS_TO_AN_ADDRESS.count(to, address_of(request))
    LETTERS_TO_A_MAILBOX.count(to)


@contextmanager
def count_wrong_link(request: HttpRequest) -> Iterator[None]:
    """Links are too long to be guessed; those who try are stopped all the same.

    The link is looked up first: a school or a library shares one address, and nobody there loses a link that is right.
    """
    try:
        yield
    except Http404:
        WRONG_LINKS.count(address_of(request))
        raise


def link_is_gone(request: HttpRequest, municipality: Municipality) -> HttpResponse:
    """In words for one whose link has ended, or was cut by a mail program."""
    if not request.accepts("text/html"):
        raise Http404
    return render(request, "initiatives/link_is_gone.html", {"municipality": municipality}, status=404)


def _link(municipality: Municipality, token: str) -> DraftLink:
    rows = DraftLink.objects.select_related("draft__municipality", "draft__version")
    return get_object_or_404(rows, token_hash=hash_of(token), draft__municipality=municipality)


def of_draft(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of a draft, for whoever holds a link that works; the view is given the ``DraftLink``, not its token.

    A draft that is sent leads to its receipt. There is no token against forged forms, and so no cookie: whoever can
    forge an address of 192 random bits can write in the draft anyway.
    """

    @wraps(view)
    def guarded(request: HttpRequest, slug: str, token: str, **kwargs) -> HttpResponse:
        municipality = public_municipality(request, slug)
        try:
            with count_wrong_link(request):
                link = _link(municipality, token)
        except Http404:
            return link_is_gone(request, municipality)
        if link.revoked_at:
            return after_revoking(request, link) or link_is_gone(request, municipality)
        if link.draft.sent_as_id:
            return to_receipt(request, link.draft)
        link.mark_used()
        request.draft_token = token
        try:
            return view(request, link, **kwargs)
        except Sent:  # while we were at it
            link.draft.refresh_from_db()
            return to_receipt(request, link.draft)
        except Draft.DoesNotExist as gone:  # cleared away
            raise Http404 from gone

    return login_not_required(csrf_exempt(never_cache(unseen(limited(guarded)))))
