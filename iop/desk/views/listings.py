"""The lists of cases, organisations, agreements and follow-ups: as pages and as Excel sheets."""

from django.contrib import messages
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from iop.municipalities.access import official
from iop.municipalities.permissions import Act, Role
from iop.municipalities.swedish import fold

from ..listing import LISTINGS
from ..listing.base import Asked, Listing
from ..listing.excel import MOST_ROWS, TYPE, workbook
from ..models import ListName

MOST_KEPT = 100  # ticks in an address; a page has fewer rows


def known_in(request: HttpRequest, listing: Listing) -> dict[str, list]:
    """What a list chooses among, in one question: "person", "active" (of them) and "unit" as choices, and "saved"."""
    me = request.user.pk
    names = {"here": request.municipality.pk, "me": me, "list": listing.name.value, "worker": Role.COORDINATOR.value}
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, names)
        rows = sorted(cursor, key=lambda row: fold(row[2]))
    found: dict[str, list] = {"saved": [], "person": [], "active": [], "unit": []}
    for kind, pk, name, flag, query, owner, owner_name in rows:
        if kind == "saved":
            one = {"pk": pk, "name": name, "shared": flag, "query": query, "mine": owner == me, "owner": owner_name}
            found["saved"].append(one)
            continue
        found[kind].append((str(pk), name))
        if kind == "person" and flag:
            found["active"].append((str(pk), name))
    return found


# By hand, as in the list of cases. The filters are one's own and those that the municipality shares.
KNOWN = """
SELECT 'saved', s.id, s.name, s.shared, s.query, s.owner_id, u.name
FROM desk_savedfilter s JOIN municipalities_user u ON u.id = s.owner_id
WHERE s.municipality_id = %(here)s AND s.list = %(list)s AND (s.shared OR s.owner_id = %(me)s)
UNION ALL
SELECT 'person', u.id, u.name, u.is_active, '', 0, ''
FROM municipalities_user u JOIN municipalities_membership m ON m.user_id = u.id
WHERE m.municipality_id = %(here)s AND m.role = %(worker)s
UNION ALL
SELECT 'unit', n.id, n.name, n.active, '', 0, '' FROM municipalities_unit n WHERE n.municipality_id = %(here)s
"""


def asked_of(request: HttpRequest, listing: Listing, query: QueryDict) -> Asked:
    return Asked(listing, query, request.user, request.municipality, known_in(request, listing))


def listing_or_404(name: str) -> Listing:
    if name not in LISTINGS:
        raise Http404
    return LISTINGS[name]


def back_to(request: HttpRequest, listing: Listing, asked: Asked, *, ticked: bool = False) -> HttpResponse:
    """The list as the person had it, on its first page; with what was ticked, on the page where it was."""
    changes = {}
    if ticked:
        rows = [pk for pk in request.POST.getlist("rad")[:MOST_KEPT] if pk.isascii() and pk.isdigit()]
        changes = {"sida": request.POST.get("sida") or None, "valj": rows or None}
    return redirect(reverse(listing.view, args=[request.municipality.slug]) + asked.address(**changes).rstrip("?"))


def _page(request: HttpRequest, name: str, template: str) -> HttpResponse:
    listing = LISTINGS[name]
    asked = asked_of(request, listing, request.GET)
    page = asked.page()
    saved = [one | {"now": one["query"] == asked.kept} for one in asked.known["saved"]]
    context = {
        "listing": listing,
        "asked": asked,
        "page": page,
        "shown": asked.shown_keys,
        "saved": saved,
        "all_ticked": request.GET.get("valj") == "alla",
        "ticked": {int(pk) for pk in request.GET.getlist("valj") if pk.isascii() and pk.isdigit() and len(pk) < 19},
        "may_assign": name == ListName.CASES and request.user.may(Act.ASSIGN, request.municipality),
        "coordinators": asked.known["active"],
    }
    return render(request, template, context)


@official()
@require_safe
def case_list(request: HttpRequest, municipality) -> HttpResponse:
    """Cases, filtered, searched and sorted; all of it stays in the address."""
    return _page(request, ListName.CASES, "desk/case_list.html")


@official()
@require_safe
def organisation_list(request: HttpRequest, municipality) -> HttpResponse:
    return _page(request, ListName.ORGANISATIONS, "desk/organisation_list.html")


@official()
@require_safe
def agreement_list(request: HttpRequest, municipality) -> HttpResponse:
    return _page(request, ListName.AGREEMENTS, "desk/agreement_list.html")


@official()
@require_safe
def followup_list(request: HttpRequest, municipality) -> HttpResponse:
    return _page(request, ListName.FOLLOW_UPS, "desk/followup_list.html")


@official()
@require_safe
def export(request: HttpRequest, municipality, name: str) -> HttpResponse:
    """Everything that the filters in the address give, on however many pages."""
    listing = listing_or_404(name)
    asked = asked_of(request, listing, request.GET)
    return _sheet(request, listing, asked, asked.found)


@official()
@require_POST
def export_chosen(request: HttpRequest, municipality, name: str) -> HttpResponse:
    """The rows that were ticked, with the columns and in the order that the list had."""
    listing = listing_or_404(name)
    asked, chosen = chosen_in(request, listing)
    return _sheet(request, listing, asked, chosen)


def chosen_in(request: HttpRequest, listing: Listing):
    """(what was asked of the list, the rows that were ticked or, if so ticked, everything that the filters give)."""
    asked = asked_of(request, listing, QueryDict(request.POST.get("fraga", "")[:5000]))
    if request.POST.get("alla"):
        return asked, asked.found
    ticked = [int(pk) for pk in request.POST.getlist("rad") if pk.isascii() and pk.isdigit() and len(pk) < 19]
    return asked, listing.rows(request.user, request.municipality).filter(pk__in=ticked)


def _sheet(request: HttpRequest, listing: Listing, asked: Asked, chosen) -> HttpResponse:
    if asked.has_more(chosen, MOST_ROWS):
        most = f"{MOST_ROWS:,}".replace(",", "\u00a0")
        why = f"Listan har fler än {most} rader, och fler ryms inte i en fil. Dela upp den med filter, till exempel år."
        messages.error(request, why)
        return back_to(request, listing, asked)
    rows = asked.rows_of(chosen, MOST_ROWS)
    if not rows:
        messages.info(request, f"Det finns inga {listing.many} att hämta. Välj rader eller ändra filtren.")
        return back_to(request, listing, asked)
    sheet = workbook(listing.title, asked.cells, rows, request.build_absolute_uri)
    response = HttpResponse(sheet, content_type=TYPE)
    response["Content-Disposition"] = f'attachment; filename="{listing.name}-{timezone.localdate()}.xlsx"'
    return response
