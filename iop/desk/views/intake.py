"""Intake: what came on paper, who works it, and its diary number."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from initiatives.actions import submit
from initiatives.intake import RegisterForm
from iop.cases.actions import receive, set_diary_number
from iop.cases.forms import AssignForm, DiaryForm
from iop.municipalities.access import official
from iop.municipalities.permissions import Act
from iop.rulesets.models import RuleSetVersion

from ..case_page import carried_out, case_or_404
from .case import overview_page


@official(Act.WORK)
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, municipality) -> HttpResponse:
    """An initiative that came otherwise than by the form. Sent twice it is still one case."""
    version = RuleSetVersion.objects.in_force(municipality).first()
    if version is None:
        messages.error(request, "Kommunen har inget regelverk i kraft ännu. Publicera ett innan initiativ tas emot.")
        return redirect("case_list", municipality.slug)
    about = {"rules": version.rules, "municipality": municipality, "user": request.user}
    form = RegisterForm(request.POST or None, request.FILES or None, **about)
    if not form.is_valid():
        return render(request, "desk/intake/register.html", {"form": form}, status=422 if form.is_bound else 200)
    data = form.cleaned_data
    initiative, _ = submit(
        municipality,
        submission=data["submission"],
        written=data,
        own_answers=form.own_answers,
        absolute=request.build_absolute_uri,
        received_on=data["received_on"],
        came_by=data["came_by"],
        uploads=[data["file"]] if data["file"] else [],
        receipt=data["send_receipt"],
        same=form.same,
        by=request.user,
    )
    messages.success(request, f"Initiativet är infört som {initiative.case.reference}.")
    return redirect("case", municipality.slug, initiative.case.reference)


@official(Act.WORK)
@require_POST
def assign(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    """Receive for a colleague."""
    case = case_or_404(request, reference)
    form = AssignForm(request.POST, case=case, user=request.user)
    if carried_out(form, lambda data: receive(case, by=request.user, **data)):
        messages.success(request, f"Initiativet är mottaget. {case.coordinator.name} är handläggare.")
        return redirect(case)
    return overview_page(request, case_or_404(request, reference), status=422, assign=form)


def _numbered(case, form: DiaryForm, user) -> None:
    set_diary_number(case, form.written["diary_number"], by=user, opened=form.sent_marks)


@official(Act.KEEP_RECORDS)
@require_POST
def diary_number(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    case = case_or_404(request, reference)
    form = DiaryForm(request.POST, case=case, user=request.user)
    if carried_out(form, lambda _: _numbered(case, form, request.user)):
        messages.success(request, "Diarienumret är sparat.")
        return redirect(case)
    return overview_page(request, case_or_404(request, reference), status=422, diary=form)
