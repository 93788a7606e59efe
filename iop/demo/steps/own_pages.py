"""What organisations do on pages of their own: the draft is shared with them, and they write back."""

from datetime import timedelta

from agreements.models import AgreementStage
from agreements.sharing import comment, share
from partners.messages import write

from ..telling import Telling
from .screening import absolute

NOTE = "Läs gärna igenom punkterna med er styrelse."
ASKS = "När kan vi berätta för våra medlemmar? Styrelsen möts nästa vecka och vill gärna veta."
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
