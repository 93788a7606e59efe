"""Verbs of what is typed on an organisation's own pages and not sent yet. It is the login address's own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from iop.cases.machinery import Refused
from iop.municipalities.models import Municipality
from iop.swedish_text import minute

from .models import Unsent

DAYS_KEPT = 90
MOST_LETTERS = 60_000  # on one page
MOST_PAGES = 200  # of one address


class Elsewhere(Refused):
    """The page was written on another device meanwhile: neither text may take the other's place."""


@dataclass(frozen=True)
class Device:
    """A page as it was opened on some device. ``after``: the one whose text it was opened with."""

    writer: str = ""
    after: str = ""

    def knows(self, row: Unsent) -> bool:
        return row.writer in (self.writer, self.after)


@transaction.atomic
def keep(email: str, page: str, part: str, written: dict[str, str], opened: Device = Device()) -> Unsent | None:
    """Keep what stands in the form now; an empty form is kept by nobody. Raises Refused where it is too much."""
    written = {name: text.replace("\x00", "") for name, text in written.items() if text.strip()}
    here = {"email": email.lower(), "page": page, "part": part}
    there = Unsent.objects.select_for_update().filter(**here).first()
    if there and there.written != written and not opened.knows(there):
        raise Elsewhere(
            f"Här skrevs något på en annan enhet, {minute(there.saved_at)}. Den texten finns kvar, och visas när "
            "sidan öppnas på nytt. Kopiera först det som står här, eller skicka det."
        )
    if not written:
        return forget(email, page, part, opened)
    if sum(len(name) + len(text) for name, text in written.items()) > MOST_LETTERS:
        raise Refused("Det blev för mycket text. Korta den, eller bifoga den som en fil.")
    if not there and Unsent.objects.filter(email=email).count() >= MOST_PAGES:
        raise Refused("Ni har redan många oskickade texter. Skicka eller töm någon av dem först.")
    now = {"written": written, "writer": opened.writer, "saved_at": timezone.now()}
    row, is_new = Unsent.objects.get_or_create(**here, defaults=now)
    if is_new:
        return row
    if there is None:  # another device was a moment before
        return keep(email, page, part, written, opened)
    Unsent.objects.filter(pk=row.pk).update(**now)
    row.refresh_from_db()
    return row


def typed_on(page: str, email: str) -> dict[str, Unsent]:
    """Part of the page -> what is kept."""
    return {row.part: row for row in Unsent.objects.filter(email=email, page=page)}


def forget(email: str, page: str, part: str, opened: Device = Device()) -> None:
    """It is sent, or emptied. What another device has written meanwhile stays."""
    Unsent.objects.filter(email=email, page=page, part=part, writer__in=[opened.writer, opened.after]).delete()


def clear_away(municipality: Municipality, absolute: Callable[[str], str]) -> Iterator[str]:
    """For the daily run."""
    here = Unsent.objects.filter(page__startswith=f"{reverse('mine')}{municipality.slug}/")
    gone, _ = here.filter(saved_at__lte=timezone.now() - timedelta(days=DAYS_KEPT)).delete()
    if gone:
        yield f"{gone} oskickade texter på Mina sidor är borttagna"
