from django import forms

from iop.cases.fields import DayField, Line, PapersField, TextArea
from iop.cases.forms import DecisionForm
from iop.cases.opened import Opened

from .models import Publication
from .register import texts_of


class FollowUpForm(forms.Form):
    held_on = DayField(label="Genomförd den")
    participants = forms.CharField(label="Vilka deltog", max_length=300)
    progress = TextArea(label="Hur går verksamheten?", rows=4)
    future = TextArea(label="Hur bör samverkan fortsätta?", required=False)
    lessons = TextArea(label="Vad har vi lärt oss?", required=False)


class ExtensionForm(DecisionForm):
    """A longer term: what was decided by whom, and what both sides signed."""

    until = DayField(label="Gäller till och med")
    signed = PapersField(
        label="Det som båda har undertecknat", error_messages={"required": "Välj filen med det undertecknade."}
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["outcome"]  # a no ends the case
        self.order_fields(["until", "signed", "body", "delegate", "delegation_point", "decided_on", "paragraph"])


class PublicationForm(Opened):
    """What the register is to tell of a partnership, in words for everybody."""

    title = Line(label="Vad partnerskapet heter", max_length=150)
    description = TextArea(
        label="Kort om vad ni gör tillsammans", rows=4, max_length=3000, help_text="Två eller tre meningar räcker."
    )
    results = TextArea(
        label="Vad har det lett till?",
        rows=5,
        max_length=10000,
        required=False,
        help_text="Till exempel hur många som kom och vad som blev bättre. Lämna tomt tills ni vet.",
    )
    contributions = forms.MultipleChoiceField(
        label="Insatser som visas", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data=None, *, publication: Publication):
        stored = texts_of(publication)
        super().__init__(data, stored=stored, initial=stored)
        ours = publication.case.municipality.name
        rows = publication.agreement.contributions.select_related("party__organisation")
        choices = [(str(row.pk), f"{row.what} ({row.party.name if row.party else ours})") for row in rows]
        self.fields["contributions"].choices = choices
        if not choices:
            del self.fields["contributions"]

    def _in_words(self, name: str, value) -> str:
        if name != "contributions":
            return super()._in_words(name, value)
        return ", ".join(label for key, label in self.fields[name].choices if key in value) or "inga"
