"""Signing an agreement: entering who signed, signing for the municipality, and what was signed by the wrong person."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from agreements.actions import enter_signatures
from agreements.forms import SignaturesForm, SignHereForm
from agreements.models import SignedHere
from agreements.signing import refuse_signature, sign_here
from iop.municipalities.access import official
from iop.municipalities.logins import logged_in_at
from iop.municipalities.permissions import Act

from ..case_page import carried_out, case_or_404, try_to, written
from .agreement import agreement_or_404, agreement_page, back_to_agreement, made_here_seen_by


@official(Act.SIGN)
@require_POST
def save_signatures(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    case = case_or_404(request, reference)
    agreement = agreement_or_404(case)
    parties = list(case.parties.active().select_related("organisation"))
    here = made_here_seen_by(request.user, case, agreement)
    about = {"agreement": agreement, "parties": parties, "here": here, "prefix": "underskrifter"}
    if "more" in request.POST:
        form = SignaturesForm.with_one_more(request.POST, request.POST["more"], **about)
        messages.info(request, "Det finns en rad till för underskrift. Inget är infört än.")
        return agreement_page(request, case, failed=("underskrifter", form))
    form = SignaturesForm(request.POST, request.FILES, **about)
    if carried_out(form, lambda data: enter_signatures(agreement, form.signatures, scan=data["scan"], by=request.user)):
        return back_to_agreement(request, case, "Underskrifterna är införda.", "underskrifter")
    return agreement_page(request, case, status=422, failed=("underskrifter", form))


@official(Act.SIGN)
@require_POST
def sign_for_municipality(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    case = case_or_404(request, reference)
    agreement = agreement_or_404(case)
    form = SignHereForm(request.POST, prefix="har")

    def sign(data):
        said = {name: data[name] for name in ("document", "role", "ground")}
        who = {"name": request.user.name, "user": request.user, "logged_in_at": logged_in_at(request)}
        sign_here(agreement, None, **who, **said)

    if carried_out(form, sign):
        done = f"Du har skrivit under för {municipality.name}. En kollega prövar underskriften och för in den."
        return back_to_agreement(request, case, done, "underskrifter")
    form.anew(agreement.for_signing_id)
    return agreement_page(request, case, status=422, failed=("har", form))


@official(Act.SIGN)
@require_POST
def signature_refused(request: HttpRequest, municipality, reference: str, pk: int) -> HttpResponse:
    """One that was made in the program by somebody who may not sign."""
    case = case_or_404(request, reference)
    rows = SignedHere.objects.filter(agreement=agreement_or_404(case), record__in=case.records.visible_to(request.user))
    signed = get_object_or_404(rows.select_related("party__organisation", "agreement", "record"), pk=pk)
    signed.agreement.case = case
    about = {"by": request.user, "absolute": request.build_absolute_uri}
    told = " De av organisationen som ser ärendet har fått besked." if signed.party else ""
    done = f"Underskriften av {signed.name} räknas inte.{told}"
    try_to(request, lambda: refuse_signature(signed, why=written(request, "why"), **about), done)
    address = redirect("agreement", municipality.slug, case.reference)
    address["Location"] += "#underskrifter"
    return address
