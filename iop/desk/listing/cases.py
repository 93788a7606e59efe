"""The list of cases."""

from collections.abc import Callable

import django_filters
from django import forms
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case as Choose
from django.db.models import IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, NullIf
from django.db.models.query import RawQuerySet
from django.utils import timezone

from agreements.models import Agreement, AgreementStage
from iop.cases.models import Case, Outcome, Stage, Task
from iop.municipalities.swedish import in_swedish_order
from partners.models import Party

from ..models import ListName
from .base import Cell, Column, Filters, Listing, day_filter

STAGES = [
    ("pagar", "Pågående"),
    *((stage.value, stage.label) for stage in Stage if stage not in (Stage.IN_FORCE, Stage.CLOSED)),
    *((stage.value, stage.label) for stage in (AgreementStage.DECISION, AgreementStage.SIGNING)),
    *((stage.value, stage.label) for stage in (Stage.IN_FORCE, Stage.CLOSED)),
    ("alla", "Alla"),
]
IN_PROGRESS = [stage for stage in Stage if stage not in (Stage.IN_FORCE, Stage.CLOSED)]


def party_names(case: str) -> ArraySubquery:
    """Names of the parties that have not left. ``case``: the way from the row to its case."""
    parties = Party.objects.active().filter(case=OuterRef(case)).order_by("pk")
    name = Coalesce(NullIf("public_body", Value("")), "organisation__name")
    return ArraySubquery(parties.values_list(name))


def next_due(case: str) -> Subquery:
    tasks = Task.objects.open().filter(case=OuterRef(case)).order_by("due", "pk")
    return Subquery(tasks.values("due")[:1])


def secret_cell(case_of: Callable[..., Case]) -> Cell:
    """The page's mark «sekretess» as a column of the sheet. ``case_of``: the case of a row."""
    return Cell("Sekretess", lambda row: "sekretess" if case_of(row).secret else "", 12)


class CaseFilters(Filters):
    skede = django_filters.ChoiceFilter(label="Skede", choices=STAGES, method="in_stage")
    utfall = django_filters.ChoiceFilter(label="Utfall", field_name="outcome", choices=Outcome.choices)
    handlaggare = django_filters.ChoiceFilter(
        label="Handläggare", choices=[("mina", "jag"), ("ingen", "ingen än")], method="with_coordinator"
    )
    enhet = django_filters.ChoiceFilter(label="Enhet eller nämnd", choices=[], method="of_unit")
    ar = django_filters.NumberFilter(
        label="År", field_name="year", min_value=1990, max_value=2199, decimal_places=0, widget=forms.NumberInput
    )
    inkom_fran = day_filter("Inkom från och med", "received_on", "gte")
    inkom_till = day_filter("Inkom till och med", "received_on", "lte")

    def in_stage(self, rows, name, value):
        if value == "pagar":
            return rows.filter(stage__in=IN_PROGRESS)
        if value in Stage.values:
            return rows.filter(stage=value)
        if value in AgreementStage.values:
            lying = Agreement.objects.filter(stage=value).values("case_id")
            return rows.filter(stage=Stage.AGREEMENT, pk__in=lying)
        return rows

    def with_coordinator(self, rows, name, value):
        if value == "ingen":
            return rows.filter(coordinator=None)
        return rows.filter(coordinator_id=self.user.pk if value == "mina" else int(value))

    def of_unit(self, rows, name, value):
        return rows.filter(Q(unit_id=int(value)) | Q(responsible_id=int(value)))


# What the columns show. Written by hand: Django took longer to write it than the database to answer it.
PARTY_NAMES = """
ARRAY(SELECT coalesce(nullif(p.public_body, ''), o.name)
      FROM partners_party p LEFT JOIN partners_organisation o ON o.id = p.organisation_id
      WHERE p.case_id = c.id AND p.left_on IS NULL ORDER BY p.id)"""
