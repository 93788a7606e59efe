"""Form fields that several floors use."""

from django import forms

from .files import ACCEPT, KINDS, check_upload


class DayField(forms.DateField):
    """A day, picked or typed as 2026-11-03."""

    def __init__(self, **kwargs):
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        errors = {"invalid": "Skriv dagen som år-månad-dag, till exempel 2026-11-03."}
        super().__init__(**{"widget": widget, "error_messages": errors, **kwargs})


class Line(forms.CharField):
    """One line of text: line breaks and doubled spaces become single spaces, so that it fits a letter's subject."""

    def clean(self, value):
        return super().clean(" ".join(value.split()) if value else value)


class TextArea(forms.CharField):
    def __init__(self, *, rows: int = 3, **kwargs):
        widget = forms.Textarea(attrs={"rows": rows})
        super().__init__(**{"widget": widget, "max_length": 20000, **kwargs})


class PaperField(forms.FileField):
    """One file of the kinds we take."""

    def __init__(self, **kwargs):
        widget = forms.ClearableFileInput(attrs={"accept": ACCEPT})
        super().__init__(**{"widget": widget, "validators": [check_upload], "help_text": f"{KINDS}.", **kwargs})
