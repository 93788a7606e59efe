"""The six steps. Each saves by itself where there are scripts, and by its button where there are none."""

import secrets
from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_safe

from iop.cases.machinery import Refused
from iop.cases.opened import ANYWAY, NAME
from iop.rulesets.models import RuleSetVersion
from iop.swedish_text import clock

from .. import attachments
from ..drafts import (
    NotReady,
    Saved,
    change_link,
    invite,
    invited_to,
    mail_again,
    removed_on,
    review,
    save_step,
    send,
    shut_out,
)
from ..limits import address_of
from ..models import DraftLink, FormWords
from ..steps import PAGE, SEND, SLUGS, STEPS, InviteForm, StepForm, plain, titles
from ..words import Words
from .doors import (
    LETTERS_OF_A_DRAFT,
    SAVES,
    SENDINGS,
    SENDINGS_FROM_AN_ADDRESS,
    count_letter,
    of_draft,
    to_receipt,
)


def version_now(link: DraftLink) -> RuleSetVersion:
    return RuleSetVersion.objects.in_force(link.draft.municipality).first() or link.draft.version


@of_draft
@require_safe
def where_they_were(request: HttpRequest, link: DraftLink) -> HttpResponse:
    """The link of the letters."""
    draft = link.draft
    return redirect("draft", draft.municipality.slug, request.draft_token, draft.open_at or SLUGS[0])


@of_draft
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, link: DraftLink, step: str) -> HttpResponse:
    if step not in SLUGS:
        raise Http404
    if request.method != "POST":
        link.draft.is_open_at(step)
    if step == SEND:
        return last_page(request, link)
    kind, draft, version = STEPS[SLUGS.index(step)], link.draft, version_now(link)
    words = FormWords.objects.of(draft.municipality)
    about = {"rules": version.rules, "municipality": draft.municipality, "words": words[step]}
    about["page"] = secrets.token_hex(8)
    stored = draft.written.get(step, {})
    if request.method != "POST":
        return step_page(request, link, kind(stored=stored, **about), version, words)
    SAVES.count(str(draft.pk))
    form = kind(request.POST, stored=stored, **about)
    form.is_valid()
    page, opened = plain(request.POST.get(PAGE))[:40], request.POST.get(ANYWAY) or request.POST.get(NAME, "")
    saved = save_step(draft, form, page=page, opened=opened)
    for name in form.too_long:
        form.errors.pop(name, None)
        form.add_error(name, "Texten är för lång för att sparas. Korta den, eller bifoga den som en fil.")
    if saved.other:
        form.show(saved.other)
    if not request.accepts("text/html"):
        return _told(request, form, saved)
    if form.errors:
        kept = not (saved.other or form.left_out)
        return step_page(request, link, form, version, words, status=422, kept=kept)
    forward = SLUGS[SLUGS.index(step) + 1]
    return redirect("draft", draft.municipality.slug, request.draft_token, forward)


def _told(request: HttpRequest, form: StepForm, saved: Saved) -> JsonResponse:
    """For the script: when it was saved, what is wrong, and what somebody else wrote meanwhile."""
    about = {"form": form, "back": request.path}
    faults = {form[name].id_for_label or form[name].auto_id: errors[0] for name, errors in form.errors.items()}
    return JsonResponse(
        {
            "at": clock(saved.draft.saved_at),
            "marks": saved.marks,
            "faults": faults,
            "unsaved": bool(saved.other or form.left_out),
            "left_out": form.left_out,
            "meanwhile": render_to_string("components/meanwhile.html", about) if saved.other else "",
        }
    )


def _frame(request: HttpRequest, link: DraftLink, slug: str, version: RuleSetVersion, words: dict[str, Words]) -> dict:
    """What every step shows around itself."""
    number = SLUGS.index(slug)
    return {
        "link": link,
        "draft": link.draft,
        "token": request.draft_token,
        "rules": version.rules,
        "steps": list(zip(SLUGS, titles(words), strict=True)),
        "words": words[slug],
        "slug": slug,
        "number": number + 1,
        "title": words[slug]["step"].label,
        "back": SLUGS[number - 1] if number else "",
        "forward": SLUGS[number + 1] if slug != SEND else "",
        "saved_at": clock(link.draft.saved_at),
        "removed": removed_on(link.draft),
    }


def step_page(request, link, form: StepForm, version, words, *, status: int = 200, **more) -> HttpResponse:
    context = _frame(request, link, form.slug, version, words) | {"form": form} | more
    return render(request, form.template, context, status=status)


