"""The list of one's cases, the page of one of them, and its files."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from followup.models import Report
from iop.cases.files import handed_over
from partners.models import Party

from . import case as seen
from . import equals, signing
from .door import Seat, own_case, own_pages, seats_in
from .overview import overviews

MOST = 100  # cases of one person


@own_pages
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    parties = Party.objects.acted_for_by(request.user).select_related("organisation", "case__municipality")
    parties = parties.select_related("case__coordinator", "case__responsible", "case__unit")
    parties = parties.order_by("-case__received_on", "-case__serial", "pk")[:MOST]
    rows = overviews(seats_in(list(parties), request.user))
    rows.sort(key=lambda row: (row.case.closed_on is not None, not row.asked))
    return render(request, "mine/list.html", {"rows": rows})


@own_case
@require_safe
def mine_case(request: HttpRequest, seat: Seat) -> HttpResponse:
    (row,) = overviews([seat])
    context = {
        "seat": seat,
        "case": seat.case,
        "rules": seat.case.rules,
        "row": row,
        "said": seen.correspondence(row.letters, seen.messages_of(seat), seen.notices_of(seat)),
        "meetings": row.meetings,
        "decisions": seen.decisions_of(seat),
        "ending": seen.ending_of(seat),
        "follow_ups": seen.follow_ups_of(seat),
        "reported": set(Report.objects.filter(party__in=seat.parties).values_list("follow_up", flat=True)),
        "agreement_files": signing.document_of(seat, row.agreement),
        "copies": signing.copies_of(seat, row.agreement),
        "made_here": signing.made_here_of(seat, row.agreement),
        "signs": signing.lies_for_signing(row.agreement),
        "step_of_equals": equals.to_agree_on(seat, row.agreement),
        "several": len(seat.parties) > 1,
        **seen.sent_in(seat),
    }
    return render(request, "mine/case.html", context)


@own_case
@require_safe
def mine_file(request: HttpRequest, seat: Seat, pk: int) -> FileResponse:
    return handed_over(get_object_or_404(seen.files_open_to(seat), pk=pk))
