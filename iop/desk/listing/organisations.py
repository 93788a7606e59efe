"""The list of organisations."""

import django_filters
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet

from iop.cases.models import Case
from iop.municipalities.swedish import in_swedish_order
from iop.rulesets.schema import LEGAL_FORMS
from partners.models import Organisation, Party

from ..models import ListName, SearchKind, SearchRow
from ..search.found import holds
from .base import Cell, Column, Filters, Listing

MOST_CASES = 12  # references told for one organisation; its own page tells all


class OrganisationFilters(Filters):
    associationsform = django_filters.ChoiceFilter(
        label="Associationsform", field_name="legal_form", choices=list(LEGAL_FORMS.items())
    )


class Organisations(Listing):
    name, view, title = ListName.ORGANISATIONS, "organisation_list", "Organisationer"
    one, many = "organisation", "organisationer"
    search_label = "Sök organisation, nummer, kontaktperson eller ärende"
    filters = OrganisationFilters
    default_order = (in_swedish_order("name"), "pk")
    placed_on = "De läggs upp när ett initiativ kommer in."
    columns = (
        Column(
            "organisation",
            "Organisation",
            (
                Cell("Organisation", lambda row: row.name, 40),
                Cell("Organisationsnummer", lambda row: row.written_number, 20),
            ),
            order=in_swedish_order("name"),
            fixed=True,
        ),
        Column("form", "Form", (Cell("Form", lambda row: row.get_legal_form_display(), 34),), order="legal_form"),
        Column(
            "arenden", "Ärenden", (Cell("Ärenden", lambda row: ", ".join(row.references) + " …" * row.more_cases, 40),)
        ),
        Column("epost", "E-post", (Cell("E-post", lambda row: row.email, 34),), order="email", shown=False),
        Column("telefon", "Telefon", (Cell("Telefon", lambda row: row.phone, 18),), shown=False),
    )

    def rows(self, user, municipality) -> QuerySet:
        return Organisation.objects.visible_to(user).filter(municipality=municipality)

    def find(self, rows, search) -> tuple[QuerySet, bool]:
        """By name, number or contact person, or by reference, diary number or title of a case that it is a party of.

        Of cases that the person may see. All the words stand in one of the two.
        """
        if not search.terms:
            return rows.none(), True
        found = SearchRow.objects.visible_to(search.user)
        for word in search.terms:
            found = found.filter(holds(word))
        itself, its_cases = found.filter(kind=SearchKind.PARTY), found.filter(kind=SearchKind.CASE)
        parties = Party.objects.filter(Q(pk__in=itself.values("source_id")) | Q(case__in=its_cases.values("case")))
        return rows.filter(pk__in=parties.values("organisation_id")), True

    def dress(self, pks, user) -> QuerySet:
        cases = Case.objects.visible_to(user).filter(parties__organisation=OuterRef("pk")).order_by("-year", "-serial")
        rows = Organisation.objects.filter(pk__in=pks)
        return rows.annotate(references=ArraySubquery(cases.values_list("reference")[: MOST_CASES + 1]))

    def prepare(self, row) -> None:
        row.more_cases = len(row.references) > MOST_CASES
        row.references = row.references[:MOST_CASES]
