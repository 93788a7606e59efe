"""The letters that would have been sent, so that every link can be followed without a mail server. Demo only."""

import email
import email.policy
import re
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

MOST = 200


def _letters() -> list[dict]:
    """Newest first. The mail backend writes each letter in a file of its own."""
    if not settings.DEMO:
        raise Http404
    files = sorted(Path(settings.MAIL_DIR).glob("*.log"), key=lambda file: file.stat().st_mtime, reverse=True)
    letters = []
    for file in files[:MOST]:
        for raw in re.split(rb"\n-{79}\n", file.read_bytes()):
            if raw.strip():
                letters.append(email.message_from_bytes(raw.lstrip(), policy=email.policy.default))
    return letters


def _sent_at(letter) -> datetime:
    """Letters tell the time in UTC, and «-0000» where no zone is meant."""
    at = letter["date"].datetime
    return at if at.tzinfo else at.replace(tzinfo=UTC)


@login_not_required
@never_cache
@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    letters = [(letter, _sent_at(letter)) for letter in _letters()]
    return render(request, "demo/letters.html", {"letters": letters})


@login_not_required
@never_cache
@require_safe
def letter(request: HttpRequest, number: int) -> HttpResponse:
    """``number`` counts from the newest, starting at 1."""
    found = _letters()
    if not 0 < number <= len(found):
        raise Http404
    chosen = found[number - 1]
    text = chosen.get_body(("plain",)).get_content()
    return render(request, "demo/letter.html", {"letter": chosen, "text": text})
