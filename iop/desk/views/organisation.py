"""The page of one organisation."""

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from iop.cases.models import Case, Record
from iop.municipalities.access import official
from partners.models import Organisation, PartnerDocument, Party

from ..senders import who_acts


@official()
@require_safe
def organisation(request: HttpRequest, municipality, pk: int) -> HttpResponse:
    try:
        return organisation_page(request, municipality, pk)
    except Http404:
        doubles = Organisation.objects.filter(merged_into__in=Organisation.objects.visible_to(request.user))
        doubles = doubles.select_related("merged_into__municipality")
        return redirect(get_object_or_404(doubles, municipality=municipality, pk=pk).merged_into)


def organisation_page(request, municipality, pk: int, *, status=200, form=None) -> HttpResponse:
    """An organisation, with its cases and papers as far as the person may see the cases."""
    found = get_object_or_404(Organisation.objects.visible_to(request.user), municipality=municipality, pk=pk)
    parties = (
        Party.objects.filter(organisation=found, case__in=Case.objects.visible_to(request.user))
        .select_related("case__version")
        .order_by("-case__year", "-case__serial")
    )
    papers = PartnerDocument.objects.filter(party__in=parties).select_related("party__case", "by")
    kept = Record.objects.visible_to(request.user).prefetch_related("files")
    papers = papers.prefetch_related(Prefetch("record", kept)).order_by("rule", "part", "-at")
    labelled = []
    for paper in papers:
        rule = next((r for r in paper.party.case.rules.documents if r.key == paper.rule), None)
        labelled.append((dict(rule.parts).get(paper.part, rule.label) if rule else paper.rule, paper))
    context = {
        "organisation": found,
        "parties": parties,
        "papers": labelled,
        "doubles": found.doubles.select_related("merged_by").order_by("merged_at"),
        "support": found.other_support.visible_to(request.user).select_related("activity", "unit"),
    } | who_acts(request, found, form)
    return render(request, "desk/organisation.html", context, status=status)
