"""For whoever writes when the draft is there no longer: what was not saved stays to be read and copied."""

from django import forms
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse

from ..actions import receipt_token
from ..models import Draft, DraftLink, FormWords, Initiative
from ..steps import SLUGS, STEPS

GONE = 410


def to_receipt(request: HttpRequest, draft: Draft) -> HttpResponse:
    """The initiative is sent: its receipt, or first what was typed or uploaded and did not come along."""
    address = reverse("receipt", args=[draft.municipality.slug, receipt_token(draft.submission)])
    lost = _without(_typed(request, draft), draft.sent_as)
    lost += _files(request)
    context = {"receipt": address, "case": draft.sent_as.case, "draft": draft, "lost": lost}
    if request.method != "GET" and not request.accepts("text/html"):
        told = render_to_string("initiatives/draft/too_late.html", context, request)
        return JsonResponse({"sent": address, "lost": bool(lost), "meanwhile": told}, status=GONE)
    if lost:
        return render(request, "initiatives/draft/too_late_page.html", context, status=GONE)
    return redirect(address)


def after_revoking(request: HttpRequest, link: DraftLink) -> HttpResponse | None:
    """The link has been taken back: it opens nothing, but what was typed is shown. A script keeps it by itself.

    None where nothing was typed.
    """
    lost = _typed(request, link.draft)
    if not lost or not request.accepts("text/html"):
        return None
    return render(request, "initiatives/draft/too_late_page.html", {"link": link, "lost": lost}, status=404)


def _typed(request: HttpRequest, draft: Draft) -> list[tuple[str, str]]:
    """(label, text) of each text that was posted to a step."""
    slug = request.resolver_match.kwargs.get("step", "")
    if request.method != "POST" or slug not in SLUGS[: len(STEPS)]:
        return []
    kind = STEPS[SLUGS.index(slug)]
    words = FormWords.objects.of(draft.municipality)[slug]
    form = kind(request.POST, stored={}, rules=draft.version.rules, municipality=draft.municipality, words=words)
    texts = [name for name in form.own_names if not isinstance(form.fields[name], forms.ChoiceField)]
    typed = form.typed()
    return [(form.in_words(name), typed[name]) for name in texts if typed[name].strip()]


def _files(request: HttpRequest) -> list[tuple[str, str]]:
    """(what it is, name) of each file that was posted by a plain form."""
    if request.method != "POST" or request.resolver_match.url_name != "draft_files":
        return []
    try:
        return [("Fil som inte kom med", upload.name) for upload in request.FILES.getlist("files")]
    except (RequestDataTooBig, TooManyFilesSent):
        return [("Filer som inte kom med", "De var för många eller för stora.")]


def _without(typed: list[tuple[str, str]], initiative: Initiative) -> list[tuple[str, str]]:
    """Those texts that are nowhere in what was sent, however they are spaced."""
    names = ("title", "challenge", "idea", "target_group", "better", "we_bring", "municipality_brings")
    names += ("stated_name", "stated_number", "contact_name", "contact_email", "contact_phone")
    sent = [getattr(initiative, name) for name in names] + list(initiative.rough.values())
    for one in initiative.other_organisations:
        sent += one.values()
    known = {_bare(text) for text in sent}
    return [(label, text) for label, text in typed if _bare(text) not in known]


def _bare(text: str) -> str:
    return "".join(text.split()).replace("-", "").casefold()
