"""The list of follow-ups."""

import django_filters
from django.db.models import F, QuerySet
from django.utils import timezone

from followup.models import FollowUp
from iop.cases.models import Case
from iop.municipalities.swedish import in_swedish_order

from ..models import ListName
from .base import Cell, Column, Filters, Listing, day_filter
from .cases import party_names, secret_cell

STATES = [("vantar", "Väntar"), ("forsenad", "Försenade"), ("gjord", "Gjorda"), ("alla", "Alla")]


class FollowUpFilters(Filters):
    lage = django_filters.ChoiceFilter(label="Läge", choices=STATES, method="in_state")
    enhet = django_filters.ChoiceFilter(
        label="Ansvarig nämnd", field_name="agreement__case__responsible_id", choices=[]
    )
    senast_fran = day_filter("Senast från och med", "due", "gte")
    senast_till = day_filter("Senast till och med", "due", "lte")

    def in_state(self, rows, name, value):
        return {
            "vantar": rows.waiting,
            "forsenad": rows.overdue,
            "gjord": lambda: rows.filter(held_on__isnull=False),
            "alla": rows.all,
        }[value]()


def _state(row: FollowUp) -> str:
    return "gjord" if row.held_on else "försenad" if row.late else "väntar"


class FollowUps(Listing):
    name, view, title = ListName.FOLLOW_UPS, "followup_list", "Uppföljning"
    one, many = "uppföljning", "uppföljningar"
    search_label = "Sök partnerskap, organisation, text eller diarienummer"
    filters = FollowUpFilters
    chips, by_default = "lage", {"lage": "alla"}
    default_order = (F("held_on").desc(nulls_first=True), "due", "pk")
    placed_on = "Den första läggs upp när ett avtal börjar gälla."
    columns = (
        Column(
            "partnerskap",
            "Partnerskap",
            (
                Cell("Beteckning", lambda row: row.agreement.case.reference, 15),
                Cell("Partnerskap", lambda row: row.agreement.case.title, 50),
                Cell("Organisationer", lambda row: ", ".join(row.party_names), 40),
                secret_cell(lambda row: row.agreement.case),
            ),
            order=in_swedish_order("agreement__case__title"),
            fixed=True,
        ),
        Column(
            "ansvarig",
            "Ansvarig",
            (
                Cell(
                    "Ansvarig",
                    lambda row: row.agreement.case.responsible.name if row.agreement.case.responsible else "",
                    30,
                ),
            ),
            order=in_swedish_order("agreement__case__responsible__name"),
        ),
        Column(
            "lage",
            "Läge",
            (Cell("Läge", _state, 12), Cell("Gjord", lambda row: row.held_on, 12)),
            order="held_on",
            latest_first=True,
        ),
        Column("senast", "Senast", (Cell("Senast", lambda row: row.due, 12),), order="due", number=True),
    )

    def rows(self, user, municipality) -> QuerySet:
        here = FollowUp.objects.visible_to(user).filter(agreement__case__municipality=municipality)
        return here.filter(cancelled=False)

    def find(self, rows, search) -> tuple[QuerySet, bool]:
        """Those of the cases that were found."""
        cases, counted = search.cases_in(Case.objects.visible_to(search.user))
        return rows.filter(agreement__case__in=cases), counted

    def dress(self, pks, user) -> QuerySet:
        rows = FollowUp.objects.filter(pk__in=pks).select_related("agreement__case__responsible")
        return rows.annotate(party_names=party_names("agreement__case_id"))

    def prepare(self, row) -> None:
        row.late = row.held_on is None and row.due < timezone.localdate()
