"""Filling tables set by set, with the models' own columns and defaults."""

from django.db import connection
from django.db.models import AutoField, Field, Model


def insert(model: type[Model], source: str, values: dict[str, str], params: dict | None = None) -> None:
    """Insert one row for each of ``source`` (what follows FROM). ``values``: field -> SQL of its value.

    Fields that are not named get the model's default, as they would from ``create``.
    """
    params = dict(params or {})
    columns, expressions = [], []
    for field in model._meta.concrete_fields:
        if field.name in values:
            expression = values[field.name]
        elif field.has_db_default() or (isinstance(field, AutoField) and field.primary_key):
            continue  # the database fills it in, anew for each row
        else:
            params[f"default_{field.name}"] = field.get_db_prep_save(field.get_default(), connection)
            expression = f"%(default_{field.name})s"
        columns.append(connection.ops.quote_name(field.column))
        expressions.append(f"({expression})::{_type(field)}")
    unknown = set(values) - {field.name for field in model._meta.concrete_fields}
    if unknown:
        raise ValueError(f"{model.__name__} has no {', '.join(sorted(unknown))}")
    run(f"INSERT INTO {_table(model)} ({', '.join(columns)}) SELECT {', '.join(expressions)} FROM {source}", params)


def remember(
    model: type[Model], source: str, *, when: str, kind: str = "+", before: dict[str, str] | None = None
) -> None:
    """A row of history for each row of ``source``, whose table of the model is called ``t``.

    ``before``: field -> SQL of what it was then, where that is not what it is now.
    """
    before = before or {}
    kept = [f for f in model.history.model._meta.concrete_fields if not f.name.startswith("history_")]
    columns = [connection.ops.quote_name(f.column) for f in kept]
    expressions = [
        f"({before[f.name]})::{_type(f)}" if f.name in before else f"t.{column}"
        for f, column in zip(kept, columns, strict=True)
    ]
    run(
        f"INSERT INTO {_table(model.history.model)} ({', '.join(columns)}, history_date, history_type) "
        f"SELECT {', '.join(expressions)}, {when}, '{kind}' FROM {source}"
    )


def run(sql: str, params: dict | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def numbers_for(model: type[Model], how_many: int) -> list[int]:
    """Primary keys for rows to come."""
    with connection.cursor() as cursor:
        sql = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
        cursor.execute(sql, [model._meta.db_table, how_many])
        return [row[0] for row in cursor]


def fresh_statistics() -> None:
    """The planner knows nothing of the new rows until the server gets round to looking."""
    run("ANALYZE")


def _table(model: type[Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _type(field: Field) -> str:
    return field.rel_db_type(connection) if field.is_relation else field.db_type(connection)