DRESSED = f"""
SELECT c.id, c.reference, c.diary_number, c.title, c.stage, c.outcome, c.received_on, c.closed_on, c.secret,
       c.version_id, c.additions, coordinator.name AS coordinator_name, unit.name AS unit_name,
       responsible.name AS responsible_name,
       {PARTY_NAMES} AS party_names,
       task.title AS next_title, task.due AS next_due,
       (SELECT a.stage FROM agreements_agreement a WHERE a.case_id = c.id AND a.stage <> 'ended'
        ORDER BY a.number DESC LIMIT 1) AS lying_in
FROM cases_case c
LEFT JOIN municipalities_user coordinator ON coordinator.id = c.coordinator_id
LEFT JOIN municipalities_unit unit ON unit.id = c.unit_id
LEFT JOIN municipalities_unit responsible ON responsible.id = c.responsible_id
LEFT JOIN LATERAL (SELECT t.title, t.due FROM cases_task t WHERE t.case_id = c.id AND t.closed_at IS NULL
                   ORDER BY t.due, t.id LIMIT 1) task ON true
WHERE c.id = ANY(%s)
"""
BY_STAGE = Choose(*(When(stage=stage, then=Value(n)) for n, stage in enumerate(Stage)), output_field=IntegerField())


class Cases(Listing):
    name, view, title, one, many = ListName.CASES, "case_list", "Ärenden", "ärende", "ärenden"
    search_label = "Sök ärende, organisation, person, text eller diarienummer"
    filters = CaseFilters
    default_order = ("-year", "-serial")
    chips, by_default = "skede", {"skede": "pagar"}
    when_searched = {"skede": "alla"}  # who looks for a word does not know how the case ended
    columns = (
        Column(
            "arende",
            "Ärende",
            (
                Cell("Beteckning", lambda case: case.reference, 15),
                Cell("Ärende", lambda case: case.title, 50),
                Cell("Organisationer", lambda case: ", ".join(case.party_names), 40),
                Cell("Diarienummer", lambda case: case.diary_number, 18),
                secret_cell(lambda case: case),
            ),
            order=in_swedish_order("title"),
            fixed=True,
        ),
        Column(
            "skede",
            "Skede",
            (
                Cell("Skede", lambda case: case.stands, 20),
                Cell("Utfall", lambda case: case.get_outcome_display(), 28),
            ),
            order=BY_STAGE,
        ),
        Column(
            "nasta",
            "Nästa steg",
            (
                Cell("Nästa steg", lambda case: case.next_title or case.usual_step, 40),
                Cell("Senast", lambda case: case.next_due, 12),
                Cell("Försenad", lambda case: "försenad" if case.step_is_late else "", 12),
            ),
            order=next_due("pk"),
        ),
        Column(
            "handlaggare",
            "Handläggare",
            (Cell("Handläggare", lambda case: case.coordinator_name),),
            order=in_swedish_order("coordinator__name"),
        ),
        Column(
            "enhet",
            "Samordnande enhet",
            (Cell("Samordnande enhet", lambda case: case.unit_name, 30),),
            order=in_swedish_order("unit__name"),
            shown=False,
        ),
        Column(
            "ansvarig",
            "Ansvarig nämnd",
            (Cell("Ansvarig nämnd", lambda case: case.responsible_name, 30),),
            order=in_swedish_order("responsible__name"),
            shown=False,
        ),
        Column(
            "inkom",
            "Inkom",
            (Cell("Inkom", lambda case: case.received_on, 12),),
            order="received_on",
            number=True,
            latest_first=True,
        ),
        Column(
            "avslutat",
            "Avslutat",
            (Cell("Avslutat", lambda case: case.closed_on, 12),),
            order="closed_on",
            shown=False,
            number=True,
            latest_first=True,
        ),
    )

    found_cells = (Cell("Sökträff", lambda case: case.found.plain if case.found else "", 60),)

    def rows(self, user, municipality) -> QuerySet:
        return Case.objects.visible_to(user).filter(municipality=municipality)

    def find(self, rows, search) -> tuple[QuerySet, bool]:
        return search.cases_in(rows)

    def dress(self, pks, user) -> RawQuerySet:
        return Case.objects.raw(DRESSED, [pks])

    def prepare(self, case) -> None:
        in_writing = case.stage == Stage.AGREEMENT and case.lying_in
        case.stands = AgreementStage(case.lying_in).label if in_writing else case.get_stage_display()
        case.step_is_late = bool(case.next_title) and case.next_due < timezone.localdate()
        case.late = False  # looking in vain for an attribute of a model takes a template its time

    def tell_where(self, rows, search) -> None:
        found = search.excerpts(rows)
        for case in rows:
            case.found = found.get(case.pk)
