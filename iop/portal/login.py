"""Logging in by e-mail address and password. Wrong ones are counted."""

from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.decorators import method_decorator

from initiatives.limits import Limit, address_of, limited

# A town hall sits behind one address, so a person's tries are counted beside the place's. Who knows somebody's address
# shuts nobody out from another place; ten places together do, as then somebody is guessing.
WRONG_OF_A_PERSON = Limit("wrong passwords", most=10, minutes=15)  # from one place
WRONG_FROM_A_PLACE = Limit("wrong passwords from", most=60, minutes=15)
WRONG_FROM_ANYWHERE = Limit("wrong passwords from anywhere", most=100, minutes=15)


class CountedTries:
    """A form that tells nobody whether a password is right when there have been too many wrong ones: TooMany."""

    def clean(self):
        who, place = self.cleaned_data.get("username", ""), address_of(self.request)
        counts = [(WRONG_OF_A_PERSON, (who, place)), (WRONG_FROM_A_PLACE, (place,)), (WRONG_FROM_ANYWHERE, (who,))]
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

    def get_default_redirect_url(self) -> str:
        """One who works in a single municipality comes to its worklist; others choose on the start page."""
        memberships = self.request.user.memberships_now()
        return (
            reverse("worklist", args=[memberships[0].municipality.slug]) if len(memberships) == 1 else reverse("home")
        )
