"""The floor: the least that any view must do to show the same page.

A bare view asks one hand-written question for the rows and renders them with the page's own template. What the page
has worked out besides (findings, labels, forms) is given to it ready-made, taken once from the page itself.
"""

from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

from django.db import connection
from django.forms import BaseForm, ModelChoiceField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.backends.django import Template
from django.utils import timezone

from iop.cases.models import Case, Task
from iop.desk.counting import MOST
from iop.desk.views.lists import RESTING
from iop.municipalities.permissions import Role

from . import sql


@dataclass
class Floor:
    template: str
    context: dict
    params: dict = field(default_factory=dict)


FLOORS: dict[str, Floor] = {}


def lay(page: str, client, address: str, params: dict) -> None:
    """Open the page once and keep what it gave its template."""
    seen: list[Floor] = []
    real = Template.render

    def watch(self, context=None, request=None):
        seen.append(Floor(self.template.name, dict(context or {}), params))
        return real(self, context, request)

    Template.render = watch
    try:
        client.get(address)
    finally:
        Template.render = real
    FLOORS[page] = seen[0]  # the outermost begins first
    for thing in seen[0].context.values():
        if isinstance(thing, BaseForm):
            _with_choices_at_hand(thing)


def _with_choices_at_hand(form: BaseForm) -> None:
    for one in form.fields.values():
        if isinstance(one, ModelChoiceField):
            one.choices = [(str(value), label) for value, label in one.choices]


def floor(request: HttpRequest, page: str) -> HttpResponse:
    request.municipality = request.user.memberships_now()[0].municipality
    one = FLOORS[page]
    rows = _ask(sql.QUESTIONS[page], {"me": request.user.pk, "here": request.municipality.pk} | one.params)
    return render(request, one.template, one.context | SHAPES[page](rows, one.context))


def _ask(question: str, params: dict) -> list[SimpleNamespace]:
    with connection.cursor() as cursor:
        cursor.execute(question, params)
        names = [column.name for column in cursor.description]
        return [SimpleNamespace(**dict(zip(names, row, strict=True))) for row in cursor]


class Page(list):
    """Rows as the templates know a page of a list; what is around them is the page's own."""

    def __init__(self, rows, like: Any):
        super().__init__(rows)
        self.object_list, self.number = self, like.number
        self.has_previous, self.has_next = _now(like.has_previous), _now(like.has_next)
        self.has_other_pages = self.has_previous or self.has_next
        self.next_page_number = like.number + 1
        self.paginator = getattr(like, "paginator", None)


def _now(value) -> Any:
    return value() if callable(value) else value


def _names(parties) -> list[str]:
    return [party["name"] for party in parties or [] if party["left_on"] is None]


def _worklist(rows, context) -> dict:
    for row in rows:
        row.case_id, row.party_names, row.answered = row.reference, _names(row.parties), ""
        row.asked_name = ""
        row.person_name, row.unit_name, row.coordinator_name = row.person, row.unit, row.coordinator
        if row.part == RESTING:
            row.municipality = SimpleNamespace(slug=row.slug)
            row.title, row.link = Case.usual_step.fget(row), Case.usual_place.fget(row)
        else:
            row.link = Task.address(row, row.slug, row.reference)
        row.get_role_display = ROLES.get(row.role, "")
    counted = (rows[0].new, rows[0].waiting, rows[0].late, rows[0].in_force)
    figures = [
        (f"{MOST}+" if number > MOST else number, *told[1:])
        for number, told in zip(counted, context["figures"], strict=True)
    ]
    return {"page": Page(rows, context["page"]), "figures": figures}


def _cases(rows, context) -> dict:
    found, today = {case.pk: getattr(case, "found", None) for case in context["page"]}, timezone.localdate()
    for row in rows:
        row.pk, row.found, row.late = row.id, found.get(row.id), False
        row.party_names = _names(row.parties)
        row.next_title, row.next_due, row.coordinator_name = row.task, row.due, row.coordinator
        row.step_is_late = bool(row.task) and row.due < today
        row.stands = AGREEMENT_LABELS.get(row.writing) or CASE_LABELS[row.stage]
        row.get_outcome_display = OUTCOMES.get(row.outcome, "")
        row.usual_step = Case.usual_step.fget(row)
    return {"page": replace(context["page"], rows=rows)}


def _case(rows, context) -> dict:
    """All rows have been fetched; the page's own words of them are rendered."""
    assert rows[0].everything
    return {}


SHAPES = {"worklist": _worklist, "cases": _cases, "search": _cases, "case": _case}


def _labels(name: str) -> dict:
    return dict(Case._meta.get_field(name).choices)


ROLES = dict(Role.choices)
CASE_LABELS, OUTCOMES = _labels("stage"), _labels("outcome")
AGREEMENT_LABELS = {"drafting": "Avtalsskrivning", "decision": "Beslut", "signing": "Undertecknande"}
