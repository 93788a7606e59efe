"""Those who act for an organisation: confirmed by an official, or no longer acting."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from iop.cases.machinery import Refused
from iop.municipalities.access import official
from iop.municipalities.permissions import Act
from partners import representatives
from partners.forms import RepresentativeForm
from partners.models import Organisation

from ..case_page import carried_out, try_to
from .organisation import organisation_page


def _organisation(request, municipality, pk: int) -> Organisation:
    """The organisation, for one who may act for its cases: jäv is refused as in a case."""
    rows = Organisation.objects.visible_to(request.user).select_related("municipality")
    organisation = get_object_or_404(rows, municipality=municipality, pk=pk)
    try:
        representatives.may_not_act(request.user, organisation)
    except Refused as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    return organisation


@official(Act.WORK)
@require_POST
def confirm(request: HttpRequest, municipality, pk: int) -> HttpResponse:
    organisation = _organisation(request, municipality, pk)
    form = RepresentativeForm(request.POST)
    if carried_out(form, lambda data: representatives.confirm(organisation, by=request.user, **data)):
        messages.success(request, f"{form.cleaned_data['name']} är bekräftad som företrädare.")
        return redirect(organisation)
    return organisation_page(request, municipality, pk, status=422, form=form)


@official(Act.WORK)
@require_POST
def end(request: HttpRequest, municipality, pk: int, number: int) -> HttpResponse:
    organisation = _organisation(request, municipality, pk)
    one = get_object_or_404(organisation.representatives, pk=number)
    done = f"{one.name} företräder inte längre {organisation.name}."
    try_to(request, lambda: representatives.end(one, by=request.user), done)
    return redirect(organisation)
