"""Logging in by a code sent by e-mail, for those who act for an organisation.

Only an address that has access to a case, or represents an organisation, gets a code; to everybody else the pages
look the same. Those who work in a municipality log in by password, and a session begun by code is never theirs.
"""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm
from allauth.account.internal.stagekit import clear_login
from allauth.account.views import ConfirmLoginCodeView, RequestLoginCodeView
from allauth.core import context, ratelimit
from django import forms
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.decorators import login_not_required
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.generic.edit import FormView

from initiatives.limits import address_of
from iop.cases.fields import Email
from iop.mail import send_aside
from partners.access import is_of_an_organisation, somebody_with

from ..errors import too_many

TOO_MANY = "För många försök. Vänta en stund och begär en ny kod."


class CodeBackend(ModelBackend):
    """Keeps those who logged in by code. One who has got a role in a municipality since is logged out."""

    def authenticate(self, request, **credentials):
        return None

    def get_user(self, user_id):
        user = super().get_user(user_id)
        return user if user and is_of_an_organisation(user) else None


class Adapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "incorrect_code": "Koden stämmer inte. Läs den i det senaste brevet och skriv den igen.",
        "too_many_login_attempts": TOO_MANY,
        "rate_limited": TOO_MANY,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user) -> None:
        login(request, user, backend=f"{CodeBackend.__module__}.{CodeBackend.__qualname__}")

    def pre_login(self, request: HttpRequest, user, **kwargs) -> HttpResponse | None:
        """What was true when the code was sent may not be when it is used."""
        if somebody_with(user.email) == user:
            return None
        messages.error(request, "Adressen har inte längre tillgång. Fråga kommunen eller den som bjöd in dig.")
        return redirect("account_request_login_code")

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse("mine") if is_of_an_organisation(request.user) else reverse("home")

    def send_mail(self, template_prefix: str, email: str, told: dict) -> None:
        """The code, which is the only letter that is sent this way."""
        body = render_to_string("mine/mail/code.txt", {"code": told["code"]})
        send_aside(EmailMessage(f"Din kod: {told['code']}", body, to=[email]))

    def add_message(self, request, level, message_template=None, message_context=None, extra_tags="", message=None):
        """Only what we say ourselves: the pages tell the rest."""
        if message:
            messages.add_message(request, level, message)


class AddressForm(RequestLoginCodeForm):
    email = Email(
        label="Din e-postadress",
        help_text="Den som initiativet skickades från, eller som du har bjudits in med.",
        widget=forms.EmailInput({"autocomplete": "email"}),
    )

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].lower()
        self._user = somebody_with(email)
        request, here = context.request, f"{email} {address_of(context.request)}"
        asked = ratelimit.consume(request, action="request_login_code", key=here)
        if not asked or not ratelimit.consume(request, action="code_from_anywhere", key=email):
            raise forms.ValidationError(TOO_MANY, code=TOO_MANY)
        return email


class CodeForm(ConfirmLoginCodeForm):
    code = forms.CharField(
        label="Koden i brevet",
        max_length=20,
        help_text="Åtta siffror.",
        widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


@method_decorator(login_not_required, name="dispatch")
class AskForCode(RequestLoginCodeView):
    template_name = "mine/log_in.html"

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if "annan" in request.GET and not request.user.is_authenticated:
            clear_login(request)  # a slip of the pen in the address
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs) -> dict:
        return FormView.get_context_data(self, **kwargs) | {"next": self.get_next_url() or ""}

    def form_invalid(self, form) -> HttpResponse:
        if form.has_error("email", TOO_MANY):
            return too_many(self.request, again=self.request.path)
        return self.render_to_response(self.get_context_data(form=form), status=422)


@method_decorator(login_not_required, name="dispatch")
class GiveCode(ConfirmLoginCodeView):
    template_name = "mine/code.html"

    def get_context_data(self, **kwargs) -> dict:
        told = {"email": self._process.state.get("email"), "next": self.get_next_url() or ""}
        return FormView.get_context_data(self, **kwargs) | told

    def form_invalid(self, form) -> HttpResponse:
        """After the last try allauth ends the login: told on a page instead of by a message at the door."""
        response = super().form_invalid(form)
        if response.status_code != 302:
            return response
        list(messages.get_messages(self.request))  # the page says the same
        return too_many(self.request, again=reverse("account_request_login_code"))
