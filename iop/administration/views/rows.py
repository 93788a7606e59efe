"""One rule of a draft: written, ordered, removed and put back. A rule that is being written saves itself."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from iop.municipalities.access import official
from iop.municipalities.models import Municipality
from iop.municipalities.permissions import Act
from iop.rulesets.drafting import (
    TABLES,
    NotDone,
    add_row,
    find,
    fingerprint,
    move_row,
    put_back,
    remove_row,
    save_row,
    save_settings,
    settings_of,
)
from iop.rulesets.schema import Rule
from iop.rulesets.words import KINDS

from ..drafts import as_rule, row_faults, version_or_404, what_it_does
from ..row_forms import WORDS, RowForm, called, flat, flat_points


@official(Act.RULES)
@require_http_methods(["GET", "HEAD", "POST"])
def row(request: HttpRequest, municipality: Municipality, number: int, table: str, key: str) -> HttpResponse:
    """A rule and how it will look. With htmx only what has changed is sent back."""
    version = version_or_404(request, number)
    if table not in TABLES:
        raise Http404
    try:
        _, stored = find(version.content, table, key)
    except NotDone as why:
        if request.method != "POST":
            raise Http404 from why
        stored = {"key": key}
    form = RowForm(request.POST or None, table=table, content=version.content, municipality=municipality, row=stored)

    def save():
        return save_row(version, table, key, form.row(), was=_made_from(request), by=request.user)

    kind, _, purpose = KINDS[table]
    context = {"table": table, "key": key, "kind": kind, "purpose": purpose, "words": WORDS}
    return _answer(request, version, form, save, lambda content: find(content, table, key)[1], context)


@official(Act.RULES)
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest, municipality: Municipality, number: int) -> HttpResponse:
    """What the rule set says as a whole."""
    version = version_or_404(request, number)
    stored = settings_of(version.content)
    form = RowForm(request.POST or None, table="", content=version.content, municipality=municipality, row=stored)

    def save():
        return save_settings(version, form.row(), was=_made_from(request), by=request.user)

    context = {"table": "", "kind": "regelverket som helhet", "purpose": "Titel, ställning och ord."}
    return _answer(request, version, form, save, settings_of, context)


def _made_from(request: HttpRequest) -> str:
    """The text that the change was made from; or the colleague's, when this person has seen it and goes on."""
    return request.POST.get("instead") or request.POST.get("was", "")


def _answer(request, version, form, save, read, context) -> HttpResponse:
    """Show the form, or save it and tell what became of it. ``read``: content -> what the form is about."""
    saved, refusal, theirs = None, "", None
    if not form.is_bound and not version.is_draft:
        raise Http404
    if form.is_bound and form.is_valid():
        try:
            saved = save()
        except NotDone as why:
            refusal, theirs = str(why), getattr(why, "theirs", None)
    if saved and not request.htmx:
        messages.success(request, "Sparat.")
        return redirect(request.path)
    now = read(saved.content) if saved else form.was
    table = context["table"]
    rule = as_rule(table, now) if table else None
    context |= {
        "version": saved or version,
        "form": form,
        "was": request.POST.get("was", "") if theirs else fingerprint(now),
        "theirs": theirs and _side_by_side(form, theirs),
        "instead": theirs and fingerprint(theirs),
        "saved": saved,
        "refusal": refusal,
        "faults": row_faults(table, now) if table else [],
        "rule": rule,
        "does": what_it_does(rule) if isinstance(rule, Rule) else [],
        "called": called(now) if table else "",
    }
    template = "administration/row_saved.html" if request.htmx else "administration/row.html"
    return render(request, template, context, status=422 if form.is_bound and not saved else 200)


def _side_by_side(form: RowForm, theirs: dict) -> list[tuple[str, object, object]]:
    """(label, what stands there now, what this person wrote) of every field where the two differ."""
    now, mine = (flat(row, form.model) | flat_points(row.get("points", [])) for row in (theirs, form.row()))
    names = [name for name in form.fields if now.get(name) != mine.get(name)]
    return [
        (form.fields[name].label, *(_shown(form.fields[name], one.get(name)) for one in (now, mine))) for name in names
    ]


def _shown(field, value) -> str:
    """As the form shows it: what is chosen by its label."""
    labels = dict(getattr(field, "choices", ()))
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, dict):
        return "; ".join(f"{name}: {label}" for name, label in value.items())
    several = value if isinstance(value, list) else [] if value is None else [value]
    return "; ".join(str(labels.get(one, one)) for one in several)


@official(Act.RULES)
@require_POST
def add(request: HttpRequest, municipality: Municipality, number: int, table: str) -> HttpResponse:
    version = version_or_404(request, number)
    if table not in TABLES:
        raise Http404
    try:
        key = add_row(version, table, by=request.user)
    except NotDone as why:
        messages.error(request, str(why))
        return redirect("rule_set", municipality.slug, number)
    return redirect("rule_set_row", municipality.slug, number, table, key)


@official(Act.RULES)
@require_POST
def move(request: HttpRequest, municipality: Municipality, number: int, table: str, key: str) -> HttpResponse:
    up = request.POST.get("way") == "up"
    return _changed(request, number, lambda version: move_row(version, table, key, up=up, by=request.user), table)


@official(Act.RULES)
@require_POST
def remove(request: HttpRequest, municipality: Municipality, number: int, table: str, key: str) -> HttpResponse:
    done = "Regeln är borttagen. Den går att lägga tillbaka längst ned på sidan."
    return _changed(request, number, lambda version: remove_row(version, table, key, by=request.user), table, done)


@official(Act.RULES)
@require_POST
def restore(request: HttpRequest, municipality: Municipality, number: int) -> HttpResponse:
    place = request.POST.get("place", "")
    done = "Regeln är tillbaka, sist bland sina likar."
    return _changed(request, number, lambda version: put_back(version, place, by=request.user), "", done)


def _changed(request, number: int, change, anchor: str, done: str = "") -> HttpResponse:
    version = version_or_404(request, number)
    try:
        change(version)
        if done:
            messages.success(request, done)
    except NotDone as why:
        messages.error(request, str(why))
    page = redirect("rule_set", request.municipality.slug, number)
    page["Location"] += f"#{anchor}" if anchor in TABLES else ""
    return page
