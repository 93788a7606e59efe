"""The organisation's own part of a follow-up, by the day of that follow-up."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from followup.actions import report
from followup.models import FollowUp
from iop.swedish_text import day

from .door import Seat, own_case
from .forms import AnswerForm
from .typed import keeps_typed
from .writing import READS_OR_SENDS, back, posted, sent, show


@own_case
@require_http_methods(READS_OR_SENDS)
@keeps_typed
def mine_report(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """Also when it has been entered meanwhile: what was written is then shown again, with why it was not sent."""
    follow_up = get_object_or_404(FollowUp, pk=pk, agreement__case=seat.case)
    form = AnswerForm(*posted(request), request=request, parties=seat.parties)
    form.fields["text"].label = "Hur går det, och vad har ni lärt er?"

    def send(data):
        said = {"text": data["text"], "name": data["name"], "uploads": data["files"]}
        report(follow_up, form.party, email=seat.email, **said)

    if sent(form, send):
        return back(request, seat, "Er del av uppföljningen är skickad till kommunen.", "brev")
    heading = f"Er del av uppföljningen senast {day(follow_up.due)}"
    return show(request, seat, form, heading=heading, button="Skicka")
