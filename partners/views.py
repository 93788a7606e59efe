"""The page where a representative reads and confirms the value declaration, reached by a personal link."""

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from iop.cases.fields import Line
from iop.cases.letters import hash_of
from iop.cases.machinery import Refused

from .actions import confirm_declaration
from .models import Declaration


class ConfirmForm(forms.Form):
    name = Line(label="Ditt namn", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    role = Line(label="Din roll i organisationen", help_text="Till exempel ordförande.", max_length=120)
    certain = forms.BooleanField(
        label="Jag har läst intyget, jag företräder organisationen och jag bekräftar det som står där.",
        error_messages={"required": "Kryssa i rutan för att bekräfta."},
    )


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def declaration(request: HttpRequest, token: str) -> HttpResponse:
    found = get_object_or_404(
        Declaration.objects.select_related("party__organisation", "party__case__municipality"),
        token_hash=hash_of(token),
    )
    case = found.party.case
    request.municipality = case.municipality
    form = ConfirmForm(request.POST or None)
    if form.is_valid():
        try:
            confirm_declaration(found, name=form.cleaned_data["name"], role=form.cleaned_data["role"])
            return redirect("declaration", token)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    rule = next((row for row in case.rules.declarations if row.key == found.rule), None)
    context = {"declaration": found, "form": form, "rule": rule, "rules": case.rules, "case": case}
    return render(request, "partners/declaration.html", context, status=422 if form.errors else 200)
