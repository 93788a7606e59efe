"""Forms of meetings and of the round among affected units."""

from collections.abc import Iterable
from dataclasses import replace

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from iop.cases.fields import DayField, Email, Line, TextArea
from iop.cases.forms import units_of
from iop.cases.machinery import Refused
from iop.cases.models import Case
from iop.cases.opened import Opened
from iop.rulesets.schema import RuleSet
from iop.swedish_text import day as in_words

from .meetings import Agreed, is_ahead
from .models import Meeting, Side, UnitRound
from .people import Person, checked, in_lines, names_in, person_in, without

ANOTHER = "annat"
POINT_ROWS = 4  # on the form; more are added one by one


def topics_of(rules: RuleSet) -> list[str]:
    return list(dict.fromkeys(topic for rule in rules.meetings if rule.enabled for topic in rule.topics))


class TimeField(forms.TimeField):
    """A time of day, picked or typed as 9:00 or 9.00."""

    def __init__(self, **kwargs):
        widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        errors = {"invalid": "Skriv tiden som timme.minut, till exempel 9.00."}
        formats = ["%H:%M", "%H.%M", "%H:%M:%S"]
        super().__init__(**{"widget": widget, "input_formats": formats, "error_messages": errors, **kwargs})


class Hours(forms.Form):
    """When and where."""

    day = DayField(label="Dag")
    starts = TimeField(label="Börjar", required=False)
    ends = TimeField(label="Slutar", required=False)
    place = Line(label="Plats eller länk", max_length=300, required=False)


def who_field(**kwargs) -> Line:
    """Written freely; officials' names are suggested, as a point with one of them stands in that person's worklist."""
    return Line(
        label="Vem gör det", max_length=120, widget=forms.TextInput(attrs={"list": "tjanstepersoner"}), **kwargs
    )


class WithPoints(forms.Form):
    """A form with some rows for what was agreed; empty rows are left out."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for n in range(1, POINT_ROWS + 1):
            self.fields[f"text_{n}"] = Line(label=f"Vad ska göras ({n})", max_length=500, required=False)
            self.fields[f"who_{n}"] = who_field(required=False)
            self.fields[f"due_{n}"] = DayField(label="Klart senast", required=False)

    @property
    def point_rows(self):
        return [[self[f"{name}_{n}"] for name in ("text", "who", "due")] for n in range(1, POINT_ROWS + 1)]

    @property
    def points_written(self) -> bool:
        """For a part that is folded away: open it where something stands in it."""
        return self.is_bound and any(field.value() for row in self.point_rows for field in row)

    @property
    def other_fields(self):
        inside = {field.name for row in self.point_rows for field in row}
        return [field for field in self if field.name not in inside]

    def clean(self):
        data = super().clean()
        points = []
        for n in range(1, POINT_ROWS + 1):
            names = [f"{name}_{n}" for name in ("text", "who", "due")]
            row = [data.pop(name, None) for name in names]
            if all(row):
                points.append(Agreed(*row))
            elif any(row):
                for name, value in zip(names, row, strict=True):
                    if not value and name not in self.errors:
                        self.add_error(name, "Skriv vad som ska göras, vem som gör det och när det ska vara klart.")
        data["points"] = points
        return data


class WithParticipants(forms.Form):
    """A form where those who cannot be ticked are written; ``own_domain`` is the municipality's in addresses."""

    own_domain: str
    participants = TextArea(
        label="Deltagare",
        rows=2,
        max_length=2000,
        required=False,
        help_text="De som inte går att kryssa i, en på varje rad: namn, komma och e-postadress om det finns en.",
    )

    def _with_address(self, data: dict) -> list[Person]:
        """Those of the written whose addresses stand there: they are invited as those ticked, and told by name alone.

        Takes their lines out of what is kept as it was written, which others read.
        """
        lines = [line.strip() for line in data.get("participants", "").splitlines() if line.strip()]
        try:
            people = checked(NamingForm.people_in("\n".join(line for line in lines if "@" in line)))
        except Refused as refusal:
            self.add_error("participants", str(refusal))
            return []
        if nameless := next((person.email for person in people if "@" in person.name), ""):
            self.add_error("participants", f"Skriv vad den som har adressen {nameless} heter: namn, komma och adress.")
            return []
        data["participants"] = "\n".join(line for line in lines if "@" not in line)
        return [replace(person, side=self._side(person)) for person in people]

    def _side(self, person: Person) -> Side:
        return Side.MUNICIPALITY if person.email.rpartition("@")[2] == self.own_domain else Side.ORGANISATION


