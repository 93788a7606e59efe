"""The open register of partnerships: a page with search, a page for each, and the same as CSV, JSON and Atom.

Everything here comes through ``open_to_all`` and nothing is kept by browsers or proxies, so that a case which becomes
secret is gone at once.
"""

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Max, Min, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from followup.models import Publication
from iop.municipalities.access import public_municipality
from iop.municipalities.models import Municipality, PageText
from iop.municipalities.pages import blocks

from .open_data import as_csv, dataset, schema

ROWS = 20
MOST_ROWS = 10_000  # of a file
MOST_NEWS = 50
STATES = {"pagar": "Pågår", "avslutade": "Avslutade"}


@dataclass
class Asked:
    """What the address asks of the register. What cannot be read asks for nothing."""

    municipality: Municipality
    query: QueryDict

    @cached_property
    def words(self) -> str:
        return " ".join(self.query.get("q", "").replace("\x00", "").split())[:100]

    @cached_property
    def state(self) -> str:
        state = self.query.get("status", "")
        return state if state in STATES else ""

    @cached_property
    def year(self) -> int | None:
        year = self.query.get("ar", "")
        return int(year) if year.isascii() and year.isdigit() and len(year) == 4 and int(year) else None

    @property
    def every(self) -> QuerySet:
        return Publication.objects.open_to_all().filter(case__municipality=self.municipality)

    @property
    def rows(self) -> QuerySet:
        """Those asked for, latest begun first, with all that is told of them."""
        rows = self.every.about(self.words)
        if self.state:
            rows = rows.going_on() if self.state == "pagar" else rows.ended()
        if self.year:
            rows = rows.during(self.year)
        rows = rows.select_related("agreement", "case__municipality", "case__responsible")
        return rows.order_by("-agreement__start", "-pk")

    @property
    def years(self) -> range:
        """This year, or the last that a partnership begins, and back to the first."""
        found = self.every.aggregate(first=Min("agreement__start"), last=Max("agreement__start"))
        years = {timezone.localdate().year, *(day.year for day in found.values() if day)}
        return range(max(years), min(years) - 1, -1)

    @property
    def kept(self) -> str:
        """The filters for the address of a file: «?q=språk&ar=2026», or nothing."""
        asked = {"q": self.words, "status": self.state, "ar": self.year}
        kept = {name: value for name, value in asked.items() if value}
        return f"?{urlencode(kept)}" if kept else ""


@login_not_required
@never_cache
@require_safe
def register(request: HttpRequest, slug: str) -> HttpResponse:
    asked = Asked(public_municipality(request, slug), request.GET)
    page = Paginator(asked.rows, ROWS).get_page(request.GET.get("sida"))
    context = {"asked": asked, "page": page, "states": STATES.items()}
    context["blocks"] = blocks(PageText.objects.words(asked.municipality, "register"))
    return render(request, "portal/register.html", context)


@login_not_required
@never_cache
@require_safe
def partnership(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    place = public_municipality(request, slug)
    found = get_object_or_404(Asked(place, QueryDict()).rows, case__reference=reference)
    return render(request, "portal/partnership.html", {"partnership": found})


@login_not_required
@never_cache
@require_safe
def register_csv(request: HttpRequest, slug: str) -> HttpResponse:
    asked = Asked(public_municipality(request, slug), request.GET)
    content = as_csv(asked.rows[:MOST_ROWS], asked.municipality, request.build_absolute_uri)
    headers = {"Content-Disposition": f'attachment; filename="partnerskap-{slug}.csv"'}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


@login_not_required
@never_cache
@require_safe
def register_json(request: HttpRequest, slug: str) -> HttpResponse:
    asked = Asked(public_municipality(request, slug), request.GET)
    found = dataset(asked.rows[:MOST_ROWS], asked.municipality, request.build_absolute_uri)
    content = found.model_dump_json(by_alias=True, indent=1)
    return HttpResponse(content, content_type="application/json", headers={"Access-Control-Allow-Origin": "*"})


@login_not_required
@require_safe
def register_schema(request: HttpRequest, slug: str) -> HttpResponse:
    """What the JSON and the columns of the CSV may hold, as JSON Schema."""
    public_municipality(request, slug)
    headers = {"Access-Control-Allow-Origin": "*"}
    return JsonResponse(
        schema(request.build_absolute_uri()),
        content_type="application/schema+json",
        headers=headers,
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )


@login_not_required
@never_cache
@require_safe
def register_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """What was published latest of what is asked for, for those who follow along."""
    place = public_municipality(request, slug)
    asked = Asked(place, request.GET)
    absolute = request.build_absolute_uri
    feed = Atom1Feed(
        title=f"Idéburna offentliga partnerskap i {place.name}",
        link=absolute(f"{place.get_absolute_url()}register/{asked.kept}"),
        description="Partnerskap som kommunen har publicerat",
        language="sv",
        feed_url=absolute(),
        author_name=place.name,
    )
    for row in asked.rows.order_by("-published_at", "-pk")[:MOST_NEWS]:
        feed.add_item(
            title=row.shown["title"],
            link=absolute(row.get_absolute_url()),
            unique_id=absolute(row.get_absolute_url()),
            description=escape(row.shown["description"]),  # readers take it for HTML
            author_name=place.name,
            pubdate=row.first_published_at,
            updateddate=row.published_at,
        )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
