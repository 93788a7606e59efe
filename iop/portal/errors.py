"""Pages for when something does not work: always a Swedish sentence that says what to do."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# What a person may have written at length and must not lose.
NEVER_SHOWN = {"csrfmiddlewaretoken", "password", "submission"}


def forbidden(request: HttpRequest, exception=None) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception=None) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "500.html", status=500)


def too_large(request: HttpRequest, exception=None) -> HttpResponse:
    return render(request, "400.html", status=400)


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page was open too long, or cookies are off. What was written is shown again so that nothing is lost."""
    written = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in NEVER_SHOWN and value.strip()
    ]
    return render(request, "403_csrf.html", {"written": written}, status=403)
