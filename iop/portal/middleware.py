"""Asks for login, without losing what somebody had written."""

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from .errors import logged_out, wrong_method


class LoginRequired(LoginRequiredMiddleware):
    """Django's own, except that a form sent after the login ran out is shown again instead of thrown away."""

    def handle_no_permission(self, request: HttpRequest, view_func) -> HttpResponse:
        if request.method == "POST":
            return logged_out(request, self.get_login_url(view_func))
        return super().handle_no_permission(request, view_func)


def swedish_405(get_response):
    """Addresses that only take a form say so, instead of an empty page; those of a case lead to the case."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        place = request.resolver_match.kwargs if request.resolver_match else {}
        if response.status_code == 405 and request.method in ("GET", "HEAD") and "reference" in place:
            name = "mine_case" if request.resolver_match.url_name.startswith("mine_") else "case"
            return redirect(name, place["slug"], place["reference"])
        return wrong_method(request, response) if response.status_code == 405 else response

    return middleware


def told_where(get_response):
    """A script that sends a form with files (static/js/uploads.js) is told where to go, and goes there itself.

    Were it to follow, the page that it throws away would use up what is said once: «Meddelandet är skickat».
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if "X-Upload" in request.headers and response.status_code == 302:
            response["X-Go-To"] = response["Location"]
            del response["Location"]
            response.status_code = 204
        return response

    return middleware
