"""What officials do for the organisations' own pages: who sees a case, messages that are read, shared drafts."""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from agreements.actions import take_wording
from agreements.models import DraftComment
from agreements.sharing import mark_read, share
from iop.cases.fields import DayField, Email, Line, TextArea
from iop.municipalities.access import official
from iop.municipalities.permissions import Act
from partners import access
from partners import messages as written
from partners.models import CaseAccess, Message

from ..case_page import agreement_of, case_or_404, refuse, try_to


class AccessForm(forms.Form):
    name = Line(label="Namn", max_length=120)
    email = Email(label="E-post")
    role = Line(label="Roll", max_length=120, required=False)


class ShareForm(forms.Form):
    note = TextArea(label="Till organisationen (frivilligt)", rows=3, max_length=5000, required=False)
    answer_by = DayField(label="Synpunkter senast (frivilligt)", required=False)


@official(Act.WORK)
@require_POST
def give_access(request: HttpRequest, municipality, reference: str, pk: int) -> HttpResponse:
    """Let one more person of the organisation see the case on pages of their own."""
    case = case_or_404(request, reference)
    parties = case.parties.active().organisations().select_related("organisation", "case__municipality")
    party, form = get_object_or_404(parties, pk=pk), AccessForm(request.POST)
    if form.is_valid():
        data, how = form.cleaned_data, {"by": request.user, "absolute": request.build_absolute_uri}
        try_to(request, lambda: access.give(party, **data, **how), f"{data['name']} ser nu ärendet på Mina sidor.")
    else:
        refuse(request, "Ingen bjöds in: " + _what_is_wrong(form))
    return _to(request, "parties", case, f"part-{pk}")


@official(Act.WORK)
@require_POST
def end_access(request: HttpRequest, municipality, reference: str, pk: int) -> HttpResponse:
    case = case_or_404(request, reference)
    found = get_object_or_404(CaseAccess.objects.filter(party__case=case), pk=pk)
    try_to(request, lambda: access.end(found, by=request.user), f"{found.email} ser inte längre ärendet.")
    return _to(request, "parties", case, f"part-{found.party_id}")


@official(Act.WORK)
@require_POST
def read_message(request: HttpRequest, municipality, reference: str, pk: int) -> HttpResponse:
    """Also in a closed case: it may be the message that closed it."""
    case = case_or_404(request, reference)
    seen = case.records.visible_to(request.user)
    found = get_object_or_404(Message.objects.filter(party__case=case, record__in=seen), pk=pk)
    try_to(request, lambda: written.mark_read(found, by=request.user), "Meddelandet är markerat som läst.")
    return _to(request, "letters", case)


@official(Act.WORK)
@require_POST
def share_draft(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    case, form = case_or_404(request, reference), ShareForm(request.POST, prefix="dela")
    agreement = agreement_of(case)
    if agreement is None:
        raise Http404
    if form.is_valid():
        how = {"by": request.user, "absolute": request.build_absolute_uri} | form.cleaned_data
        try_to(request, lambda: share(agreement, **how), "Utkastet är delat. De som ser ärendet har fått brev.")
    else:
        refuse(request, "Utkastet delades inte: " + _what_is_wrong(form))
    return _to(request, "agreement", case, "delat")


@official(Act.WORK)
@require_POST
def wording_taken(request: HttpRequest, municipality, reference: str, pk: int) -> HttpResponse:
    """Put a proposed wording in its point. Where the point has been changed since, the page shows both."""
    case = case_or_404(request, reference)
    agreement = agreement_of(case)
    seen = DraftComment.objects.filter(draft__agreement=agreement, record__in=case.records.visible_to(request.user))
    found = get_object_or_404(seen.select_related("draft", "party__organisation", "record"), pk=pk)
    found.draft.agreement = agreement
    opened = request.POST.get("opened", "")[:200]
    done = f"Förslaget är infört i punkten {found.heading}."
    try_to(request, lambda: take_wording(found, by=request.user, opened=opened), done)
    return _to(request, "agreement", case, f"forslag-{pk}")


@official(Act.WORK)
@require_POST
def read_comments(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    case = case_or_404(request, reference)
    agreement = agreement_of(case)
    if agreement is None or not agreement.shared_drafts.exists():
        refuse(request, "Inget utkast är delat.")
    else:
        seen = request.POST.get("seen", "")
        seen = int(seen) if seen.isdecimal() and len(seen) < 6 else 0
        try_to(request, lambda: mark_read(agreement, seen=seen, by=request.user), "Synpunkterna är lästa.")
    return _to(request, "agreement", case, "delat")


def _what_is_wrong(form: forms.Form) -> str:
    return " ".join(f"{form[name].label}: {' '.join(errors)}" for name, errors in form.errors.items())


def _to(request, name: str, case, anchor: str = "") -> HttpResponse:
    answer = redirect(name, request.municipality.slug, case.reference)
    answer["Location"] += f"#{anchor}" if anchor else ""
    return answer
