from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0017_cases_in_progress_of_one")]

    operations = [
        migrations.AddField(
            model_name="recordfile",
            name="locked",
            field=models.BooleanField(db_default=False, default=False, verbose_name="skyddad med lösenord"),
        ),
    ]
