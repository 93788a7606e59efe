"""Taking the initiative back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from agreements.withdrawal import withdraw
from iop.cases.models import Stage

from .door import Seat, own_case
from .forms import WithdrawForm
from .writing import READS_OR_SENDS, back, posted, sent, show


@own_case
@require_http_methods(READS_OR_SENDS)
def mine_withdraw(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Asked once more on a page of its own; no reason is needed."""
    if seat.case.stage in (Stage.IN_FORCE, Stage.CLOSED):
        return redirect("mine_case", seat.case.municipality.slug, seat.case.reference)
    form = WithdrawForm(posted(request)[0], request=request)
    others = seat.case.parties.active().organisations().exclude(pk=seat.party.pk).exists()

    def take_back(data):
        withdraw(seat.party, name=data["name"], email=seat.email, why=data["why"], by=request.user)

    if sent(form, take_back):
        if others:
            return redirect("mine")
        return back(request, seat, "Initiativet är återtaget. Kommunen har fått besked.")
    return show(request, seat, form, "mine/withdraw.html", others=others)
