"""The pages that are opened most: queries, medians, ratios to the floor and to a small municipality, and memory."""

import re
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO

import psutil
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from iop.cases.models import Case, Stage
from iop.municipalities.models import Membership, User
from iop.municipalities.permissions import Role
from iop.server_timing import Stopwatch

from .floor import lay

FEW, MANY = 1_000, 100_000
ROUNDS, WARM = 40, 5
MOST_OF_FLOOR, MOST_OF_FEW = 1.5, 1.3
WORD = "verkstad"


@dataclass
class Measured:
    queries: int
    page: float  # ms, median
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
    """Fill, measure, fill up, measure again, print. Returns whether every page kept within its bounds."""
    call_command("migrate", verbosity=0)
    call_command("rulesets", "load", verbosity=0)
    results = []
    for how_many in (few, many - few):
        seconds = _filled(how_many)
        print(f"{how_many} ärenden lades in på {seconds:.0f} s.", flush=True)
        results.append({page.key: _page(page) for page in PAGES})
    kept = _table(many, results[1], few, results[0])
    print(f"\nMinne för en arbetsprocess efter sidorna: {psutil.Process().memory_info().rss / 2**20:.0f} MiB")
    return kept


def _filled(how_many: int) -> float:
    """Seconds that it took. Statistics and visibility are then as in a database that has been running for a while."""
    began = time.monotonic()
    call_command("demo", cases=how_many, stdout=StringIO())
    seconds = time.monotonic() - began
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")  # so that writing what was filled is not measured
    return seconds


def _page(page: Page) -> Measured:
    """The page as the coordinator of the municipality that was filled opens it, through every middleware."""
    member = Membership.objects.filter(municipality__cases__isnull=False, role=Role.COORDINATOR).order_by("pk")[0]
    client = Client(SERVER_NAME="localhost")
    client.force_login(member.user)
    where, params = _address(page.key, member.municipality.slug, member.user)
    floor = reverse("floor", args=[page.key])
    client.get(where)
    lay(page.key, client, where, params)
    _same(page, client, where, floor)
    counted = Stopwatch()
    with connection.execute_wrapper(counted):
        client.get(where)
    return Measured(counted.queries, *_medians(lambda: client.get(where), lambda: client.get(floor)))


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


def _medians(*works: Callable[[], object]) -> list[float]:
    """Milliseconds for each, taken in turns so that what else the machine does falls on all alike."""
    times: list[list[float]] = [[] for _ in works]
    for number in range(ROUNDS + WARM):
        for work, kept in zip(works, times, strict=True):
            start = time.perf_counter()
            work()
            if number >= WARM:
                kept.append(time.perf_counter() - start)
    return [statistics.median(kept) * 1000 for kept in times]


def _table(many: int, at_many: dict[str, Measured], few: int, at_few: dict[str, Measured]) -> bool:
    print(f"\nSidorna på {many} ärenden i en kommun; medianer av {ROUNDS} gånger. Inom parentes: högst.\n")
    print(f"{'':32}{'frågor':>10}{'sidan ms':>11}{'golvet ms':>11}{'kvot':>13}{f'vid {few} ms':>13}{'kvot':>13}")
    kept = True
    for page in PAGES:
        now, then = at_many[page.key], at_few[page.key]
        to_floor, to_few = now.page / now.floor, now.page / then.page
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
            f"{then.page:13.1f}{f'{to_few:.2f} ({MOST_OF_FEW}){marks[2]}':>13}"
        )
    if not kept:
        print("* över gränsen")
    return kept
