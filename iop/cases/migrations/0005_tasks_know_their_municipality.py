"""A task has its municipality, perhaps a case: some are the municipality's as a whole."""

import django.db.models.deletion
from django.db import migrations, models


def fill(apps, schema_editor):
    of_the_case = apps.get_model("cases", "Case").objects.filter(pk=models.OuterRef("case_id"))
    tasks = apps.get_model("cases", "Task").objects
    tasks.update(municipality=models.Subquery(of_the_case.values("municipality_id")[:1]))


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0004_tasks_of_a_role"),
        ("agreements", "0004_tasks_of_those_who_decide"),  # it makes tasks that know only their case
        ("municipalities", "0002_former_names_of_units"),
    ]
    operations = [
        migrations.AddField(
            "task",
            "municipality",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="tasks",
                to="municipalities.municipality",
                verbose_name="kommun",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