# The last step


def of_last_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """What is done from the last step, by POST. Its answer is a page, and whoever loads that anew comes to the step."""

    @of_draft
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def done(request: HttpRequest, link: DraftLink, **kwargs) -> HttpResponse:
        if request.method != "POST":
            return redirect("draft", link.draft.municipality.slug, request.draft_token, SEND)
        return view(request, link, **kwargs)

    return done


def last_page(request, link: DraftLink, *, status: int = 200, **more) -> HttpResponse:
    draft, version = link.draft, version_now(link)
    found = review(draft, version.rules)
    context = _frame(request, link, SEND, version, found.words) | {
        "review": found,
        "told": _in_words(found),
        "files": attachments.as_they_are(draft),
        "most_files": attachments.MOST_FILES,
        "piece": attachments.PIECE,
        "new_rules": version.pk != draft.version_id,
        "invited": invited_to(draft) if link.owner else [],
        "invite_form": more.pop("invite_form", None) or InviteForm(words=found.words[SEND]),
    }
    return render(request, "initiatives/draft/send.html", context | more, status=status)


def _in_words(found) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Everything that is written: (step, its title, [(label, text)]), in the words of the form."""
    told = []
    for slug, form in found.forms.items():
        rows = []
        for field in form.own_fields:
            value = form.data.get(field.name, "")
            choices = dict(_flat(getattr(field.field, "choices", ())))
            given = value if isinstance(value, list) else [value]
            if value:
                rows.append((form.in_words(field.name), ", ".join(choices.get(one, one) for one in given)))
        told.append((slug, form.words["step"].label, rows))
    return told


def _flat(choices):
    for key, name in choices:
        if isinstance(name, list | tuple):
            yield from name
        else:
            yield key, name


@of_last_page
def send_draft(request: HttpRequest, link: DraftLink) -> HttpResponse:
    """Twice makes one case: the second finds that the draft is sent."""
    SENDINGS.count(str(link.draft_id))
    SENDINGS_FROM_AN_ADDRESS.count(address_of(request))
    try:
        rules, sender = version_now(link).rules, address_of(request)
        send(link.draft, rules, absolute=request.build_absolute_uri, sender=sender)
    except NotReady:
        return last_page(request, link, status=422, tried=True)
    except Refused as error:
        return last_page(request, link, status=422, refused=str(error))
    link.draft.refresh_from_db()
    return to_receipt(request, link.draft)


# Those who write


@of_last_page
def mail_link_again(request: HttpRequest, link: DraftLink) -> HttpResponse:
    count_letter(request, link.draft.email)
    mail_again(link.draft, absolute=request.build_absolute_uri)
    return last_page(request, link, told_of_link=f"Vi har skickat länken till {link.draft.email}.")


@of_last_page
def change_owners_link(request: HttpRequest, link: DraftLink) -> HttpResponse:
    """The new one goes by mail alone: whoever asks may be somebody who should not have the old one."""
    if not link.owner:
        raise Http404
    count_letter(request, link.draft.email)
    change_link(link.draft, absolute=request.build_absolute_uri)
    return render(request, "initiatives/draft/link_changed.html", {"draft": link.draft})


@of_last_page
def invite_writer(request: HttpRequest, link: DraftLink) -> HttpResponse:
    """Only the one who began invites."""
    if not link.owner:
        raise Http404
    form = InviteForm(request.POST, words=FormWords.objects.of(link.draft.municipality)[SEND])
    if not form.is_valid():
        return last_page(request, link, status=422, invite_form=form)
    LETTERS_OF_A_DRAFT.count(str(link.draft_id))
    count_letter(request, form.cleaned_data["to"])
    try:
        invite(link.draft, to=form.cleaned_data["to"], absolute=request.build_absolute_uri)
    except Refused as error:
        form.add_error("to", str(error))
        return last_page(request, link, status=422, invite_form=form)
    return last_page(request, link, told_of_link=f"Vi har skickat en egen länk till {form.cleaned_data['to']}.")


@of_last_page
def revoke_link(request: HttpRequest, link: DraftLink, pk: int) -> HttpResponse:
    if not link.owner:
        raise Http404
    other = link.draft.links.working().filter(pk=pk, owner=False).first()
    if other:
        shut_out(other)
    return redirect("draft", link.draft.municipality.slug, request.draft_token, SEND)
