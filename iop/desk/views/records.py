"""The case file (akt): everything received, sent and drawn up, and the files themselves."""

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from iop.cases.actions import add_record
from iop.cases.forms import RecordForm
from iop.cases.models import RecordFile
from iop.municipalities.access import official
from iop.municipalities.permissions import Act

from ..case_page import carried_out, case_or_404, render_case
from ..events import events_of

SHOWN_IN_BROWSER = ("application/pdf", "image/png", "image/jpeg")


def _page(request, case, *, status=200, form=None) -> HttpResponse:
    return render_case(
        request,
        case,
        "record_list",
        "desk/case/records.html",
        status=status,
        records=case.records.select_related("by").prefetch_related("files__file"),
        form=form or RecordForm(),
    )


@official()
@require_safe
def record_list(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    return _page(request, case_or_404(request, reference))


@official(Act.KEEP_RECORDS)
@require_POST
def new_record(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    case = case_or_404(request, reference)
    form = RecordForm(request.POST, request.FILES)

    def add(data):
        file = data.pop("file")
        add_record(case, by=request.user, uploads=[file] if file else [], **data)

    if carried_out(form, add):
        messages.success(request, "Handlingen är införd i akten.")
        return redirect("record_list", municipality.slug, case.reference)
    return _page(request, case, status=422, form=form)


@official()
@require_safe
def file(request: HttpRequest, municipality, reference: str, pk: int) -> HttpResponse:
    """A file of the case file, for those who may see the case."""
    case = case_or_404(request, reference)
    kept = get_object_or_404(RecordFile.objects.select_related("file"), pk=pk, record__case=case)
    shown = kept.file.content_type in SHOWN_IN_BROWSER
    response = FileResponse(kept.file.open(), as_attachment=not shown, filename=kept.name)
    response["Content-Type"] = kept.file.content_type
    response["X-Content-Type-Options"] = "nosniff"
    return response


@official()
@require_safe
def timeline(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    case = case_or_404(request, reference)
    return render_case(request, case, "timeline", "desk/case/timeline.html", events=events_of(case))
