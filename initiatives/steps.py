"""The six short steps of the public form. Each may be left empty; what is missing is told before it is sent.

How the questions are worded stands in form.toml.
"""

import re
from copy import deepcopy
from functools import partial

from django import forms
from django.utils.html import format_html

from iop.cases.fields import Email, Line, TextArea
from iop.cases.opened import ANYWAY, NAME, Opened, marks_of
from iop.municipalities.models import BODIES, Municipality, UnitKind
from iop.rulesets.schema import LEGAL_FORMS, Gate, RuleSet
from iop.swedish_text import lower_first
from partners.numbers import is_personal, normalised

from .forms import InitiativeForm, own_words
from .models import OWN_ANSWERS, Origin
from .models.initiative import ROUGH
from .words import Words, ask

LONGEST = 120_000  # characters of one field that a draft keeps, far beyond what can be sent
MOST_OTHERS = 5
PAGE = "page"  # hidden field: which page it is that writes
UNKNOWN = "vet_inte"
NOT_WRITTEN = (NAME, ANYWAY, PAGE)

Short = partial(Line, max_length=200, required=False)
Long = partial(TextArea, max_length=5000, required=False)


def _shared(name: str) -> forms.Field:
    """A field of the form that officials use, too, with its own limits."""
    return deepcopy(InitiativeForm.base_fields[name])


class StepForm(Opened):
    """One step. ``stored``: what is written there already, field -> text. Nothing is demanded until it is sent."""

    slug = ""
    template = "initiatives/draft/plain.html"
    needed: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()  # fields for organisation numbers

    def __init__(
        self, data=None, *, stored: dict, rules: RuleSet, municipality: Municipality, words: Words, page: str = ""
    ):
        self.rules, self.municipality, self.words = rules, municipality, words
        super().__init__(data, initial=dict(stored))
        self.prepare()
        ask(self.fields.items(), words)
        for field in self.fields.values():
            field.required = False
            field.widget.attrs.pop("maxlength", None)  # a browser would cut what is pasted, without a word
        self.fields[PAGE] = forms.CharField(required=False, widget=forms.HiddenInput, initial=page)
        self.initial[NAME] = self.marks_now(stored)

    def prepare(self) -> None:
        """For what follows from the rules."""

    def marks_now(self, stored: dict) -> str:
        return marks_of({name: stored.get(name, "") for name in self.own_names})

    @property
    def own_names(self) -> list[str]:
        return [name for name in self.fields if name not in NOT_WRITTEN]

    @property
    def own_fields(self):
        return [self[name] for name in self.own_names]

    def typed(self) -> dict:
        """What was typed, to be kept whether or not it can be sent; a personal number never is."""
        typed = {}
        for name in self.own_names:
            value = self.fields[name].widget.value_from_datadict(self.data, self.files, name)
            typed[name] = self._ticked(name, value) if isinstance(value, list) else plain(value)
        return typed | dict.fromkeys(self.personal, "")

    @property
    def personal(self) -> list[str]:
        """Fields for organisation numbers with somebody's personal number."""
        return [name for name in self.numbers if is_personal(plain(self.data.get(name)))]

    def _ticked(self, name: str, values: list) -> list[str]:
        """Those that there are, once each: a form that somebody has made up may hold any number."""
        return sorted({key for key, _ in self.fields[name].choices} & set(values))

    @property
    def too_long(self) -> list[str]:
        """Fields with more than a draft keeps."""
        return [name for name, value in self.typed().items() if isinstance(value, str) and len(value) > LONGEST]

    @property
    def left_out(self) -> list[str]:
        """What was typed and is not kept, in words."""
        return [self.in_words(name) for name in (*self.personal, *self.too_long)]

    def in_words(self, name: str) -> str:
        """The label of a field where it stands outside its step."""
        return self.fields[name].label

    @property
    def asked(self) -> dict[str, str]:
        """The questions as they are worded today, but those of the rule set, whose versions are kept."""
        return {name: self.fields[name].label for name in self.own_names if name in self.words}

    @property
    def what_is_needed(self) -> str:
        if not self.needed:
            return "Allt här är frivilligt. Gå vidare om ni inte vet än."
        if set(self.needed) == set(self.own_names):
            return "Allt här behövs innan ni skickar."
        labels = [lower_first(self.fields[name].label).rstrip("?") for name in self.needed]
        return f"Behövs innan ni skickar: {', '.join(labels)}."

    def missing(self) -> list[tuple[str, str]]:
        """Names and labels of what must be there before it is sent. Wants a form with data."""
        return [(name, self.in_words(name)) for name in self.needed if not self.cleaned_data.get(name)]


def plain(value) -> str:
    """As the database can keep it, with line breaks of one sort."""
    return str(value or "").replace("\x00", "").replace("\r\n", "\n")


