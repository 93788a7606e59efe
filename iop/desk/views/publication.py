"""The partnership in the open register: write, look, publish, take back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from followup.forms import PublicationForm
from followup.register import (
    composed,
    mark_of,
    partnership_of,
    publication_of,
    publish,
    save_texts,
    take_back,
    why_not,
)
from iop.municipalities.access import official
from iop.municipalities.permissions import Act

from ..case_page import carried_out, case_or_404, refuse, render_case, try_to


def _publication(case):
    """(what is written so far or None, why nothing may be told)"""
    agreement = partnership_of(case)
    refusal = why_not(case, agreement)
    return (publication_of(case, agreement) if agreement else None), refusal


def _page(request, case, *, status=200, form=None) -> HttpResponse:
    publication, refusal = _publication(case)
    context = {"publication": publication, "refusal": refusal, "failed_form": form}
    if publication and not refusal:
        shown = composed(publication)
        context["form"] = form or PublicationForm(publication=publication)
        context["preview"] = publication
        context["mark"] = mark_of(shown)
        context["differs"] = publication.shown != shown
        publication.now_shown, publication.shown = publication.shown, shown  # the preview looks as it would
    return render_case(request, case, "follow_ups", "desk/case/publication.html", status=status, **context)


@official()
@require_safe
def publication(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    return _page(request, case_or_404(request, reference))


@official(Act.PUBLISH)
@require_POST
def save_publication(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    case = case_or_404(request, reference)
    found, refusal = _publication(case)
    if refusal:
        refuse(request, refusal)
        return redirect("publication", municipality.slug, reference)
    form = PublicationForm(request.POST, publication=found)
    if not carried_out(form, lambda data: save_texts(case, form.written, by=request.user, opened=form.sent_marks)):
        return _page(request, case, status=422, form=form)
    messages.success(request, "Texten är sparad. Den syns inte i registret förrän du publicerar den.")
    return redirect("publication", municipality.slug, reference)


@official(Act.PUBLISH)
@require_POST
def publish_partnership(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    case = case_or_404(request, reference)
    looked_at = request.POST.get("looked_at", "")  # ours to make: a mark of what the page showed
    try_to(request, lambda: publish(case, looked_at=looked_at, by=request.user), "Partnerskapet står nu i registret.")
    return redirect("publication", municipality.slug, reference)


@official(Act.PUBLISH)
@require_POST
def take_back_publication(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    case = case_or_404(request, reference)
    try_to(request, lambda: take_back(case), "Partnerskapet står inte längre i registret.")
    return redirect("publication", municipality.slug, reference)
