"""The pages that are opened most: queries, medians, ratios to the floor and to a small municipality, and memory."""

import re
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO

import psutil
import psycopg
from django.core.management import call_command
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client
from django.urls import reverse
from psycopg.sql import SQL, Identifier

from iop.cases.models import Case, Stage
from iop.municipalities.models import Membership, User
from iop.municipalities.permissions import Role
from iop.server_timing import Stopwatch

from .floor import lay

FEW, MANY = 1_000, 100_000
ROUNDS, WARM = 40, 5
MOST_OF_FLOOR, MOST_OF_FEW = 1.5, 1.3
WORD = "kvinnor"  # fills a page at both sizes: fewer rows would be quicker to show, whatever the search


@dataclass
class Measured:
    queries: int
    few: float  # ms, median, in the small municipality
    page: float
    floor: float


@dataclass
class Page:
    key: str
    name: str
    most_queries: int


PAGES = (
    Page("worklist", "arbetsbordet", 8),
    Page("cases", "ärendelistan, 60 rader", 8),
    Page("search", f"sökning på «{WORD}»", 8),
    Page("case", "ärendets sida, under bedömning", 14),
)


def measure(few: int = FEW, many: int = MANY) -> bool:
    """Fill, keep a copy, fill up, measure both, print. Returns whether every page kept within its bounds."""
    call_command("migrate", verbosity=0)
    call_command("rulesets", "load", verbosity=0)
    _fill(few)
    small = _copy()
    _fill(many - few)
    for database in (small, connections["default"]):
        with _in(database):
            _as_after_a_while()
    kept = _table(many, few, {page.key: _page(page, small) for page in PAGES})
    print(f"\nMinne för en arbetsprocess efter sidorna: {psutil.Process().memory_info().rss / 2**20:.0f} MiB")
    return kept


def _fill(how_many: int) -> None:
    began = time.monotonic()
    call_command("demo", cases=how_many, stdout=StringIO())
    print(f"{how_many} ärenden lades in på {time.monotonic() - began:.0f} s.", flush=True)


def _copy() -> BaseDatabaseWrapper:
    """The database as it is now, beside it on the same server."""
    small = connection.copy()
    small.settings_dict["NAME"] = "few"
    source = connection.get_connection_params()["dbname"]
    connection.close()  # nobody may look on
    with psycopg.connect(**connection.get_connection_params() | {"dbname": "postgres"}, autocommit=True) as server:
        server.execute(SQL("CREATE DATABASE few TEMPLATE {}").format(Identifier(source)))
    return small


def _as_after_a_while() -> None:
    """Statistics and visibility as in a database that has been running, and nothing left to write."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


@contextmanager
def _in(database: BaseDatabaseWrapper) -> Iterator[None]:
    """Everything that the program asks within is asked of that database."""
    usual = connections["default"]
    connections["default"] = database
    try:
        yield
    finally:
        connections["default"] = usual


def _page(page: Page, small: BaseDatabaseWrapper) -> Measured:
    """Both sizes in turns: what the machine is busy with falls on both alike."""
    with _in(small):
        there, few, _ = _visitor(page)
    client, where, params = _visitor(page)
    floor = reverse("floor", args=[page.key])
    client.get(where)
    lay(page.key, client, where, params)
    _same(page, client, where, floor)
    counted = Stopwatch()
    with connection.execute_wrapper(counted):
        client.get(where)
    large = connections["default"]
    visits = (small, there, few), (large, client, where), (large, client, floor)
    return Measured(counted.queries, *_medians(*visits))


def _visitor(page: Page) -> tuple[Client, str, dict]:
    """The coordinator of the municipality that was filled, who goes through every middleware, and what she opens."""
    member = Membership.objects.filter(municipality__cases__isnull=False, role=Role.COORDINATOR).order_by("pk")[0]
    client = Client(SERVER_NAME="localhost")
    client.force_login(member.user)
    return client, *_address(page.key, member.municipality.slug, member.user)


def _address(key: str, slug: str, user: User) -> tuple[str, dict]:
    """Where the page is, and what its floor needs to know."""
    cases = Case.objects.filter(municipality__slug=slug)
    if key == "worklist":
        return reverse("worklist", args=[slug]), {}
    if key == "cases":
        return reverse("case_list", args=[slug]), {}
    if key == "search":
        return reverse("case_list", args=[slug]) + f"?q={WORD}&skede=alla", {}
    case = cases.filter(stage=Stage.ASSESSMENT, coordinator=user, secret=False).order_by("-year", "-serial")[0]
    return case.get_absolute_url(), {"reference": case.reference}


def _same(page: Page, client: Client, where: str, floor: str) -> None:
    """A floor that shows something else measures nothing."""
    theirs, ours = (_text(client.get(one).content.decode()) for one in (where, floor))
    if theirs != ours:
        differs = next(at for at, pair in enumerate(zip(theirs, ours, strict=False)) if pair[0] != pair[1])
        raise SystemExit(
            f"Golvet för {page.name} visar något annat än sidan:\n"
            f"{theirs[differs - 80 : differs + 120]}\n---\n{ours[differs - 80 : differs + 120]}"
        )


def _text(html: str) -> str:
    """Without tokens, which are new each time, and without which link is the current one."""
    html = re.sub(r'value="\w{64}"|"x-csrftoken": "\w+"| aria-current="page"', "", html)
    return re.sub(r'href="(/golv/\w+/)?\?[^"]*"', "", html)


def _medians(*visits: tuple[BaseDatabaseWrapper, Client, str]) -> list[float]:
    """Milliseconds for each, taken in turns so that what else the machine does falls on all alike."""
    times: list[list[float]] = [[] for _ in visits]
    for number in range(ROUNDS + WARM):
        for (database, client, address), kept in zip(visits, times, strict=True):
            with _in(database):
                start = time.perf_counter()
                client.get(address)
                if number >= WARM:
                    kept.append(time.perf_counter() - start)
    return [statistics.median(kept) * 1000 for kept in times]


def _table(many: int, few: int, measured: dict[str, Measured]) -> bool:
    print(f"\nSidorna på {many} ärenden i en kommun; medianer av {ROUNDS} gånger. Inom parentes: högst.\n")
    print(f"{'':32}{'frågor':>10}{'sidan ms':>11}{'golvet ms':>11}{'kvot':>13}{f'vid {few} ms':>13}{'kvot':>13}")
    kept = True
    for page in PAGES:
        now = measured[page.key]
        to_floor, to_few = now.page / now.floor, now.page / now.few
        over = [
            now.queries > page.most_queries,
            round(to_floor, 2) > MOST_OF_FLOOR,
            round(to_few, 2) > MOST_OF_FEW,
        ]
        kept = kept and not any(over)
        marks = ["*" if one else " " for one in over]
        print(
            f"{page.name:32}{f'{now.queries} ({page.most_queries}){marks[0]}':>10}{now.page:11.1f}{now.floor:11.1f}"
            f"{f'{to_floor:.2f} ({MOST_OF_FLOOR}){marks[1]}':>13}"
            f"{now.few:13.1f}{f'{to_few:.2f} ({MOST_OF_FEW}){marks[2]}':>13}"
        )
    if not kept:
        print("* över gränsen")
    return kept
