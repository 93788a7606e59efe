"""Forms about the partners of a case."""

import re

from django import forms
from django.utils import timezone
from django.utils.html import format_html_join

from iop.cases.fields import DayField, Email, Line, PapersField, TextArea
from iop.cases.forms import units_of
from iop.cases.opened import Opened
from iop.municipalities.models import Municipality, User
from iop.rulesets.schema import LEGAL_FORMS

from .actions import party_now
from .models import Activity, Contribution, ContributionKind, DocumentStatus, Organisation, OtherSupport
from .numbers import normalised

ANOTHER = "annan"  # of that name, but not the same


class AsksIfSame(forms.Form):
    """A form of officials' where an organisation is written: one of the same name is not made again unasked.

    The question is there only when such a one is known and the number does not tell. ``same``: which it is, or None.
    """

    def ask_if_same(self, municipality: Municipality, user: User) -> None:
        known = {str(one.pk): one for one in self._alike(municipality, user)} if self.is_bound else {}
        self.of_that_name = known
        if known:
            choices = [(pk, f"Ja, det är {_told(one)}") for pk, one in known.items()]
            seen = ((one.get_absolute_url(), one.name) for one in known.values())
            self.fields["same"] = forms.ChoiceField(
                label="Är det samma organisation?",
                choices=[*choices, (ANOTHER, "Nej, en annan med samma namn")],
                widget=forms.RadioSelect,
                help_text=format_html_join(", ", '<a href="{}" target="_blank">Se {}</a>', seen),
                error_messages={"required": "En organisation med det namnet finns redan. Välj om det är samma."},
            )

    def _alike(self, municipality: Municipality, user: User) -> list[Organisation]:
        name, number = (self.data.get(self.add_prefix(f"organisation_{part}"), "") for part in ("name", "number"))
        rows = Organisation.objects.visible_to(user).filter(municipality=municipality).select_related("municipality")
        alike = rows.called(name.replace("\x00", "")).order_by("pk")
        if number.strip():
            try:
                number = normalised(number)
            except forms.ValidationError:
                return []  # asked for again, and then this is
            alike = alike.filter(number=None)
            if Organisation.objects.filter(municipality=municipality, number=number).exists():
                return []
        return list(alike[:10])

    @property
    def same(self) -> Organisation | None:
        return self.of_that_name.get(self.cleaned_data.get("same", ""))


def _told(one: Organisation) -> str:
    return f"{one.name}, {one.written_number}" if one.number else f"{one.name}, utan organisationsnummer"


