"""Forms made from the schema: one for each kind of rule, and one for the rule set as a whole.

A field of a nested table is named with a dot (``help.plainly``). What is empty, or as the schema has it anyway, is
left out of the row, so that a rule set stays as short as one written by hand.
"""

import re
from datetime import date
from enum import EnumType
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from django import forms
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from iop.cases.fields import DayField, Uncut
from iop.municipalities.models import Municipality, UnitKind
from iop.rulesets.comparison import SUBJECTS
from iop.rulesets.drafting import MODELS, TABLES, UNTOUCHED, key_of
from iop.rulesets.schema import FORCE_OF_WORD, LEGAL_FORMS, DeclarationPoint, RuleSet
from iop.rulesets.words import choice_for, words_for

LONG = {"quote", "says", "reading", "ask", "opening", "conclusion", "otherwise", "question", "help.text", "notice"}
LONG |= {"source_note", "local_agreement", "what"}
SPARE_POINTS = 2
SENT_POINT = re.compile(r"points\.([0-9]{1,2})\.text")
DERIVED = {"force", "effect"}  # follow from the word unless the row says otherwise


class LinesField(Uncut, forms.CharField):
    """Several texts, one on each line."""

    def __init__(self, **kwargs):
        super().__init__(widget=forms.Textarea(attrs={"rows": 3}), max_length=20_000, **kwargs)

    def prepare_value(self, value):
        return "\n".join(" ".join(one.split()) for one in value) if isinstance(value, list) else value

    def clean(self, value):
        return [line.strip() for line in super().clean(value).splitlines() if line.strip()]


class TextField(Uncut, forms.CharField):
    """A text with the line breaks that the rule set has, whatever the browser sends."""

    def clean(self, value):
        return super().clean(value.replace("\r\n", "\n") if value else value)


class PassingField(LinesField):
    """The answers that fulfil a rule, with the words that people use for the stored ones."""

    WORDS = {"ja": "yes", "delvis": "partly", "nej": "no", "oklart": "unclear"}

    def prepare_value(self, value):
        words = {stored: word for word, stored in self.WORDS.items()}
        return super().prepare_value([words.get(one, one) for one in value] if isinstance(value, list) else value)

    def clean(self, value):
        return [self.WORDS.get(one.lower(), one) for one in super().clean(value)]


class PairsField(Uncut, forms.CharField):
    """Short name and what is shown, one pair on each line with a colon between."""

    def __init__(self, **kwargs):
        super().__init__(widget=forms.Textarea(attrs={"rows": 3}), max_length=20_000, **kwargs)

    def prepare_value(self, value):
        return "\n".join(f"{name}: {label}" for name, label in value.items()) if isinstance(value, dict) else value

    def clean(self, value):
        pairs = {}
        for line in super().clean(value).splitlines():
            name, colon, label = line.partition(":")
            if line.strip() and not (colon and name.strip() and label.strip()):
                raise forms.ValidationError(f"Skriv kort namn, kolon och det som visas. Raden «{line}» saknar något.")
            if line.strip():
                pairs[name.strip()] = label.strip()
        return pairs


class YesNoField(forms.TypedChoiceField):
    """Yes, no, or nothing said."""

    def __init__(self, **kwargs):
        choices = [("", "sägs inte"), ("ja", "ja"), ("nej", "nej")]
        super().__init__(choices=choices, coerce={"ja": True, "nej": False}.get, empty_value=None, **kwargs)

    def prepare_value(self, value):
        return {True: "ja", False: "nej"}.get(value, value)


