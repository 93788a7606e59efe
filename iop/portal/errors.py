"""Pages for when something does not work: always a Swedish sentence that says what to do."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from iop.written import written_in


def forbidden(request: HttpRequest, exception=None) -> HttpResponse:
    """``exception``: says why, where the reason is another than the role."""
    return render(request, "403.html", {"why": str(exception or "")}, status=403)


def not_found(request: HttpRequest, exception=None) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "500.html", status=500)


def too_large(request: HttpRequest, exception=None) -> HttpResponse:
    return render(request, "400.html", status=400)


def wrong_method(request: HttpRequest, refused: HttpResponse) -> HttpResponse:
    response = render(request, "405.html", status=405)
    response["Allow"] = refused.headers.get("Allow", "")
    return response


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page was open too long, or cookies are off."""
    return _shown_again(request, "403_csrf.html")


def logged_out(request: HttpRequest, login: str = "login") -> HttpResponse:
    """Somebody wrote for so long that the login ran out, or logged out in another window.

    ``login``: the address of the door, or its name; organisations have one of their own.
    """
    return _shown_again(request, "403_logged_out.html", login=resolve_url(login))


def too_many(request: HttpRequest, again: str = "") -> HttpResponse:
    """Too many codes asked for or tried. ``again``: where a new one is asked for."""
    return render(request, "429.html", {"again": again}, status=429)


def _shown_again(request: HttpRequest, template: str, **context) -> HttpResponse:
    """Nothing was saved; what was written is shown again so that it is not lost."""
    came_from = request.headers.get("Referer", "")
    here = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
    context |= {"written": written_in(request), "back": came_from if here else ""}
    return render(request, template, context, status=403)
