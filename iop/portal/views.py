"""Open pages: the start page, a municipality's own page, its rules, its colour, and the health of the program."""

from functools import lru_cache

from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from iop.municipalities.access import public_municipality
from iop.municipalities.models import Municipality
from iop.municipalities.swedish import in_swedish_order
from iop.printing import print_pdf
from iop.rulesets.comparison import side_by_side
from iop.rulesets.models import LATEST, RuleSetVersion, VersionState
from iop.rulesets.reading import chapters
from iop.rulesets.schema import LEGAL_FORMS
from iop.rulesets.self_check import picture, questions


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    municipalities = Municipality.objects.order_by(in_swedish_order("name"))
    mine = request.user.memberships_now() if request.user.is_authenticated else []
    return render(request, "portal/home.html", {"municipalities": municipalities, "mine": mine})


@login_not_required
@require_safe
def municipality(request: HttpRequest, slug: str) -> HttpResponse:
    place = public_municipality(request, slug)
    version = RuleSetVersion.objects.in_force(place).first()
    return render(request, "portal/municipality.html", {"version": version, "rules": version and version.rules})


@login_not_required
@require_safe
def guideline(request: HttpRequest, slug: str) -> HttpResponse:
    """The rules in force as a page that officials and organisations read: every rule, its word and its place."""
    place = public_municipality(request, slug)
    return render(request, "portal/guideline.html", _rules_to_read(place, request.GET.get("version", "")))


@login_not_required
@require_safe
def guideline_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """The same on paper."""
    place = public_municipality(request, slug)
    context = _rules_to_read(place)
    if context["version"] is None:
        raise Http404
    html = render_to_string("portal/pdf/guideline.html", context | {"municipality": place})
    name = f"riktlinje-{place.slug}-version-{context['version'].number}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(_printed(html), content_type="application/pdf", headers=headers)


@lru_cache(maxsize=32)
def _printed(html: str) -> bytes:
    """Anybody may ask for it, and it changes when the rules do: printed once for each process and day."""
    return print_pdf(html)


def _rules_to_read(municipality: Municipality, number: str = "") -> dict:
    """The common rules in force, chapter by chapter, and what stands beside them; or an earlier version by number."""
    version = now = RuleSetVersion.objects.in_force(municipality).first()
    if number.isdecimal() and len(number) < 9 and now and int(number) != now.number:
        decided = RuleSetVersion.objects.exclude(state=VersionState.DRAFT).filter(series="", municipality=municipality)
        version = get_object_or_404(decided.defer("content"), number=int(number))
    rules = version and version.rules
    beside = [
        {"version": v, "rules": v.rules, "chapters": chapters(v.rules)}
        for v in RuleSetVersion.objects.additions(municipality)
    ]
    return {
        "version": version,
        "in_force": now,
        "rules": rules,
        "chapters": chapters(rules) if rules else [],
        "additions": beside if rules else [],
    }


FIRST = 3  # side by side where nobody has chosen


@login_not_required
@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Any municipalities side by side; the first few when none is chosen, as a first visit should weigh little."""
    newest = RuleSetVersion.objects.published().filter(series="").order_by("municipality", *LATEST)
    versions = RuleSetVersion.objects.filter(pk__in=newest.distinct("municipality").values("pk")).defer("content")
    versions = list(versions.select_related("municipality").order_by(in_swedish_order("municipality__name")))
    chosen = set(request.GET.getlist("kommun"))
    shown = [v for v in versions if v.municipality.slug in chosen] or versions[:FIRST]
    context = {
        "choices": [(v.municipality, v in shown) for v in versions],
        "more": len(versions) - len(shown),
        "shown": [(v.municipality, v.rules) for v in shown],
        "lines": side_by_side([version.rules for version in shown]),
    }
    return render(request, "portal/compare.html", context)


@login_not_required
@csrf_exempt  # nothing is stored or changed, and so no cookie is set for those who only try
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def fits(request: HttpRequest, slug: str) -> HttpResponse:
    """The self-check. Answers come by POST, so that they stand in no address or log, and nothing is stored."""
    place = public_municipality(request, slug)
    version = RuleSetVersion.objects.in_force(place).first()
    if version is None:
        raise Http404
    rules = version.rules
    answers = {rule.key: request.POST.get(rule.key, "") for rule in questions(rules)}
    form = request.POST.get("legal_form", "")
    context = {
        "rules": rules,
        "rows": [(rule, answers[rule.key]) for rule in questions(rules)],
        "forms": LEGAL_FORMS.items(),
        "legal_form": form,
        "picture": picture(rules, answers, form) if request.method == "POST" else None,
    }
    return render(request, "portal/fits.html", context)


@login_not_required
@require_safe
@cache_control(public=True, max_age=300)
def colours(request: HttpRequest, slug: str) -> HttpResponse:
    """The municipality's colour as a style sheet of its own, since the CSP allows no inline style."""
    accent = public_municipality(request, slug).accent
    return HttpResponse(f":root {{ --accent: {accent}; }}\n", content_type="text/css; charset=utf-8")


@login_not_required
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except OperationalError:
        return HttpResponse("Databasen svarar inte.\n", status=503, content_type="text/plain; charset=utf-8")
    return HttpResponse("Allt svarar.\n", content_type="text/plain; charset=utf-8")
