"""The receipt: what was sent and how the case stands, for whoever holds the secret link; this case alone."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from iop.cases.letters import hash_of
from iop.municipalities.access import public_municipality

from ..limits import Limit, limited
from ..models import Initiative
from ..receipts import pdf_name, receipt_context, receipt_pdf
from .doors import count_wrong_link, link_is_gone, unseen

PRINTS = Limit("prints", most=30, minutes=10)  # of one receipt: each is made anew, and a PDF is dear to make
GONE = 410


def of_receipt(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for whoever holds the link, as long as it works; the view is given the ``Initiative``.

    What is secret is read by logging in: a link may be anybody's. The page says no more than that the link has ended.
    """

    @wraps(view)
    def guarded(request: HttpRequest, slug: str, token: str) -> HttpResponse:
        municipality = public_municipality(request, slug)
        rows = Initiative.objects.select_related("case__municipality", "organisation", "record")
        try:
            with count_wrong_link(request):
                initiative = get_object_or_404(rows, token_hash=hash_of(token), case__municipality=municipality)
        except Http404:
            return link_is_gone(request, municipality)
        if initiative.receipt_ends < timezone.localdate() or not initiative.is_open:
            return render(request, "initiatives/receipt_ended.html", {"municipality": municipality}, status=GONE)
        return view(request, initiative)

    return login_not_required(never_cache(unseen(limited(require_safe(guarded)))))


@of_receipt
def receipt(request: HttpRequest, initiative: Initiative) -> HttpResponse:
    context = receipt_context(initiative) | {"mine": request.build_absolute_uri(reverse("mine"))}
    return render(request, "initiatives/receipt.html", context)


@of_receipt
def receipt_as_pdf(request: HttpRequest, initiative: Initiative) -> HttpResponse:
    PRINTS.count(str(initiative.pk))
    headers = {"Content-Disposition": f'attachment; filename="{pdf_name(initiative)}"'}
    return HttpResponse(receipt_pdf(initiative), content_type="application/pdf", headers=headers)
