"""Questions and returned questions from before find the record that tells of them, where exactly one can be it."""

from django.db import migrations

ONE = "UPDATE {table} t SET {column} = r.id FROM ({which}) r WHERE r.row = t.id AND r.many = 1"
WHICH = (
    "SELECT t.id AS row, min(r.id) AS id, count(*) AS many FROM {table} t JOIN cases_record r ON r.case_id = t.case_id"
    " WHERE t.{column} IS NULL AND {same} GROUP BY t.id"
)
SAME = {
    "asked_record_id": "starts_with(r.about, 'Begäran om yttrande från ') AND r.text = t.question"
    " AND r.by_id = t.asked_by_id AND r.registered_at BETWEEN t.asked_at AND t.asked_at + interval '1 minute'",
    "returned_record_id": "r.about LIKE 'Frågan till % lämnades tillbaka' AND r.text = t.returned_why"
    " AND r.day = t.returned_on",
}


def find(apps, schema_editor):
    for column, same in SAME.items():
        which = WHICH.format(table="cases_statement", column=column, same=same)
        schema_editor.execute(ONE.format(table="cases_statement", column=column, which=which), None)


class Migration(migrations.Migration):
    dependencies = [("cases", "0019_records_that_tell_it")]

    operations = [migrations.RunPython(find, migrations.RunPython.noop)]
