import django.db.models.deletion
from django.db import migrations, models

FIND = """
UPDATE initiatives_initiative i SET record_id = r.id
FROM (
    SELECT DISTINCT ON (case_id) case_id, id, about FROM cases_record WHERE direction = 'in'
    ORDER BY case_id, number
) r
WHERE r.case_id = i.case_id AND i.record_id IS NULL AND r.about = 'Initiativ: ' || i.title
"""


def find(apps, schema_editor):
    """Initiatives from before: the first that came in, where it bears their name."""
    schema_editor.execute(FIND, None)


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0021_who_of_the_organisation_answered"),
        ("initiatives", "0013_which_records_told_it"),
    ]

    operations = [
        migrations.AddField(
            model_name="historicalinitiative",
            name="record",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="cases.record",
                verbose_name="handling",
            ),
        ),
        migrations.AddField(
            model_name="initiative",
            name="record",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.record",
                verbose_name="handling",
            ),
        ),
        migrations.RunPython(find, migrations.RunPython.noop),
    ]
