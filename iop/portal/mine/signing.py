"""Signing: the document to sign, here or on paper that comes back. An official enters the signature."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from agreements.models import Agreement, AgreementStage, SignedCopy, SignedHere
from agreements.signing import ONLY_REPRESENTATIVES, hand_in_signed, is_entered, sign_here, signs_here
from iop.cases.models import RecordFile
from iop.municipalities.logins import logged_in_at

from .door import Seat, own_case
from .forms import SignedCopyForm, SignForm
from .overview import agreements_of
from .writing import READS_OR_SENDS, back, posted, sent, show


def document_of(seat: Seat, agreement: Agreement | None) -> list[RecordFile]:
    """What lies for signing, or was signed; of a secret case the officials send it themselves.

    Not of an agreement that ended before it began.
    """
    document = agreement and _stands(agreement) and agreement.for_signing
    shown = document and not document.secret and not seat.case.secret
    return list(document.files.all()) if shown else []


def _stands(agreement: Agreement) -> bool:
    return agreement.stage != AgreementStage.ENDED or Agreement.objects.begun().filter(pk=agreement.pk).exists()


def copies_of(seat: Seat, agreement: Agreement | None) -> list[SignedCopy]:
    """What has been handed in for ours, of the document that lies there now."""
    if agreement is None or agreement.for_signing_id is None:
        return []
    rows = agreement.signed_copies.filter(party__in=seat.parties, document=agreement.for_signing_id)
    return list(rows.filter(record__secret=False).select_related("record").prefetch_related("record__files"))


def made_here_of(seat: Seat, agreement: Agreement | None) -> list[SignedHere]:
    """Signatures of ours in the program, of the document that lies there now; also one that was not accepted."""
    if agreement is None or agreement.for_signing_id is None:
        return []
    rows = agreement.signed_here.filter(party__in=seat.parties, document=agreement.for_signing_id)
    rows = rows.filter(record__secret=False).select_related("record", "party__organisation")
    return list(rows.prefetch_related("record__files"))


def lies_for_signing(agreement: Agreement | None) -> bool:
    return agreement is not None and agreement.stage == AgreementStage.SIGNING and not is_entered(agreement)


@own_case
@require_http_methods(READS_OR_SENDS)
def mine_sign(request: HttpRequest, seat: Seat) -> HttpResponse:
    agreement = agreements_of([seat.case]).get(seat.case.pk)
    if not lies_for_signing(agreement):
        return redirect("mine_case", seat.case.municipality.slug, seat.case.reference)
    form = SignedCopyForm(*posted(request), request=request, parties=seat.parties)

    def hand_in(data):
        said = {name: data[name] for name in ("signer", "role", "signed_on", "name")}
        hand_in_signed(agreement, form.party, email=seat.email, uploads=data["files"], **said)

    if sent(form, hand_in):
        return back(request, seat, "Exemplaret är inlämnat. Kommunen läser det och för in underskriften.", "avtal")
    shown = {"files": document_of(seat, agreement), "copies": copies_of(seat, agreement)}
    shown |= {"made_here": made_here_of(seat, agreement), "signs_here": signs_here(agreement, seat.case)}
    return show(request, seat, form, "mine/sign.html", agreement=agreement, **shown)


@own_case
@require_http_methods(READS_OR_SENDS)
def mine_sign_here(request: HttpRequest, seat: Seat) -> HttpResponse:
    """For those whom somebody has confirmed to act for the organisation; others hand in what is signed."""
    agreement = agreements_of([seat.case]).get(seat.case.pk)
    if not lies_for_signing(agreement) or not signs_here(agreement, seat.case):
        return redirect("mine_case", seat.case.municipality.slug, seat.case.reference)
    if not seat.represents:
        raise PermissionDenied(ONLY_REPRESENTATIVES)
    initial = {"document": agreement.for_signing_id}
    form = SignForm(posted(request)[0], request=request, parties=seat.represents, initial=initial)

    def sign(data):
        said = {name: data[name] for name in ("document", "name", "role", "ground")}
        sign_here(agreement, form.party, user=request.user, logged_in_at=logged_in_at(request), **said)

    if sent(form, sign):
        return back(request, seat, "Du har skrivit under. Kommunen prövar underskriften och för in den.", "avtal")
    if form.errors:
        form.anew(agreement.for_signing_id)
    shown = {"files": document_of(seat, agreement), "made_here": made_here_of(seat, agreement)}
    return show(request, seat, form, "mine/sign_here.html", agreement=agreement, **shown)
