"""Several querysets in one question to the database.

A page of a case shows a little of each of twenty tables. Asked one by one, most of the time goes to asking.
"""

import json

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Field, JSONField, QuerySet


def together(*querysets: QuerySet) -> None:
    """Evaluate them all; each can then be read without a question of its own.

    For few rows: they travel as JSON. Each must give instances of its model (no ``values``); ``select_related`` and
    ``prefetch_related`` work as always.
    """
    parts, params, asked = [], [], {}
    for number, rows in enumerate(querysets):
        if rows._result_cache is not None:  # read already, or prefetched
            continue
        compiler = rows.query.get_compiler(rows.db)
        try:
            sql, values = compiler.as_sql()
        except EmptyResultSet:
            continue
        columns = ", ".join(f"c{place}" for place in range(len(compiler.select)))
        parts.append(f"SELECT {number}, (SELECT json_agg(json_build_array({columns})) FROM ({sql}) AS q ({columns}))")
        params += values
        asked[number] = (rows, compiler)
    if not asked:
        return
    with connections[querysets[0].db].cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        for number, found in cursor.fetchall():
            _take_in(*asked[number], found or [])


def _take_in(rows: QuerySet, compiler, found: list[list]) -> None:
    """Let the queryset make its instances as always, of rows that have come already."""
    fields = [expression.field for expression, _, _ in compiler.select]
    ready = [tuple(map(_value, fields, row)) for row in found]
    compiler.execute_sql = lambda **how: [ready]
    rows.query.get_compiler = lambda using=None, **how: compiler
    len(rows)
    del rows.query.get_compiler  # what is filtered further asks again


def _value(field: Field, value):
    """As the database driver gives it."""
    if value is None:
        return None
    return json.dumps(value) if isinstance(field, JSONField) else field.to_python(value)
