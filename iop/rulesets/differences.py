"""What differs between two versions, rule by rule, with the words that differ marked."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from pydantic import BaseModel

from .additions import rule_tables
from .comparison import SUBJECTS
from .schema import ADOPTION, Rule, RuleList, RuleSet
from .words import CHOICES, FIELDS, SETTINGS_WORDS

LABELS = {name.rpartition(".")[2]: label for name, (label, _) in FIELDS.items()}


@dataclass(frozen=True)
class Words:
    """A run of words that is the same in both ('same'), only in the old ('gone') or only in the new ('new')."""

    how: str
    text: str


@dataclass(frozen=True)
class Change:
    field: str  # name in the schema
    words: list[Words]

    @property
    def label(self) -> str:
        return SETTINGS_WORDS.get(self.field, FIELDS.get(self.field, (self.field,)))[0]


@dataclass(frozen=True)
class Difference:
    how: str  # 'new', 'gone' or 'changed'
    key: str
    rule: Rule | RuleList  # as it is in the new version, or was in the old
    changes: list[Change]

    @property
    def said(self) -> str:
        return getattr(self.rule, "wording", "") or getattr(self.rule, "heading", "")

    @property
    def word(self) -> str:
        return getattr(self.rule, "word", "")


def differences(old: RuleSet, new: RuleSet) -> list[Difference]:
    """In the order of the new version, what is gone last."""
    before, after = _rows(old), _rows(new)
    found = []
    for key, row in after.items():
        if key not in before:
            found.append(Difference("new", key, row, []))
        elif changes := _changes(before[key], row):
            found.append(Difference("changed", key, row, changes))
    return found + [Difference("gone", key, row, []) for key, row in before.items() if key not in after]


def changed_settings(old: RuleSet, new: RuleSet) -> list[Change]:
    """What the rule sets say as a whole: title, name of the agreement …"""
    names = [name for name in RuleSet.model_fields if name not in {*rule_tables(), *TOLD_ELSEWHERE}]
    return [
        Change(name, marked(_text(getattr(old, name)), _text(getattr(new, name))))
        for name in names
        if getattr(old, name) != getattr(new, name)
    ]


TOLD_ELSEWHERE = ADOPTION | {"honoured_elsewhere"}
MOST_WORDS = 3_000  # longer texts are told as whole texts: comparing them word by word takes too long


def marked(old: str, new: str) -> list[Words]:
    """Both texts as one row of runs of words."""
    a, b = _words(old), _words(new)
    if len(a) + len(b) > MOST_WORDS:
        a, b = [old], [new]
    runs = []
    for how, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if how == "equal":
            runs.append(Words("same", "".join(a[i:j])))
            continue
        if i < j:
            runs.append(Words("gone", "".join(a[i:j])))
        if k < m:
            runs.append(Words("new", "".join(b[k:m])))
    return runs


def _words(text: str) -> list[str]:
    return re.findall(r"\S+\s*|\s+", text)


def _is_row(value) -> bool:
    return isinstance(value, BaseModel)


def _rows(rules: RuleSet) -> dict[str, Rule | RuleList]:
    return {row.key: row for row in (*rules.lists, *rules.every_rule())}


def _changes(old, new) -> list[Change]:
    if type(old) is not type(new):
        return [Change("kind", marked(type(old).__name__, type(new).__name__))]
    return [
        Change(name, marked(_text(value), _text(getattr(new, name))))
        for name, value in old
        if value != getattr(new, name)
    ]


def _text(value) -> str:
    """A value as words: nested tables as «name: value», lists with commas."""
    if value is None or value == "":
        return ""
    if value is True or value is False:
        return "ja" if value else "nej"
    if isinstance(value, (list, tuple)):
        return "; ".join(_text(one) for one in value)
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_text(one)}" for name, one in value.items())
    if _is_row(value):
        said = [(name, one) for name, one in value if one not in ("", None, (), False)]
        return "; ".join(f"{LABELS.get(name, name)}: {_text(one)}" for name, one in said)
    return getattr(value, "label", "") or CHOICES.get(str(value)) or SUBJECTS.get(str(value)) or str(value)
