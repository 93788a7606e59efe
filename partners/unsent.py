"""Verbs of what is typed on an organisation's own pages and not sent yet. It is the login address's own."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from iop.cases.machinery import Refused
from iop.municipalities.models import Municipality

from .models import Unsent

DAYS_KEPT = 90
MOST_LETTERS = 60_000  # on one page
MOST_PAGES = 200  # of one address


def keep(email: str, page: str, part: str, written: dict[str, str]) -> Unsent | None:
    """Keep what stands in the form now; an empty form is kept by nobody. Raises Refused where it is too much."""
    written = {name: text.replace("\x00", "") for name, text in written.items() if text.strip()}
    if not written:
        return forget(email, page, part)
    if sum(len(name) + len(text) for name, text in written.items()) > MOST_LETTERS:
        raise Refused("Det blev för mycket text. Korta den, eller bifoga den som en fil.")
    here = {"email": email.lower(), "page": page, "part": part}
    if not Unsent.objects.filter(**here).exists() and Unsent.objects.filter(email=email).count() >= MOST_PAGES:
        raise Refused("Ni har redan många oskickade texter. Skicka eller töm någon av dem först.")
    row, _ = Unsent.objects.update_or_create(**here, defaults={"written": written, "saved_at": timezone.now()})
    return row


def typed_on(page: str, email: str) -> dict[str, Unsent]:
    """Part of the page -> what is kept."""
    return {row.part: row for row in Unsent.objects.filter(email=email, page=page)}


def forget(email: str, page: str, part: str) -> None:
    """It is sent, or emptied."""
    Unsent.objects.filter(email=email, page=page, part=part).delete()


def clear_away(municipality: Municipality, absolute: Callable[[str], str]) -> Iterator[str]:
    """For the daily run."""
    here = Unsent.objects.filter(page__startswith=f"{reverse('mine')}{municipality.slug}/")
    gone, _ = here.filter(saved_at__lte=timezone.now() - timedelta(days=DAYS_KEPT)).delete()
    if gone:
        yield f"{gone} oskickade texter på Mina sidor är borttagna"
