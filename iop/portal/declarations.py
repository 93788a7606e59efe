"""The page where a representative reads and confirms the value declaration, reached by a personal link."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from iop.cases.fields import Line
from iop.cases.letters import hash_of
from iop.cases.machinery import Refused
from partners.actions import confirm_declaration
from partners.models import Declaration

from .personal_links import by_link


class ConfirmForm(forms.Form):
    name = Line(label="Ditt namn", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    role = Line(label="Din roll i organisationen", help_text="Till exempel ordförande.", max_length=120)
    certain = forms.BooleanField(
        label="Jag har läst intyget, jag företräder organisationen och jag bekräftar det som står där.",
        error_messages={"required": "Kryssa i rutan för att bekräfta."},
    )


def _found(token: str) -> Declaration:
    rows = Declaration.objects.select_related("party__organisation", "party__case__municipality")
    return get_object_or_404(rows, token_hash=hash_of(token))


@by_link(_found)
@require_http_methods(["GET", "HEAD", "POST"])
def declaration(request: HttpRequest, token: str, found: Declaration) -> HttpResponse:
    case = found.case
    form = ConfirmForm(request.POST or None)
    if form.is_valid():
        try:
            confirm_declaration(found, name=form.cleaned_data["name"], role=form.cleaned_data["role"])
            return redirect("declaration", token)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    rule = next((row for row in case.rules.declarations if row.key == found.rule), None)
    context = {"declaration": found, "form": form, "rule": rule, "rules": case.rules, "case": case}
    return render(request, "portal/declaration.html", context, status=422 if form.errors else 200)
