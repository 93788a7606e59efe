"""An initiative as an official writes it in, and the facts of its case."""

import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import escape

from iop.cases.fields import Email, Line, TextArea
from iop.cases.forms import FactsForm
from iop.rulesets.schema import LEGAL_FORMS, RuleSet
from partners.numbers import normalised

from .models import OWN_ANSWERS, Initiative, Origin


def own_words(rule) -> str:
    """What the rule says, to stand beside its question. Escaped here: crispy shows a help text as it is."""
    return escape(f"{rule.source}: «{rule.quote}»") if rule.quote else ""


class InitiativeForm(forms.Form):
    """What is asked about an initiative; the last questions are those of the municipality's own rule set.

    The words are for officials. The public form (steps.py) takes the fields with their limits, and words of its own.
    """

    submission = forms.UUIDField(widget=forms.HiddenInput)
    title = Line(label="Vad kallas idén?", max_length=150)
    challenge = TextArea(label="Vilken samhällsutmaning handlar det om?", max_length=10000, rows=4)
    idea = TextArea(label="Vad vill organisationen göra tillsammans med kommunen?", max_length=10000, rows=5)
    target_group = TextArea(label="För vem, och vad blir bättre för dem?", max_length=5000, required=False, rows=3)
    we_bring = TextArea(
        label="Vad kan organisationen bidra med?",
        help_text="Till exempel ideell tid, pengar, personal eller lokaler. Ungefär räcker.",
        max_length=5000,
        required=False,
        rows=3,
    )
    municipality_brings = TextArea(
        label="Vad skulle kommunen kunna bidra med?", max_length=5000, required=False, rows=3
    )
    organisation_name = Line(label="Organisationens namn", max_length=120)
    organisation_number = forms.CharField(
        label="Organisationsnummer",
        help_text="Tomt om den inte har något ännu.",
        max_length=20,
        required=False,
    )
    legal_form = forms.ChoiceField(label="Associationsform", choices=[("", "Välj …"), *LEGAL_FORMS.items()])
    contact_name = Line(label="Kontaktperson", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    contact_email = Email(
        label="Kontaktpersonens e-post",
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    contact_phone = Line(
        label="Telefon",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )

    IDEA = ("title", "challenge", "idea", "target_group")
    CONTRIBUTIONS = ("we_bring", "municipality_brings")
    WHO = ("organisation_name", "organisation_number", "legal_form", "contact_name", "contact_email", "contact_phone")

    def __init__(self, *args, rules: RuleSet, **kwargs):
        kwargs.setdefault("initial", {}).setdefault("submission", uuid.uuid4())
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not field.required and not isinstance(field, forms.BooleanField):  # a choice is no optional answer
                field.label += " (frivilligt)"
        self.asks_origin = any(rule.answer.fact == "initiative.origin" for rule in rules.criteria if rule.enabled)
        if self.asks_origin:
            self.fields["origin"] = forms.ChoiceField(
                label="Hur kom idén till?",
                choices=[
                    (Origin.ORGANISATION, "Vi i organisationen kom på den"),
                    (Origin.DIALOGUE, "Den växte fram när vi talade med kommunen"),
                    (Origin.MUNICIPALITY, "Kommunen frågade oss"),
                ],
                widget=forms.RadioSelect,
            )
        self.own_questions = [
            rule for rule in rules.criteria if rule.enabled and rule.help.plainly and rule.answer.type != "fact"
        ]
        for rule in self.own_questions:
            self.fields[self._field(rule)] = forms.ChoiceField(
                label=rule.help.plainly,
                help_text=own_words(rule),
                choices=OWN_ANSWERS.items(),
                required=False,
                widget=forms.RadioSelect,
            )

        origin, own = ["origin"] if self.asks_origin else [], [self._field(rule) for rule in self.own_questions]
        self.order_fields([*self.IDEA, *origin, *self.CONTRIBUTIONS, *own, *self.WHO])  # as the page has them

    @staticmethod
    def _field(rule) -> str:
        return f"own_{rule.key}"

    def _some(self, names):
        return [self[name] for name in names]

    @property
    def idea_fields(self):
        return self._some([*self.IDEA, *(["origin"] if self.asks_origin else [])])

    @property
    def contribution_fields(self):
        return self._some(self.CONTRIBUTIONS)

    @property
    def own_fields(self):
        return self._some(self._field(rule) for rule in self.own_questions)

    @property
    def who_fields(self):
        return self._some(self.WHO)

    @property
    def own_answers(self) -> dict[str, str]:
        given = {rule.key: self.cleaned_data.get(self._field(rule), "") for rule in self.own_questions}
        return {key: value for key, value in given.items() if value}

    def clean(self):
        if "submission" in self.errors:  # the mark was lost on the way: the form comes back with a new one
            self.data = self.data.copy()
            self.data["submission"] = uuid.uuid4()
        return super().clean()

    def clean_organisation_number(self) -> str:
        value = self.cleaned_data["organisation_number"]
        return normalised(value) if value.strip() else ""

    def clean_title(self) -> str:
        title = self.cleaned_data["title"]
        if not any(character.isalnum() for character in title):
            raise ValidationError("Skriv en rubrik med bokstäver, så att andra förstår vad det handlar om.")
        return title


class CaseForm(FactsForm):
    """The facts of a case and, where it began with an initiative, who took it."""

    def __init__(self, *args, stored: dict, initiative: Initiative | None, **kwargs):
        super().__init__(*args, stored=stored, **kwargs)
        if initiative:
            self.fields["origin"] = forms.ChoiceField(
                label="Vem tog initiativet?",
                choices=Origin.choices,
                required=False,
                widget=forms.RadioSelect,
                initial=initiative.origin,
            )
