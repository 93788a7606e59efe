"""The register as data: what the JSON holds, described by its own schema, and the same in a flat CSV.

Names follow DCAT (title, publisher, license, issued, modified, identifier, landingPage) and schema.org (startDate,
endDate). Days are ISO 8601, amounts kronor and hours for each year.
"""

import csv
from collections.abc import Callable, Iterable
from datetime import date, datetime
from io import StringIO
from typing import Literal

from django.urls import reverse
from django.utils import timezone
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from followup.models import Publication
from iop.formulas import harmless
from iop.municipalities.models import Municipality
from iop.rulesets.schema import LEGAL_FORMS
from partners.models import ContributionKind
from partners.numbers import written

CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"


class Shape(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_name=True,
        extra="forbid",
        json_schema_serialization_defaults_required=True,
    )


class Organisation(Shape):
    name: str
    identifier: str = Field(description="Organisationsnummer, NNNNNN-NNNN. Tomt om det saknas.")
    legal_form: str = Field(description="Associationsform, på svenska. Tomt om den inte är känd.")


class Contribution(Shape):
    contributor: Literal["municipality", "partner"]
    name: str = Field(description="Vem som bidrar.")
    kind: Literal[tuple(ContributionKind.values)] = Field(description="Slag av insats.")
    description: str
    value_per_year: int | None = Field(description="Värde i svenska kronor per år. null: inte värderat.")
    hours_per_year: int | None = Field(description="Timmar per år. null: inte angivet.")


class Partnership(Shape):
    identifier: str = Field(description="Ärendets beteckning. Ändras aldrig.")
    title: str
    description: str
    status: Literal["active", "ended"]
    start_date: date = Field(description="Första dagen som avtalet gäller.")
    end_date: date | None = Field(description="Avtalets sista dag. null: tills vidare.")
    ended_on: date | None = Field(description="Dagen då partnerskapet slutade. null: det pågår.")
    responsible: str = Field(description="Ansvarig nämnd eller styrelse. Tomt om den inte är angiven.")
    partners: list[Organisation]
    contributions: list[Contribution]
    results: str
    issued: datetime = Field(description="Först publicerat.")
    modified: datetime = Field(description="Publicerat som det står nu.")
    landing_page: str


class Publisher(Shape):
    name: str
    homepage: str


class Register(Shape):
    """Idéburna offentliga partnerskap som en kommun har publicerat."""

    title: str
    publisher: Publisher
    language: Literal["sv"] = "sv"
    license: Literal[CC0] = CC0
    conforms_to: str = Field(description="Adressen till det här schemat.")
    landing_page: str
    modified: datetime | None = Field(description="Senaste publiceringen. null: inget är publicerat.")
    partnerships: list[Partnership]


class Row(Shape):
    """En rad i CSV-filen: ett partnerskap. Det som är flera står i samma ordning, med « | » emellan."""

    identifier: str = Field(description="Ärendets beteckning. Ändras aldrig.")
    title: str
    description: str
    status: Literal["active", "ended"]
    start_date: date = Field(description="Första dagen som avtalet gäller.")
    end_date: date | None = Field(description="Avtalets sista dag. Tomt: tills vidare.")
    ended_on: date | None = Field(description="Dagen då partnerskapet slutade. Tomt: det pågår.")
    responsible: str = Field(description="Ansvarig nämnd eller styrelse. Tomt om den inte är angiven.")
    partners: str = Field(description="Organisationernas namn.")
    partner_identifiers: str = Field(description="Deras organisationsnummer, NNNNNN-NNNN.")
    contributions_of_municipality: str = Field(description="Kommunens insatser, med ord.")
    contributions_of_partners: str = Field(description="Organisationernas insatser, med ord.")
    kinds_of_municipality: str = Field(description="Slag av kommunens insatser, med samma ord som i JSON.")
    kinds_of_partners: str = Field(description="Slag av organisationernas insatser.")
    value_of_municipality_per_year: int | None = Field(
        description="Kronor per år, summan av de av kommunens insatser som är värderade. Tomt: ingen är värderad."
    )
    value_of_partners_per_year: int | None = Field(description="Detsamma för organisationernas insatser.")
    hours_of_municipality_per_year: int | None = Field(
        description="Timmar per år, summan av de av kommunens insatser som anger timmar. Tomt: ingen gör det."
    )
    hours_of_partners_per_year: int | None = Field(
        description="Detsamma för organisationernas insatser, till exempel ideell tid."
    )
    results: str
    issued: datetime = Field(description="Först publicerat.")
    modified: datetime = Field(description="Publicerat som det står nu.")
    landing_page: str


