from django.db import migrations, models

ASKED = {
    "help_text": "En enkel elektronisk underskrift. Papper, och underskrift i en annan tjänst, går alltid.",
    "verbose_name": "avtal får skrivas under i programmet",
}


class Migration(migrations.Migration):
    """No for the municipalities that are there, since nobody has asked them; yes for new ones."""

    dependencies = [("municipalities", "0007_days_for_answers")]

    operations = [
        migrations.AddField(
            "municipality", "signs_here", models.BooleanField(default=False, db_default=False, **ASKED)
        ),
        migrations.AlterField(
            "municipality", "signs_here", models.BooleanField(default=True, db_default=True, **ASKED)
        ),
    ]
