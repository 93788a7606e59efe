"""The receipt: what was sent and how the case stands, for whoever holds the secret link; this case alone."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from iop.cases.letters import hash_of
from iop.municipalities.access import public_municipality

from ..limits import Limit, limited
from ..models import Initiative
from ..receipts import pdf_name, receipt_context, receipt_pdf
from .doors import count_wrong_link, unseen

PRINTS = Limit("prints", most=30, minutes=10)  # of one receipt: each is made anew, and a PDF is dear to make


def _found(request: HttpRequest, slug: str, token: str) -> Initiative:
    municipality = public_municipality(request, slug)
    rows = Initiative.objects.select_related("case__municipality", "organisation")
    with count_wrong_link(request):
        return get_object_or_404(rows, token_hash=hash_of(token), case__municipality=municipality)


@login_not_required
@never_cache
@unseen
@limited
@require_safe
def receipt(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    initiative = _found(request, slug, token)
    return render(request, "initiatives/receipt.html", receipt_context(initiative))


@login_not_required
@never_cache
@unseen
@limited
@require_safe
def receipt_as_pdf(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    initiative = _found(request, slug, token)
    PRINTS.count(str(initiative.pk))
    headers = {"Content-Disposition": f'attachment; filename="{pdf_name(initiative)}"'}
    return HttpResponse(receipt_pdf(initiative), content_type="application/pdf", headers=headers)
