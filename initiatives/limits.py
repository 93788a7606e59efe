"""Limits on how often something may be tried: making drafts, sending, asking for links, guessing them.

Counted in the database, for each stretch of time, so that several processes count together. Whoever asks is told in
plain words when to try again (``TooMany`` becomes a page with status 429).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import wraps
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import salted_hmac

from iop.written import written_in

from .models import Tally


class TooMany(Exception):
    """``wait``: whole minutes until it may be tried again."""

    def __init__(self, wait: int):
        self.wait = wait
        super().__init__(f"Vänta {wait} minuter.")


@dataclass(frozen=True)
class Limit:
    """At most ``most`` tries in ``minutes`` minutes for each sender; or of something else that is counted."""

    name: str
    most: int
    minutes: int

    def count(self, *who: str, much: int = 1) -> None:
        """Count a try by ``who`` (an address, an e-mail address, a draft). Raises TooMany when it is one too many."""
        tries, until = _counted(self._mark(who), self.minutes, much)
        if tries > self.most:
            raise _too_many(until)

    def ask(self, *who: str) -> None:
        """Raises TooMany when no try is left, and counts nothing: for what is counted only when it went wrong."""
        since, until = _stretch(self.minutes)
        if Tally.objects.filter(who=self._mark(who), since=since, tries__gte=self.most).exists():
            raise _too_many(until)

    def _mark(self, who: tuple[str, ...]) -> str:
        text = "\n".join((self.name, *who)).lower()
        return salted_hmac("initiatives.limits", text, algorithm="sha256").hexdigest()


def _too_many(until: datetime) -> TooMany:
    return TooMany(max(1, -(-(until - timezone.now()) // timedelta(minutes=1))))


def _stretch(minutes: int) -> tuple[datetime, datetime]:
    now = int(timezone.now().timestamp())
    since = datetime.fromtimestamp(now - now % (minutes * 60), UTC)
    return since, since + timedelta(minutes=minutes)


def _counted(mark: str, minutes: int, much: int) -> tuple[int, datetime]:
    """So much more, in one statement: two processes at once never count as one."""
    since, until = _stretch(minutes)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO initiatives_tally (who, since, until, tries) VALUES (%s, %s, %s, %s) "
            "ON CONFLICT (who, since) DO UPDATE SET tries = initiatives_tally.tries + EXCLUDED.tries RETURNING tries",
            [mark, since, until, much],
        )
        return cursor.fetchone()[0], until


def forget_old() -> None:
    Tally.objects.filter(until__lt=timezone.now()).delete()


def address_of(request: HttpRequest) -> str:
    """Where the request came from. Behind a proxy that we trust: what it says, which is the last of the list."""
    told = request.headers.get("X-Forwarded-For", "") if settings.SECURE_PROXY_SSL_HEADER else ""
    return _place(told.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", ""))


def _place(address: str) -> str:
    """Of IPv6 the first half: whoever has one address there has all of its network."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if known.version == 6 and known.ipv4_mapped is None:
        return str(ip_network((known, 64), strict=False))
    return address


def limited(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answers TooMany with a friendly page, or with JSON for a script."""

    @wraps(view)
    def kept(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except TooMany as error:
            if request.accepts("text/html"):
                response = render(request, "429.html", {"wait": error.wait, "written": _written(request)}, status=429)
            else:
                response = JsonResponse({"fault": f"Det blev många försök. Vänta {error.wait} minuter."}, status=429)
            response["Retry-After"] = str(error.wait * 60)
            return response

    return kept


def _written(request: HttpRequest) -> list[str]:
    """What somebody had written, to be copied; nothing that another site's page has sent here."""
    return written_in(request) if request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin" else []