class MeetingForm(WithParticipants, WithPoints, Hours):
    """A meeting to plan, or one that was held. ``invitable``: people who may be ticked, by key."""

    rule = forms.ChoiceField(label="Vilket möte", required=False)
    name = Line(label="Namn, om det är ett annat möte", max_length=120, required=False)
    people = forms.MultipleChoiceField(label="Vilka är med?", required=False, widget=forms.CheckboxSelectMultiple)
    topics = forms.MultipleChoiceField(label="Ämnen", required=False, widget=forms.CheckboxSelectMultiple)
    notes = TextArea(label="Anteckningar", rows=4, required=False)

    def __init__(self, *args, case: Case, invitable: dict[str, Person], planned: Iterable[Meeting] = (), **kwargs):
        """``planned``: those to come of the case; a meeting of the same kind that was held may be one of them."""
        super().__init__(*args, **kwargs)
        rules, self.invitable, self.own_domain = case.rules, invitable, domain_of(case)
        self.planned = {str(one.pk): one for one in planned if self._may_be(one)}
        self.kinds = {rule.key: rule for rule in rules.meetings if rule.enabled and rule.meeting != "any"}
        self.fields["rule"].choices = [
            *((key, rule.name) for key, rule in self.kinds.items()), ("", "Annat möte eller samtal")
        ]  # fmt: skip
        self.fields["people"].choices = [(key, _shown(person)) for key, person in invitable.items()]
        topics = topics_of(rules)
        self.fields["topics"].choices = [(topic, topic) for topic in topics]
        if not topics:
            del self.fields["topics"]
        if not self.kinds:
            del self.fields["rule"]
        if not invitable:
            del self.fields["people"]
        self.fields["day"].help_text = "En dag som kommer planerar mötet; en som varit antecknar att det hölls."
        self.order_fields(
            ["rule", "name", "day", "starts", "ends", "place", "people", "participants", "topics", "notes"]
        )
        if self.planned:
            self._ask_which()

    def _may_be(self, meeting: Meeting) -> bool:
        """Is it of the kind that is noted, on a day that has been?"""
        if not self.is_bound or not meeting.rule or meeting.rule != self.data.get(self.add_prefix("rule")):
            return False
        try:
            day, starts = (self.fields[name].clean(self.data.get(self.add_prefix(name))) for name in ("day", "starts"))
            return not is_ahead(day, starts)
        except ValidationError:
            return False  # asked for again, and then this is

    def _ask_which(self) -> None:
        choices = [(pk, f"Ja, det som var planerat till den {in_words(one.day)}") for pk, one in self.planned.items()]
        self.fields["which"] = forms.ChoiceField(
            label="Hölls det planerade?",
            choices=[*choices, (ANOTHER, "Nej, det var ett annat möte")],
            widget=forms.RadioSelect,
            error_messages={"required": "Ett möte av samma slag är planerat. Välj om det var det som hölls."},
            help_text="De som var inbjudna och inte står här nedan antecknas som att de inte kom. "
            "Har de fått en inbjudan till en tid som inte har varit får de besked om att den inte gäller.",
        )
        self.order_fields(["which", *self.fields])

    @property
    def was_planned(self) -> Meeting | None:
        return self.planned.get(self.cleaned_data.get("which", ""))

    @property
    def meeting(self) -> dict:
        """As ``note_meeting`` takes it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "which"}

    @property
    def held(self) -> dict:
        """As ``hold_meeting`` takes it: which meeting it was is known."""
        return {name: value for name, value in self.meeting.items() if name not in ("rule", "name")}

    def clean(self):
        data = super().clean()
        rule = self.kinds.get(data.get("rule", ""))
        data["name"] = data.get("name", "").strip() or (rule.name if rule else "Samtal")
        data["people"] = [self.invitable[key] for key in data.get("people", [])]
        if not data["people"] and not data.get("participants") and "participants" not in self.errors:
            self.add_error("participants", "Skriv vilka som deltar i mötet.")
        data["people"] += self._with_address(data)
        return data


def _shown(person: Person) -> str:
    return f"{person.name}, {person.comes_from}" + ("" if person.email else " (ingen e-postadress)")


class HeldForm(WithParticipants, WithPoints):
    """A planned meeting was held. Those who were to come are ticked, until somebody says that they did not.

    Takes ``meeting`` with its people and where they come from.
    """

    day = DayField(label="Vilken dag hölls det?", required=False)
    came = forms.MultipleChoiceField(label="Vilka kom?", required=False, widget=forms.CheckboxSelectMultiple)
    shown = forms.JSONField(required=False, widget=forms.HiddenInput)  # who stood on the page: others are not judged
    topics = forms.MultipleChoiceField(label="Ämnen som togs upp", required=False, widget=forms.CheckboxSelectMultiple)
    notes = TextArea(label="Anteckningar", required=False)

    def __init__(self, *args, case: Case, meeting: Meeting, **kwargs):
        super().__init__(*args, **kwargs)
        self.whole = [party.name for party in case.parties.all()]
        self.own_domain, self.written = domain_of(case), names_in(meeting.participants, self.whole)
        self.people = {f"rad-{one.pk}": one for one in meeting.people.all()}
        expected = [(key, f"{one.name}, {one.comes_from}") for key, one in self.people.items()]
        expected += [(name, name) for name in self.written]
        self.fields["came"].choices, self.fields["came"].initial = expected, [key for key, _ in expected]
        self.fields["day"].initial = min(meeting.day, timezone.localdate())
        self.fields["shown"].initial = [key for key, _ in expected]
        self.fields["came"].help_text = "Ta bort krysset för den som inte kom. Ingen får brev om det."
        self.fields["participants"].label = "Andra som var med"
        topics = topics_of(case.rules)
        self.fields["topics"].choices = [(topic, topic) for topic in topics]
        if not topics:
            del self.fields["topics"]
        self.order_fields(["day", "came", "participants", "topics", "notes"])

    @property
    def held(self) -> dict:
        """As ``hold_meeting`` takes it."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("came", "shown")}

    def clean(self):
        data = super().clean()
        expected = [*self.people, *self.written]
        shown = data["shown"] if isinstance(data.get("shown"), list) else expected
        came = [key for key in expected if key in data.get("came", []) or key not in shown]
        ticked = [self.people[key] for key in came if key in self.people]
        people = [Person(one.name, one.email, one.side, one.unit, one.party) for one in ticked]
        data["people"] = people + self._with_address(data)
        written = [name for name in self.written if name in came]
        data["participants"] = "\n".join([*written, without(data["participants"], written, self.whole)])
        return data


