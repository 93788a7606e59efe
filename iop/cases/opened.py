"""Two people at one form: each saves what that person changed, and nobody erases the other.

A form carries marks of the values that it was opened with. When it is sent they are held against what is stored by
then: a field that the sender left alone is not saved, and one that both have changed is refused until it is chosen.
"""

from collections.abc import Iterable
from datetime import time
from hashlib import sha256

from django import forms
from django.db.models import Model

from .machinery import Refused

NAME = "opened"  # of the hidden field
ANYWAY = "anyway"  # of the button that saves one's own in spite of the other's


class Meanwhile(Refused):
    """Somebody else has changed the same fields. ``theirs``: what stands there now. ``marks``: as if seen."""

    def __init__(self, theirs: dict, marks: str):
        self.theirs, self.marks = theirs, marks
        super().__init__("Någon annan har ändrat samma sak medan du skrev. Jämför och välj vad som ska gälla.")


def marks_of(values: dict) -> str:
    """A short mark of each value: «title:1f2e3d4c5b6a diary_number:…»."""
    return " ".join(f"{name}:{_mark(value)}" for name, value in values.items())


def marks_as_shown(opened: str, *, now: dict, shown: dict) -> str:
    """What a page that stays open is opened with after a save: new marks only of what it shows as it is stored.

    A field that somebody else has changed meanwhile keeps its old mark, or the old text that the page still shows would
    look like a change of its own.
    """
    same = {name: value for name, value in now.items() if _mark(value) == _mark(shown[name])}
    kept = [part for part in opened.split() if part.partition(":")[0] not in same]
    return " ".join([marks_of(same), *kept]).strip()


def changes(opened: str, *, now: dict, mine: dict) -> dict:
    """What the sender changed and is not stored already. Raises Meanwhile where somebody else changed it, too.

    A field without a mark (sent by something else than our page) counts as opened with what is stored.
    """
    marks = dict(part.partition(":")[::2] for part in opened.split())
    now_marks = {name: _mark(now[name]) for name in mine}
    seen = {name: marks.get(name, now_marks[name]) for name in mine}
    changed = {name: value for name, value in mine.items() if _mark(value) not in (seen[name], now_marks[name])}
    theirs = {name: now[name] for name in changed if now_marks[name] != seen[name]}
    if theirs:
        accepted = {name: now_marks[name] if name in theirs else mark for name, mark in seen.items()}
        raise Meanwhile(theirs, " ".join(f"{name}:{mark}" for name, mark in accepted.items()))
    return changed


def _mark(value) -> str:
    return sha256(_plain(value).encode()).hexdigest()[:12]


def _plain(value) -> str:
    """The same for what is stored, what a form holds and what it sends."""
    if value is None:
        return ""
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, str):
        return value.replace("\r\n", "\n")
    if isinstance(value, Iterable):
        return ",".join(sorted(map(_plain, value)))
    return str(value)


class Opened(forms.Form):
    """A form that carries its marks. Give it ``stored``: the values that it is opened with."""

    def __init__(self, *args, stored: dict | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields[NAME] = forms.CharField(required=False, widget=forms.HiddenInput)
        self.initial[NAME] = marks_of(stored or {})
        self.theirs: dict[str, str] = {}  # label -> what somebody else wrote meanwhile
        self.marks = ""

    @property
    def sent_marks(self) -> str:
        """The marks that were sent; those of the button «save mine anyway» before those of the page."""
        return self.data.get(self.add_prefix(ANYWAY)) or self.cleaned_data.get(NAME, "")

    @property
    def written(self) -> dict:
        return {name: value for name, value in self.cleaned_data.items() if name != NAME}

    @property
    def anyway(self) -> str:
        return self.add_prefix(ANYWAY)

    def show(self, other: Meanwhile) -> None:
        """Tell at each field that somebody else has changed it; what that person wrote is shown beside."""
        self.marks = other.marks
        for name, value in other.theirs.items():
            label = self.fields[name].label
            while label in self.theirs:  # two questions may be worded alike
                label += " (en till)"
            self.theirs[label] = self._in_words(name, value)
            self.add_error(name, "Någon annan har ändrat det här medan du skrev.")

    def _in_words(self, name: str, value) -> str:
        field = self.fields[name]
        if isinstance(field, forms.ModelMultipleChoiceField):
            return ", ".join(str(one) for one in value)
        if isinstance(field, forms.MultipleChoiceField):
            labels = dict(field.choices)
            return ", ".join(str(labels.get(one, one)) for one in value)
        if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
            return str(dict(field.choices).get(value, value))
        if isinstance(value, time):
            return f"{value.hour}.{value.minute:02}"
        if isinstance(value, bool):
            return "Ja" if value else "Nej"
        return "" if value is None else str(value)
