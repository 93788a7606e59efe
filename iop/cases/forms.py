"""Forms of a case."""

from django import forms
from django.utils import timezone

from iop.municipalities.models import Municipality, Unit
from iop.municipalities.swedish import in_swedish_order

from .fields import DayField, PaperField, TextArea
from .models import Case, DecisionOutcome, Direction, Outcome


def units_of(municipality: Municipality):
    return municipality.units.filter(active=True).order_by(in_swedish_order("name"))


class FactsForm(forms.ModelForm):
    class Meta:
        model = Case
        fields = ["title", "diary_number", "unit", "responsible", "affected_units", "other_municipalities"]
        widgets = {"affected_units": forms.CheckboxSelectMultiple}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        units = units_of(self.instance.municipality)
        self.fields["unit"].queryset = units
        self.fields["responsible"].queryset = units.bodies()
        self.fields["affected_units"].queryset = units.bodies()
        self.fields["diary_number"].help_text = "Till exempel KS 2026/00418."
        self.fields["other_municipalities"].help_text = "Skriv namnen med komma emellan. Tomt om ingen."

    def _get_validation_exclusions(self):
        # The municipality is not in the form but belongs to the uniqueness of the diary number.
        return super()._get_validation_exclusions() - {"municipality"}


class StatementForm(forms.Form):
    unit = forms.ModelChoiceField(Unit.objects.none(), label="Av vilken enhet", required=False, empty_label="Välj …")
    outside = forms.CharField(label="eller av en utomstående", max_length=120, required=False)
    question = TextArea(label="Fråga", max_length=5000)
    due = DayField(label="Svar senast")

    def __init__(self, *args, municipality: Municipality, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units_of(municipality)

    def clean_due(self):
        due = self.cleaned_data["due"]
        if due < timezone.localdate():
            raise forms.ValidationError("Välj en dag som inte har varit.")
        return due

    def clean(self):
        data = super().clean()
        if bool(data.get("unit")) == bool(data.get("outside")):
            self.add_error("unit", "Välj en enhet eller skriv en utomstående, inte båda.")
        return data


class StatementAnswerForm(forms.Form):
    text = TextArea(label="Yttrande", rows=5)
    name = forms.CharField(label="Vem yttrar sig", max_length=120)
    file = PaperField(label="Bilaga", required=False)


class DecisionForm(forms.Form):
    outcome = forms.ChoiceField(label="Utgång", choices=DecisionOutcome, widget=forms.RadioSelect)
    body = forms.ModelChoiceField(
        Unit.objects.none(), label="Nämnd eller styrelse som beslutade", required=False, empty_label="Välj …"
    )
    delegate = forms.CharField(label="eller delegat", help_text="Namn och befattning.", max_length=120, required=False)
    delegation_point = forms.CharField(label="Punkt i delegationsordningen", max_length=60, required=False)
    decided_on = DayField(label="Beslutsdag")
    paragraph = forms.CharField(label="Paragraf", help_text="Till exempel 118.", max_length=40, required=False)
    why = TextArea(label="Skäl", required=False)
    file = PaperField(label="Protokollsutdrag", required=False)

    def __init__(self, *args, municipality: Municipality, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = units_of(municipality).bodies()

    def clean(self):
        data = super().clean()
        if bool(data.get("body")) == bool(data.get("delegate")):
            self.add_error("body", "Ange vilket organ som beslutade, eller vilken delegat.")
        return data

    @staticmethod
    def as_decision(data: dict) -> dict:
        """The cleaned data as ``record_decision`` takes it."""
        names = ("body", "delegate", "delegation_point", "decided_on", "paragraph")
        return {name: data[name] for name in names} | {"uploads": [data["file"]] if data["file"] else []}


class CloseForm(forms.Form):
    outcome = forms.ChoiceField(label="Hur avslutas ärendet", choices=[("", "Välj …"), *Outcome.choices])
    why = TextArea(
        label="Skäl", required=False, help_text="Behövs inte när en part avstår från att förlänga, eller tar tillbaka."
    )


class RecordForm(forms.Form):
    direction = forms.ChoiceField(label="Riktning", choices=Direction)
    day = DayField(label="Kom, gick eller upprättades den")
    counterpart = forms.CharField(label="Från eller till", max_length=200, required=False)
    about = forms.CharField(label="Vad gäller handlingen", max_length=200)
    text = TextArea(label="Innehåll, om det inte är en fil", required=False)
    file = PaperField(label="Fil", required=False)

    def clean_day(self):
        day = self.cleaned_data["day"]
        if day > timezone.localdate():
            raise forms.ValidationError("Dagen ligger i framtiden.")
        return day


class SecrecyForm(forms.Form):
    ground = forms.CharField(label="Grund för sekretess", help_text="Till exempel 26 kap. 1 § OSL.", max_length=200)