class Idea(StepForm):
    slug = "iden"
    needed = ("title", "challenge", "idea")

    def prepare(self):
        self.fields = {name: _shared(name) for name in ("title", "challenge", "idea")} | self.fields

    def clean_title(self):
        return InitiativeForm.clean_title(self) if self.cleaned_data["title"] else ""


class ForWhom(StepForm):
    slug = "for-vem"

    target_group = Long(rows=3)
    better = Long(rows=4)


class Who(StepForm):
    slug, template = "vilka-ni-ar", "initiatives/draft/who.html"
    needed = ("organisation_name", "legal_form", "contact_name", "contact_email")
    numbers = ("organisation_number", *(f"other_{row}_number" for row in range(1, MOST_OTHERS + 1)))

    ABOUT = ("organisation_name", "organisation_number", "legal_form")
    CONTACT = ("contact_name", "contact_email", "contact_phone")

    def prepare(self):
        names = {name: _shared(name) for name in (*self.ABOUT, *self.CONTACT)}
        names["legal_form"].choices = _forms_to_choose(self.rules)
        asked = [row for row in self.rules.eligibility if row.enabled and row.conditions]
        self.conditions = {row.form: [] for row in asked}
        for row in asked:
            for part, text in row.parts:
                name = f"form_{row.key}_{part}"
                names[name] = _own_question(text)
                self.conditions[row.form].append((name, f"{row.key}:{part}"))
        for row in range(1, MOST_OTHERS + 1):
            names[f"other_{row}_name"] = Short(max_length=120)
            names[f"other_{row}_number"] = forms.CharField(max_length=20)
            names[f"other_{row}_form"] = forms.ChoiceField(choices=[("", "Vet inte"), *LEGAL_FORMS.items()])
        self.fields = names | self.fields

    @property
    def about_fields(self):
        return [self[name] for name in self.ABOUT]

    @property
    def contact_fields(self):
        return [self[name] for name in self.CONTACT]

    @property
    def condition_groups(self):
        """(rule, name of its legal form, fields) for the forms that the rules ask more about."""
        asked = {row.form: row for row in self.rules.eligibility if row.enabled}
        return [
            (asked[form], LEGAL_FORMS[form], [self[name] for name, _ in rows])
            for form, rows in self.conditions.items()
            if rows
        ]

    def in_words(self, name):
        label, of_other = super().in_words(name), re.match(r"other_(\d)_", name)
        return f"Organisation {int(of_other[1]) + 1}: {lower_first(label)}" if of_other else label

    @property
    def other_rows(self):
        """(number, fields, whether anything is written there) for each of the other organisations."""
        for row in range(1, MOST_OTHERS + 1):
            fields = [self[f"other_{row}_{part}"] for part in ("name", "number", "form")]
            yield row, fields, any(field.value() for field in fields)

    def clean(self):
        data = super().clean()
        for name in self.numbers:
            if data.get(name, "").strip():
                try:
                    data[name] = normalised(data[name])
                except forms.ValidationError as error:
                    self.add_error(name, error)
        seen = {}
        for name in self.numbers:
            number = data.get(name, "").strip()
            if number and number in seen and name not in self.errors:
                self.add_error(name, "Samma nummer står två gånger. Skriv varje organisation en gång.")
            seen[number] = name
        for row in range(1, MOST_OTHERS + 1):
            if (data.get(f"other_{row}_number") or data.get(f"other_{row}_form")) and not data.get(f"other_{row}_name"):
                self.add_error(f"other_{row}_name", "Skriv vad organisationen heter.")
        return data

    def others(self) -> list[dict]:
        rows = range(1, MOST_OTHERS + 1)
        named = [row for row in rows if self.cleaned_data.get(f"other_{row}_name")]
        return [
            {
                "name": self.cleaned_data[f"other_{row}_name"],
                "number": self.cleaned_data[f"other_{row}_number"].strip(),
                "legal_form": self.cleaned_data[f"other_{row}_form"],
            }
            for row in named
        ]

    def answers(self) -> dict[str, str]:
        """What was answered about the chosen legal form."""
        rows = self.conditions.get(self.cleaned_data["legal_form"], [])
        return {key: self.cleaned_data[name] for name, key in rows if self.cleaned_data[name]}


class Contributions(StepForm):
    slug, template = "bidrag", "initiatives/draft/contributions.html"

    WE, THEY = (
        ("we_hours", "we_money", "we_personnel", "we_premises"),
        ("they_money", "they_personnel", "they_premises"),
    )

    we_money = Short()
    we_personnel = Short()
    we_premises = Short()
    we_hours = Short()
    we_bring = _shared("we_bring")
    they_money = Short()
    they_personnel = Short()
    they_premises = Short()
    municipality_brings = _shared("municipality_brings")

    @property
    def ours(self):
        return [self[name] for name in (*self.WE, "we_bring")]

    @property
    def theirs_to_bring(self):
        return [self[name] for name in (*self.THEY, "municipality_brings")]

    def rough(self) -> dict[str, str]:
        names = [name for rows in ROUGH.values() for name in rows]
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data[name]}


