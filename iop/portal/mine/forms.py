"""Forms of the organisations' own pages. Each asks for the name, since a mailbox may be shared by many."""

from collections.abc import Sequence

from django import forms

from agreements.forms import SignHereForm
from iop.cases.fields import DayField, Email, Line, PapersField, TextArea, with_letters
from partners.forms import HandInForm
from partners.models import Party

from .typed import DEVICE, PART, device, forget_typed, kept_for, told

REMEMBERED = "my_name"  # in the session, until the next login


class OnBehalf(forms.Form):
    """``parties``: those of one's own in whose name it may be done. Asked where there are several."""

    def __init__(self, *args, parties: Sequence[Party] = (), **kwargs):
        self.parties = parties
        super().__init__(*args, **kwargs)
        if len(parties) > 1:
            self.fields["party"] = forms.ChoiceField(
                label="För vilken organisation?",
                choices=[(party.pk, party.name) for party in parties],
                widget=forms.RadioSelect,
                error_messages={"required": "Välj vilken av organisationerna det gäller."},
            )

    @property
    def party(self) -> Party:
        """The one that was chosen, or the only one there is. Of a form that is whole."""
        chosen = self.cleaned_data.get("party")
        return next(party for party in self.parties if chosen in (None, str(party.pk)))


class Signed(OnBehalf):
    name = Line(
        label="Ditt namn",
        max_length=120,
        help_text="Sparas tillsammans med adressen som du har loggat in med.",
        widget=forms.TextInput({"autocomplete": "name"}),
        error_messages={"required": "Skriv ditt namn."},
    )

    def __init__(self, *args, request, **kwargs):
        self.session, self.request = request.session, request
        super().__init__(*args, **kwargs)
        self.part = str(self.initial.get(PART, ""))
        self.kept = kept_for(request, self.part)
        self.initial |= self.kept.written if self.kept else {}
        self.fields["name"].initial = self.session.get(REMEMBERED, "")
        self.order_fields([name for name in self.fields if name != "name"] + ["name"])

    @property
    def keeps(self) -> bool:
        """Is what is typed kept on the server?"""
        return hasattr(self.request, "typed")

    @property
    def device(self) -> str:
        """Which page it is that writes. The same when it is shown again with something to mend."""
        return self.data.get(DEVICE) or device(self.kept)

    @property
    def told(self) -> str:
        return told(self.kept)

    def forget(self) -> None:
        """What was kept is sent."""
        forget_typed(self.request, str(self.cleaned_data.get(PART, "")))

    def clean_name(self) -> str:
        self.session[REMEMBERED] = self.cleaned_data["name"]
        return self.cleaned_data["name"]


class MessageForm(Signed):
    subject = Line(label="Ämne", max_length=150, error_messages={"required": "Skriv vad meddelandet gäller."})
    text = TextArea(label="Meddelande", rows=6, required=False)
    files = PapersField(label="Filer", required=False)

    def clean(self):
        return something_said(self, super().clean())


class AnswerForm(Signed):
    text = TextArea(label="Ert svar", rows=5, required=False)
    files = PapersField(label="Filer", required=False)

    def clean(self):
        return something_said(self, super().clean())


def something_said(form, data: dict) -> dict:
    if not data.get("text", "").strip() and not data.get("files") and not {"text", "files"} & form.errors.keys():
        form.add_error("text", "Skriv något eller välj en fil.")
    return data


class PaperForm(Signed, HandInForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["as_of"].label = "Vilket år eller vilken dag gäller det? (frivilligt)"
        self.fields["as_of"].help_text = "Till exempel 2025, eller 31 december 2025."


class SignedCopyForm(Signed):
    signer = Line(label="Vem eller vilka har skrivit under för er?", max_length=120)
    role = Line(label="Deras roll", help_text="Till exempel ordförande, eller ordförande och kassör.", max_length=120)
    signed_on = DayField(label="Vilken dag?")
    files = PapersField(label="Det undertecknade exemplaret")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["files"].help_text += " Har ni fotograferat sidorna, välj alla bilderna."
        self.order_fields(["party", "signer", "role", "signed_on", "files", "name"])


class SignForm(Signed, SignHereForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].label = "Din roll i organisationen"
        self.fields["name"].validators.append(with_letters)
        self.order_fields(["party", "name", "role", "ground", "certain"])


class ConfirmForm(Signed):
    role = Line(label="Din roll i organisationen", help_text="Till exempel ordförande.", max_length=120)
    certain = forms.BooleanField(
        label="Jag har läst intyget, jag företräder organisationen och jag bekräftar det som står där.",
        error_messages={"required": "Kryssa i rutan för att bekräfta."},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.order_fields(["name", "role", "certain"])


class WithdrawForm(Signed):
    why = TextArea(label="Vill ni säga något om varför? (frivilligt)", rows=3, max_length=5000, required=False)


class InviteForm(OnBehalf):
    invited = Line(label="Namn", max_length=120)
    email = Email(label="E-post")
    role = Line(label="Roll, till exempel kassör", max_length=120, required=False)
    whole = forms.BooleanField(
        label="Personen företräder hela organisationen",
        help_text="Ser då alla organisationens ärenden och får själv bjuda in andra. Annars bara det här ärendet.",
        required=False,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.order_fields(["party"])

    def clean(self):
        data = super().clean()
        if data.get("whole") and not data.get("role") and "role" not in self.errors:
            self.add_error("role", "Skriv vilken roll personen har i organisationen.")
        return data
