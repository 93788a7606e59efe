"""The six short steps of the public form. Each may be left empty; what is missing is told before it is sent."""

import re
from copy import deepcopy
from functools import partial

from django import forms
from django.utils.html import escape, format_html

from iop.cases.fields import Email, Line, TextArea
from iop.cases.opened import ANYWAY, NAME, Opened, marks_of
from iop.municipalities.models import BODIES, Municipality, UnitKind
from iop.municipalities.pages import Block, blocks
from iop.rulesets.schema import LEGAL_FORMS, RuleSet
from iop.swedish_text import lower_first
from partners.numbers import is_personal, normalised

from .forms import InitiativeForm, own_words
from .models import OWN_ANSWERS, Origin
from .models.initiative import ROUGH

LONGEST = 120_000  # characters of one field that a draft keeps, far beyond what can be sent
MOST_OTHERS = 5
PAGE = "page"  # hidden field: which page it is that writes
UNKNOWN = "vet_inte"
NOT_WRITTEN = (NAME, ANYWAY, PAGE)

Short = partial(Line, max_length=200, required=False)
Long = partial(TextArea, max_length=5000, required=False)


def _shared(name: str, **other) -> forms.Field:
    """A field of the form that officials use, too, with its own limits and words."""
    field = deepcopy(InitiativeForm.base_fields[name])
    for key, value in other.items():
        setattr(field, key, value)
    return field


class StepForm(Opened):
    """One step. ``stored``: what is written there already, field -> text. Nothing is demanded until it is sent."""

    slug = title = ""
    lead: list[Block] = []  # under the heading
    template = "initiatives/draft/plain.html"
    needed: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()  # fields for organisation numbers

    def __init__(self, data=None, *, stored: dict, rules: RuleSet, municipality: Municipality, page: str = ""):
        self.rules, self.municipality = rules, municipality
        super().__init__(data, initial=dict(stored))
        self.prepare()
        for field in self.fields.values():
            field.required = False
            field.widget.attrs.pop("maxlength", None)  # a browser would cut what is pasted, without a word
        self.fields[PAGE] = forms.CharField(required=False, widget=forms.HiddenInput, initial=page)
        self.initial[NAME] = self.marks_now(stored)

    def prepare(self) -> None:
        """For what follows from the rules."""

    def marks_now(self, stored: dict) -> str:
        return marks_of({name: stored.get(name, "") for name in self.own_names})

    def say(self, text: str) -> None:
        """The words of the step: what stands under its heading, and below «# » and a long question what helps there.

        What stands below another heading is shown with the rest, so that nothing that is written is shown nowhere.
        """
        questions = {field.label: field for field in self.fields.values() if isinstance(field.widget, forms.Textarea)}
        self.lead, helped = [], {}
        asked = None
        for block in blocks(text):
            if block.kind == "heading":
                asked = questions.get(block.text)
            if asked is None:
                self.lead.append(block)
            elif block.kind != "heading":
                helped.setdefault(asked.label, []).append(block.text)
        for label, pieces in helped.items():
            questions[label].help_text = escape(" ".join(pieces))  # crispy shows it as it is

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
    def what_is_needed(self) -> str:
        if not self.needed:
            return "Allt här är frivilligt. Gå vidare om ni inte vet än."
        if set(self.needed) == set(self.own_names):
            return "Allt här behövs innan ni skickar."
        labels = [lower_first(self.fields[name].label) for name in self.needed]
        return f"Behövs innan ni skickar: {', '.join(labels)}."

    def missing(self) -> list[tuple[str, str]]:
        """Names and labels of what must be there before it is sent. Wants a form with data."""
        return [(name, self.in_words(name)) for name in self.needed if not self.cleaned_data.get(name)]


def plain(value) -> str:
    """As the database can keep it, with line breaks of one sort."""
    return str(value or "").replace("\x00", "").replace("\r\n", "\n")


