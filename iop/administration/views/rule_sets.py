"""The versions of a municipality's rules: what is in force, what is being written, and how to begin."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from iop.municipalities.access import official
from iop.municipalities.models import Municipality
from iop.municipalities.permissions import Act
from iop.municipalities.swedish import in_swedish_order
from iop.rulesets.drafting import NotDone, fingerprint, set_aside, start_draft, take_up_again
from iop.rulesets.exchange import MOST_BYTES, as_toml, read_upload
from iop.rulesets.models import RuleSetVersion
from iop.rulesets.reader import RuleSetError

from ..drafts import general_faults, tables_of, version_or_404
from ..row_forms import called


class BeginForm(forms.Form):
    """What a new draft starts from."""

    source = forms.ChoiceField(label="Utgå från")
    file = forms.FileField(
        label="eller en TOML-fil",
        required=False,
        help_text="Ett regelverk som har sparats som fil. Väljs en fil används den.",
        widget=forms.ClearableFileInput(attrs={"accept": ".toml", "data-most-bytes": MOST_BYTES}),
    )
    series = forms.CharField(
        label="Namn på tillägg",
        required=False,
        max_length=60,
        help_text="Lämna tomt för kommunens gemensamma regler. Ett tillägg gäller vid sidan av dem, till exempel "
        "en nämnds egna regler, och kan aldrig ta bort dem.",
    )

    def __init__(self, *args, municipality: Municipality, **kwargs):
        super().__init__(*args, **kwargs)
        versions = RuleSetVersion.objects.published().select_related("municipality")
        versions = list(versions.order_by(in_swedish_order("municipality__name"), "series", "-number"))
        self.sources = {str(version.pk): version for version in versions}
        own = [
            (pk, f"{_named(v)}, version {v.number}") for pk, v in self.sources.items() if v.municipality == municipality
        ]
        others = [
            (pk, f"{v.municipality.name}, {_named(v)}")
            for pk, v in self.sources.items()
            if v.municipality != municipality
        ]
        self.fields["source"].initial = own[0][0] if own else ""
        self.fields["source"].choices = [
            *own,
            ("", "ett tomt regelverk"),
            ("En annan kommuns regler, som mönster", others),
        ]
        self.fields["source"].required = False

    def clean(self):
        data = super().clean()
        if data.get("file"):
            try:
                data["content"] = read_upload(data["file"])
            except RuleSetError as error:
                self.add_error("file", list(error.problems[:20]))
        return data


def _named(version: RuleSetVersion) -> str:
    return version.series or "de gemensamma reglerna"


@official(Act.RULES)
@require_safe
def rule_sets(request: HttpRequest, municipality: Municipality) -> HttpResponse:
    return _page(request, municipality, BeginForm(municipality=municipality))


def _page(request, municipality, form, status=200) -> HttpResponse:
    versions = RuleSetVersion.objects.filter(municipality=municipality).select_related("edited_by", "published_by")
    versions = versions.defer("content", "removed", "edits").order_by("-number")
    context = {
        "drafts": [v for v in versions if v.is_draft and not v.set_aside_at],
        "aside": [v for v in versions if v.set_aside_at],
        "published": [v for v in versions if not v.is_draft],
        "form": form,
    }
    return render(request, "administration/rule_sets.html", context, status=status)


@official(Act.RULES)
@require_POST
def begin(request: HttpRequest, municipality: Municipality) -> HttpResponse:
    form = BeginForm(request.POST, request.FILES, municipality=municipality)
    if not form.is_valid():
        return _page(request, municipality, form, status=422)
    data = form.cleaned_data
    version = start_draft(
        municipality,
        by=request.user,
        source=form.sources.get(data["source"]),
        content=data.get("content"),
        series=data["series"].strip(),
    )
    messages.success(request, f"Utkastet är påbörjat som version {version.number}. Det sparas medan du skriver.")
    return redirect("rule_set", municipality.slug, version.number)


@official(Act.RULES)
@require_safe
def rule_set(request: HttpRequest, municipality: Municipality, number: int) -> HttpResponse:
    """A version with every rule by kind; a draft can be changed here."""
    version = version_or_404(request, number)
    context = {
        "version": version,
        "tables": tables_of(version.content),
        "general": general_faults(version.content),
        "removed": [(fingerprint(gone), called(gone["row"]), gone) for gone in version.removed],
    }
    context["faults"] = len(context["general"]) + sum(len(line.faults) for t in context["tables"] for line in t.rows)
    return render(request, "administration/rule_set.html", context)


@official(Act.RULES)
@require_safe
def export(request: HttpRequest, municipality: Municipality, number: int) -> HttpResponse:
    version = version_or_404(request, number)
    name = f"{municipality.slug}-version-{number}.toml"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(as_toml(version.content), content_type="application/toml; charset=utf-8", headers=headers)


@official(Act.RULES)
@require_POST
def aside(request: HttpRequest, municipality: Municipality, number: int) -> HttpResponse:
    """Put a draft away, or take it up again."""
    version = version_or_404(request, number)
    try:
        if version.set_aside_at:
            take_up_again(version, by=request.user)
            return redirect("rule_set", municipality.slug, number)
        set_aside(version, by=request.user)
        messages.success(request, "Utkastet är undanlagt. Det går att ta fram igen längst ned på sidan.")
    except NotDone as why:
        messages.error(request, str(why))
    return redirect("rule_sets", municipality.slug)
