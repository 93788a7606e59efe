"""Statements of a case. Their page holds the meetings too."""

from datetime import timedelta
from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from iop.cases.forms import StatementAnswerForm, StatementForm
from iop.cases.models import RecordFile, TaskKind
from iop.cases.reminders import remind_of_statement, units_that_answer
from iop.cases.statements import answer_statement, ask_statement, return_statement, settle_statement
from iop.municipalities.access import official
from iop.municipalities.permissions import Act, Role

from ..case_page import carried_out, case_or_404, render_case, try_to, written
from ..case_rows import hides
from ..meetings_part import meetings_part, rounds_part


def page(request, case, *, status=200, failed=("", None)) -> HttpResponse:
    name, form = failed
    rules = case.rules
    asked = list(case.statements.select_related("unit", "asked_by").prefetch_related(open_files("attached")))
    hidden = hides(case, request.user)
    open_tasks = case.tasks.open().filter(kind=TaskKind.READ_ANSWER)
    unsettled = set(open_tasks.values_list("subject_kind", "subject_id"))
    due = timezone.localdate() + timedelta(days=case.municipality.days_for_statement)
    answering = units_that_answer(case)
    for statement in asked:
        own = name == f"svar-{statement.pk}"
        statement.form = form if own else StatementAnswerForm(prefix=f"svar-{statement.pk}")
        statement.hidden = hidden(statement.record_id)
        statement.question_hidden, statement.why_hidden = map(
            hidden, (statement.asked_record_id, statement.returned_record_id)
        )
        statement.can_be_reminded = bool(statement.sent_to) or statement.unit_id in answering
        statement.unsettled = ("statement", statement.pk) in unsettled
        statement.may_answer = _may_answer(request.user, case, statement)
    answered = {statement.rule for statement in asked if statement.answered_on}
    waiting = {statement.rule for statement in asked if statement.is_waiting}
    attachable = attachable_files(case, request.user)
    wanted = []
    for rule in rules.statements:
        if rule.enabled and rule.key not in answered | waiting:
            initial = {"question": rule.about, "due": due}
            prefix = f"fraga-{rule.key}"
            own = name == prefix
            wanted.append(
                {
                    "rule": rule,
                    "form": form
                    if own
                    else StatementForm(
                        municipality=case.municipality,
                        of_unit=rule.unit,
                        attachable=attachable,
                        prefix=prefix,
                        initial=initial,
                    ),
                }
            )
    return render_case(
        request,
        case,
        "statements",
        "desk/case/statements.html",
        status=status,
        asked=asked,
        wanted=wanted,
        free_form=form
        if name == "fraga"
        else StatementForm(municipality=case.municipality, attachable=attachable, prefix="fraga", initial={"due": due}),
        failed=name,
        failed_form=form,
        **rounds_part(request.user, case, failed, hidden, unsettled, answering),
        **meetings_part(case, failed, hidden, request.GET.get("mote")),
    )


def open_files(name: str) -> Prefetch:
    """The files of the relation whose records have not become secret since they were sent."""
    return Prefetch(name, RecordFile.objects.filter(record__secret=False))


def attachable_files(case, user):
    """Files of the case file that may be sent along: none that is secret."""
    kept = case.records.visible_to(user).filter(secret=False)
    files = RecordFile.objects.filter(record__in=kept).select_related("record", "file")
    return files.order_by("record__number", "pk")


def _may_answer(user, case, statement) -> bool:
    """Coordinators write in what came another way; advisers answer for their own unit."""
    if case.closed_on or not statement.is_waiting or not user.may(Act.ANSWER_STATEMENT, case.municipality):
        return False
    membership = user.membership_in(case.municipality_id)
    if membership.role != Role.ADVISER:
        return True
    return statement.unit_id is not None and membership.unit_id == statement.unit_id


@official()
@require_safe
def statements(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    return page(request, case_or_404(request, reference))


def _done(request, case, text: str) -> HttpResponse:
    messages.success(request, text)
    return redirect("statements", request.municipality.slug, case.reference)


@official(Act.ASK_STATEMENT)
@require_POST
def ask(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    case = case_or_404(request, reference)
    rule = request.POST.get("rule", "")
    units = {row.key: row.unit for row in case.rules.statements if row.enabled}
    rule = rule if rule in units else ""
    name = f"fraga-{rule}" if rule else "fraga"
    attachable = attachable_files(case, request.user)
    of_unit = units.get(rule, "")
    form = StatementForm(request.POST, municipality=municipality, of_unit=of_unit, attachable=attachable, prefix=name)

    how = {"rule": rule, "by": request.user, "absolute": request.build_absolute_uri}
    if carried_out(form, lambda data: ask_statement(case, **how, **data)):
        return _done(request, case, "Yttrandet är begärt.")
    return page(request, case, status=422, failed=(name, form))


@official(Act.ANSWER_STATEMENT)
@require_POST
def reply(request: HttpRequest, municipality, reference: str, pk: int) -> HttpResponse:
    case = case_or_404(request, reference)
    statement = get_object_or_404(case.statements.select_related("unit"), pk=pk)
    if statement.is_waiting and not _may_answer(request.user, case, statement):
        raise PermissionDenied
    name = f"svar-{pk}"
    form = StatementAnswerForm(request.POST, request.FILES, prefix=name)

    def save(data):
        file = data.pop("file")
        answer_statement(statement, uploads=[file] if file else [], by=request.user, **data)

    if carried_out(form, save):
        return _done(request, case, "Yttrandet är infört.")
    return page(request, case, status=422, failed=(name, form))


@official(Act.ANSWER_STATEMENT)
@require_POST
def give_back(request: HttpRequest, municipality, reference: str, pk: int) -> HttpResponse:
    """The adviser, or the coordinator on somebody's behalf, returns a question unanswered."""
    case = case_or_404(request, reference)
    statement = get_object_or_404(case.statements.select_related("unit"), pk=pk)
    if statement.is_waiting and not _may_answer(request.user, case, statement):
        raise PermissionDenied
    who = {"name": request.user.name, "by": request.user}
    try_to(
        request,
        lambda: return_statement(statement, why=written(request, "why"), **who),
        "Frågan är lämnad tillbaka. Den går att ställa igen.",
    )
    return redirect("statements", municipality.slug, case.reference)


@official(Act.ASK_STATEMENT)
@require_POST
def statement_settled(request: HttpRequest, municipality, reference: str, pk: int) -> HttpResponse:
    """An answer is read; or a question that was given back is left at that."""
    case = case_or_404(request, reference)
    statement = get_object_or_404(case.statements.exclude(answered_on=None, returned_on=None), pk=pk)
    settle_statement(statement, by=request.user)
    return _done(request, case, "Yttrandet är läst." if statement.answered_on else "Frågan ställs inte igen.")


@official(Act.ASK_STATEMENT)
@require_POST
def remind_statement(request: HttpRequest, municipality, reference: str, pk: int) -> HttpResponse:
    case = case_or_404(request, reference)
    statement = get_object_or_404(case.statements.select_related("unit", "case__municipality"), pk=pk)
    act = partial(remind_of_statement, statement, by=request.user, absolute=request.build_absolute_uri)
    told = f"till {statement.sent_to}, med en ny länk" if statement.sent_to else f"till {statement.body}"
    try_to(request, act, f"En påminnelse har gått {told}.")
    return redirect("statements", municipality.slug, case.reference)
