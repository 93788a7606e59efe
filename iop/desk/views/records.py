"""The case file (akt): everything received, sent and drawn up, and the files themselves."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from iop.cases.actions import add_record
from iop.cases.files import handed_over
from iop.cases.forms import RecordForm, RecordSecrecyForm
from iop.cases.models import Record, RecordFile
from iop.cases.secrecy import change_secrecy, goes_with, lift_secrecy, mark_secret
from iop.municipalities.access import official
from iop.municipalities.permissions import Act

from ..case_page import carried_out, case_or_404, render_case, try_to
from ..case_rows import records_seen
from ..events import KINDS, events_of


def _page(request, case, *, status=200, form=None) -> HttpResponse:
    records = case.records.visible_to(request.user).select_related("by")
    records = list(records.prefetch_related("files__file"))
    return render_case(
        request,
        case,
        "record_list",
        "desk/case/records.html",
        status=status,
        records=records,
        hidden=case.records.count() - len(records),
        form=form or RecordForm(case=case),
    )


@official()
@require_safe
def record_list(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    """With htmx: only what is chosen among, where somebody writes what an answer rests on."""
    case = case_or_404(request, reference)
    response = _to_choose(request, case) if request.htmx else _page(request, case)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _to_choose(request, case) -> HttpResponse:
    return render(request, "desk/case/record_choice.html", {"records": records_seen(case, request.user)})


@official(Act.KEEP_RECORDS)
@require_POST
def new_record(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    case = case_or_404(request, reference)
    form, also = RecordForm(request.POST, request.FILES, case=case), []

    @transaction.atomic
    def add(data):
        file, ground, people = (data.pop(name) for name in ("file", "ground", "people"))
        record = add_record(case, by=request.user, uploads=[file] if file else [], **data)
        if ground:
            also.extend(mark_secret(record, ground=ground, cleared=people, by=request.user))

    if carried_out(form, add):
        messages.success(request, f"Handlingen är införd i akten.{_told(request, case, also)}")
        return redirect("record_list", municipality.slug, case.reference)
    return _page(request, case, status=422, form=form)


def _record_or_404(request, case, number: int):
    return get_object_or_404(case.records.visible_to(request.user), number=number)


@official(Act.MARK_SECRET)
@require_http_methods(["GET", "HEAD", "POST"])
def record_secrecy(request: HttpRequest, municipality, reference: str, number: int) -> HttpResponse:
    """Mark one record secret, or say why one is and who may see it.

    A page of its own: a choice among everybody, for each record of a long case file, would be thousands of boxes.
    """
    case = case_or_404(request, reference)
    record = _record_or_404(request, case, number)
    form = RecordSecrecyForm(request.POST if request.method == "POST" else None, record=record, case=case)
    was_secret, also = record.secret, []

    def keep(data):
        also.extend(change_secrecy(record, form.written, by=request.user, opened=form.sent_marks))

    if request.method == "POST" and carried_out(form, keep):
        done = f"Handling {number} är sekretessmarkerad. Bara handläggaren, du och de som är ikryssade ser den."
        done = "De som är ikryssade får se handlingen." if was_secret else done
        messages.success(request, f"{done}{_told(request, case, also)}")
        return _to(request, case, number)
    context = {"record": record, "form": form, "status": 422 if form.is_bound else 200}
    context["also"] = [] if record.secret else _seen(request, goes_with(record))
    return render_case(request, case, "record_list", "desk/case/record_secrecy.html", **context)


def _seen(request, records: list[Record]) -> list[Record]:
    """Those of them that the person sees. That a secret case holds the same file is told to nobody else."""
    seen = Record.objects.visible_to(request.user).filter(pk__in=[one.pk for one in records])
    return list(seen.select_related("case").order_by("case", "number"))


def _told(request, case, also: list[Record]) -> str:
    """Which records went with the one that was marked."""
    here = {case.pk: ""}
    names = [f"{one.number}{here.get(one.case_id, f' i {one.case.reference}')}" for one in _seen(request, also)]
    if not names:
        return ""
    return f" Också markerade, med samma fil eller samma text: handling {', '.join(names)}."


def _to(request, case, number: int) -> HttpResponse:
    answer = redirect("record_list", request.municipality.slug, case.reference)
    answer["Location"] += f"#handling-{number}"
    return answer


@official(Act.MARK_SECRET)
@require_POST
def record_opened(request: HttpRequest, municipality, reference: str, number: int) -> HttpResponse:
    case = case_or_404(request, reference)
    record = _record_or_404(request, case, number)
    done = f"Handling {number} är inte längre sekretessmarkerad."
    try_to(request, lambda: lift_secrecy(record, by=request.user), done)
    return _to(request, case, number)


@official()
@require_safe
def file(request: HttpRequest, municipality, reference: str, pk: int) -> HttpResponse:
    """A file of the case file, for those who may see the case."""
    case = case_or_404(request, reference)
    seen = case.records.visible_to(request.user)
    kept = get_object_or_404(RecordFile.objects.select_related("file"), pk=pk, record__in=seen)
    return handed_over(kept)


@official()
@require_safe
def timeline(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    case = case_or_404(request, reference, past=True)
    kind = request.GET.get("visa", "")
    events = [event for event in events_of(case, request.user) if kind not in KINDS or event.kind == kind]
    kinds = [("", "Alla", kind not in KINDS), *((key, label, key == kind) for key, label in KINDS.items())]
    return render_case(request, case, "timeline", "desk/case/timeline.html", events=events, kinds=kinds)
