"""Forms of an agreement."""

from django import forms
from django.utils import timezone

from iop.cases.fields import DayField, PaperField, TextArea
from iop.cases.opened import Opened
from iop.swedish_text import day
from partners.models import Party

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

    two_sign = forms.TypedMultipleChoiceField(
        label="Två skriver under tillsammans för",
        help_text="Till exempel firmatecknare två i förening. Dokumentet får då två platser för parten.",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Agreement
        fields = ["start", "end", "first_follow_up", "follow_up_months", "two_sign"]

    def __init__(self, *args, parties, **kwargs):
        super().__init__(*args, **kwargs)
        sides = [(0, self.instance.case.municipality.name), *((party.pk, party.name) for party in parties)]
        self.fields["two_sign"].choices = sides

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


MOST_FOR_A_SIDE = 6  # who sign together


class SignaturesForm(forms.Form):
    """One paper signed by every side: who signed for each, and the scan. ``copies``: what the organisations say.

    Each side has a row. More come one by one, by a button that sends what is written so far: ``with_one_more``.
    """

    scan = PaperField(label="Skannat undertecknat exemplar")

    def __init__(
        self, data=None, *args, agreement: Agreement, parties, copies=(), rows: dict[int, int] | None = None, **kwargs
    ):
        super().__init__(data, *args, **kwargs)
        self.sides = [(None, agreement.case.municipality.name), *((party, party.name) for party in parties)]
        self.rows = rows or {number: self._sent_rows(data, number) for number in range(len(self.sides))}
        for number, (party, name) in enumerate(self.sides):
            said = [copy for copy in copies if party and copy.party_id == party.pk][:MOST_FOR_A_SIDE]
            if rows is None and data is None:
                self.rows[number] = max(1, len(said))
            for row in range(1, self.rows[number] + 1):
                self._add_row(number, row, name)
            for row, copy in enumerate(said, 1):
                told = {"name": copy.signer, "role": copy.role, "signed_on": copy.signed_on}
                self.initial |= {f"{field}_{_place(number, row)}": value for field, value in told.items()}
            how_many = forms.CharField(required=False, widget=forms.HiddenInput, initial=self.rows[number])
            self.fields[f"rows_{number}"] = how_many
        self.order_fields([*(name for name in self.fields if name != "scan"), "scan"])

    @classmethod
    def with_one_more(cls, data, number: str, *, prefix: str, **kwargs) -> "SignaturesForm":
        """The form as it was filled in, with one more row for a side; nothing in it is judged yet."""
        sent = cls(data, prefix=prefix, **kwargs)
        rows = {side: min(MOST_FOR_A_SIDE, count + (str(side) == number)) for side, count in sent.rows.items()}
        initial = {name: data.get(sent.add_prefix(name)) for name in sent.fields if not name.startswith("rows_")}
        form = cls(prefix=prefix, rows=rows, initial=initial, **kwargs)
        for side, count in rows.items():
            if str(side) == number:  # where the keyboard goes on, with script or without
                form.fields[f"name_{_place(side, count)}"].widget.attrs |= {"autofocus": True, "data-focus": True}
        return form

    def _sent_rows(self, data, number: int) -> int:
        sent = (data or {}).get(self.add_prefix(f"rows_{number}"), "")
        return min(MOST_FOR_A_SIDE, max(1, int(sent))) if sent in map(str, range(1, MOST_FOR_A_SIDE + 1)) else 1

    def _add_row(self, number: int, row: int, name: str) -> None:
        place, told, first = _place(number, row), name if row == 1 else f"{name} ({row})", row == 1
        self.fields[f"name_{place}"] = forms.CharField(
            label=f"Vem undertecknade för {told}", max_length=120, required=first
        )
        self.fields[f"role_{place}"] = forms.CharField(label=f"Roll, {told}", max_length=120, required=first)
        self.fields[f"ground_{place}"] = forms.CharField(
            label=f"Rätt att teckna, {told}",
            help_text="Till exempel firmatecknare enligt protokoll, eller delegation.",
            max_length=200,
            required=first,
        )
        self.fields[f"signed_on_{place}"] = DayField(label=f"Undertecknat den, {told}", required=first)

    @property
    def places(self) -> list[tuple[Party | None, str]]:
        """(party, last part of the names of its fields), for every row."""
        return [
            (party, _place(number, row))
            for number, (party, _) in enumerate(self.sides)
            for row in range(1, self.rows[number] + 1)
        ]

    @property
    def may_have_more(self) -> list[tuple[int, str]]:
        """Sides with room for another row."""
        return [(n, name) for n, (_, name) in enumerate(self.sides) if self.rows[n] < MOST_FOR_A_SIDE]

    def clean(self):
        data = super().clean()
        for _, place in self.places:
            signed_on = data.get(f"signed_on_{place}")
            if signed_on and signed_on > timezone.localdate():
                self.add_error(f"signed_on_{place}", "Dagen ligger i framtiden.")
            row = [f"{name}_{place}" for name in OF_A_SIGNATURE]
            if any(data.get(name) for name in row):
                for name in row:
                    if not data.get(name) and name not in self.errors:
                        self.add_error(name, "Fyll i hela underskriften, eller töm raden.")
        return data

    @property
    def signatures(self) -> list[dict]:
        """Rows that were left empty are none."""
        data = self.cleaned_data
        return [
            {"party": party} | {name: data[f"{name}_{place}"] for name in OF_A_SIGNATURE}
            for party, place in self.places
            if data[f"name_{place}"]
        ]


OF_A_SIGNATURE = ("name", "role", "ground", "signed_on")


def _place(number: int, row: int) -> str:
    return f"{number}" if row == 1 else f"{number}_{row}"
