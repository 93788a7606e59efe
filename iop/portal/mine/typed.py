"""What is typed and not sent is kept on the server, never in the browser: computers are shared.

A page whose view ``keeps_typed`` saves its forms while they are written (static/js/typed.js). Each form takes what is
kept when it is opened again, and forgets it when it is sent.
"""

import re
import uuid
from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from iop.cases.machinery import Refused
from iop.swedish_text import clock, day
from partners.models import Unsent
from partners.unsent import Device, Elsewhere, forget, keep, typed_on

from .door import Seat

TYPED = "typed"  # sent along by the script: keep this, do not send it
DEVICE = "device"  # of the page as it was opened: its own mark, and that of the page whose text it shows
NOT_TYPED = {TYPED, DEVICE, "csrfmiddlewaretoken", "point", "to_stage", "certain"}
MARKS = ("o-", "a-")  # of what the page was opened with and asked: those of a page that is opened later are its own
FIELD = re.compile(r"[\w-]{1,100}")
PART = "point"  # of a page with a form for each


def keeps_typed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Goes inside ``own_case``, so that only those who may see the page keep anything on it."""

    @wraps(view)
    def keeping(request: HttpRequest, seat: Seat, **kwargs) -> HttpResponse:
        if request.method == "POST" and TYPED in request.POST:
            return _keep(request)
        request.typed = typed_on(request.path, request.user.email)
        return view(request, seat, **kwargs)

    return keeping


def _keep(request: HttpRequest) -> JsonResponse:
    sent = {name: text for name, text in request.POST.items() if name not in NOT_TYPED and name[:2] not in MARKS}
    written = {name: text for name, text in sent.items() if FIELD.fullmatch(name)}
    try:
        row = keep(request.user.email, request.path, request.POST.get(PART, "")[:20], written, _opened(request))
    except Elsewhere as error:
        return JsonResponse({"over": str(error)})
    except Refused as error:
        return JsonResponse({"fault": str(error)})
    return JsonResponse({"at": clock(row.saved_at if row else timezone.now())})


def _opened(request: HttpRequest) -> Device:
    writer, _, after = request.POST.get(DEVICE, "")[:65].partition(".")
    return Device(writer[:32], after[:32])


def device(row: Unsent | None) -> str:
    """For the page's own form to send along."""
    return f"{uuid.uuid4().hex}.{row.writer if row else ''}"


def kept_for(request: HttpRequest, part: str = "") -> Unsent | None:
    return getattr(request, "typed", {}).get(part)


def told(row: Unsent | None) -> str:
    """In the words of the script; with the day when that was another."""
    if row is None:
        return ""
    then = timezone.localdate(row.saved_at)
    return f"Sparat kl. {clock(row.saved_at)}" + ("" if then == timezone.localdate() else f" den {day(then)}")


def forget_typed(request: HttpRequest, part: str = "") -> None:
    if kept_for(request, part):
        forget(request.user.email, request.path, part, _opened(request))
