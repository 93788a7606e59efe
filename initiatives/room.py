"""How much drafts may hold together: anybody can begin one, and what is not sent lies here for ninety days."""

from django.db.models import Q, QuerySet, Sum, TextField
from django.db.models.functions import Cast, Length
from django.utils.crypto import salted_hmac

from iop.cases.machinery import Refused

from .models import Draft, DraftFile

# Bytes. Of a mailbox: five drafts with every attachment. Of an address: many sit behind one.
MOST_OF_A_MAILBOX = 500 * 2**20
MOST_OF_AN_ADDRESS = 2 * 2**30


def mark_of(sender: str) -> str:
    """Where a draft was begun, as a hash: no address is kept."""
    return salted_hmac("initiatives.room", sender, algorithm="sha256").hexdigest() if sender else ""


def refuse_if_full(*, begun_from: str, email: str = "", more: int = 0) -> None:
    """``begun_from``: from ``mark_of``. ``more``: bytes that are to come. Raises Refused with what to do.

    What has come is counted, not what is announced: announcing costs nothing, and anybody can write any mailbox. For
    the same reason a draft may be begun in a full mailbox's name (no ``email``); only files find no room there.
    """
    unsent = Draft.objects.filter(sent_as=None)
    mailbox, address = unsent.filter(email__iexact=email), unsent.filter(Q(begun_from=begun_from) & ~Q(begun_from=""))
    if email and _held_by(mailbox) + more > MOST_OF_A_MAILBOX:
        raise Refused(f"Utkasten från {email} är redan för stora tillsammans. Skicka ett, eller ta bort bilagor.")
    if _held_by(address) + more > MOST_OF_AN_ADDRESS:
        raise Refused("Det ligger redan mycket i utkast härifrån. Försök från ett annat nät, eller mejla kommunen.")


def _held_by(drafts: QuerySet[Draft]) -> int:
    """Bytes of text, and of files as far as they have come."""
    text = drafts.aggregate(total=Sum(Length(Cast("written", TextField()))))["total"] or 0
    files = DraftFile.objects.filter(draft__in=drafts).aggregate(total=Sum("received"))["total"] or 0
    return text + files
