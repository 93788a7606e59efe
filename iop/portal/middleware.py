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