class RowForm(forms.Form):
    """A row of a table of the draft; with an empty ``table``, what the rule set says as a whole."""

    def __init__(self, *args, table: str, content: dict, municipality: Municipality, row: dict, **kwargs):
        self.table, self.content, self.municipality, self.was = table, content, municipality, row
        self.model = MODELS[table] if table else RuleSet
        super().__init__(*args, initial=flat(row, self.model), **kwargs)
        for name, annotation, default in leaves(self.model):
            if table or name.partition(".")[0] not in {*TABLES, *UNTOUCHED}:
                self.fields[name] = self._field(name, annotation, default)
        self.fields.pop("key", None)
        if table == "declarations":
            self._add_points(row.get("points", []))

    def clean_word(self) -> str:
        word = self.cleaned_data["word"]
        return word.lower() if word.lower() in FORCE_OF_WORD else word

    def row(self) -> dict:
        """The cleaned row, as it is stored."""
        row: dict[str, Any] = {"key": key_of(self.was)} if self.table else {}
        defaults = {name: default for name, _, default in leaves(self.model) if name not in DERIVED}
        for name, value in self.cleaned_data.items():
            if name.startswith("points.") or _is_empty(value) or value == defaults.get(name):
                continue
            *path, last = name.split(".")
            place = row
            for step in path:
                place = place.setdefault(step, {})
            place[last] = value.isoformat() if isinstance(value, date) else value
        if self.table == "declarations":
            row["points"] = self._points()
        if self.table and row["key"] == next(iter(row.get("ids", [])), ""):
            del row["key"]
        return row

    @property
    def groups(self) -> list[tuple[str, list]]:
        """(heading, bound fields): what everybody fills in first, what is seldom needed last."""
        taken: dict[str, list] = {heading: [] for heading in ("", *(heading for heading, _ in GROUPS))}
        for field in self:
            taken[next((heading for heading, names in GROUPS if _named(field.name, names)), "")].append(field)
        first = taken[""]
        first.sort(key=lambda field: FIRST.index(field.name) if field.name in FIRST else len(FIRST))
        return [(heading, fields) for heading, fields in taken.items() if fields]

    def _field(self, name: str, annotation, default) -> forms.Field:
        label, help_text = words_for(self.table, name)
        said = {"label": label, "help_text": help_text, "required": False}
        choices = self._choices(name, annotation)
        if choices is not None:
            choices += self._no_longer(name, dict(choices))
            if _is_many(annotation):
                return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **said)
            initial = default if isinstance(default, str) else ""
            derived = name in DERIVED
            if derived or initial == "":
                choices = [("", "följer av ordet" if derived else "–"), *choices]
            return forms.ChoiceField(choices=choices, initial="" if derived else initial, **said)
        kind = _plain(annotation)
        if _is_many(annotation):
            return PassingField(**said) if name == "answer.passing" else LinesField(**said)
        if get_origin(kind) is dict:
            return PairsField(**said)
        if kind is bool:
            if _is_optional(annotation):
                return YesNoField(**said)
            return forms.BooleanField(initial=default, **said)
        if kind in (int, float):
            field = forms.IntegerField if kind is int else forms.FloatField
            return field(min_value=0 if kind is int else None, max_value=10**9, initial=default, **said)
        if kind is date:
            return DayField(**said)
        widget = forms.Textarea(attrs={"rows": 3}) if name in LONG else forms.TextInput()
        if name in ("word", "unit"):
            widget.attrs["list"] = {"word": "ord", "unit": "enheter"}[name]
        return TextField(max_length=20_000 if name in LONG else 500, widget=widget, initial=default, **said)

    def _choices(self, dotted: str, annotation) -> list[tuple[str, str]] | None:
        """What may be chosen; None where the answer is written freely."""
        name = dotted.rpartition(".")[2]
        units = [(unit.name, unit.name) for unit in self._units()]
        rows = {"list": "lists", "waits_for": "statements", "point": "points"}
        if name in rows:
            return [(key_of(row), called(row)) for row in self.content.get(rows[name], [])]
        if name in ("units", "responsible", "decides", "money_from") or (not self.table and name == "unit"):
            return units
        if name in ("form", "legal_form_in", "not_for", "in_words_for"):
            return list(LEGAL_FORMS.items())
        if name == "kinds_of_unit":
            return list(UnitKind.choices)
        if name == "subject":
            return list(SUBJECTS.items())
        kind = _plain(annotation)
        kind = _plain(get_args(kind)[0]) if _is_many(annotation) else kind
        if isinstance(kind, EnumType):
            return [(one.value, getattr(one, "label", "") or choice_for(dotted, one.value)) for one in kind]
        if get_origin(kind) is Literal:
            return [(one, choice_for(dotted, one)) for one in get_args(kind) if one]
        return None

    def _no_longer(self, name: str, choices: dict[str, str]) -> list[tuple[str, str]]:
        """What the row says and nobody can choose any more; it stays until somebody takes it away."""
        said = flat(self.was, self.model).get(name)
        said = said if isinstance(said, list) else [said]
        return [
            (one, f"{one} (finns inte längre)") for one in said if isinstance(one, str) and one and one not in choices
        ]

    @property
    def unit_names(self) -> list[str]:
        return [unit.name for unit in self._units()]

    def _units(self):
        if not hasattr(self, "_read_units"):
            self._read_units = list(self.municipality.units.filter(active=True))
        return self._read_units

    def _add_points(self, points: list[dict]) -> None:
        """As many as there are and some to spare, and no fewer than the page had when it was sent."""
        sent = [int(found[1]) + 1 for found in map(SENT_POINT.fullmatch, self.data) if found]
        for place in range(max(len(points) + SPARE_POINTS, *sent, 0)):
            number = place + 1
            named = (
                ("text", forms.CharField(label=f"Punkt {number}", widget=forms.Textarea(attrs={"rows": 2}))),
                ("grounds", LinesField(label=f"Underpunkter till punkt {number}", help_text="En på varje rad.")),
                ("ids", LinesField(label=f"Beteckningar för punkt {number}")),
            )
            for name, field in named:
                field.required = False
                self.fields[f"points.{place}.{name}"] = field
        self.initial |= flat_points(points)

    def _points(self) -> list[dict]:
        found: dict[str, dict] = {}
        for name, value in self.cleaned_data.items():
            head, _, rest = name.partition(".")
            if head == "points" and value:
                place, _, last = rest.partition(".")
                found.setdefault(place, {})[last] = value
        return [point for _, point in sorted(found.items(), key=lambda one: int(one[0])) if point.get("text")]


