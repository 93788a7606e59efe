"""The checklist: every answer saves by itself, and the gate beside it is counted anew."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from initiatives.form_choice import judge_form as keep_judgement
from initiatives.models import FormJudgement, JudgedForm
from iop.cases.actions import answer, answer_now, values_of
from iop.cases.checks import verdict_of
from iop.cases.fields import TextArea
from iop.cases.machinery import Refused, Subject
from iop.cases.opened import Meanwhile, marks_of
from iop.municipalities.access import official
from iop.municipalities.permissions import Act
from iop.rulesets.judge import Verdict, can_hold, counts_in_list

from ..answers import rows
from ..case_page import (
    agreement_of,
    carried_out,
    case_or_404,
    conclusions,
    gate_panel,
    met_criteria,
    refuse,
    render_case,
    way_line,
    written,
)
from ..case_rows import hides


class FormChoiceForm(forms.Form):
    form = forms.ChoiceField(label="Vilken form passar?", choices=JudgedForm, widget=forms.RadioSelect)
    reasons = TextArea(label="Skäl", max_length=10000)


@official()
@require_safe
def checklist(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    return _page(request, case_or_404(request, reference))


@official(Act.WORK)
@require_POST
def judge_form(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    """Partnership, grant, procurement, choice system or none: kept with its reasons."""
    case = case_or_404(request, reference)
    form = FormChoiceForm(request.POST, prefix="form")

    def keep(data):
        keep_judgement(case, data["form"], reasons=data["reasons"], by=request.user)

    if carried_out(form, keep):
        messages.success(request, "Bedömningen är sparad och står i akten.")
        return redirect("checklist", municipality.slug, case.reference)
    return _page(request, case, status=422, failed=form)


def _page(request, case, *, status=200, failed=None) -> HttpResponse:
    matter = case.matter()
    initiative = getattr(case, "initiative", None)
    own = initiative.own_answers if initiative and not hides(case, request.user)(initiative.record_id) else {}
    lists = _concluded(matter)
    for one in lists:
        one["rows"] = rows(one["rules"], case.subject, matter, own_answers=own)
    loose = [rule for rule in case.rules.criteria if rule.enabled and not rule.list]
    questions = [rule for rule in case.rules.questions if rule.enabled and rule.per == "case"]
    return render_case(
        request,
        case,
        "checklist",
        "desk/case/checklist.html",
        matter=matter,
        lists=lists,
        loose=rows(loose, case.subject, matter, own_answers=own),
        questions=rows(questions, case.subject, matter),
        status=status,
        judgements=judgements_of(case, request.user),
        form_choice=failed or FormChoiceForm(prefix="form"),
        failed_form=failed,
    )


def judgements_of(case, user) -> list[FormJudgement]:
    """Newest first. The reasons are as secret as the record that holds them."""
    found, hidden = list(FormJudgement.objects.filter(case=case).select_related("by")), hides(case, user)
    for judged in found:
        judged.hidden = hidden(judged.record_id)
    return found


def _concluded(matter) -> list[dict]:
    """The conclusions, with how many of what counts is found not to hold, where that decides it. A list is ``lost``."""
    lists = conclusions(matter)
    for one in lists:
        counted = [rule for rule in one["rules"] if counts_in_list(matter.rules, rule)] or one["rules"]
        verdicts = [verdict_of(rule, matter.case.subject, matter) for rule in counted]
        one["lost"] = 0 if can_hold(one["list"], verdicts) else verdicts.count(Verdict.UNMET)
    return lists


@official(Act.WORK)
@require_POST
def save_answer(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    """One part of one rule. With htmx: the note that it is saved, and the gate anew. Without: back to the page."""
    case = case_or_404(request, reference)
    agreement = agreement_of(case)
    refusal, saved, theirs = "", None, None
    try:
        rule, subject = _rule_and_subject(case, agreement, request.POST)
        saved = answer(
            case,
            rule,
            part=request.POST.get("part", ""),
            value=written(request, "value", 2000),
            reason=written(request, "reason"),
            subject=subject,
            by=request.user,
            opened=request.POST.get("anyway", "") or request.POST.get("opened", ""),
            asked=request.POST.get("asked", ""),
        )
    except Meanwhile as meanwhile:
        theirs = _theirs(case, rule, request.POST.get("part", ""), subject, meanwhile)
        refusal = f"Medan du skrev svarade {theirs.by}: {theirs.text}"
    except Refused as refused:
        refusal = str(refused)
    if not request.htmx:
        if refusal:
            refuse(request, refusal)
        tab = request.POST.get("tab", "")
        return redirect(tab if tab in ("parties", "agreement") else "checklist", municipality.slug, reference)
    matter = case.matter()
    met, of = met_criteria(matter)
    context = {
        "case": case,
        "rules": case.rules,
        "agreement": agreement,
        "gate": gate_panel(case, agreement, matter),
        "lists": _concluded(matter) if request.POST.get("tab") == "checklist" else [],
        "met": met,
        "of": of,
        "way": way_line(case, agreement),
        "saved": saved,
        "refusal": refusal,
        "not_kept": bool(refusal and request.POST.get("reason", "").strip()),
        "theirs": theirs,
        "opened": marks_of(answer_now(saved)) if saved else request.POST.get("opened", ""),
        "saved_id": request.POST.get("saved_id", "")[:80],
    }
    return render(request, "desk/case/answer_saved.html", context, status=422 if refusal else 200)


@dataclass(frozen=True)
class Theirs:
    """What somebody else answered meanwhile; ``anyway``: the marks by which one's own is saved in spite of it."""

    by: str
    text: str
    anyway: str


def _theirs(case, rule, part: str, subject: Subject, meanwhile: Meanwhile) -> Theirs:
    about = {"rule": rule.key, "part": part, "subject_kind": subject.kind, "subject_id": subject.pk}
    row = case.answers.select_related("by").get(**about)
    said = values_of(rule).get(row.value, row.value) or "inget svar"
    return Theirs(row.given_by, f"{said}. {row.reason}".strip(), meanwhile.marks)


def _rule_and_subject(case, agreement, data):
    """The rule and what it is asked of, both of this case. Raises Refused if either is not there any more."""
    answerable = (*case.rules.criteria, *case.rules.questions, *case.rules.controls, *case.rules.budgets)
    rules = {rule.key: rule for rule in (*answerable, *case.rules.eligibility) if rule.enabled}
    rule = rules.get(data.get("rule", ""))
    kind, _, pk = data.get("subject", "").partition(":")
    subjects = {("case", str(case.pk)): case.subject}
    if kind == "party":
        subjects |= {("party", str(party.pk)): party.subject for party in case.parties.select_related("organisation")}
    if kind == "agreement" and agreement:
        subjects[("agreement", str(agreement.pk))] = Subject.of(agreement)
    if rule is None or (kind, pk) not in subjects or kind != rule.per:
        raise Refused("Regeln gäller inte det här ärendet längre. Ladda om sidan.")
    return rule, subjects[(kind, pk)]
