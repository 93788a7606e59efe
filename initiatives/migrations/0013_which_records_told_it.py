"""Judgements of form, cancelled meetings and later points from before find the record that tells of them.

Only where exactly one can be it.
"""

from django.db import migrations

FIND = """
UPDATE {table} t SET {column} = r.id
FROM (
    SELECT t.id AS row, min(r.id) AS id, count(*) AS many
    FROM {rows} JOIN cases_record r ON r.case_id = {case}
    WHERE t.{column} IS NULL AND r.direction = 'internal' AND {same}
    GROUP BY t.id
) r
WHERE r.row = t.id AND r.many = 1
"""
SOURCES = (
    {
        "table": "initiatives_formjudgement",
        "column": "record_id",
        "rows": "initiatives_formjudgement t",
        "case": "t.case_id",
        "same": "starts_with(r.about, 'Bedömning av form: ') AND r.text = t.reasons AND r.by_id = t.by_id"
        " AND r.registered_at BETWEEN t.at AND t.at + interval '1 minute'",
    },
    {
        "table": "initiatives_meeting",
        "column": "minutes_id",
        "rows": "initiatives_meeting t",
        "case": "t.case_id",
        "same": "t.cancelled AND starts_with(lower(r.about), lower('Inställt: ' || t.name || ' '))"
        " AND r.text = t.cancelled_why",
    },
    {
        "table": "initiatives_agreedpoint",
        "column": "record_id",
        "rows": "initiatives_agreedpoint t JOIN initiatives_meeting m ON m.id = t.meeting_id",
        "case": "m.case_id",
        "same": "starts_with(r.about, 'Tillägg till anteckningar från ')"
        " AND starts_with(r.text, '– ' || t.text || ' (' || t.who || ', senast ')",
    },
)


def find(apps, schema_editor):
    for source in SOURCES:
        schema_editor.execute(FIND.format(**source), None)


class Migration(migrations.Migration):
    dependencies = [("initiatives", "0012_records_that_tell_it"), ("cases", "0019_records_that_tell_it")]

    operations = [migrations.RunPython(find, migrations.RunPython.noop)]