class MoveForm(Opened, Hours):
    """Opened with how the meeting stands."""

    def __init__(self, *args, meeting: Meeting, **kwargs):
        now = {name: getattr(meeting, name) for name in Hours.base_fields}
        super().__init__(*args, initial=now.copy(), stored=now, **kwargs)
        self.fields["day"].label = "Ny dag"


class CancelForm(forms.Form):
    why = TextArea(label="Varför ställs mötet in?", max_length=5000)


class ParticipantForm(forms.Form):
    """One more to a planned meeting. ``places``: where people may come from, as ``places_of`` gives them."""

    name = Line(label="Namn", max_length=120)
    email = Email(label="E-post", required=False)
    whose = forms.ChoiceField(label="Från")

    def __init__(self, *args, places: dict[str, dict[str, Person]], **kwargs):
        super().__init__(*args, **kwargs)
        self.from_where = {key: person for group in places.values() for key, person in group.items()}
        self.fields["whose"].choices = [
            (group, [(key, person.comes_from) for key, person in rows.items()]) for group, rows in places.items()
        ]

    @property
    def person(self) -> Person:
        data = self.cleaned_data
        return replace(self.from_where[data["whose"]], name=data["name"], email=data["email"])


def domain_of(case: Case) -> str:
    """What the municipality's own addresses end with."""
    return case.municipality.email.lower().rpartition("@")[2]


