"""Pages for those who send in an initiative."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from iop.cases.letters import hash_of
from iop.municipalities.access import public_municipality
from iop.rulesets.models import RuleSetVersion

from .actions import answers_in, submit
from .forms import InitiativeForm
from .models import Initiative


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, slug: str) -> HttpResponse:
    municipality = public_municipality(request, slug)
    version = RuleSetVersion.objects.in_force(municipality).first()
    if version is None:
        raise Http404
    form = InitiativeForm(request.POST or None, rules=version.rules)
    if form.is_valid():
        initiative, token = submit(
            municipality,
            submission=form.cleaned_data["submission"],
            written=form.cleaned_data,
            own_answers=form.own_answers,
            absolute=request.build_absolute_uri,
        )
        return redirect("receipt", initiative.case.municipality.slug, token)
    context = {"form": form, "rules": version.rules}
    return render(request, "initiatives/new.html", context, status=422 if form.is_bound else 200)


@login_not_required
@never_cache
@require_safe
def receipt(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """Shows what was sent and how the case stands, to whoever holds the secret link; this case alone."""
    municipality = public_municipality(request, slug)
    initiative = get_object_or_404(
        Initiative.objects.select_related("case"), token_hash=hash_of(token), case__municipality=municipality
    )
    case = initiative.case
    context = {"initiative": initiative, "case": case, "rules": case.rules, "answers": answers_in(initiative)}
    return render(request, "initiatives/receipt.html", context)
