"""`manage.py rulesets load`: take in the shipped rule sets. A first one is put in force, a changed one is a draft.

`rulesets check FILE …` reads files and says what is wrong; `rulesets coverage` counts what becomes of the statements.
"""

import tomllib
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from iop.municipalities import models as municipalities
from iop.municipalities.models import Municipality, Unit

from ...coverage import Fate, counts
from ...models import RuleSetVersion, VersionState, take_in
from ...reader import RuleSetError, content_of, parse, shipped_files

MUNICIPALITIES = Path(municipalities.__file__).with_name("municipalities.toml")


class Command(BaseCommand):
    help = "Läser in de medföljande regelverken (load), kontrollerar filer (check FIL …) eller räknar (coverage)."

    def add_arguments(self, parser):
        parser.add_argument("what", choices=["load", "check", "coverage"])
        parser.add_argument("files", nargs="*", type=Path)

    def handle(self, *, what, files, **options):
        if what == "check":
            return self.check_files(files or shipped_files())
        if what == "coverage":
            return self.coverage()
        self.load()

    def coverage(self):
        width = max(len(fate.label) for fate in Fate)
        self.stdout.write("".join([f"{'':16}", *(f"{fate.label:>{width + 2}}" for fate in Fate), f"{'alla':>6}"]))
        total = dict.fromkeys(Fate, 0)
        for path in shipped_files():
            rules = parse(content_of(path.read_text()))
            row = counts(rules)
            total = {fate: total[fate] + row[fate] for fate in Fate}
            self.line(rules.municipality, row, width)
        self.line("alla", total, width)

    def line(self, name, row, width):
        cells = "".join(f"{row[fate]:>{width + 2}}" for fate in Fate)
        self.stdout.write(f"{name:16}{cells}{sum(row.values()):>6}")

    def check_files(self, files):
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
            decided = RuleSetVersion.objects.filter(municipality=municipality, series="").exclude(
                state=VersionState.DRAFT
            )
            if decided.exists():
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