def places_of(case: Case) -> dict[str, dict[str, Person]]:
    """Where people at a meeting come from: group -> key -> a person without name. Takes ``case`` with its parties."""
    units = {f"enhet-{unit.pk}": Person("", unit=unit) for unit in units_of(case.municipality)}
    parties = [party for party in case.parties.all() if party.left_on is None]
    theirs = {f"part-{party.pk}": Person("", side=Side.ORGANISATION, party=party) for party in parties}
    return {
        "Organisationer": theirs | {"organisation": Person("", side=Side.ORGANISATION)},
        "Kommunen": {"municipality": Person("")} | units,
    }


class PointForm(forms.Form):
    text = Line(label="Vad ska göras", max_length=500)
    who = who_field()
    due = DayField(label="Klart senast")


class NamingForm(Opened):
    """Whom an affected unit sends: one on each line."""

    people = TextArea(
        label="Deltagare från enheten",
        max_length=4000,
        help_text="En person på varje rad: namn, komma och e-postadress.",
    )

    def __init__(self, *args, round: UnitRound, **kwargs):
        stored = {"people": in_lines(round.participants.all())}
        super().__init__(*args, initial=stored.copy(), stored=stored, **kwargs)

    @staticmethod
    def people_in(text: str) -> list[Person]:
        return [person_in(line) for line in text.splitlines() if line.strip()]

    def clean_people(self) -> list[Person]:
        try:
            return self.people_in(self.cleaned_data["people"])
        except Refused as refusal:
            raise ValidationError(str(refusal)) from refusal


WHO_NAMES = (
    "E-postadress till den som utser deltagare. På sidan står också initiativet, utan kontaktuppgifter och om det inte "
    "är sekretessmarkerat."
)


class RoundLinkForm(forms.Form):
    """Ask the unit's head by a personal link."""

    to = Email(label="Skicka en länk till", help_text=WHO_NAMES)


class PositionForm(forms.Form):
    text = TextArea(label="Intern ståndpunkt", rows=5)
    seen = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)

    def __init__(self, *args, round: UnitRound, **kwargs):
        super().__init__(*args, initial={"text": round.position, "seen": round.position}, **kwargs)


def invitable(case: Case) -> dict[str, Person]:
    """Those who may be ticked when a meeting is planned: coordinator, contacts of the parties, and whom units named.

    Takes ``case`` with its parties; the rounds are asked for.
    """
    found = {}
    if case.coordinator:
        found["handlaggare"] = Person(case.coordinator.name, case.coordinator.email, Side.MUNICIPALITY, case.unit)
    for party in case.parties.all():
        if party.contact_name and party.left_on is None:
            contact = Person(party.contact_name, party.contact_email, Side.ORGANISATION, party=party)
            found[f"part-{party.pk}"] = contact
    for row in case.rounds.all():
        for one in row.participants.all():
            found[f"utsedd-{one.pk}"] = Person(one.name, one.email, Side.MUNICIPALITY, row.unit)
    return found
