"""What organisations do on pages of their own: they write back about a draft, and sign."""

from datetime import timedelta

from django.utils import timezone

from agreements.models import AgreementStage
from agreements.sharing import comment, share
from agreements.signing import sign_here
from partners.access import somebody_with
from partners.messages import write
from partners.representatives import confirm

from ..telling import Telling
from .screening import absolute

NOTE = "Läs gärna igenom punkterna med er styrelse."
ASKS = "När kan vi berätta för våra medlemmar? Styrelsen möts nästa vecka och vill gärna veta."
KNOWN = "Protokollet från årsmötet, som är inlämnat i ärendet"
SAYS = "Vi vill gärna att det står hur många kvällar det gäller."


def share_draft(t: Telling) -> None:
    """Of an agreement that is being written; a secret case is left alone."""
    agreement = t.case.agreements.filter(stage=AgreementStage.DRAFTING).first()
    if agreement is None or t.case.secret or not agreement.points.exclude(text="").exists():
        return
    agreement.case, (party, _, organisation) = t.case, t.parties[0]
    who = {"name": organisation.contact, "email": organisation.email}
    with t.on(by=t.coordinator):
        draft = share(agreement, by=t.coordinator, absolute=absolute, note=NOTE, answer_by=t.today + timedelta(days=10))
    with t.on(evening=True):
        point = agreement.points.exclude(text="").first()
        comment(draft, party, point=point.pk, kind="comment", text=SAYS, **who)
        write(party, subject="Får vi berätta?", text=ASKS, **who)


def sign(t: Telling) -> None:
    """Of an agreement that lies for signing: somebody is confirmed to act for the organisation, and may sign here."""
    agreement = t.case.agreements.filter(stage=AgreementStage.SIGNING).first()
    if agreement is None or t.case.secret:
        return
    party, _, organisation = t.parties[0]
    facts = {"name": organisation.contact, "email": organisation.email, "phone": organisation.phone}
    with t.on(by=t.coordinator):
        confirm(party.organisation, by=t.coordinator, role=organisation.role, ground=KNOWN, **facts)
    if not t.story.signed_here:
        return
    with t.on(evening=True):
        said = {"name": organisation.contact, "role": organisation.role, "ground": "Firmatecknare enligt årsmötet"}
        said |= {"document": str(agreement.for_signing_id), "logged_in_at": timezone.now()}
        sign_here(agreement, party, user=somebody_with(organisation.email), **said)
