"""Where an initiative begins: the e-mail address first, so that nothing that is written gets lost."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from iop.cases.machinery import Refused
from iop.municipalities.access import public_municipality
from iop.rulesets.models import RuleSetVersion

from ..drafts import DAYS_KEPT, begin, mail_links_again
from ..limits import address_of, limited
from ..models import FormWords
from ..steps import SLUGS, StartForm, titles
from ..words import START
from .doors import DRAFTS_FROM_AN_ADDRESS, count_letter


@login_not_required
@csrf_exempt  # a forged form would at most send a letter, and those are counted; a token would set a cookie
@never_cache
@limited
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, slug: str) -> HttpResponse:
    municipality = public_municipality(request, slug)
    version = RuleSetVersion.objects.in_force(municipality).first()
    if version is None:
        raise Http404
    again = "again" in request.POST
    words = FormWords.objects.of(municipality)
    form = StartForm(request.POST if request.method == "POST" else None, words=words[START])
    context = {"form": form, "rules": version.rules, "titles": titles(words), "words": words[START], "days": DAYS_KEPT}
    if not form.is_valid():
        return render(request, "initiatives/draft/start.html", context, status=422 if form.is_bound else 200)
    email = form.cleaned_data["email"]
    DRAFTS_FROM_AN_ADDRESS.count(address_of(request))
    count_letter(request, email)
    if again:
        mail_links_again(municipality, email, absolute=request.build_absolute_uri)
        context |= {"form": StartForm(words=words[START]), "sent_again": email}
        return render(request, "initiatives/draft/start.html", context)
    try:
        _, token = begin(
            municipality, version, email=email, absolute=request.build_absolute_uri, sender=address_of(request)
        )
    except Refused as error:
        form.add_error("email", str(error))
        return render(request, "initiatives/draft/start.html", context, status=422)
    return redirect("draft", municipality.slug, token, SLUGS[0])
