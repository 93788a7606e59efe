"""The municipality as a whole: its partnerships in figures, and what the guideline asks to be looked over."""

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.db.models.functions import ExtractYear
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from iop.cases.duties import begin, duties_of, finish
from iop.cases.fields import TextArea
from iop.cases.models import Case, Decision, DecisionKind, DecisionOutcome, Duty
from iop.municipalities.access import official
from iop.municipalities.permissions import Act
from iop.rulesets.models import rules_in_force

from ..case_page import carried_out

YEARS = 10


class BeginForm(forms.Form):
    because = forms.CharField(label="Varför är det dags?", max_length=300)


class FinishForm(forms.Form):
    outcome = TextArea(label="Vad ledde det till?", max_length=20000, rows=3)


def by_year(municipality) -> list[dict]:
    """Year, initiatives that came, decisions on agreements (yes, no) and decisions not to go on; newest first.

    Secret cases are counted: a number names nobody.
    """
    came = Case.objects.filter(municipality=municipality).values("year").annotate(came=Count("pk"))
    on_agreement = Q(kind=DecisionKind.AGREEMENT)
    decided = (
        Decision.objects.filter(case__municipality=municipality)
        .annotate(year=ExtractYear("decided_on"))
        .values("year")
        .annotate(
            yes=Count("pk", filter=on_agreement & Q(outcome=DecisionOutcome.YES)),
            no=Count("pk", filter=on_agreement & Q(outcome=DecisionOutcome.NO)),
            not_proceed=Count("pk", filter=Q(kind=DecisionKind.NOT_PROCEED)),
        )
    )
    years: dict[int, dict] = {}
    for row in (*came.order_by(), *decided.order_by()):
        years.setdefault(row["year"], {"came": 0, "yes": 0, "no": 0, "not_proceed": 0}).update(row)
    return [years[year] for year in sorted(years, reverse=True)][:YEARS]


def _page(request, municipality, *, status=200, failed: str = "", form=None) -> HttpResponse:
    rules = rules_in_force(municipality)
    duties = Duty.objects.visible_to(request.user).filter(municipality=municipality).select_related("by")
    asked = duties_of(rules) if rules else []
    waiting = {duty.rule: duty for duty in duties.waiting()}
    rows = []
    for rule in asked:
        duty = waiting.pop(rule.key, None)
        name = f"duty-{duty.pk}" if duty else rule.key
        fresh = FinishForm(prefix=name) if duty else BeginForm(prefix=name)
        rows.append({"rule": rule, "duty": duty, "form": form if name == failed else fresh, "failed": name == failed})
    for duty in waiting.values():  # of rules that are no longer in force
        name = f"duty-{duty.pk}"
        mend = name == failed
        rows.append({"duty": duty, "form": form if mend else FinishForm(prefix=name), "failed": mend})
    context = {
        "years": by_year(municipality),
        "rows": rows,
        "done": duties.exclude(done_on=None).order_by("-done_on", "-pk")[:50],
        "rules": rules,
    }
    return render(request, "desk/statistics.html", context, status=status)


@official()
@require_safe
def statistics(request: HttpRequest, municipality) -> HttpResponse:
    return _page(request, municipality)


@official(Act.DUTY)
@require_POST
def begin_duty(request: HttpRequest, municipality, rule: str) -> HttpResponse:
    rules = rules_in_force(municipality)
    found = next((one for one in (duties_of(rules) if rules else ()) if one.key == rule), None)
    if found is None:
        raise Http404
    form = BeginForm(request.POST, prefix=rule)
    if not carried_out(form, lambda data: begin(municipality, found, because=data["because"])):
        return _page(request, municipality, status=422, failed=rule, form=form)
    messages.success(request, "Uppdraget är påbörjat och ligger i arbetsbordet.")
    return redirect("statistics", municipality.slug)


@official(Act.DUTY)
@require_POST
def finish_duty(request: HttpRequest, municipality, pk: int) -> HttpResponse:
    duty = get_object_or_404(Duty.objects.visible_to(request.user), municipality=municipality, pk=pk)
    form = FinishForm(request.POST, prefix=f"duty-{pk}")
    if not carried_out(form, lambda data: finish(duty, outcome=data["outcome"], by=request.user)):
        return _page(request, municipality, status=422, failed=f"duty-{pk}", form=form)
    messages.success(request, "Uppdraget är slutfört.")
    return redirect("statistics", municipality.slug)
