"""An organisation is renamed or gets its number, and two that turn out to be one are made one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from iop.cases.machinery import Refused
from iop.cases.models import Case
from iop.municipalities.access import official
from iop.municipalities.permissions import Act
from iop.municipalities.swedish import fold, folded, in_swedish_order
from iop.written import written_in
from partners.forms import NameForm, SameOrganisationForm
from partners.models import Organisation, Party
from partners.organisations import facts_now, may_not_change, merge, rename, what_hinders

from ..case_page import carried_out

MOST = 20  # to choose from


def _here(request: HttpRequest, municipality):
    rows = Organisation.objects.visible_to(request.user).filter(municipality=municipality)
    return rows.select_related("municipality")


def _free_to_change(request: HttpRequest, *organisations: Organisation) -> None:
    """Jäv in any of their cases: whatever is sent is refused."""
    if request.method == "POST":
        try:
            may_not_change(request.user, *organisations)
        except Refused as refusal:
            raise PermissionDenied(str(refusal)) from refusal


@official(Act.ORGANISATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_organisation(request: HttpRequest, municipality, pk: int) -> HttpResponse:
    organisation = get_object_or_404(_here(request, municipality), pk=pk)
    _free_to_change(request, organisation)
    stored = facts_now(organisation)
    if request.method == "POST":
        form = NameForm(request.POST)
        if carried_out(
            form, lambda data: rename(organisation, **form.written, by=request.user, opened=form.sent_marks)
        ):
            messages.success(request, "Uppgifterna om organisationen är sparade.")
            return redirect(organisation)
    else:
        form = NameForm(initial=stored | {"number": organisation.written_number}, stored=stored)
    context = {"organisation": organisation, "form": form, "written": written_in(request) if form.is_bound else []}
    return render(request, "desk/organisation_edit.html", context, status=422 if form.is_bound else 200)


@official(Act.ORGANISATIONS)
@require_safe
def choose_organisation(request: HttpRequest, municipality, pk: int) -> HttpResponse:
    """Which one is it? To begin with those of the same name."""
    organisation = get_object_or_404(_here(request, municipality), pk=pk)
    words = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    others = _here(request, municipality).exclude(pk=pk)
    if words:
        digits = "".join(filter(str.isdigit, words))
        by_number = Q(number__startswith=digits) if len(digits) > 5 else Q(pk=None)
        others = others.alias(folded_name=folded("name"))
        others = others.filter(Q(folded_name__contains=fold(words)) | Q(former_names__contains=[words]) | by_number)
    else:
        others = others.called(organisation.name)
    found = list(others.order_by(in_swedish_order("name"), "pk")[:MOST])
    context = {"organisation": organisation, "others": found, "words": words, "most": MOST}
    return render(request, "desk/organisation_choose.html", context)


@official(Act.ORGANISATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def merge_organisation(request: HttpRequest, municipality, pk: int, other: int) -> HttpResponse:
    """The organisation in the address is the double; ``other`` is the one to go on with."""
    double, into = (get_object_or_404(_here(request, municipality), pk=number) for number in (pk, other))
    _free_to_change(request, double, into)
    form = SameOrganisationForm(request.POST if request.method == "POST" else None)
    if carried_out(form, lambda data: merge(double, into, by=request.user, **data)):
        messages.success(request, f"{double.name} och {into.name} är nu en organisation.")
        return redirect(into)
    seen = Party.objects.filter(organisation=double, case__in=Case.objects.visible_to(request.user))
    context = {
        "double": double,
        "into": into,
        "form": form,
        "hindrance": what_hinders(double, into, by=request.user),
        "parties": seen.select_related("case").order_by("case__year", "case__serial"),
        "acting": double.representatives.acting(),
    }
    return render(request, "desk/organisation_merge.html", context, status=422 if form.is_bound else 200)