class Idea(StepForm):
    slug, title = "iden", "Idén och samhällsutmaningen"
    needed = ("title", "challenge", "idea")

    def prepare(self):
        self.fields = {name: _shared(name) for name in ("title", "challenge", "idea")} | self.fields

    def clean_title(self):
        return InitiativeForm.clean_title(self) if self.cleaned_data["title"] else ""


class ForWhom(StepForm):
    slug, title = "for-vem", "För vem, och vad som blir bättre"

    target_group = Long(label="För vem?", rows=3)
    better = Long(label="Vad blir bättre för dem?", rows=4)


class Who(StepForm):
    slug, title, template = "vilka-ni-ar", "Vilka ni är", "initiatives/draft/who.html"
    needed = ("organisation_name", "legal_form", "contact_name", "contact_email")
    numbers = ("organisation_number", *(f"other_{row}_number" for row in range(1, MOST_OTHERS + 1)))

    ABOUT = ("organisation_name", "organisation_number", "legal_form")
    CONTACT = ("contact_name", "contact_email", "contact_phone")

    def prepare(self):
        names = {name: _shared(name) for name in (*self.ABOUT, *self.CONTACT)}
        names["legal_form"].choices = _forms_to_choose(self.rules)
        names["contact_email"].help_text = "Hit skickar vi kvittot och svar."
        asked = [row for row in self.rules.eligibility if row.enabled and row.conditions]
        self.conditions = {row.form: [] for row in asked}
        for row in asked:
            for part, text in row.parts:
                name = f"form_{row.key}_{part}"
                names[name] = _own_question(text)
                self.conditions[row.form].append((name, f"{row.key}:{part}"))
        for row in range(1, MOST_OTHERS + 1):
            names[f"other_{row}_name"] = Short(label="Organisationens namn", max_length=120)
            names[f"other_{row}_number"] = forms.CharField(
                label="Organisationsnummer", max_length=20, help_text="Tomt om den inte har något ännu."
            )
            names[f"other_{row}_form"] = forms.ChoiceField(
                label="Associationsform", choices=[("", "Vet inte"), *LEGAL_FORMS.items()]
            )
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
    slug, title, template = "bidrag", "Vad båda kan bidra med", "initiatives/draft/contributions.html"

    WE, THEY = (
        ("we_money", "we_personnel", "we_premises", "we_hours"),
        ("they_money", "they_personnel", "they_premises"),
    )

    we_money = Short(label="Pengar", help_text="Till exempel 50 000 kronor om året.")
    we_personnel = Short(label="Personal", help_text="Till exempel en halvtidstjänst.")
    we_premises = Short(label="Lokaler")
    we_hours = Short(label="Ideell tid", help_text="Till exempel 20 timmar i månaden.")
    we_bring = _shared("we_bring", label="Något mer ni bidrar med?", help_text="")
    they_money = Short(label="Pengar från kommunen")
    they_personnel = Short(label="Personal från kommunen")
    they_premises = Short(label="Lokaler från kommunen")
    municipality_brings = _shared("municipality_brings", label="Något mer kommunen skulle kunna bidra med?")

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
    slug, title, template = "fragor", "Några frågor om idén", "initiatives/draft/criteria.html"

    def prepare(self):
        names = {}
        if any(rule.answer.fact == "initiative.origin" for rule in self.rules.criteria if rule.enabled):
            names["origin"] = forms.ChoiceField(
                label="Hur kom idén till?",
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
                label="Vilka delar av kommunen tror ni berörs?",
                choices=[*self.units.items(), (UNKNOWN, "Vet inte")],
                widget=forms.CheckboxSelectMultiple,
            )
        self.fields = names | self.fields

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
TITLES = (*(step.title for step in STEPS), "Se över och skicka")


class StartForm(forms.Form):
    """The address first, so that nothing is lost."""

    email = Email(
        label="Din e-postadress",
        help_text="Dit skickar vi en länk, så att ni kan fortsätta senare eller på en annan dator.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class InviteForm(forms.Form):
    to = Email(label="E-postadress till den som ska skriva med", widget=forms.EmailInput(attrs={"autocomplete": "off"}))
