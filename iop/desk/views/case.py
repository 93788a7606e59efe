"""The case's first page, its facts, and the steps between stages."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements.actions import begin_writing, send_to_decision, take_back
from followup.actions import begin
from initiatives.actions import edit_case, facts_and_origin
from initiatives.forms import CaseForm
from iop.cases.actions import make_override, receive
from iop.cases.forms import AssignForm, CoordinatorForm, DiaryForm, LetInForm, RecusalForm, SecrecyForm
from iop.cases.models import Decision, Stage
from iop.cases.recusals import needs_coordinator
from iop.cases.secrecy import change_secrecy, lift_secrecy
from iop.municipalities.access import official
from iop.municipalities.permissions import Act
from partners.reopening import assess_again

from ..case_page import (
    TABS,
    agreement_of,
    carried_out,
    case_or_404,
    gate_panel,
    refuse,
    render_case,
    try_to,
    written,
)
from ..case_rows import hides, read
from ..events import events_of
from ..senders import sender_of
from .links import links_seen, told_of


def overview_page(request, case, *, status=200, **forms) -> HttpResponse:
    initiative = getattr(case, "initiative", None)
    return render_case(
        request,
        case,
        "case",
        "desk/case/overview.html",
        status=status,
        initiative=initiative,
        initiative_is_hidden=initiative is not None and hides(case, request.user)(initiative.record_id),
        events=events_of(case, request.user, most=6),
        affected=list(case.affected_units.all()),
        why_is_hidden=_why_is_hidden(request, case),
        ended_by=_ended_by(case),
        facts_form=forms.get("facts"),
        secrecy_form=forms.get("secrecy") or SecrecyForm(case=case),
        let_in_form=forms.get("let_in") or (LetInForm(case=case) if case.secret else None),
        coordinator_form=forms.get("coordinator") or _coordinator_form(request, case),
        recusal_form=forms.get("recusal") or RecusalForm(case=case, user=request.user, prefix="jav"),
        sender=sender_of(initiative) if initiative else None,
        links=told_of(case, links_seen(case, request.user)) if read(case)["links"] else [],
        assign_form=forms.get("assign") or _assign_form(request, case),
        diary_form=forms.get("diary")
        or (None if request.user.may(Act.WORK, case.municipality) else DiaryForm(case=case, user=request.user)),
        open_form=next(iter(forms), ""),
    )


def _assign_form(request, case) -> AssignForm | None:
    return AssignForm(case=case, user=request.user) if case.stage == Stage.RECEIVED else None


def _coordinator_form(request, case) -> CoordinatorForm | None:
    if needs_coordinator(case) and request.user.may(Act.ASSIGN, case.municipality):
        return CoordinatorForm(case=case, prefix="byt")
    return None


def _ended_by(case) -> Decision | None:
    """The decision not to go on, of a case that ended by one."""
    if case.closing_record_id is None:
        return None
    return case.decisions.filter(record=case.closing_record_id).select_related("body").first()


def _why_is_hidden(request, case) -> bool:
    """The reasons for the ending are as secret as the record that holds them."""
    if case.closing_record_id is None:
        return False
    return not case.records.visible_to(request.user).filter(pk=case.closing_record_id).exists()


def _facts_form(case, user, data=None) -> CaseForm:
    stored, initiative = facts_and_origin(case), getattr(case, "initiative", None)
    return CaseForm(data, instance=case, user=user, stored=stored, initiative=initiative)


@official()
@require_safe
def overview(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    return overview_page(request, case_or_404(request, reference, past=True))


@official(Act.WORK)
@require_http_methods(["GET", "HEAD", "POST"])
def facts(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    case = case_or_404(request, reference)
    if request.method != "POST":
        form = _facts_form(case, request.user)
        if "tror" in request.GET:
            form.initial["affected_units"] = _with_believed(case, form)
        return overview_page(request, case, facts=form)
    form = _facts_form(case_or_404(request, reference), request.user, request.POST)
    if not carried_out(form, lambda data: edit_case(case, form.written, by=request.user, opened=form.sent_marks)):
        return overview_page(request, case_or_404(request, reference), status=422, facts=form)
    messages.success(request, "Uppgifterna är sparade.")
    return redirect(case)


def _with_believed(case, form) -> list[int]:
    """The bodies that are set, and those that the sender believes; nothing is saved before somebody saves."""
    initiative = getattr(case, "initiative", None)
    believed = set(initiative.believed_units) if initiative else set()
    bodies = form.fields["affected_units"].queryset
    return [*(unit.pk for unit in case.affected_units.all()), *(one.pk for one in bodies if believed & set(one.names))]


@official(Act.WORK)
@require_POST
def receive_case(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    case = case_or_404(request, reference)
    if try_to(request, lambda: receive(case, by=request.user), "Initiativet är mottaget och du är handläggare."):
        return redirect("checklist", municipality.slug, case.reference)
    return redirect(case)


@official(Act.MOVE)
@require_POST
def start_dialogue(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    case = case_or_404(request, reference)
    try_to(
        request,
        lambda: case.move_to(Stage.DIALOGUE, by=request.user, why=written(request, "why")),
        "Dialogen är inledd.",
    )
    return redirect("statements", municipality.slug, case.reference)


@official(Act.MOVE)
@require_POST
def write_agreement(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    case = case_or_404(request, reference)
    try_to(request, lambda: begin_writing(case, by=request.user, why=written(request, "why")), "Nu kan ni skriva.")
    return redirect("agreement", municipality.slug, case.reference)


@official(Act.MOVE)
@require_POST
def to_decision(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    case = case_or_404(request, reference)
    agreement = agreement_of(case)
    if agreement is None:
        raise Http404
    try_to(
        request,
        lambda: send_to_decision(agreement, by=request.user, why=written(request, "why")),
        "Förslaget ligger för beslut.",
    )
    return redirect("agreement", municipality.slug, case.reference)


@official(Act.MOVE)
@require_POST
def back_to_writing(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    case = case_or_404(request, reference)
    agreement = agreement_of(case)
    if agreement is None:
        raise Http404
    how = {"by": request.user, "absolute": request.build_absolute_uri}
    try_to(request, lambda: take_back(agreement, why=written(request, "why"), **how), "Det går att skriva igen.")
    return redirect("agreement", municipality.slug, case.reference)


@official(Act.MOVE)
@require_POST
def in_force(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    case = case_or_404(request, reference)
    agreement = agreement_of(case)
    if agreement is None:
        raise Http404
    agreement.case = case
    if try_to(request, lambda: begin(agreement, by=request.user), "Partnerskapet gäller."):
        return redirect("follow_ups", municipality.slug, case.reference)
    return redirect("agreement", municipality.slug, case.reference)


@official(Act.OVERRIDE)
@require_POST
def override(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    """Avsteg from one finding of the next step, named by rule and subject."""
    case = case_or_404(request, reference)
    panel = gate_panel(case, agreement_of(case))
    wanted = tuple(request.POST.get(name, "") for name in ("rule", "kind", "pk", "cause"))
    found = [
        finding
        for finding in (panel.findings if panel else [])
        if finding.rule and tuple(map(str, finding.name)) == wanted
    ]
    if not found:
        refuse(request, "Hindret finns inte längre.")
    else:
        try_to(
            request,
            lambda: make_override(case, found[0], reason=written(request, "reason"), by=request.user),
            "Avsteget är infört.",
        )
    tab = request.POST.get("tab", "")
    return redirect(tab if tab in dict(TABS) else "case", municipality.slug, case.reference)


def _saved(request, case, form) -> bool:
    return carried_out(form, lambda _: change_secrecy(case, form.written, by=request.user, opened=form.sent_marks))


@official(Act.MARK_SECRET)
@require_POST
def secrecy(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    case = case_or_404(request, reference)
    form = SecrecyForm(request.POST, case=case)
    if _saved(request, case, form):
        messages.success(request, "Ärendet är sekretessmarkerat. Bara handläggaren, du och de som släpps in ser det.")
        return redirect(case)
    return overview_page(request, case, status=422, secrecy=form)


@official(Act.MARK_SECRET)
@require_POST
def clear_people(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    """Who is let in to a secret case."""
    case = case_or_404(request, reference)
    form = LetInForm(request.POST, case=case)
    if _saved(request, case, form):
        messages.success(request, "De som är ikryssade får se ärendet.")
        return redirect(case)
    return overview_page(request, case, status=422, let_in=form)


@official(Act.MARK_SECRET)
@require_POST
def open_up(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    case = case_or_404(request, reference)
    try_to(request, lambda: lift_secrecy(case, by=request.user), "Sekretessmarkeringen är borttagen.")
    return redirect(case)


@official(Act.MOVE)
@require_POST
def back_to_assessment(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    case = case_or_404(request, reference)
    how = {"by": request.user, "absolute": request.build_absolute_uri}
    try_to(request, lambda: assess_again(case, why=written(request, "why"), **how), "Bedömningen är öppen igen.")
    return redirect("checklist", municipality.slug, case.reference)
