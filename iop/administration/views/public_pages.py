"""Where the administrator writes the municipality's open pages and says whom to ask."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from initiatives.models import FormWords
from initiatives.words import Step, standard
from iop.cases.fields import Email, Line, TextArea
from iop.cases.opened import Opened
from iop.desk.case_page import carried_out
from iop.municipalities.access import official
from iop.municipalities.models import Contact, ContactKind, PageText
from iop.municipalities.pages import LONGEST, blocks, pages
from iop.municipalities.permissions import Act
from iop.rulesets.models import RuleSetVersion

from ..public_pages import contact_of, facts_of, let_sign_here, save_contact, save_text, text_of


class TextForm(Opened):
    text = TextArea(
        label="Text",
        rows=22,
        max_length=LONGEST,
        required=False,
        help_text="Tom rad mellan stycken. «# » först på raden gör en rubrik, «- » en lista. Webb- och e-postadresser "
        "blir länkar. Lämna tomt för att visa programmets egen text igen.",
    )


class ContactForm(Opened):
    name = Line(label="Namn eller funktion", max_length=120, required=False)
    email = Email(label="E-post", required=False)
    phone = Line(label="Telefon", max_length=40, required=False)


@official(Act.PAGES)
@require_safe
def public_pages(request: HttpRequest, municipality) -> HttpResponse:
    texts = {row.page: row for row in PageText.objects.filter(municipality=municipality).exclude(text="")}
    words = {row.step: row for row in FormWords.objects.filter(municipality=municipality).exclude(words={})}
    contacts = {row.kind: row for row in Contact.objects.filter(municipality=municipality)}
    context = {
        "rows": [(page, f"page_{key}", texts.get(key)) for key, page in pages().items()],
        "steps": [(step, _title_of(step, words.get(step.slug)), words.get(step.slug)) for step in standard().values()],
        "contacts": [(kind, kind.label, contacts.get(kind)) for kind in ContactKind],
    }
    return render(request, "administration/public_pages.html", context)


def _title_of(step: Step, written: FormWords | None) -> str:
    return (step.texts | (written.words if written else {}))["step-label"]


@official(Act.PAGES)
@require_http_methods(["GET", "HEAD", "POST"])
def page_text(request: HttpRequest, municipality, key: str) -> HttpResponse:
    if key not in pages():
        raise Http404
    version = RuleSetVersion.objects.in_force(municipality).first()
    standard = pages()[key].standard_text(version.rules.about if version else ())
    stored = {"text": text_of(municipality, key).text or standard}
    form = TextForm(request.POST or None, stored=stored, initial=stored)
    save = {"standard": standard}
    if request.method == "POST" and "preview" not in request.POST:
        if carried_out(form, lambda data: save_text(municipality, key, data["text"], opened=form.sent_marks, **save)):
            messages.success(request, "Texten är sparad.")
            return redirect("public_pages", municipality.slug)
    text = form.data.get("text", "")[:LONGEST] if form.is_bound else stored["text"]
    context = {
        "form": form,
        "page": pages()[key],
        "address": f"page_{key}",
        "blocks": blocks((text.strip() or standard).replace("{kommun}", municipality.name)),
    }
    return render(request, "administration/page_text.html", context, status=422 if form.errors else 200)


@official(Act.PAGES)
@require_POST
def signing(request: HttpRequest, municipality) -> HttpResponse:
    yes = request.POST.get("yes") == "1"
    let_sign_here(municipality, yes)
    messages.success(request, "Avtal får skrivas under i programmet." if yes else "Avtal skrivs under på papper.")
    return redirect("public_pages", municipality.slug)


@official(Act.PAGES)
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest, municipality, kind: str) -> HttpResponse:
    if kind not in ContactKind.values:
        raise Http404
    stored = facts_of(contact_of(municipality, kind))
    form = ContactForm(request.POST or None, stored=stored, initial=stored)
    if carried_out(form, lambda data: save_contact(municipality, kind, form.written, opened=form.sent_marks)):
        messages.success(request, "Kontakten är sparad.")
        return redirect("public_pages", municipality.slug)
    context = {"form": form, "label": ContactKind(kind).label}
    return render(request, "administration/contact.html", context, status=422 if form.errors else 200)
