"""The amounts that were known when the program was written; later ones are filled in under /admin/."""

from datetime import date

from django.db import migrations

AMOUNTS = [
    ("Direktupphandlingsgräns", "534 890 kr", date(2016, 1, 1), date(2017, 12, 31), "LOU, belopp för 2016–2017"),
    ("Direktupphandlingsgräns", "700 000 kr", date(2024, 1, 1), date(2025, 12, 31), "LOU, belopp för 2024–2025"),
    (
        "Direktupphandlingsgräns för sociala och andra särskilda tjänster",
        "8 109 450 kr",
        date(2024, 1, 1),
        date(2025, 12, 31),
        "LOU, belopp för 2024–2025",
    ),
    ("Stöd av mindre betydelse (de minimis), under tre år", "300 000 euro", date(2024, 1, 1), None, "(EU) 2023/2831"),
    (
        "Stöd av mindre betydelse för tjänster av allmänt ekonomiskt intresse, under tre år",
        "750 000 euro",
        date(2024, 1, 1),
        None,
        "(EU) 2023/2832",
    ),
]


def fill(apps, schema_editor):
    LegalAmount = apps.get_model("cases", "LegalAmount")
    for name, amount, valid_from, valid_to, source in AMOUNTS:
        LegalAmount.objects.create(name=name, amount=amount, valid_from=valid_from, valid_to=valid_to, source=source)


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_duties_and_areas")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
