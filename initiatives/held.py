"""A draft that is held while something is done with it, so that two at once do not undo each other's work."""

from django.utils import timezone

from .models import Draft


class Sent(Exception):
    """The draft has been sent meanwhile. Whoever wrote is led to the receipt, so this is not a Refused."""


def held(draft: Draft) -> Draft:
    """The draft as it stands, held until the transaction is over. Raises Sent when it is none any longer."""
    row = Draft.objects.select_for_update(of=("self",)).select_related("municipality").get(pk=draft.pk)
    if row.sent_as_id:
        raise Sent
    return row


def lives(row: Draft) -> None:
    """Somebody works with it: the days until it is removed begin anew. Wants a row that is held."""
    row.saved_at, row.reminded_at = timezone.now(), None
    row.save(update_fields=["saved_at", "reminded_at"])
