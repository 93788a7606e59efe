"""The open pages with texts: what an IOP is, the way of a case, who to ask, accessibility and personal data."""

import logging

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from initiatives.limits import Limit, address_of, limited
from iop.cases.fields import Email, Line, TextArea
from iop.municipalities.access import public_municipality
from iop.municipalities.models import Contact, ContactKind, Municipality, PageText
from iop.municipalities.pages import blocks, pages
from iop.rulesets.models import RuleSetVersion
from iop.rulesets.reading import chapters

log = logging.getLogger(__name__)

# Each is a letter to the municipality.
FAULTS_FROM_AN_ADDRESS = Limit("faults from", most=10, minutes=60)
FAULTS_TO_A_MUNICIPALITY = Limit("faults to", most=60, minutes=60)
SENT = "skickat"  # in the address: a message kept for the next page would set a cookie

# What stands below the text of each page.
BELOW = {
    "what": "portal/pages/what.html",
    "way": "portal/pages/way.html",
    "contact": "portal/pages/contact.html",
    "accessibility": "portal/pages/accessibility.html",
    "privacy": "portal/pages/privacy.html",
}
# The chapters of a guideline that tell of the way of a case.
ON_THE_WAY = {"meetings", "statements", "routes", "terms", "follow_ups"}


@login_not_required
@require_safe
def page(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    place = public_municipality(request, slug)
    return render(request, "portal/page.html", page_context(place, key, _written(place, key)))


def page_context(place: Municipality, key: str, written: PageText | None) -> dict:
    """What a page shows with ``written`` as the municipality's own text; also for the one who writes it."""
    version = RuleSetVersion.objects.in_force(place).first()
    rules, own = version and version.rules, bool(written and written.text.strip())
    text = written.text if own else pages()[key].standard_text(rules.about if rules else ())
    return {
        "page": pages()[key],
        "blocks": blocks(text.replace("{kommun}", place.name)),
        "below": BELOW[key],
        "own": own,
        "changed_at": written.changed_at if own else None,
        "version": version,
        "rules": rules,
        "chapters": chapters(rules, ON_THE_WAY) if rules and key == "way" else [],
        "contacts": {row.kind: row for row in Contact.objects.filter(municipality=place)},
    }


def _written(place: Municipality, key: str) -> PageText | None:
    return PageText.objects.filter(municipality=place, page=key).first()


class FaultForm(forms.Form):
    """A fault in accessibility, told by anybody."""

    where = Line(label="Var?", max_length=300, required=False, help_text="Sidans adress eller vad den handlar om.")
    what = TextArea(label="Vad är det som inte fungerar?", rows=5, max_length=5000)
    email = Email(
        label="Din e-post",
        required=False,
        help_text="Om du vill ha svar.",
        widget=forms.EmailInput({"autocomplete": "email"}),
    )


@login_not_required
@csrf_exempt  # a forged form would at most send a letter, and those are counted; a token would set a cookie
@never_cache
@limited
@require_http_methods(["GET", "HEAD", "POST"])
def report_fault(request: HttpRequest, slug: str) -> HttpResponse:
    place = public_municipality(request, slug)
    form = FaultForm(request.POST or None)
    if form.is_valid():
        FAULTS_FROM_AN_ADDRESS.count(address_of(request))
        FAULTS_TO_A_MUNICIPALITY.count(place.slug)
        try:
            _send(place, **form.cleaned_data)
        except OSError:
            log.exception("En anmäld brist gick inte att skicka")
            form.add_error(None, f"Det gick inte att skicka just nu. Försök igen, eller skriv till {place.email}.")
        else:
            return redirect(f"{request.path}?{SENT}")
    context = {"form": form, "sent": SENT in request.GET and not form.is_bound}
    return render(request, "portal/report_fault.html", context, status=422 if form.errors else 200)


def _send(place: Municipality, *, where: str, what: str, email: str) -> None:
    contact = Contact.objects.filter(municipality=place, kind=ContactKind.FAULTS).exclude(email="").first()
    body = f"Någon har rapporterat en brist i tillgängligheten.\n\nVar: {where or 'inte angivet'}\n\n{what}\n"
    to, reply_to = contact.email if contact else place.email, [email] if email else []
    EmailMessage("Brist i tillgängligheten", body, to=[to], reply_to=reply_to).send()  # nothing else keeps it
