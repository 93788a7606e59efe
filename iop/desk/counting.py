"""Counting that does not take longer the more there is: up to a limit, and several counts in one question."""

from django.core.paginator import Paginator
from django.db import connection
from django.db.models import QuerySet
from django.utils.functional import cached_property

MOST = 1000  # nobody reads «31 204 försenade» otherwise than «fler än 1000»


class Figure(int):
    """A count, written «1000+» where there is more than is counted."""

    def __str__(self) -> str:
        return f"{MOST}+" if self > MOST else super().__str__()


def figures(*querysets: QuerySet) -> list[Figure]:
    """How many rows each has, in one question; none is counted further than one beyond ``MOST``."""
    compiled = [rows.order_by().values("pk")[: MOST + 1].query.sql_with_params() for rows in querysets]
    counts = ", ".join(f"(SELECT count(*) FROM ({sql}) AS counted)" for sql, _ in compiled)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}", [value for _, params in compiled for value in params])
        return [Figure(number) for number in cursor.fetchone()]


class AFewPages(Paginator):
    """Counts as far as is worth telling, and always beyond the page asked for, so that there is a way on."""

    def __init__(self, rows: QuerySet, per_page: int, *, asked_for: str | None):
        super().__init__(rows, per_page)
        page = int(asked_for) if asked_for and asked_for.isascii() and asked_for.isdigit() and len(asked_for) < 6 else 1
        self.limit = max(MOST, (page + 1) * per_page)

    @cached_property
    def count(self) -> int:
        return self.object_list.order_by()[: self.limit + 1].count()

    @property
    def more(self) -> bool:
        """Is there more than was counted?"""
        return self.count > self.limit
