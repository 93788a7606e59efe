"""When a session began. ``User.last_login`` is of whichever session of a shared mailbox began last."""

from datetime import datetime

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

SINCE = "logged_in_at"


@receiver(user_logged_in)
def note_when(sender, request: HttpRequest, **kwargs) -> None:
    request.session[SINCE] = timezone.now().isoformat()


def logged_in_at(request: HttpRequest) -> datetime | None:
    """None in a session that began before this was noted."""
    since = request.session.get(SINCE)
    return datetime.fromisoformat(since) if since else None
