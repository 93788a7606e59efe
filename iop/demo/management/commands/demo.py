"""`manage.py demo`: fills an empty database with invented cases, and tells who can log in to them.

With ``--cases`` it adds very many to one municipality, to measure on.
"""

import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from agreements.models import AgreementStage
from iop.cases.models import Case, Stage
from iop.municipalities.models import Membership
from iop.rulesets.models import RuleSetVersion
from partners.models import CaseAccess

from ...build import build
from ...many.fill import fill as fill_with_many
from ...people import PASSWORD, address
from ...steps.screening import absolute
from ...story import phrases, places

MOST = 1_000_000


class Command(BaseCommand):
    help = "Fyller en tom databas med påhittade ärenden, personer och organisationer att prova med."

    def add_arguments(self, parser):
        parser.add_argument("--if-empty", action="store_true", help="gör ingenting om det redan finns ärenden")
        parser.add_argument("--logins", action="store_true", help="skriver vilka som kan logga in, och fyller inget")
        parser.add_argument("--cases", type=int, metavar="ANTAL", help="lägger till så många ärenden, att mäta med")
        parser.add_argument("--municipality", default="mora", metavar="ADRESS", help="kommunen som --cases fyller")

    def handle(self, *, if_empty, logins, cases, municipality, **options):
        if not settings.DEMO:
            raise CommandError(
                "Demonstrationen är inte påslagen. Sätt IOP_DEMO=1 där det bara finns påhittade uppgifter."
            )
        if logins:
            self.tell_logins()
        elif cases is not None:
            self.add_many(cases, municipality)
        elif not Case.objects.exists():
            self.fill()
        elif not if_empty:
            raise CommandError("Det finns redan ärenden i databasen. Demonstrationen läggs bara in i en tom databas.")

    @transaction.atomic
    def fill(self):
        """All or nothing: half a demonstration would be taken for a whole one the next time."""
        usual = phrases()
        self.stdout.write("Lägger in påhittade ärenden. Det tar någon minut.")
        for place in places():
            version = RuleSetVersion.objects.filter(municipality__slug=place.municipality).first()
            if version is None:
                raise CommandError("Kommunernas regelverk saknas. Kör först: manage.py rulesets load")
            cases = build(place, usual)
            self.stdout.write(f"{version.municipality.short_name}: {len(cases)} ärenden.")
            self.stdout.flush()

    def add_many(self, how_many: int, municipality: str):
        place = next((place for place in places() if place.municipality == municipality), None)
        if place is None:
            raise CommandError(f"Demonstrationen har ingen kommun med adressen {municipality}.")
        if not 0 < how_many <= MOST:
            raise CommandError(f"Antalet ärenden ska vara mellan 1 och {MOST}.")
        if not RuleSetVersion.objects.filter(municipality__slug=municipality).exists():
            raise CommandError("Kommunernas regelverk saknas. Kör först: manage.py rulesets load")
        began = time.monotonic()
        fill_with_many(place, how_many, tell=self.tell)
        self.tell(f"{how_many} ärenden lades till i {municipality} på {time.monotonic() - began:.0f} sekunder.")

    def tell(self, text: str):
        self.stdout.write(text)
        self.stdout.flush()

    def tell_organisations(self, slugs: list[str]):
        """In each municipality one with as much as possible to see, and one whose agreement lies for signing."""
        self.stdout.write(f"Organisationer loggar in på {absolute('/mina-sidor/')} med en kod som kommer i ett brev:")
        seen = CaseAccess.objects.in_force().filter(party__case__secret=False).order_by("party__case")
        for slug in slugs:
            here = seen.filter(party__case__municipality__slug=slug).select_related("party__organisation")
            writing = here.filter(party__case__stage=Stage.AGREEMENT)
            signing = here.filter(party__case__agreements__stage=AgreementStage.SIGNING).last()
            for one in dict.fromkeys([writing.last() or here.last(), signing]):
                if one:
                    signs = ", har ett avtal att skriva under" if one == signing else ""
                    self.stdout.write(f"  {one.email:44}{one.name}, {one.party.name}{signs}")

    def tell_logins(self):
        people = {address(person.key, place): person for place in places() for person in place.people}
        members = Membership.objects.filter(user__email__in=people).select_related("user", "municipality", "unit")
        rows = {row.user.email: row for row in members}
        if not rows:
            self.stdout.write(
                "Demonstrationens personer finns inte här. De läggs in i en tom databas av: manage.py demo"
            )
            return
        self.stdout.write(f"Logga in på {absolute('/logga-in/')} med lösenordet {PASSWORD} som någon av:")
        for email in people:
            if row := rows.get(email):
                unit = f", {row.unit.name}" if row.unit else ""
                self.stdout.write(f"  {email:34}{row.user.name}, {row.get_role_display()}{unit}")
        self.tell_organisations([place.municipality for place in places()])
        self.stdout.write(f"Breven som programmet skickar finns på {absolute('/demo/brev/')}")
