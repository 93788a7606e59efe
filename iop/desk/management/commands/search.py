"""`manage.py search rebuild`: fills the table that search looks in, from everything there is."""

from django.core.management.base import BaseCommand

from ...search.index import rebuild


class Command(BaseCommand):
    help = "Sökningens tabell. «rebuild» fyller den på nytt, till exempel efter en inläsning förbi programmet."

    def add_arguments(self, parser):
        parser.add_argument("what", choices=["rebuild"], metavar="rebuild")

    def handle(self, **options):
        self.stdout.write(f"{rebuild()} sökrader.")
