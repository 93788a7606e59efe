"""Signing: the document to sign, and the signed copy that comes back. An official registers the signature."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from agreements.models import Agreement, AgreementStage, SignedCopy
from agreements.signing import hand_in_signed
from iop.cases.models import RecordFile

from .door import Seat, own_case
from .forms import SignedCopyForm
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


@own_case
@require_http_methods(READS_OR_SENDS)
def mine_sign(request: HttpRequest, seat: Seat) -> HttpResponse:
    agreement = agreements_of([seat.case]).get(seat.case.pk)
    if agreement is None or agreement.stage != AgreementStage.SIGNING:
        return redirect("mine_case", seat.case.municipality.slug, seat.case.reference)
    form = SignedCopyForm(*posted(request), request=request, parties=seat.parties)

    def hand_in(data):
        said = {name: data[name] for name in ("signer", "role", "signed_on", "name")}
        hand_in_signed(agreement, form.party, email=seat.email, uploads=data["files"], **said)

    if sent(form, hand_in):
        return back(request, seat, "Exemplaret är inlämnat. Kommunen läser det och för in underskriften.", "avtal")
    shown = {"files": document_of(seat, agreement), "copies": copies_of(seat, agreement)}
    return show(request, seat, form, "mine/sign.html", agreement=agreement, **shown)
