"""Figures and pages that do not take longer the more there is."""

import re
from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet

MOST = 500  # nobody reads «31 204 försenade» otherwise than «fler än 500»


class Figure(int):
    """A count, written «500+» where there is more than is counted."""

    def __str__(self) -> str:
        return f"{MOST}+" if self > MOST else super().__str__()


def figures(*querysets: QuerySet) -> list[Figure]:
    """How many rows each has, in one question; none is counted further than one beyond ``MOST``."""
    compiled = [rows.order_by().values("pk")[: MOST + 1].query.sql_with_params() for rows in querysets]
    counts = ", ".join(f"(SELECT count(*) FROM ({sql}) AS counted)" for sql, _ in compiled)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}", [value for _, params in compiled for value in params])
        return [Figure(number) for number in cursor.fetchone()]


@dataclass
class LookAhead:
    """A page of rows, and whether there are more: what a list of any length can know without counting it."""

    object_list: list
    number: int
    has_next: bool

    def __iter__(self):
        return iter(self.object_list)

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def has_other_pages(self) -> bool:
        return self.has_next or self.has_previous

    @property
    def next_page_number(self) -> int:
        return self.number + 1

    @property
    def previous_page_number(self) -> int:
        return self.number - 1


def look_ahead(rows: QuerySet, per_page: int, asked_for: str) -> LookAhead:
    """The page asked for; the last where there is no such page, which alone takes counting."""
    number = int(asked_for) if re.fullmatch("[1-9][0-9]{0,5}", asked_for) else 1
    found = list(rows[(number - 1) * per_page : number * per_page + 1])
    if not found and number > 1:
        return look_ahead(rows, per_page, str((max(rows.count(), 1) - 1) // per_page + 1))
    return LookAhead(found[:per_page], number, len(found) > per_page)
