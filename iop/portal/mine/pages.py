"""The list of one's cases, the page of one of them, and its files."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from agreements.models import Agreement
from agreements.sharing import latest_draft
from iop.cases.files import handed_over
from partners.models import Party

from . import case as seen
from .door import Seat, own_case, own_pages, seat_in

MOST = 100  # cases of one person


@own_pages
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    parties = Party.objects.acted_for_by(request.user).select_related("organisation", "case__municipality")
    parties = parties.select_related("case__coordinator", "case__responsible")
    seats = {}
    for party in parties.order_by("case__closed_on", "-case__received_on", "-case__serial", "pk")[:MOST]:
        seats.setdefault(party.case_id, []).append(party)
    rows = [overview(seat_in(parties, request.user)) for parties in seats.values()]
    return render(request, "mine/list.html", {"rows": rows})


def overview(seat: Seat) -> dict:
    """A case in the list: where it stands, what comes next, and what is asked of us."""
    case, agreement = seat.case, agreement_of(seat)
    drafts = drafts_to_answer(seat, agreement)
    papers, declarations = seen.papers_of(seat), seen.declarations_of(seat)
    follow_ups = seen.follow_ups_of(seat)
    waiting = next((row.due for row in follow_ups if row.held_on is None), None)
    letters = seen.letters_to(seat)
    return {
        "seat": seat,
        "case": case,
        "agreement": agreement,
        "step": seen.next_step(case, agreement, seen.day_to_receive(case), waiting),
        "asked": seen.asked_of_us(case, letters, papers, declarations, drafts),
        "letters": letters,
        "papers": papers,
        "declarations": declarations,
        "follow_ups": follow_ups,
    }


def agreement_of(seat: Seat) -> Agreement | None:
    """The agreement that is worked on, or the latest."""
    found = seat.case.agreements.select_related("for_signing").order_by("-number").first()
    if found:
        found.case = seat.case
    return found


def drafts_to_answer(seat: Seat, agreement: Agreement | None) -> list:
    """The shared draft, while none of ours has said anything about it."""
    draft = latest_draft(agreement)
    if draft is None or draft.record.secret or draft.comments.filter(party__in=seat.parties).exists():
        return []
    return [draft]


@own_case
@require_safe
def mine_case(request: HttpRequest, seat: Seat) -> HttpResponse:
    found = overview(seat)
    agreement = found["agreement"]
    draft = latest_draft(agreement)
    signed = agreement and agreement.for_signing
    shown = signed and not signed.secret and not seat.case.secret
    context = found | {
        "rules": seat.case.rules,
        "said": seen.correspondence(found["letters"], seen.messages_of(seat)),
        "meetings": seen.meetings_of(seat),
        "decisions": seen.decisions_of(seat),
        "ending": seen.ending_of(seat),
        "draft": draft if draft and not draft.record.secret else None,
        "agreement_files": list(signed.files.all()) if shown else [],
        "several": len(seat.parties) > 1,
    }
    return render(request, "mine/case.html", context)


@own_case
@require_safe
def mine_file(request: HttpRequest, seat: Seat, pk: int) -> FileResponse:
    return handed_over(get_object_or_404(seen.files_open_to(seat), pk=pk))