def schema(address: str) -> dict:
    """Of the JSON, and of a line of the CSV as ``Row`` among its definitions."""
    found = Register.model_json_schema(by_alias=True, mode="serialization")
    about = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": address}
    found["$defs"]["Row"] = Row.model_json_schema(by_alias=True, mode="serialization")
    return about | found


def dataset(rows: Iterable[Publication], place: Municipality, absolute: Callable[[str], str]) -> Register:
    partnerships = [_partnership(row, place, absolute) for row in rows]
    return Register(
        title=f"Idéburna offentliga partnerskap i {place.name}",
        publisher=Publisher(name=place.name, homepage=absolute(place.get_absolute_url())),
        conforms_to=absolute(reverse("register_schema", args=[place.slug])),
        landing_page=absolute(reverse("register", args=[place.slug])),
        modified=max((one.modified for one in partnerships), default=None),
        partnerships=partnerships,
    )


def _partnership(row: Publication, place: Municipality, absolute: Callable[[str], str]) -> Partnership:
    case, shown = row.case, row.shown
    return Partnership(
        identifier=case.reference,
        title=shown["title"],
        description=shown["description"],
        status="ended" if row.has_ended else "active",
        start_date=row.agreement.start,
        end_date=row.agreement.end,
        ended_on=row.ended_on,
        responsible=case.responsible.name if case.responsible else "",
        partners=[
            Organisation(
                name=one["name"],
                identifier=written(one["number"]),
                legal_form=LEGAL_FORMS.get(one["legal_form"], one["legal_form"]),
            )
            for one in shown["parties"]
        ],
        contributions=[
            Contribution(
                contributor="municipality" if one["side"] is None else "partner",
                name=one["side"] or place.name,
                description=one["what"],
                **{name: one[name] for name in ("kind", "value_per_year", "hours_per_year")},
            )
            for one in shown["contributions"]
        ],
        results=shown["results"],
        issued=timezone.localtime(row.first_published_at),
        modified=timezone.localtime(row.published_at),
        landing_page=absolute(row.get_absolute_url()),
    )


def as_csv(rows: Iterable[Publication], place: Municipality, absolute: Callable[[str], str]) -> bytes:
    """One line for each partnership, with semicolons and a byte order mark: a Swedish Excel opens it as it is."""
    file = StringIO()
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow(field.alias for field in Row.model_fields.values())
    for one in dataset(rows, place, absolute).partnerships:
        values = _row(one).model_dump(mode="json").values()
        writer.writerow([harmless(str("" if value is None else value)) for value in values])
    return file.getvalue().encode("utf-8-sig")


def _row(one: Partnership) -> Row:
    same = {name: value for name, value in one if name in Row.model_fields and name != "partners"}
    sides = {}
    for side, contributor in (("municipality", "municipality"), ("partners", "partner")):
        theirs = [row for row in one.contributions if row.contributor == contributor]
        sides |= {
            f"contributions_of_{side}": " | ".join(row.description for row in theirs),
            f"kinds_of_{side}": " | ".join(row.kind for row in theirs),
            f"value_of_{side}_per_year": _sum(row.value_per_year for row in theirs),
            f"hours_of_{side}_per_year": _sum(row.hours_per_year for row in theirs),
        }
    partners, numbers = (" | ".join(getattr(row, name) for row in one.partners) for name in ("name", "identifier"))
    return Row(**same, **sides, partners=partners, partner_identifiers=numbers)


def _sum(values: Iterable[int | None]) -> int | None:
    """Of those that are known; None where none is, which is not the same as nothing."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None
