"""Logging in by e-mail address and password. Wrong ones are counted.

A browser where somebody has logged in is counted by itself for that person, so that nobody who guesses from the same
town hall, or from many places, can shut out those who work there.
"""

import secrets
from datetime import timedelta

from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.decorators import method_decorator

from initiatives.limits import Limit, address_of, limited

# A town hall sits behind one address, so a person's tries are counted beside the place's. Who knows somebody's address
# shuts nobody out from another place; ten places together do, as then somebody is guessing.
WRONG_OF_A_PERSON = Limit("wrong passwords", most=10, minutes=15)  # from one place
WRONG_FROM_A_PLACE = Limit("wrong passwords from", most=60, minutes=15)
WRONG_FROM_ANYWHERE = Limit("wrong passwords from anywhere", most=100, minutes=15)
WRONG_IN_A_BROWSER = Limit("wrong passwords in a known browser", most=10, minutes=15)
KNOWN, KNOWN_FOR = "known_browser", timedelta(days=180)


def known_browser(request: HttpRequest, who: str) -> str:
    """A mark of the browser, if this person has logged in there; else empty."""
    found = request.get_signed_cookie(KNOWN, default="", salt=who.lower(), max_age=KNOWN_FOR)
    return f"{who} {found}" if found else ""


class CountedTries:
    """A form that tells nobody whether a password is right when there have been too many wrong ones: TooMany."""

    def clean(self):
        who, place = self.cleaned_data.get("username", ""), address_of(self.request)
        counts = [(WRONG_OF_A_PERSON, (who, place)), (WRONG_FROM_A_PLACE, (place,)), (WRONG_FROM_ANYWHERE, (who,))]
        if browser := known_browser(self.request, who):
            counts = [(WRONG_IN_A_BROWSER, (browser,))]
        for limit, by in counts:
            limit.ask(*by)
        try:
            return super().clean()
        except ValidationError:
            for limit, by in counts:
                limit.count(*by)
            raise


class LoginForm(CountedTries, AuthenticationForm):
    error_messages = {
        "invalid_login": "E-postadressen eller lösenordet stämmer inte.",
        "inactive": "E-postadressen eller lösenordet stämmer inte.",
    }


class AdminLoginForm(CountedTries, AdminAuthenticationForm):
    """The door of those who run the installation is no way round."""


admin.site.login_form = AdminLoginForm
admin_login = limited(admin.site.login)


@method_decorator(limited, name="dispatch")
class Login(LoginView):
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def form_valid(self, form):
        response, who = super().form_valid(form), form.cleaned_data["username"].lower()
        if not known_browser(self.request, who):
            kept = {"httponly": True, "samesite": "Lax", "secure": self.request.is_secure(), "path": self.request.path}
            response.set_signed_cookie(KNOWN, secrets.token_urlsafe(12), salt=who, max_age=KNOWN_FOR, **kept)
        return response

    def get_default_redirect_url(self) -> str:
        """One who works in a single municipality comes to its worklist; others choose on the start page."""
        memberships = self.request.user.memberships_now()
        return (
            reverse("worklist", args=[memberships[0].municipality.slug]) if len(memberships) == 1 else reverse("home")
        )
