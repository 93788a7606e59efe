"""Jäv in a case: stated by the person or by an administrator, lifted by another administrator."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from iop.cases.forms import CoordinatorForm, RecusalForm
from iop.cases.recusals import change_coordinator, lift, state
from iop.municipalities.access import official
from iop.municipalities.permissions import Act

from ..case_page import carried_out, case_or_404, try_to, written
from .case import overview_page


@official()
@require_POST
def state_recusal(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    case = case_or_404(request, reference)
    form = RecusalForm(request.POST, case=case, user=request.user, prefix="jav")
    if carried_out(form, lambda data: state(case, data["person"], why=data["why"], by=request.user)):
        who = "Du" if form.cleaned_data["person"] == request.user else "Personen"
        messages.success(request, f"Jävet är infört. {who} kan läsa ärendet men inte göra något i det.")
        return redirect(case)
    return overview_page(request, case, status=422, recusal=form)


@official(Act.ASSIGN)
@require_POST
def another_coordinator(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    case = case_or_404(request, reference)
    form = CoordinatorForm(request.POST, case=case, prefix="byt")
    if carried_out(form, lambda data: change_coordinator(case, data["coordinator"], by=request.user)):
        messages.success(request, f"{form.cleaned_data['coordinator'].name} är handläggare.")
        return redirect(case)
    return overview_page(request, case_or_404(request, reference), status=422, coordinator=form)


@official(Act.LIFT_RECUSAL)
@require_POST
def lift_recusal(request: HttpRequest, municipality, reference: str, pk: int) -> HttpResponse:
    case = case_or_404(request, reference)
    recusal = get_object_or_404(case.recusals, pk=pk)
    try_to(request, lambda: lift(recusal, why=written(request, "why"), by=request.user), "Jävet är hävt.")
    return redirect(case)