class PartyForm(AsksIfSame):
    organisation_name = Line(label="Organisationens namn", max_length=120)
    organisation_number = forms.CharField(
        label="Organisationsnummer", help_text="Tomt om den inte har något ännu.", max_length=20, required=False
    )
    legal_form = forms.ChoiceField(label="Associationsform", choices=[("", "Välj …"), *LEGAL_FORMS.items()])
    contact_name = Line(label="Kontaktperson", max_length=120, required=False)
    contact_email = Email(label="E-post", required=False)

    def __init__(self, *args, municipality: Municipality, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.ask_if_same(municipality, user)
        self.order_fields(["same", *self.fields])

    def clean_organisation_number(self) -> str:
        value = self.cleaned_data["organisation_number"]
        return normalised(value) if value.strip() else ""


class NameForm(Opened):
    """What an organisation is called and known by, whatever its cases."""

    name = Line(label="Namn", max_length=120)
    number = forms.CharField(
        label="Organisationsnummer", help_text="Tomt om den inte har något ännu.", max_length=20, required=False
    )
    legal_form = forms.ChoiceField(
        label="Associationsform", choices=[("", "Inte angiven"), *LEGAL_FORMS.items()], required=False
    )

    def clean_number(self) -> str:
        value = self.cleaned_data["number"]
        return normalised(value) if value.strip() else ""


class SameOrganisationForm(forms.Form):
    why = TextArea(
        label="Hur vet ni att det är samma organisation?",
        help_text="Det står i akten i de ärenden som pågår.",
        max_length=5000,
    )


class RepresentativeForm(forms.Form):
    name = Line(label="Namn", max_length=120)
    email = Email(label="E-post", required=False)
    phone = Line(label="Telefon", max_length=40, required=False)
    role = Line(label="Roll i organisationen", help_text="Till exempel ordförande.", max_length=120)
    ground = Line(
        label="Hur har ni kontrollerat det?",
        help_text="Till exempel protokoll från årsmötet den 3 mars.",
        max_length=200,
    )


class MergeForm(forms.Form):
    """Why two cases become one, and which of the double's parties go along."""

    why = TextArea(label="Varför sammanförs ärendena?", max_length=5000)
    parties = forms.MultipleChoiceField(
        label="Blir också parter i det andra ärendet", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, parties: list, **kwargs):
        self.by_number = {str(party.pk): party for party in parties}
        super().__init__(*args, **{"initial": {"parties": list(self.by_number)}, **kwargs})
        self.fields["parties"].choices = [(pk, party.name) for pk, party in self.by_number.items()]
        if not parties:
            del self.fields["parties"]

    def clean_parties(self) -> list:
        return [self.by_number[pk] for pk in self.cleaned_data["parties"]]


class PublicBodyForm(forms.Form):
    name = Line(label="Namn", help_text="Till exempel regionen eller en annan kommun.", max_length=120)
    contact_name = Line(label="Kontaktperson", max_length=120, required=False)
    contact_email = Email(label="E-post", required=False)


class OrganisationForm(Opened, forms.Form):
    """What an official corrects about an organisation and its part in the case."""

    legal_form = forms.ChoiceField(label="Associationsform", choices=[("", "Välj …"), *LEGAL_FORMS.items()])
    activity = forms.ChoiceField(
        label="Verksamhet",
        help_text="Välj samma verksamhet som i ett tidigare ärende om det är samma.",
        required=False,
    )
    contact_name = Line(label="Kontaktperson", max_length=120, required=False)
    contact_email = Email(label="E-post", required=False)

    def __init__(self, *args, party, activities: list[Activity], **kwargs):
        stored = party_now(party)
        kwargs["initial"] = stored | {"activity": party.activity_id}
        super().__init__(*args, stored=stored, **kwargs)
        own = [one for one in activities if one.organisation_id == party.organisation_id]
        self.activities = {str(one.pk): one for one in own}
        self.fields["activity"].choices = [("", "Ingen"), *((one.pk, one.name) for one in own)]

    def clean_activity(self) -> Activity | None:
        return self.activities.get(self.cleaned_data["activity"])


class ContributionForm(forms.ModelForm):
    class Meta:
        model = Contribution
        fields = ["party", "kind", "what", "value_per_year", "payer", "hours_per_year", "basis"]

    def __init__(self, *args, case, parties, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["party"] = forms.ChoiceField(
            label="Vem bidrar",
            choices=[("", case.municipality.name), *((p.pk, p.name) for p in parties)],
            required=False,
        )
        self.fields["kind"].choices = [("", "Välj …"), *ContributionKind.choices]
        self.fields["payer"].queryset = units_of(case.municipality)
        self.fields["payer"].empty_label = "Ansvarig nämnd eller styrelse"
        self.fields["payer"].help_text = "Bara för kommunens pengar."
        self.parties = {str(party.pk): party for party in parties}
        self.fields[
            "basis"
        ].help_text = "Till exempel internhyra, eller 175 kr per timme; då räknas värdet ut ur timmarna."

    def clean_party(self):
        return self.parties.get(self.cleaned_data["party"])

    def clean(self):
        """Hours at so much an hour have a value, whether or not somebody has done the sum."""
        data = super().clean()
        if data.get("payer") and (data.get("party") or data.get("kind") != ContributionKind.MONEY):
            self.add_error("payer", "Bara kommunens pengar har en enhet som betalar. Lämna tomt.")
        hours, rate = data.get("hours_per_year"), rate_in(data.get("basis", ""))
        if data.get("value_per_year") is None and hours and rate and hours * rate <= LARGEST:
            data["value_per_year"] = hours * rate
        return data


LARGEST = 2_147_483_647  # as the database has room for


def rate_in(basis: str) -> int | None:
    """Kronor an hour where the basis says so: «175 kr per timme», «1 200 kronor/tim»."""
    found = re.search(r"(\d[\d\s]*)(?:kr|kronor|:-)\.?\s*(?:/|per|i|om)\s*tim", basis, re.IGNORECASE)
    return int(re.sub(r"\D", "", found[1])) if found else None


class SupportForm(forms.ModelForm):
    class Meta:
        model = OtherSupport
        fields = ["organisation", "what", "activity", "unit", "giver", "money", "value_per_year"]

    def __init__(self, *args, case, parties, user, **kwargs):
        super().__init__(*args, **kwargs)
        organisations = [party.organisation_id for party in parties]
        self.fields["organisation"].queryset = self.fields["organisation"].queryset.filter(pk__in=organisations)
        self.fields["organisation"].empty_label = "Välj …"
        self.fields["activity"].queryset = Activity.objects.visible_to(user).filter(organisation__in=organisations)
        self.fields["activity"].empty_label = "Organisationen som helhet"
        self.fields["unit"].queryset = units_of(case.municipality).bodies()
        self.fields["unit"].empty_label = "Ingen, en annan givare"

    def clean(self):
        data = super().clean()
        if bool(data.get("unit")) == bool(data.get("giver")):
            self.add_error("unit", "Välj en nämnd eller skriv en annan givare, inte båda.")
        activity, organisation = data.get("activity"), data.get("organisation")
        if activity and organisation and activity.organisation_id != organisation.pk:
            self.add_error("activity", "Verksamheten hör till en annan organisation.")
        return data


class HandInForm(forms.Form):
    """A paper or a number, as the rule asks."""

    as_of = forms.CharField(label="Avser", help_text="Dag eller år.", max_length=40, required=False)

    def __init__(self, *args, rule, **kwargs):
        super().__init__(*args, **kwargs)
        if rule.hand_in in ("file", "both"):
            self.fields["uploads"] = PapersField(label="Filer", required=rule.hand_in == "file")
        if rule.hand_in in ("number", "both"):
            self.fields["number"] = forms.IntegerField(
                label="Antal", min_value=0, max_value=10_000_000, required=rule.hand_in == "number"
            )
        self.order_fields(["uploads", "number", "as_of"])

    def clean(self):
        data = super().clean()
        if not self.errors and not data.get("uploads") and data.get("number") is None:
            raise forms.ValidationError("Välj en fil eller skriv antalet.")
        return data


class ReviewForm(Opened):
    note = TextArea(
        label="Anteckning",
        rows=2,
        max_length=5000,
        required=False,
        help_text="Godtas underlaget inte får organisationen anteckningen i ett brev, och läser den på Mina sidor.",
    )
    due = DayField(label="Nytt underlag senast", required=False, help_text="Bara när underlaget inte godtas.")

    def __init__(self, *args, has_come: bool = True, **kwargs):
        super().__init__(*args, **kwargs)
        statuses = [(DocumentStatus.ACCEPTED, "Granskad, godtas"), (DocumentStatus.REJECTED, "Godtas inte")]
        statuses = (statuses if has_come else []) + [(DocumentStatus.DOES_NOT_EXIST, "Finns ej")]
        self.fields["status"] = forms.ChoiceField(label="Bedömning", choices=statuses, widget=forms.RadioSelect)
        if not has_come:
            self.fields["status"].initial = DocumentStatus.DOES_NOT_EXIST
            self.fields["note"].help_text = ""
            del self.fields["due"]
        self.order_fields(["status", "note"])

    def clean(self):
        """The day belongs to one judgement; with the others it is as it was proposed, and nobody looks at it."""
        data = super().clean()
        if data.get("status") != DocumentStatus.REJECTED:
            data["due"] = None
            self.errors.pop("due", None)
        elif "due" not in self.errors and (not data.get("due") or data["due"] < timezone.localdate()):
            self.add_error("due", "Skriv senast vilken dag det nya underlaget ska ha kommit, i dag eller senare.")
        return data


class SendDeclarationForm(forms.Form):
    to = Email(label="Företrädarens e-post")