class Criteria(StepForm):
    slug, template = "fragor", "initiatives/draft/criteria.html"

    def prepare(self):
        names = {}
        if any(rule.answer.fact == "initiative.origin" for rule in self.rules.criteria if rule.enabled):
            names["origin"] = forms.ChoiceField(
                choices=[
                    (Origin.ORGANISATION, "Vi i organisationen kom på den"),
                    (Origin.DIALOGUE, "Den växte fram när vi talade med kommunen"),
                    (Origin.MUNICIPALITY, "Kommunen frågade oss"),
                    (UNKNOWN, "Vet inte"),
                ],
                widget=forms.RadioSelect,
            )
        self.questions = [
            rule for rule in self.rules.criteria if rule.enabled and rule.help.plainly and rule.answer.type != "fact"
        ]
        names |= {f"own_{rule.key}": _own_question(rule.help.plainly, rule) for rule in self.questions}
        asked = self.municipality.units.filter(active=True, kind__in=[*BODIES, UnitKind.FORVALTNING])
        self.units = {str(unit.pk): unit.name for unit in asked}
        if self.units:
            names["units"] = forms.MultipleChoiceField(
                choices=[*self.units.items(), (UNKNOWN, "Vet inte")],
                widget=forms.CheckboxSelectMultiple,
            )
        self.fields = names | self.fields

    @property
    def first_fields(self):
        """What is asked at once: what the first step of the case depends on. Where all rules stand before one, all."""
        origin = [self["origin"]] if "origin" in self.fields else []
        return origin + [self[f"own_{rule.key}"] for rule in self.questions if rule.before == self._first_gate]

    @property
    def later_fields(self):
        """What the municipality asks further on anyway, folded away; a long form is one that nobody sends."""
        return [self[f"own_{rule.key}"] for rule in self.questions if rule.before != self._first_gate]

    @property
    def _first_gate(self) -> Gate | None:
        return min((rule.before for rule in self.questions if rule.before), key=lambda gate: gate.order, default=None)

    @property
    def later_are_answered(self) -> bool:
        return any(field.value() or field.errors for field in self.later_fields)

    @property
    def units_field(self):
        return self["units"]

    def answers(self) -> dict[str, str]:
        given = {rule.key: self.cleaned_data[f"own_{rule.key}"] for rule in self.questions}
        return {key: value for key, value in given.items() if value}

    def origin(self) -> str:
        given = self.cleaned_data.get("origin", "")
        return "" if given == UNKNOWN else given

    def believed_units(self) -> list[str]:
        return [self.units[key] for key in self.cleaned_data.get("units", []) if key in self.units]


def _own_question(text: str, rule=None) -> forms.ChoiceField:
    """``rule``: whose own words stand behind the question, for those who want them: nine quotes are long on a phone."""
    quoted = own_words(rule) if rule else ""
    help_text = format_html("<details><summary>Riktlinjens ord</summary>{}</details>", quoted) if quoted else ""
    return forms.ChoiceField(label=text, help_text=help_text, choices=OWN_ANSWERS.items(), widget=forms.RadioSelect)


def _forms_to_choose(rules: RuleSet) -> list:
    """Those that the rules name first; a rule set without any names them all alike."""
    named = {row.form for row in rules.eligibility if row.enabled}
    first = [(key, name) for key, name in LEGAL_FORMS.items() if key in named]
    others = [(key, name) for key, name in LEGAL_FORMS.items() if key not in named]
    groups = [("Nämns i kommunens regler", first), ("Andra former", others)] if first else others
    return [("", "Välj …"), *groups]


STEPS = (Idea, ForWhom, Who, Contributions, Criteria)
SEND = "skicka"  # the sixth: attachments, check, send
SLUGS = (*(step.slug for step in STEPS), SEND)


def titles(words: dict[str, Words]) -> list[str]:
    return [words[slug]["step"].label for slug in SLUGS]


class Worded(forms.Form):
    def __init__(self, *args, words: Words, **kwargs):
        super().__init__(*args, **kwargs)
        ask(self.fields.items(), words)


class StartForm(Worded):
    """The address first, so that nothing is lost."""

    email = Email(widget=forms.EmailInput(attrs={"autocomplete": "email"}))


class InviteForm(Worded):
    to = Email(widget=forms.EmailInput(attrs={"autocomplete": "off"}))
