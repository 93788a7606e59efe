from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0016_letters_that_wait_for_papers")]

    operations = [
        migrations.AddField(
            model_name="recordfile",
            name="locked",
            field=models.BooleanField(db_default=False, default=False, verbose_name="skyddad med lösenord"),
        ),
    ]
