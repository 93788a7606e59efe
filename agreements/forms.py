"""Forms of an agreement."""

from django import forms
from django.utils import timezone

from iop.cases.fields import DayField, PaperField, TextArea
from iop.cases.opened import Opened
from iop.swedish_text import day

from .models import Agreement, ClauseFlag, PointState


class TermForm(Opened, forms.ModelForm):
    start = DayField(label="Gäller från och med", required=False)
    end = DayField(label="Gäller till och med", help_text="Tomt betyder tills vidare.", required=False)
    first_follow_up = DayField(label="Första uppföljning", required=False)
    follow_up_months = forms.IntegerField(
        label="Därefter med … månaders mellanrum",
        help_text="12 betyder varje år.",
        min_value=1,
        max_value=120,
        required=False,
    )

    class Meta:
        model = Agreement
        fields = ["start", "end", "first_follow_up", "follow_up_months"]

    def clean(self):
        data = super().clean()
        start, end, first = data.get("start"), data.get("end"), data.get("first_follow_up")
        if start and end and end < start:
            self.add_error("end", f"Slutdagen ligger före startdagen, {day(start)}. Ändra någon av dem.")
        if first and start and first < start:
            self.add_error("first_follow_up", "Första uppföljningen ligger före startdagen.")
        return data


class PointForm(Opened):
    heading = forms.CharField(label="Rubrik", max_length=150, required=False)
    text = TextArea(label="Text", rows=4, required=False)
    state = forms.ChoiceField(label="Punkten", choices=PointState, widget=forms.RadioSelect)
    flag = forms.ChoiceField(label="Texten innehåller", choices=ClauseFlag, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # The page sets these fields out itself, without crispy, which would have added the classes.
        looks = {"text": "form-control", "state": "form-check-input", "flag": "form-select form-select-sm"}
        for name, look in looks.items():
            self.fields[name].widget.attrs["class"] = look


class NewPointForm(forms.Form):
    heading = forms.CharField(label="Rubrik på en egen punkt", max_length=150)


class SignaturesForm(forms.Form):
    """One paper signed by every side: who signed for each, and the scan. ``copies``: what the organisations say."""

    scan = PaperField(label="Skannat undertecknat exemplar")

    def __init__(self, *args, agreement: Agreement, parties, copies=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.sides = [(None, agreement.case.municipality.name), *((party, party.name) for party in parties)]
        for number, (_, name) in enumerate(self.sides):
            self.fields[f"name_{number}"] = forms.CharField(label=f"Vem undertecknade för {name}", max_length=120)
            self.fields[f"role_{number}"] = forms.CharField(label=f"Roll, {name}", max_length=120)
            self.fields[f"ground_{number}"] = forms.CharField(
                label=f"Rätt att teckna, {name}",
                help_text="Till exempel firmatecknare enligt protokoll, eller delegation.",
                max_length=200,
            )
            self.fields[f"signed_on_{number}"] = DayField(label=f"Undertecknat den, {name}")
        told = {copy.party_id: copy for copy in copies}
        for number, (party, _) in enumerate(self.sides):
            if copy := told.get(party and party.pk):
                said = {"name": copy.signer, "role": copy.role, "signed_on": copy.signed_on}
                self.initial |= {f"{name}_{number}": value for name, value in said.items()}
        self.order_fields([*(name for name in self.fields if name != "scan"), "scan"])

    def clean(self):
        data = super().clean()
        for number in range(len(self.sides)):
            signed_on = data.get(f"signed_on_{number}")
            if signed_on and signed_on > timezone.localdate():
                self.add_error(f"signed_on_{number}", "Dagen ligger i framtiden.")
        return data

    @property
    def signatures(self) -> list[dict]:
        data = self.cleaned_data
        return [
            {
                "party": party,
                "name": data[f"name_{number}"],
                "role": data[f"role_{number}"],
                "ground": data[f"ground_{number}"],
                "signed_on": data[f"signed_on_{number}"],
            }
            for number, (party, _) in enumerate(self.sides)
        ]
