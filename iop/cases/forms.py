"""Forms of a case."""

from django import forms
from django.utils import timezone

from iop.municipalities.diary_numbers import example, in_mask
from iop.municipalities.models import BODIES, Municipality, Unit, User
from iop.municipalities.permissions import Act, Role
from iop.municipalities.swedish import in_swedish_order

from .actions import FACTS, outcomes_of
from .fields import DayField, Email, Line, PaperField, Paragraph, Reminds, TextArea
from .models import Case, DecisionOutcome, Direction, Record, RecordFile
from .opened import NAME, Opened, marks_of
from .secrecy import secrecy_of


def units_of(municipality: Municipality):
    return municipality.units.filter(active=True).order_by(in_swedish_order("name"))


def coordinators_for(case: Case):
    """Those who may work the case: nobody with jäv."""
    found = User.objects.filter(memberships__municipality=case.municipality, memberships__role=Role.COORDINATOR)
    recused = case.recusals.in_force().values("person")
    return found.filter(is_active=True).exclude(pk__in=recused).order_by(in_swedish_order("name"))


def _own_number(number: str, case: Case, user: User) -> str:
    """As the municipality writes its diary numbers; one that was there before the mask may stay.

    Raises ValidationError where another case has it, which is named to those who may see that case.
    """
    if number == case.diary_number:
        return number
    number = in_mask(number, case.municipality.diary_mask)
    others = Case.objects.filter(municipality=case.municipality_id, diary_number__iexact=number).exclude(pk=case.pk)
    if number and others.exists():
        seen = others.visible_to(user).first()
        raise forms.ValidationError(f"Diarienumret finns redan på {seen.reference if seen else 'ett annat ärende'}.")
    return number


class FactsForm(Opened, forms.ModelForm):
    class Meta:
        model = Case
        fields = FACTS
        widgets = {"affected_units": forms.CheckboxSelectMultiple}
        field_classes = {"answers_by": DayField}

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        units = units_of(self.instance.municipality)
        self.fields["coordinator"].queryset = coordinators_for(self.instance)
        self.fields["coordinator"].required = self.instance.coordinator_id is not None
        self.fields["coordinator"].empty_label = "Välj …"
        self.fields["unit"].queryset = units
        self.fields["responsible"].queryset = self.fields["affected_units"].queryset = units.bodies()
        # All three are shown from one question.
        known = [(unit.pk, unit.name, unit.kind in BODIES) for unit in units]
        bodies = [(pk, name) for pk, name, body in known if body]
        self.fields["unit"].choices = [("", "– inte angivet"), *((pk, name) for pk, name, _ in known)]
        self.fields["responsible"].choices = [("", "– inte angivet"), *bodies]
        self.fields["affected_units"].choices = bodies
        self.fields["diary_number"].help_text = f"Till exempel {example(self.instance.municipality.diary_mask)}."
        self.fields["other_municipalities"].help_text = "Skriv namnen med komma emellan. Tomt om ingen."
        areas = dict.fromkeys([*self.instance.areas_to_choose, *self.instance.areas])
        if areas:
            self.fields["areas"] = forms.MultipleChoiceField(
                label="Områden",
                choices=[(area, area) for area in areas],
                required=False,
                widget=forms.CheckboxSelectMultiple,
                help_text="Några av kommunens regler gäller bara ärenden inom ett visst område.",
            )
        else:
            del self.fields["areas"]
        if self.instance.answers_by or self.instance.rules.asked_of_organisations:
            self.fields["answers_by"].help_text = "Dagen står på Mina sidor. Lämna tomt om ingen dag ska gälla."
        else:
            del self.fields["answers_by"]

    def clean_answers_by(self):
        day = self.cleaned_data["answers_by"]
        untouched = marks_of({"answers_by": day}) in self.data.get(self.add_prefix(NAME), "").split()
        if day and not untouched and day < timezone.localdate():
            raise forms.ValidationError("Välj en dag som inte har varit.")
        return day

    def clean_diary_number(self) -> str:
        return _own_number(self.cleaned_data["diary_number"], self.instance, self.user)


class DiaryForm(Opened):
    """The diary number alone, for those who keep the diary and not the case."""

    diary_number = forms.CharField(label="Diarienummer", max_length=40, required=False)

    def __init__(self, *args, case: Case, user: User, **kwargs):
        stored = {"diary_number": case.diary_number}
        super().__init__(*args, **{"initial": stored.copy(), "stored": stored, "auto_id": "diary_%s", **kwargs})
        self.case, self.user = case, user
        self.fields["diary_number"].help_text = f"Till exempel {example(case.municipality.diary_mask)}."

    def clean_diary_number(self) -> str:
        return _own_number(self.cleaned_data["diary_number"], self.case, self.user)


