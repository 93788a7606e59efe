"""From draft to rules in force: how it will look, what differs, what it would do to open cases, and the decision."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from iop.cases.duties import open_due
from iop.cases.fields import DayField, Paragraph
from iop.cases.models import Case
from iop.cases.versions import additions_beside, as_followed
from iop.desk.case_page import tried_under
from iop.municipalities.access import official
from iop.municipalities.models import Municipality
from iop.municipalities.permissions import Act
from iop.rulesets.differences import changed_settings, differences
from iop.rulesets.drafting import NotDone, end_addition, publish
from iop.rulesets.models import LATEST, RuleSetVersion
from iop.rulesets.reader import RuleSetError
from iop.rulesets.reading import chapters
from iop.rulesets.schema import RuleSet

from ..drafts import every_fault, version_or_404

CASES_AT_A_TIME = 20


def _rules(version: RuleSetVersion) -> RuleSet | None:
    """What the version says; None while a draft has something left to mend."""
    try:
        return version.rules
    except RuleSetError:
        return None


def _in_force_beside(version: RuleSetVersion) -> RuleSetVersion | None:
    """The version of the same series that is in force."""
    same = RuleSetVersion.objects.published().filter(municipality=version.municipality, series=version.series)
    return same.exclude(pk=version.pk).order_by(*LATEST).first()


@official(Act.RULES)
@require_safe
def preview(request: HttpRequest, municipality: Municipality, number: int) -> HttpResponse:
    """The public page, the rules and the checklist, as they will be read."""
    version = version_or_404(request, number)
    rules = _rules(version)
    context = {"version": version, "rules": rules, "chapters": chapters(rules) if rules else []}
    return render(request, "administration/preview.html", context)


@official(Act.RULES)
@require_safe
def compare_versions(request: HttpRequest, municipality: Municipality, number: int) -> HttpResponse:
    """What differs from the version in force, or from any other of the municipality's (``?mot=``)."""
    version = version_or_404(request, number)
    against = request.GET.get("mot", "")
    other = version_or_404(request, int(against)) if against.isdecimal() and len(against) < 9 else None
    other = other or _in_force_beside(version)
    new, old = _rules(version), other and _rules(other)
    context = {
        "version": version,
        "other": other,
        "rules_missing": new is None,
        "settings": changed_settings(old, new) if old and new else [],
        "found": differences(old, new) if old and new else [],
        "others": RuleSetVersion.objects.filter(municipality=municipality)
        .exclude(pk=version.pk)
        .only("number", "state"),
    }
    return render(request, "administration/differences.html", context)


@official(Act.RULES)
@require_safe
def trial(request: HttpRequest, municipality: Municipality, number: int) -> HttpResponse:
    """What the draft would say of the municipality's open cases, had they followed it. Nothing is changed."""
    version = version_or_404(request, number)
    rules = _rules(version)
    cases = Case.objects.visible_to(request.user).filter(municipality=municipality, closed_on=None)
    cases = cases.select_related("municipality", "unit", "responsible", "coordinator").order_by("-received_on", "-pk")
    page = Paginator(cases, CASES_AT_A_TIME).get_page(request.GET.get("sida"))
    beside = additions_beside(municipality)
    tried = [(case, tried_under(case, as_followed(case, version, beside))) for case in page] if rules else []
    context = {"version": version, "rules_missing": rules is None, "page": page, "tried": tried}
    return render(request, "administration/trial.html", context)


class PublishForm(forms.Form):
    adopted_by = forms.CharField(
        label="Antagen av",
        max_length=120,
        help_text="Organet som har beslutat, till exempel kommunfullmäktige.",
    )
    adopted_on = DayField(label="Beslutsdag")
    paragraph = Paragraph(help_text="Till exempel 118.")
    valid_from = DayField(label="Gäller från", required=False, help_text="Tomt betyder i dag.")
    valid_to = DayField(label="Gäller till och med", required=False, help_text="Tomt betyder tills vidare.")

    def __init__(self, *args, version: RuleSetVersion, **kwargs):
        super().__init__(*args, **kwargs)
        if not version.series:
            del self.fields["valid_to"]  # the common rules hold until others replace them

    def clean_adopted_by(self):
        return self.cleaned_data["adopted_by"].strip()

    def clean_adopted_on(self):
        day = self.cleaned_data["adopted_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("Beslutsdagen ligger i framtiden. Publicera när beslutet är fattat.")
        return day

    def clean_valid_from(self):
        day = self.cleaned_data["valid_from"]
        if day and day < timezone.localdate():
            raise forms.ValidationError("Reglerna kan inte börja gälla bakåt i tiden. Skriv i dag eller senare.")
        return day

    def clean(self):
        data = super().clean()
        start, end = data.get("valid_from") or timezone.localdate(), data.get("valid_to")
        if end and end < start:
            self.add_error("valid_to", "Sista dagen är före den första.")
        return data


class EndForm(forms.Form):
    last = DayField(label="Sista dag")


@official(Act.RULES)
@require_POST
def end(request: HttpRequest, municipality: Municipality, number: int) -> HttpResponse:
    """An addition ends; the common rules go on."""
    version = version_or_404(request, number)
    form = EndForm(request.POST)
    try:
        if form.is_valid():
            end_addition(version, last=form.cleaned_data["last"])
            messages.success(request, "Tillägget slutar gälla efter den dagen. Ärenden som har det behåller det.")
        else:
            messages.error(request, "Skriv sista dagen som år-månad-dag, till exempel 2026-11-03.")
    except NotDone as why:
        messages.error(request, str(why))
    return redirect("rule_set", municipality.slug, number)


@official(Act.RULES)
@require_http_methods(["GET", "HEAD", "POST"])
def publishing(request: HttpRequest, municipality: Municipality, number: int) -> HttpResponse:
    """The municipality's decision puts the draft in force. Cases that are on their way keep their version."""
    version = version_or_404(request, number)
    form = PublishForm(request.POST or None, version=version)
    if form.is_valid():
        try:
            publish(version, by=request.user, **form.cleaned_data)
            open_due(municipality)  # its rules may ask something of the municipality at once
        except (NotDone, RuleSetError) as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, f"Version {number} är publicerad. Pågående ärenden följer sina egna versioner.")
            return redirect("rule_set", municipality.slug, number)
    faults = every_fault(version.content)
    context = {"version": version, "form": form, "faults": faults, "former": _in_force_beside(version)}
    return render(request, "administration/publish.html", context, status=422 if form.is_bound else 200)
