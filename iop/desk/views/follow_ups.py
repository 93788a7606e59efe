"""Follow-ups of a case while its agreement is in force, and the list of them all."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from agreements.models import AgreementStage
from followup.actions import extend, hold
from followup.forms import ExtensionForm, FollowUpForm
from followup.models import FollowUp, Report
from iop.municipalities.access import official
from iop.municipalities.permissions import Act

from ..case_page import carried_out, case_or_404, render_case
from ..case_rows import hides


def _page(request, case, *, status=200, failed=(0, None)) -> HttpResponse:
    follow_ups = list(FollowUp.objects.filter(agreement__case=case).select_related("agreement", "by"))
    hidden = hides(case, request.user)
    reports = Report.objects.filter(message__record__in=case.records.visible_to(request.user))
    reports = list(reports.select_related("party__organisation", "message__record"))
    for row in follow_ups:
        row.hidden = hidden(row.record_id)
        row.sent = [one for one in reports if one.follow_up_id == row.pk]
        row.form = failed[1] if failed[0] == row.pk else FollowUpForm(prefix=f"uppf-{row.pk}")
    return render_case(
        request,
        case,
        "follow_ups",
        "desk/case/follow_ups.html",
        status=status,
        follow_ups=follow_ups,
        follow_up_rules=[rule for rule in case.rules.follow_ups if rule.enabled],
        failed_form=failed[1],
        **_term_of(case, failed),
    )


def _term_of(case, failed) -> dict:
    """The agreement in force, as far as it is to end on a day; None where it is not."""
    agreement = case.agreements.filter(stage=AgreementStage.IN_FORCE, end__isnull=False).first()
    if agreement is None:
        return {"ends": None}
    form = failed[1] if failed[0] == "extend" else _extension_form(case)
    return {
        "ends": agreement,
        "extensions": agreement.extensions.select_related("decision__body", "record"),
        "extension_form": form,
        "term_rules": [rule for rule in case.rules.terms if rule.enabled and rule.quote],
    }


def _extension_form(case, *data) -> ExtensionForm:
    return ExtensionForm(*data, municipality=case.municipality, prefix="forlang")


@official()
@require_safe
def follow_ups(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    return _page(request, case_or_404(request, reference))


@official(Act.FOLLOW_UP)
@require_POST
def held(request: HttpRequest, municipality, reference: str, pk: int) -> HttpResponse:
    case = case_or_404(request, reference)
    row = get_object_or_404(FollowUp, agreement__case=case, pk=pk)
    form = FollowUpForm(request.POST, prefix=f"uppf-{pk}")
    if carried_out(form, lambda data: hold(row, by=request.user, **data)):
        messages.success(request, "Uppföljningen är införd.")
        return redirect("follow_ups", municipality.slug, case.reference)
    return _page(request, case, status=422, failed=(pk, form))


@official(Act.FOLLOW_UP)
@require_POST
def extended(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    case = case_or_404(request, reference)
    agreement = get_object_or_404(case.agreements.filter(stage=AgreementStage.IN_FORCE))
    form = _extension_form(case, request.POST, request.FILES)

    def lengthen(data):
        told = {"until": data["until"], "why": data["why"], "signed": data["signed"]}
        extend(
            agreement, by=request.user, absolute=request.build_absolute_uri, **told, **ExtensionForm.as_decision(data)
        )

    if carried_out(form, lengthen):
        messages.success(request, "Förlängningen är införd.")
        return redirect("follow_ups", municipality.slug, case.reference)
    return _page(request, case, status=422, failed=("extend", form))