class AssignForm(forms.Form):
    """Who works the case from now on, and at which unit."""

    coordinator = forms.ModelChoiceField(User.objects.none(), label="Handläggare", empty_label="Välj …")
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label="Samordnande enhet", required=False, empty_label="– inte angivet"
    )

    def __init__(self, *args, case: Case, user: User, **kwargs):
        initial = {"coordinator": user, "unit": case.unit_id}
        super().__init__(*args, **{"initial": initial, "auto_id": "assign_%s", **kwargs})
        self.fields["coordinator"].queryset = coordinators_for(case)
        self.fields["unit"].queryset = units_of(case.municipality)
        if case.rules.intake.unit:
            self.fields["unit"].help_text = f"Enligt riktlinjen tas initiativ emot av {case.rules.intake.unit}."


class CoordinatorForm(forms.Form):
    """Who takes over from a coordinator with jäv."""

    coordinator = forms.ModelChoiceField(
        User.objects.none(),
        label="Ny handläggare",
        empty_label="Välj …",
        help_text="De som har rollen samordnare i kommunen och inte är jäviga.",
    )

    def __init__(self, *args, case: Case, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["coordinator"].queryset = coordinators_for(case)


class StatementForm(forms.Form):
    unit = forms.ModelChoiceField(Unit.objects.none(), label="Av vilken enhet", required=False, empty_label="Välj …")
    outside = Line(label="eller av en utomstående", max_length=120, required=False)
    question = TextArea(label="Fråga", max_length=5000)
    due = DayField(label="Svar senast")
    to = Email(
        label="Skicka en länk till",
        required=False,
        help_text="E-postadress till den som ska svara utan att logga in. På sidan står också initiativet, utan "
        "kontaktuppgifter och om det inte är sekretessmarkerat. Tomt om den som svarar finns i programmet.",
    )
    reminds = Reminds()
    files = forms.ModelMultipleChoiceField(
        RecordFile.objects.none(), label="Bilagor ur akten", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, municipality: Municipality, of_unit: str = "", attachable=None, **kwargs):
        """``of_unit``: the unit or body that the rule names; then it is not for the one who asks to choose.

        ``attachable``: RecordFiles of the case file that may go with the question.
        """
        super().__init__(*args, **kwargs)
        if attachable:
            self.fields["files"].queryset = attachable
        else:
            del self.fields["files"]
        self.fields["reminds"].tell(municipality)
        self.of_unit, self.municipality = of_unit, municipality
        if of_unit:
            del self.fields["unit"], self.fields["outside"]
        else:
            self.fields["unit"].queryset = units_of(municipality)

    def clean_due(self):
        due = self.cleaned_data["due"]
        if due < timezone.localdate():
            raise forms.ValidationError("Välj en dag som inte har varit.")
        return due

    def clean(self):
        data = super().clean()
        if self.of_unit:
            data["unit"] = self.municipality.units.called(self.of_unit)
            data["outside"] = "" if data["unit"] else self.of_unit
        elif data.get("unit") and data.get("outside"):
            self.add_error("unit", "Välj en enhet eller skriv en utomstående, inte båda.")
        elif not (data.get("unit") or data.get("outside") or {"unit", "outside"} & set(self.errors)):
            self.add_error("unit", "Välj vilken enhet som ska yttra sig, eller skriv en utomstående.")
        return data


class StatementAnswerForm(forms.Form):
    text = TextArea(label="Yttrande", rows=5)
    name = forms.CharField(label="Vem yttrar sig", max_length=120)
    answered_on = DayField(label="Kom den", required=False, initial=timezone.localdate, help_text="Tomt: i dag.")
    file = PaperField(label="Bilaga", required=False)


class DecisionForm(forms.Form):
    outcome = forms.ChoiceField(label="Utgång", choices=DecisionOutcome, widget=forms.RadioSelect)
    body = forms.ModelChoiceField(
        Unit.objects.none(), label="Nämnd eller styrelse som beslutade", required=False, empty_label="Välj …"
    )
    delegate = forms.CharField(label="eller delegat", help_text="Namn och befattning.", max_length=120, required=False)
    delegation_point = forms.CharField(label="Punkt i delegationsordningen", max_length=60, required=False)
    decided_on = DayField(label="Beslutsdag")
    paragraph = Paragraph(help_text="Till exempel 118.", required=False)
    why = TextArea(label="Skäl", required=False)
    file = PaperField(label="Protokollsutdrag", required=False)

    def __init__(self, *args, municipality: Municipality, returnable: bool = True, **kwargs):
        super().__init__(*args, **kwargs)
        if not returnable:
            yes_or_no = [one for one in DecisionOutcome.choices if one[0] != DecisionOutcome.RETURNED]
            self.fields["outcome"].choices = yes_or_no
        self.fields["body"].queryset = units_of(municipality).bodies()

    def clean(self):
        data = super().clean()
        if bool(data.get("body")) == bool(data.get("delegate")):
            self.add_error("body", "Ange vilket organ som beslutade, eller vilken delegat.")
        return data

    @staticmethod
    def as_decision(data: dict) -> dict:
        """The cleaned data as ``record_decision`` takes it."""
        names = ("body", "delegate", "delegation_point", "decided_on", "paragraph")
        return {name: data[name] for name in names} | {"uploads": [data["file"]] if data["file"] else []}


class CloseForm(forms.Form):
    outcome = forms.ChoiceField(label="Hur avslutas ärendet")
    why = TextArea(
        label="Skäl", required=False, help_text="Behövs inte när en part avstår från att förlänga, eller tar tillbaka."
    )

    def __init__(self, *args, case: Case, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = [("", "Välj …"), *outcomes_of(case).items()]


class PeopleForm(forms.Form):
    """Who may see what is secret, among those who work in the municipality."""

    people = forms.ModelMultipleChoiceField(
        User.objects.none(), label="Släpp in", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, case: Case, **kwargs):
        super().__init__(*args, **kwargs)
        members = User.objects.filter(memberships__municipality=case.municipality, is_active=True)
        self.fields["people"].queryset = members.order_by(in_swedish_order("name"))


class LetInForm(Opened, PeopleForm):
    """Who may see a secret case."""

    def __init__(self, *args, case: Case, **kwargs):
        stored = {"people": secrecy_of(case)["people"]}
        super().__init__(*args, case=case, stored=stored, initial=stored, auto_id="let_in_%s", **kwargs)


SEES_THE_RECORD = {
    "label": "Får se handlingen, utöver dig och handläggaren",
    "required": False,
    "widget": forms.CheckboxSelectMultiple,
    "error_messages": {
        "invalid_choice": "Någon av dem som är ikryssade finns inte längre i kommunen. Ladda om sidan och välj på nytt."
    },
}


GROUND = {"label": "Grund för sekretess", "help_text": "Till exempel 26 kap. 1 § OSL.", "max_length": 200}


class RecordSecrecyForm(Opened, PeopleForm):
    """Why one record is secret, and who may see it."""

    ground = forms.CharField(**GROUND)
    people = forms.ModelMultipleChoiceField(User.objects.none(), **SEES_THE_RECORD)
    field_order = ["ground", "people"]

    def __init__(self, *args, record: Record, case: Case, **kwargs):
        stored = secrecy_of(record)
        super().__init__(*args, case=case, stored=stored, initial=stored, **kwargs)


class RecusalForm(forms.Form):
    """Jäv: the person's own, or, by those who may, anybody's."""

    person = forms.ModelChoiceField(User.objects.none(), label="Vem är jävig?")
    why = TextArea(
        label="Skäl",
        max_length=5000,
        required=False,
        help_text="Frivilligt. Skriv inte mer än vad som får stå i akten.",
    )

    def __init__(self, *args, case: Case, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        if user.may(Act.STATE_RECUSAL, case.municipality):
            people = User.objects.filter(memberships__municipality=case.municipality, is_active=True)
            self.fields["person"].queryset = people.order_by(in_swedish_order("name"))
        else:
            self.fields["person"].queryset = User.objects.filter(pk=user.pk)
            self.fields["person"].widget, self.fields["person"].initial = forms.HiddenInput(), user.pk
        self.fields["person"].empty_label = "Välj …"


class RecordForm(PeopleForm):
    """A record put in by hand; with a ground it is secret from its first moment."""

    direction = forms.ChoiceField(label="Riktning", choices=Direction)
    day = DayField(label="Kom, gick eller upprättades den")
    counterpart = forms.CharField(label="Från eller till", max_length=200, required=False)
    about = forms.CharField(label="Vad gäller handlingen", max_length=200)
    text = TextArea(label="Innehåll, om det inte är en fil", required=False)
    file = PaperField(label="Fil", required=False)
    ground = forms.CharField(**GROUND, required=False)
    people = forms.ModelMultipleChoiceField(User.objects.none(), **SEES_THE_RECORD)
    field_order = ["direction", "day", "counterpart", "about", "text", "file", "ground", "people"]

    def clean(self):
        data = super().clean()
        if data.get("people") and not data.get("ground") and "ground" not in self.errors:
            self.add_error("ground", "Skriv grunden, eller ta bort kryssen för vilka som får se handlingen.")
        if not (data.get("text") or data.get("file") or {"text", "file"} & set(self.errors)):
            self.add_error("text", "Skriv vad som står i handlingen, eller välj en fil.")
        return data

    def clean_day(self):
        day = self.cleaned_data["day"]
        if day > timezone.localdate():
            raise forms.ValidationError("Dagen ligger i framtiden.")
        return day


class SecrecyForm(Opened):
    """Why a case is secret."""

    ground = forms.CharField(**GROUND)

    def __init__(self, *args, case: Case, **kwargs):
        stored = {"ground": case.secrecy_ground}
        super().__init__(*args, stored=stored, initial=stored, auto_id="secrecy_%s", **kwargs)
