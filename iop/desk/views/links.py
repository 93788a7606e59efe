"""Cases that belong together: finding the other, linking the two, and making a double into one with it."""

from django import forms
from django.contrib import messages
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from iop.cases.fields import Line
from iop.cases.links import link, unlink
from iop.cases.models import Case, CaseLink, LinkKind, Record
from iop.municipalities.access import official
from iop.municipalities.permissions import Act
from iop.municipalities.swedish import fold, folded
from partners.forms import MergeForm
from partners.merging import merge, missing_in
from partners.models import Party

from ..case_page import carried_out, case_or_404, keep_from_acting, render_case, try_to

MOST = 20  # cases to choose from at a time
ORGANISATIONS = Prefetch("parties", Party.objects.select_related("organisation").order_by("pk"))


class LinkForm(forms.Form):
    other = forms.ModelChoiceField(
        Case.objects.none(),
        label="Ärende",
        to_field_name="reference",
        error_messages={"required": "Välj ett ärende i listan.", "invalid_choice": "Välj ett ärende i listan."},
    )
    note = Line(label="Varför hör de ihop? (frivilligt)", max_length=500, required=False)

    def __init__(self, *args, others, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["other"].queryset = others


def links_seen(case: Case, user):
    """Links of the case to others that the person sees. ``why_is_hidden``: a secret record tells why they are one."""
    links = CaseLink.objects.visible_to(user).of(case).select_related("case", "other", "by")
    hidden = Record.objects.hidden_from(user).filter(pk=OuterRef("case__closing_record"))
    return links.annotate(why_is_hidden=Q(kind=LinkKind.DOUBLE) & Exists(hidden))


def told_of(case: Case, links) -> list[dict]:
    """Links as the page of the case tells them."""
    return [{"link": one, "says": one.seen_from(case), "other": one.beyond(case)} for one in links]


def _others(request, case: Case):
    seen = Case.objects.visible_to(request.user).filter(municipality=case.municipality)
    return seen.exclude(pk=case.pk)


def _to_choose_from(request, case: Case, words: str) -> list[Case]:
    """Cases that answer to the words; without words, those of the same organisations."""
    others = _others(request, case)
    if words:
        named = Party.objects.alias(name=folded("organisation__name")).filter(name__contains=fold(words))
        others = others.alias(folded_title=folded("title")).filter(
            Q(folded_title__contains=fold(words))
            | Q(reference__icontains=words)
            | Q(diary_number__icontains=words)
            | Q(pk__in=named.values("case_id"))
        )
    else:
        ours = case.parties.organisations().values("organisation_id")
        others = others.filter(pk__in=Party.objects.filter(organisation__in=ours).values("case_id"))
    return list(others.prefetch_related(ORGANISATIONS).order_by("-year", "-serial")[:MOST])


def _page(request, case, *, status=200, form=None) -> HttpResponse:
    words = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    return render_case(
        request,
        case,
        "case",
        "desk/intake/choose.html",
        status=status,
        words=words,
        others=_to_choose_from(request, case, words),
        links=told_of(case, links_seen(case, request.user)),
        most=MOST,
        form=form or LinkForm(others=_others(request, case)),
    )


@official(Act.WORK)
@require_safe
def case_links(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    return _page(request, case_or_404(request, reference))


@official(Act.WORK)
@require_POST
def link_case(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    case = case_or_404(request, reference)
    form = LinkForm(request.POST, others=_others(request, case))
    if form.is_valid():
        keep_from_acting(request, form.cleaned_data["other"])
    if carried_out(form, lambda data: link(case, by=request.user, **data)):
        messages.success(request, f"Ärendet är länkat med {form.cleaned_data['other'].reference}.")
        return redirect(case)
    return _page(request, case, status=422, form=form)


@official(Act.WORK)
@require_POST
def unlink_case(request: HttpRequest, municipality, reference: str, pk: int) -> HttpResponse:
    case = case_or_404(request, reference)
    found = get_object_or_404(CaseLink.objects.visible_to(request.user).of(case), pk=pk)
    keep_from_acting(request, found.beyond(case))
    try_to(request, lambda: unlink(found), "Länken är borttagen.")
    return redirect(case)


@official(Act.MOVE)
@require_http_methods(["GET", "HEAD", "POST"])
def merge_case(request: HttpRequest, municipality, reference: str, other: str) -> HttpResponse:
    """The case in the address is the double; ``other`` is the one to go on with."""
    case, into = case_or_404(request, reference), case_or_404(request, other)
    form = MergeForm(request.POST if request.method == "POST" else None, parties=missing_in(into, case))
    if carried_out(form, lambda data: merge(case, into, by=request.user, **data)):
        messages.success(request, f"{case.reference} är avslutat och sammanfört hit.")
        return redirect(into)
    status = 422 if form.is_bound else 200
    return render_case(request, case, "case", "desk/intake/merge.html", status=status, into=into, form=form)