FIRST = ["heading", "name", "form", "standing", "unit", "about", "title", "list", "quote", "source", "word", "before"]
FIRST += ["effect", "says"]
GROUPS = (
    ("Hur regeln besvaras", {"ask", "answer", "conditions", "conditions_hold", "waits_for"}),
    ("Vem som svarar, och hur", {"answered_by", "evidence", "in_words_for"}),
    ("När regeln gäller", {"when", "units", "areas", "valid_from", "valid_to", "per"}),
    ("Vårt stöd till den som bedömer och den som söker sig hit", {"help", "reading"}),
    ("Mer", {"force", "provenance", "enabled", "override", "before_act", "subject", "ids", "statement"}),
)


def _named(name: str, names: set[str]) -> bool:
    return name.partition(".")[0] in names or (name.startswith("points.") and name.rpartition(".")[2] in names)


def called(row: dict) -> str:
    """A row as one recognises it in a list."""
    text = (
        row.get("heading")
        or row.get("name")
        or row.get("unit")
        or row.get("ask")
        or row.get("quote")
        or row.get("says")
    )
    text = text or key_of(row)
    return text if len(text) <= 90 else text[:90].rsplit(" ", 1)[0] + " …"


def leaves(model: type[BaseModel], prefix: str = ""):
    """(dotted name, annotation, default) of every field that holds a plain value."""
    for name, field in model.model_fields.items():
        inner = _plain(field.annotation)
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from leaves(inner, f"{prefix}{name}.")
        elif _is_many(field.annotation) and get_args(inner)[0] in (DeclarationPoint, *MODELS.values()):
            continue
        else:
            default = None if field.default is PydanticUndefined else field.default
            default = default.value if hasattr(default, "value") else default
            yield f"{prefix}{name}", field.annotation, list(default) if isinstance(default, tuple) else default


def flat(row: dict, model: type[BaseModel]) -> dict[str, Any]:
    """A stored row with dotted names; one text where several may stand is a list of one."""
    many = {name for name, annotation, _ in leaves(model) if _is_many(annotation)}
    found: dict[str, Any] = {}

    def walk(table: dict, prefix: str) -> None:
        for name, value in table.items():
            dotted = prefix + ("ids" if name == "id" else name)
            if isinstance(value, dict) and name != "choices":
                walk(value, f"{dotted}.")
            else:
                found[dotted] = [value] if dotted in many and isinstance(value, str) else value

    walk(row, "")
    return found


def flat_points(points: list[dict]) -> dict[str, Any]:
    """The points of a declaration, named as the fields of the form are."""
    flattened = [(place, flat(point, DeclarationPoint)) for place, point in enumerate(points)]
    return {f"points.{place}.{name}": value for place, point in flattened for name, value in point.items()}


def _is_optional(annotation) -> bool:
    return get_origin(annotation) in (Union, UnionType) and NoneType in get_args(annotation)


def _plain(annotation):
    """Without «or nothing», and without limits."""
    if _is_optional(annotation):
        annotation = next(one for one in get_args(annotation) if one is not NoneType)
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


def _is_many(annotation) -> bool:
    return get_origin(_plain(annotation)) is tuple


def _is_empty(value) -> bool:
    return value is None or value == "" or value == [] or value == {}


WORDS = list(FORCE_OF_WORD)
