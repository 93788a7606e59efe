"""The form for an initiative that came by mail, by letter or at a meeting, written in by an official."""

import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from iop.cases.fields import DayField, PaperField
from iop.municipalities.models import Municipality, User
from partners.forms import AsksIfSame

from .forms import InitiativeForm
from .models import CameBy, Initiative, Origin
from .steps import UNKNOWN

BY_HAND = [choice for choice in CameBy.choices if choice[0] != CameBy.FORM]


class RegisterForm(AsksIfSame, InitiativeForm):
    """What is asked about every initiative, and when and how this one came."""

    received_on = DayField(label="Kom till kommunen den", help_text="Den dag som det verkligen kom.")
    came_by = forms.ChoiceField(label="Hur kom det?", choices=BY_HAND, widget=forms.RadioSelect)
    file = PaperField(label="Det som kom, som fil", required=False)
    send_receipt = forms.BooleanField(
        label="Skicka ett kvitto till kontaktpersonen",
        required=False,
        help_text="Ett brev med länken där organisationen ser hur det går.",
    )

    ARRIVAL = ("received_on", "came_by", "file")

    def __init__(self, *args, municipality: Municipality, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.ask_if_same(municipality, user)
        if "same" in self.fields and self._is_known():
            del self.fields["same"]  # a second click: the case is there, and so is its organisation
        for name in ("contact_name", "contact_email", "contact_phone"):
            self.fields[name].widget.attrs["autocomplete"] = "off"  # it is not the writer's own
        if self.asks_origin:
            self.fields["origin"].choices = [*Origin.choices, (UNKNOWN, "Vet inte")]
        self.order_fields([*self.ARRIVAL, *self.fields])  # as the page has them

    def _is_known(self) -> bool:
        try:
            sent = uuid.UUID(self.data.get("submission", ""))
        except ValueError:
            return False
        return Initiative.objects.filter(submission=sent).exists()

    @property
    def who_fields(self):
        name, *others = super().who_fields
        return [name, *self._some({"same"} & self.fields.keys()), *others]

    @property
    def arrival_fields(self):
        return self._some(self.ARRIVAL)

    def clean_origin(self) -> str:
        origin = self.cleaned_data["origin"]
        return "" if origin == UNKNOWN else origin

    def clean_received_on(self):
        day = self.cleaned_data["received_on"]
        if day > timezone.localdate():
            raise ValidationError("Dagen ligger i framtiden. Skriv den dag då initiativet kom.")
        return day

    def clean(self):
        data = super().clean()
        if data.get("send_receipt") and not data.get("contact_email") and "contact_email" not in self.errors:
            self.add_error("contact_email", "Skriv en e-postadress att skicka kvittot till, eller ta bort krysset.")
        return data
