"""Fills a municipality with many cases, in batches, each whole."""

from collections.abc import Callable, Iterator
from dataclasses import astuple
from itertools import batched
from random import Random

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from iop.cases.models import Case
from iop.desk.search.index import fill_from
from iop.municipalities.models import Membership, User
from iop.municipalities.permissions import Role
from iop.rulesets.models import RuleSetVersion

from ..people import DOMAIN, Cast, hashed, move_in
from ..story import Place
from . import cases, office, partnership
from .organisations import found
from .outline import COLUMNS, Outline, outlines
from .tables import fresh_statistics, numbers_for, run
from .words import Words, words

BATCH = 10_000
CASE_ID = -5  # place in what is laid out: see _placed


def fill(place: Place, how_many: int, tell: Callable[[str], None] = lambda text: None) -> None:
    """Add so many cases under the rule set in force. The same call in the same database gives the same cases."""
    usual, today = words(), timezone.localdate()
    cast = move_in(place)
    municipality = cast.municipality
    version = RuleSetVersion.objects.in_force(municipality).get()
    serials = {
        row["year"]: row["latest"]
        for row in Case.objects.filter(municipality=municipality).values("year").annotate(latest=Max("serial"))
    }
    chance = Random(f"{municipality.slug} {sum(serials.values())}")
    colleagues = [cast.of(Role.COORDINATOR), *_colleagues(cast, usual)]
    with transaction.atomic():
        organisations = found(municipality, how_many, usual, chance)
    tell(f"{len(organisations)} organisationer.")
    done = 0
    for rows in batched(outlines(how_many, organisations, usual, chance, today), BATCH, strict=False):
        with transaction.atomic():
            placed = list(_placed(rows, serials, colleagues, cast))  # the connection copies, and cannot ask meanwhile
            _lay_out(placed)
            _spread(cast, version, usual)
            fill_from(placed[0][CASE_ID])
        done += len(rows)
        tell(f"{done} av {how_many} ärenden.")
    fresh_statistics()


def _colleagues(cast: Cast, usual: Words) -> list[User]:
    """One coordinator does not work a hundred thousand cases."""
    found = []
    for number, name in enumerate(usual.colleagues, 1):
        email = f"handlaggare{number}@{cast.municipality.slug}.{DOMAIN}"
        user, _ = User.objects.get_or_create(email=email, defaults={"name": name, "password": hashed()})
        Membership.objects.get_or_create(user=user, municipality=cast.municipality, defaults={"role": Role.COORDINATOR})
        found.append(user)
    return found


def _placed(rows: tuple[Outline, ...], serials: dict[int, int], colleagues: list[User], cast: Cast) -> Iterator[tuple]:
    """The outlines with their numbers, who works them and which body is responsible."""
    bodies = list(cast.municipality.units.bodies().filter(active=True).order_by("pk"))
    for row, case_id in zip(rows, numbers_for(Case, len(rows)), strict=True):
        year = row.received_on.year
        serials[year] = serials.get(year, 0) + 1
        coordinator = colleagues[(row.n + row.n // 100) % len(colleagues)].pk if row.reached else None
        yield (*astuple(row), case_id, year, serials[year], coordinator, bodies[row.n % len(bodies)].pk)


def _lay_out(rows: list[tuple]) -> None:
    places = "case_id bigint, year int, serial int, coordinator_id bigint, responsible_id bigint"
    run("DROP TABLE IF EXISTS outline")
    run(f"CREATE TEMP TABLE outline ({COLUMNS}, {places}) ON COMMIT DROP")
    with connection.cursor() as cursor, cursor.copy("COPY outline FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    run("ANALYZE outline")


def _spread(cast: Cast, version: RuleSetVersion, usual: Words) -> None:
    rules, municipality = version.rules, cast.municipality
    unit = municipality.units.called(rules.intake.unit) if rules.intake.unit else None
    cases.open_cases(municipality, version, unit.pk if unit else None)
    cases.send_in(usual)
    cases.assess(rules)
    cases.move()
    cases.contribute()
    office.keep_file(usual)
    office.hear(usual, cast.of(Role.ADVISER))
    office.meet(usual)
    partnership.write(rules, usual)
    partnership.move()
    partnership.follow_up(usual)
    office.decide(usual)
    office.give_tasks(municipality)
