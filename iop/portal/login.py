"""Logging in by e-mail address and password."""

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.urls import reverse


class LoginForm(AuthenticationForm):
    error_messages = {
        "invalid_login": "E-postadressen eller lösenordet stämmer inte.",
        "inactive": "E-postadressen eller lösenordet stämmer inte.",
    }


class Login(LoginView):
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def get_default_redirect_url(self) -> str:
        """One who works in a single municipality comes to its worklist; others choose on the start page."""
        memberships = self.request.user.memberships_now()
        return (
            reverse("worklist", args=[memberships[0].municipality.slug]) if len(memberships) == 1 else reverse("home")
        )
