"""Taking the initiative back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from agreements.withdrawal import others_stay, withdraw
from iop.cases.models import Stage

from .door import Seat, own_case
from .forms import WithdrawForm
from .typed import keeps_typed
from .writing import READS_OR_SENDS, back, posted, sent, show

ONLY_THOSE_WHO_ACT = "Bara den som skickade initiativet, eller är bekräftad företrädare, tar tillbaka det."


@own_case
@require_http_methods(READS_OR_SENDS)
@keeps_typed
def mine_withdraw(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Asked once more on a page of its own; no reason is needed. For the sender and representatives."""
    parties = seat.speaks_for
    if not parties:
        raise PermissionDenied(ONLY_THOSE_WHO_ACT)
    if seat.case.stage in (Stage.IN_FORCE, Stage.CLOSED):
        return redirect("mine_case", seat.case.municipality.slug, seat.case.reference)
    form = WithdrawForm(posted(request)[0], request=request, parties=parties)
    others = others_stay(parties[0])

    def take_back(data):
        withdraw(form.party, name=data["name"], email=seat.email, why=data["why"], by=request.user)

    if sent(form, take_back):
        if others:  # who has another organisation in the case finds it there
            messages.success(request, f"{form.party.name} har lämnat ärendet. Kommunen har fått besked.")
            return redirect("mine")
        return back(request, seat, "Initiativet är återtaget. Kommunen har fått besked.")
    return show(request, seat, form, "mine/withdraw.html", others=others, parties=parties)
