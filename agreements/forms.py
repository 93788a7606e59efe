"""Forms of an agreement."""

from django import forms
from django.utils import timezone

from iop.cases.fields import DayField, Line, PaperField, TextArea, with_letters
from iop.cases.opened import Opened
from iop.swedish_text import day
from partners.models import Party

from .models import Agreement, ClauseFlag, PointState, SignedHere


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
    """Who signed for each side, and the scan of what is signed on paper. ``copies``: what the organisations say.

    Each side has a row. More come one by one, by a button that sends what is written so far: ``with_one_more``.
    ``here``: signatures made in the program, each a row of its own where only the ground can be changed. One that has
    come since the page was opened is none of it: the official has not seen it.
    """

    is_gone = False  # a signature that stood on the page that was sent
    scan = PaperField(label="Skannat undertecknat exemplar")
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data=None,
        *args,
        agreement: Agreement,
        parties,
        copies=(),
        here=(),
        rows: dict[int, int] | None = None,
        **kwargs,
    ):
        super().__init__(data, *args, **kwargs)
        shown = self._shown(data, here, kwargs.get("initial"))
        self.fields["seen"].initial = self.initial["seen"] = " ".join(str(one.pk) for one in shown)
        self.sides = [(None, agreement.case.municipality.name), *((party, party.name) for party in parties)]
        self.rows = rows or {number: self._sent_rows(data, number) for number in range(len(self.sides))}
        for number, (party, name) in enumerate(self.sides):
            said = [copy for copy in copies if party and copy.party_id == party.pk][:MOST_FOR_A_SIDE]
            made = [one for one in shown if one.party_id == (party and party.pk)][:MOST_FOR_A_SIDE]
            if rows is None and data is None:
                self.rows[number] = max(1, min(MOST_FOR_A_SIDE, len(made) + len(said)))
            self.rows[number] = max(self.rows[number], len(made))
            for row in range(1, self.rows[number] + 1):
                self._add_row(number, row, name)
            for row, copy in enumerate(said[: self.rows[number] - len(made)], len(made) + 1):
                told = {"name": copy.signer, "role": copy.role, "signed_on": copy.signed_on}
                self.initial |= {f"{field}_{_place(number, row)}": value for field, value in told.items()}
            for row, one in enumerate(made, 1):
                self._fix(_place(number, row), one)
            how_many = forms.CharField(required=False, widget=forms.HiddenInput, initial=self.rows[number])
            self.fields[f"rows_{number}"] = how_many
        self.fields["scan"].required = any(_place(number, 1) not in self.made for number in range(len(self.sides)))
        if not self.fields["scan"].required:
            self.fields["scan"].label += " (om någon skrev under på papper)"
        rows = [field for _, place in self.places for field in self._names(place).values()]
        self.order_fields([*rows, *(name for name in self.fields if name != "scan"), "scan"])

    def _shown(self, data, here, initial) -> list[SignedHere]:
        """Those that stood on the page that was sent; on a new page all of them."""
        self.made: dict[str, SignedHere] = {}  # last part of the names of a row's fields -> what was made here
        seen = (initial or {}).get("seen") if data is None else data.get(self.add_prefix("seen"), "")
        if seen is None:
            return list(here)
        shown = [one for one in here if str(one.pk) in seen.split()]
        self.is_gone = len(shown) < len(set(seen.split()))
        return shown

    def _fix(self, place: str, one: SignedHere) -> None:
        """A row that was signed in the program: who, in what role and when is not the official's to write.

        The ground goes by the signature and not by the place, where another may stand when the page is sent.
        """
        self.made[place] = one
        told = {"name": one.name, "role": one.role, "signed_on": timezone.localdate(one.at)}
        for name, value in told.items():
            self.fields[f"{name}_{place}"].disabled = True
            self.initial[f"{name}_{place}"] = value
        ground = self.fields.pop(f"ground_{place}")
        ground.required = True
        self.fields[self._ground(place)] = ground
        self.initial.setdefault(self._ground(place), one.ground)

    def _ground(self, place: str) -> str:
        return f"ground_here_{self.made[place].pk}" if place in self.made else f"ground_{place}"

    def _names(self, place: str) -> dict[str, str]:
        """What is said of a signature -> the field where it is said."""
        return {name: f"{name}_{place}" for name in OF_A_SIGNATURE} | {"ground": self._ground(place)}

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
    def groups(self) -> list[dict]:
        """Each signature with what is to be written about it: of one that was made here only the ground."""
        names = dict(self.sides)
        return [
            {
                "side": names[party],
                "made": self.made.get(place),
                "fields": [
                    self[field]
                    for name, field in self._names(place).items()
                    if name == "ground" or place not in self.made
                ],
            }
            for party, place in self.places
        ]

    @property
    def may_have_more(self) -> list[tuple[int, str]]:
        """Sides with room for another row."""
        return [(n, name) for n, (_, name) in enumerate(self.sides) if self.rows[n] < MOST_FOR_A_SIDE]

    def clean(self):
        data = super().clean()
        if self.is_gone:
            self.add_error(None, "En av underskrifterna i programmet gäller inte längre. Läs sidan och för in på nytt.")
        for _, place in self.places:
            signed_on = data.get(f"signed_on_{place}")
            if signed_on and signed_on > timezone.localdate():
                self.add_error(f"signed_on_{place}", "Dagen ligger i framtiden.")
            row = self._names(place).values()
            if any(data.get(name) for name in row):
                for name in row:
                    if not data.get(name) and name not in self.errors:
                        self.add_error(name, "Fyll i hela underskriften, eller töm raden.")
                if place not in self.made and not data.get("scan") and "scan" not in self.errors:
                    self.add_error("scan", "Välj det skannade exemplaret med de underskrifter som är gjorda på papper.")
        return data

    @property
    def signatures(self) -> list[dict]:
        """Rows that were left empty are none."""
        data = self.cleaned_data
        return [
            {"party": party, "made_here": self.made.get(place)}
            | {name: data[field] for name, field in self._names(place).items()}
            for party, place in self.places
            if data[f"name_{place}"]
        ]


class SignHereForm(forms.Form):
    """Signing in the program. ``document``: number of the record that was read."""

    document = forms.CharField(widget=forms.HiddenInput, max_length=20)
    role = Line(
        label="Din roll",
        help_text="Till exempel ordförande.",
        max_length=120,
        validators=[with_letters],
        error_messages={"required": "Skriv din roll, till exempel ordförande."},
    )
    ground = Line(
        label="Varför får du skriva under?",
        help_text="Till exempel firmatecknare enligt protokollet från årsmötet den 3 mars, eller delegation.",
        max_length=200,
        validators=[with_letters],
        error_messages={"required": "Skriv varför du får skriva under, till exempel firmatecknare enligt protokoll."},
    )
    certain = forms.BooleanField(
        label="Jag har läst dokumentet, jag får skriva under det och jag skriver under.",
        error_messages={"required": "Kryssa i rutan för att skriva under."},
    )

    def anew(self, document: int) -> None:
        """Another document has come since: what is sent once more is of that, when it has been read."""
        if self.data.get(self.add_prefix("document")) != str(document):
            self.data = self.data.copy()
            self.data[self.add_prefix("document")] = str(document)
            self.data.pop(self.add_prefix("certain"), None)


OF_A_SIGNATURE = ("name", "role", "ground", "signed_on")


def _place(number: int, row: int) -> str:
    return f"{number}" if row == 1 else f"{number}_{row}"
