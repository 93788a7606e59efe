"""Form fields that several floors use."""

import re
from datetime import date

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator

from iop.municipalities.models import Municipality
from iop.swedish_text import number

from .files import ACCEPT, KINDS, MOST_BYTES, check_upload

MOST_FILES = 10
BELIEVABLE = [
    MinValueValidator(date(1990, 1, 1), "Skriv en dag efter 1990."),
    MaxValueValidator(date(2199, 12, 31), "Skriv en dag före 2200."),
]


# Marks that turn the direction of a line around, and other signs that nobody sees. Lines and tabs are kept.
UNSEEN = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
LONG = 1000  # letters; what is asked for in fewer is no text to send as a file


class TooLong(str):
    """What every field for text says of too long a one, with numbers as Swedes write them."""

    def __mod__(self, told: dict) -> str:
        sent, most = number(told["show_value"]), number(told["limit_value"])
        or_file = ", eller bifoga den som en fil" if told["limit_value"] >= LONG else ""
        return f"Texten är för lång: {sent} tecken. Högst {most} får plats. Korta den{or_file}."


forms.CharField.default_error_messages = {"max_length": TooLong("Texten är för lång.")}


def only_seen(value):
    return UNSEEN.sub("", value) if isinstance(value, str) else value


class Uncut:
    """No limit in the browser, which would cut what is pasted without a word. Ours tells, and gives it back."""

    def widget_attrs(self, widget) -> dict:
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


class DayField(forms.DateField):
    """A day, picked or typed as 2026-11-03."""

    def __init__(self, **kwargs):
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        errors = {"invalid": "Skriv dagen som år-månad-dag, till exempel 2026-11-03."}
        super().__init__(**{"widget": widget, "error_messages": errors, "validators": BELIEVABLE, **kwargs})


class Email(Uncut, forms.EmailField):
    """As long as the database has room for."""

    def __init__(self, **kwargs):
        super().__init__(**{"max_length": 254, **kwargs})

    def clean(self, value):
        return super().clean(only_seen(value))


class Line(Uncut, forms.CharField):
    """One line of text: line breaks and doubled spaces become single spaces, so that it fits a letter's subject."""

    def clean(self, value):
        return super().clean(" ".join(only_seen(" ".join(value.split())).split()) if value else value)


def with_letters(value: str) -> None:
    """A name, a role or a ground is something that others can read."""
    if not any(character.isalnum() for character in value):
        raise forms.ValidationError("Skriv med bokstäver.")


class Paragraph(Uncut, forms.CharField):
    """The number of a paragraph in minutes; the sign is ours to write."""

    def __init__(self, **kwargs):
        super().__init__(**{"label": "Paragraf", "max_length": 40, **kwargs})

    def to_python(self, value):
        return super().to_python(value).lstrip("§ ")


class TextArea(Uncut, forms.CharField):
    def __init__(self, *, rows: int = 3, **kwargs):
        widget = forms.Textarea(attrs={"rows": rows})
        super().__init__(**{"widget": widget, "max_length": 20000, **kwargs})

    def clean(self, value):
        return super().clean(only_seen(value))


class Reminds(forms.BooleanField):
    """Are they to be reminded without anybody doing it? Ticked to begin with."""

    def __init__(self, **kwargs):
        super().__init__(**{"label": "Påminn av sig själv", "required": False, "initial": True, **kwargs})

    def tell(self, municipality: Municipality) -> None:
        """Say on which days; in a municipality that has none it cannot be ticked."""
        sides = [(municipality.remind_before, "före"), (municipality.remind_after, "efter")]
        days = [f"{number} {'dag' if number == 1 else 'dagar'} {side}" for number, side in sides if number]
        self.help_text = f"{' och '.join(days)} svarsdagen, om inget svar har kommit." if days else "Kommunen har inga."
        self.disabled, self.initial = not days, bool(days)


def limits_of_files(**more) -> dict:
    """Attributes by which static/js/uploads.js tells what is too large before it is sent."""
    return {"accept": ACCEPT, "data-most-bytes": MOST_BYTES, **more}


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class PapersField(forms.FileField):
    """Files of the kinds we take, at most ``MOST_FILES`` at once. Gives a list."""

    def __init__(self, **kwargs):
        together = {"data-most-files": MOST_FILES, "data-most-together": settings.UPLOAD_MAX_REQUEST_SIZE}
        widget = SeveralFiles(limits_of_files(**together))
        help_text = f"{KINDS}. Högst {MOST_FILES} åt gången, och {MOST_BYTES // 2**20} MB var."
        named = {"validators": [check_upload], "allow_empty_file": True}  # an empty one is told by its name
        super().__init__(**{"widget": widget, "help_text": help_text, **named, **kwargs})

    def clean(self, data, initial=None) -> list:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if len(files) > MOST_FILES:
            raise forms.ValidationError(f"Välj högst {MOST_FILES} filer åt gången, och skicka resten efteråt.")
        if not files:
            super().clean(None, initial)
        taken, refused = [], []
        for file in files:
            try:
                taken.append(super().clean(file, initial))
            except forms.ValidationError as error:
                refused.append(error)
        if refused:  # each is named, so that the others can be sent again (static/js/uploads.js)
            raise forms.ValidationError(refused)
        return taken


class PaperField(forms.FileField):
    """One file of the kinds we take."""

    def __init__(self, **kwargs):
        widget, help_text = forms.ClearableFileInput(limits_of_files()), f"{KINDS}. Högst {MOST_BYTES // 2**20} MB."
        named = {"validators": [check_upload], "allow_empty_file": True}
        super().__init__(**{"widget": widget, "help_text": help_text, **named, **kwargs})
