"""`manage.py search rebuild`: fills the table that search looks in, from everything there is."""

from django.core.management.base import BaseCommand

from ...models import SearchRow
from ...search.index import rebuild


class Command(BaseCommand):
    help = "Sökningens tabell. «rebuild» fyller den på nytt, till exempel efter en inläsning förbi programmet."

    def add_arguments(self, parser):
        parser.add_argument("what", choices=["rebuild"], metavar="rebuild")
        parser.add_argument("--if-empty", action="store_true", help="gör ingenting om tabellen redan är fylld")

    def handle(self, *, if_empty, **options):
        if if_empty and SearchRow.objects.exists():
            return
        self.stdout.write(f"{rebuild()} sökrader.")
