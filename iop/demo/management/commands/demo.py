"""`manage.py demo`: fills an empty database with invented cases, and tells who can log in to them."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from iop.cases.models import Case
from iop.municipalities.models import Membership
from iop.rulesets.models import RuleSetVersion

from ...build import absolute, build
from ...people import PASSWORD, address
from ...story import phrases, places


class Command(BaseCommand):
    help = "Fyller en tom databas med påhittade ärenden, personer och organisationer att prova med."

    def add_arguments(self, parser):
        parser.add_argument("--if-empty", action="store_true", help="gör ingenting om det redan finns ärenden")
        parser.add_argument("--logins", action="store_true", help="skriver vilka som kan logga in, och fyller inget")

    def handle(self, *, if_empty, logins, **options):
        if not settings.DEMO:
            raise CommandError("Demonstrationen är inte påslagen. Sätt IOP_DEMO=1 i en installation som bara är till för prov.")
        if logins:
            return self.tell_logins()
        if Case.objects.exists():
            if if_empty:
                return
            raise CommandError("Det finns redan ärenden i databasen. Demonstrationen läggs bara in i en tom databas.")
        self.fill()

    def fill(self):
        usual = phrases()
        self.stdout.write("Lägger in påhittade ärenden …")
        for place in places():
            version = RuleSetVersion.objects.filter(municipality__slug=place.municipality).first()
            if version is None:
                raise CommandError("Kommunernas regelverk saknas. Kör först: manage.py rulesets load")
            cases = build(place, usual)
            self.stdout.write(f"{version.municipality.short_name}: {len(cases)} ärenden.")

    def tell_logins(self):
        rows = []
        for place in places():
            for person in place.people:
                found = Membership.objects.filter(user__email=address(person.key, place)).select_related("user")
                for row in found.select_related("user", "unit", "municipality"):
                    unit = f", {row.unit.name}" if row.unit else ""
                    rows.append((row.user.email, row.municipality.short_name, f"{row.get_role_display()}{unit}"))
        if not rows:
            self.stdout.write("Demonstrationens personer finns inte här. Lägg in dem i en tom databas: manage.py demo")
            return
        self.stdout.write(f"Logga in på {absolute('/logga-in/')} med lösenordet {PASSWORD} som någon av:")
        for email, place, role in rows:
            self.stdout.write(f"  {email:34}{place:12}{role}")
        self.stdout.write(f"Breven som programmet skickar finns på {absolute('/demo/brev/')}")
