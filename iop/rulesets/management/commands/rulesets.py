"""`manage.py rulesets load`: take in the shipped rule sets. A first one is put in force, a changed one is a draft."""

import tomllib
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from iop.municipalities import models as municipalities
from iop.municipalities.models import Municipality, Unit

from ...models import RuleSetVersion, take_in
from ...reader import RuleSetError, content_of, shipped_files

MUNICIPALITIES = Path(municipalities.__file__).with_name("municipalities.toml")


class Command(BaseCommand):
    help = "Läser in de medföljande regelverken (load) eller kontrollerar en fil (check FIL)."

    def add_arguments(self, parser):
        parser.add_argument("what", choices=["load", "check"])
        parser.add_argument("files", nargs="*", type=Path)

    def handle(self, *, what, files, **options):
        if what == "check":
            return self.check_files(files or shipped_files())
        self.load()

    def check_files(self, files):
        from ...reader import parse

        for path in files:
            try:
                rules = parse(content_of(path.read_text()))
            except RuleSetError as error:
                raise CommandError(f"{path.name}:\n{error}") from error
            self.stdout.write(f"{path.name}: {sum(1 for _ in rules.every_rule())} regler")

    @transaction.atomic
    def load(self):
        known = {row["slug"]: row for row in tomllib.loads(MUNICIPALITIES.read_text())["municipalities"]}
        for path in shipped_files():
            try:
                content = content_of(path.read_text())
                slug = content.get("municipality", path.stem)
                municipality = self.municipality(known[slug])
                version, new = take_in(municipality, content)
            except RuleSetError as error:
                raise CommandError(f"{path.name}:\n{error}") from error
            if not new:
                continue
            if RuleSetVersion.objects.in_force(municipality).exists():
                self.stdout.write(f"{municipality}: den nya texten ligger som utkast, version {version.number}.")
            else:
                version.publish()
                self.stdout.write(f"{municipality}: version {version.number} gäller.")

    def municipality(self, row: dict) -> Municipality:
        """The municipality with its units, made the first time; later changes belong to its administrators."""
        municipality, new = Municipality.objects.get_or_create(
            slug=row["slug"],
            defaults={"name": row["name"], "short_name": row["short"], "accent": row["accent"], "email": row["email"]},
        )
        if new:
            units = [Unit(municipality=municipality, name=u["name"], kind=u["kind"]) for u in row["units"]]
            Unit.objects.bulk_create(units)
        return municipality
