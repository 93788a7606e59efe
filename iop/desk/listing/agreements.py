"""The list of agreements."""

import django_filters
from django.db.models import Case as Choose
from django.db.models import F, IntegerField, QuerySet, Value, When
from django.urls import reverse

from agreements.models import Agreement, AgreementStage
from iop.cases.models import Case
from iop.municipalities.swedish import in_swedish_order

from ..models import ListName
from .base import Cell, Column, Filters, Listing, day_filter
from .cases import party_names, secret_cell

BY_STAGE = Choose(
    *(When(stage=stage, then=Value(n)) for n, stage in enumerate(AgreementStage)), output_field=IntegerField()
)


class AgreementFilters(Filters):
    skede = django_filters.ChoiceFilter(label="Skede", choices=[*AgreementStage.choices, ("alla", "Alla")], method="by")
    slutar_fran = day_filter("Slutar från och med", "end", "gte")
    slutar_till = day_filter("Slutar till och med", "end", "lte")

    def by(self, rows, name, value):
        return rows if value == "alla" else rows.filter(stage=value)


def _document(row: Agreement) -> str:
    return reverse("agreement_pdf", args=[row.slug, row.case.reference, row.number])


class Agreements(Listing):
    name, view, title, one, many = ListName.AGREEMENTS, "agreement_list", "Avtal", "avtal", "avtal"
    search_label = "Sök avtal, organisation, text eller diarienummer"
    filters = AgreementFilters
    chips, by_default = "skede", {"skede": "alla"}
    default_order = ("-case__year", "-case__serial", "-number")
    columns = (
        Column(
            "avtal",
            "Avtal",
            (
                Cell("Beteckning", lambda row: row.case.reference, 15),
                Cell("Avtal", lambda row: row.title, 50),
                Cell("Organisationer", lambda row: ", ".join(row.party_names), 40),
                secret_cell(lambda row: row.case),
            ),
            order=in_swedish_order("title"),
            fixed=True,
        ),
        Column("skede", "Skede", (Cell("Skede", lambda row: row.get_stage_display(), 20),), order=BY_STAGE),
        Column(
            "tid",
            "Tid",
            (
                Cell("Gäller från", lambda row: row.start, 12),
                Cell("Gäller till", lambda row: row.end or ("tills vidare" if row.start else ""), 12),
            ),
            order="end",
        ),
        Column(
            "ansvarig",
            "Ansvarig nämnd",
            (
                Cell(
                    "Ansvarig nämnd",
                    lambda row: row.case.responsible.name if row.case.responsible else "",
                    30,
                ),
            ),
            order=in_swedish_order("case__responsible__name"),
            shown=False,
        ),
        Column("dokument", "Dokument", (Cell("Dokument", _document, 60, leads=True),)),
    )

    def rows(self, user, municipality) -> QuerySet:
        return Agreement.objects.visible_to(user).filter(case__municipality=municipality)

    def find(self, rows, search) -> tuple[QuerySet, bool]:
        """Those of the cases that were found."""
        cases, counted = search.cases_in(Case.objects.visible_to(search.user))
        return rows.filter(case__in=cases), counted

    def dress(self, pks, user) -> QuerySet:
        return (
            Agreement.objects.filter(pk__in=pks)
            .select_related("case__responsible")
            .annotate(party_names=party_names("case_id"), slug=F("case__municipality__slug"))
        )
