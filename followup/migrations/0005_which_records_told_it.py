"""Follow-ups from before find the record that tells of them, where exactly one can be it."""

from django.db import migrations

FIND = """
UPDATE followup_followup t SET record_id = r.id
FROM (
    SELECT f.id AS row, min(r.id) AS id, count(*) AS many
    FROM followup_followup f
    JOIN agreements_agreement a ON a.id = f.agreement_id
    JOIN cases_record r ON r.case_id = a.case_id
    WHERE f.record_id IS NULL AND r.about = 'Uppföljning' AND r.direction = 'internal' AND r.day = f.held_on
      AND r.text = concat_ws(E'\\n\\n', E'Så går det\\n' || nullif(f.progress, ''),
                             E'Fortsatt samverkan\\n' || nullif(f.future, ''), E'Lärdomar\\n' || nullif(f.lessons, ''))
    GROUP BY f.id
) r
WHERE r.row = t.id AND r.many = 1
"""


def find(apps, schema_editor):
    schema_editor.execute(FIND, None)


class Migration(migrations.Migration):
    dependencies = [("followup", "0004_records_that_tell_it"), ("agreements", "0005_organisations_own_pages")]

    operations = [migrations.RunPython(find, migrations.RunPython.noop)]
