"""What a story of the demonstration may say, and reading them.

The stories are data, one folder for each municipality: ``place.toml`` has its people, organisations and usual words,
``cases.toml`` the cases. They say what is particular; everything else that a rule set asks is answered by ``build``
from the rules themselves.
"""

import tomllib
from pathlib import Path
from typing import Annotated, Literal

from django.utils.text import slugify
from pydantic import BaseModel, BeforeValidator, ConfigDict

STORIES = Path(__file__).with_name("stories")


def _one_or_many(value):
    return [value] if isinstance(value, str) else value


Texts = Annotated[tuple[str, ...], BeforeValidator(_one_or_many)]
Given = dict[str, tuple[str, str]]  # rule, or rule/part -> (value, reason); no value: the one that fulfils the rule
Until = Literal[
    "submit", "take_on", "register", "ask", "assess", "hear", "conclude", "declare", "confirm", "meet_first",
    "begin_dialogue", "contribute", "meet", "begin_writing", "papers", "review", "draft", "consult", "consulted",
    "weigh", "send_to_decision", "decide", "sign", "begin",
]  # fmt: skip


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Person(Shape):
    key: str  # of the address
    name: str
    role: str
    unit: str = ""


class Organisation(Shape):
    key: str
    name: str
    form: str
    number: str = ""
    contact: str
    role: str = "ordförande"
    phone: str = ""
    members: int = 0

    @property
    def email(self) -> str:
        return f"{slugify(self.contact.split()[0])}@{self.key}.example"


class UsualStatement(Shape):
    """What a unit is usually asked, and what it usually answers."""

    question: str
    texts: Texts
    name: str


class Signatory(Shape):
    name: str
    role: str
    ground: str


class Party(Shape):
    organisation: str
    declared: Literal["confirmed", "sent", "no"] = "confirmed"
    hands_in: bool = True
    papers: Given = {}  # rule or rule/part -> (requested, received, rejected, does_not_exist or missing; the note)
    answers: Given = {}
    unanswered: Texts = ()
    ruling: str = ""  # why the organisation may be a party, where the rule set asks for a ruling
    same_activity: bool = False  # the activity of the organisation's earlier case
    leaves: bool = False


class Contribution(Shape):
    by: str = ""  # an organisation; empty means the municipality
    kind: str
    what: str
    value: int | None = None
    hours: int | None = None
    basis: str = ""


class Support(Shape):
    organisation: str
    what: str
    unit: str = ""
    giver: str = ""
    this_activity: bool = False
    money: bool = True
    value: int | None = None


class Asked(Shape):
    """A statement that no rule calls for. Without a text it has not come."""

    unit: str = ""
    outside: str = ""
    question: str
    due_in: int = 10
    text: str = ""
    name: str = ""


class Letter(Shape):
    """Something else for the case file, after a step."""

    after: Until = "register"
    direction: Literal["in", "out", "internal"] = "in"
    about: str
    text: str = ""
    counterpart: str = ""
    enclosed: bool = False


class Planned(Shape):
    name: str
    in_days: int
    rule: str = ""


class Term(Shape):
    """Months from this one, and days from today."""

    start: int
    months: int | None = None
    first_follow_up: int | None = None
    every: int | None = None


class Held(Shape):
    late: int = 0  # days after the day it was due
    participants: str
    progress: str
    future: str = ""
    lessons: str = ""


class Decided(Shape):
    outcome: Literal["yes", "no"] = "yes"
    why: str = ""
    delegate: str = ""
    delegation_point: str = ""


class Closed(Shape):
    outcome: str
    why: str = ""
    ago: int
    delegate: str = ""
    delegation_point: str = ""


class Published(Shape):
    """What the open register tells."""

    description: str
    results: str = ""
    ago: int = 10


class Story(Shape):
    title: str
    received: int  # days ago
    latest: int = 2  # days ago, the last step
    until: Until
    origin: Literal["organisation", "dialogue", "municipality"] = "organisation"
    challenge: str
    idea: str
    target_group: str = ""
    we_bring: str = ""
    municipality_brings: str = ""
    goal: str = ""  # of the partnership, as the parties would put it together
    parties: tuple[Party, ...]  # the first is the one that sent it in
    stated_name: str = ""  # where the sender wrote another name than the number's
    own: dict[str, Literal["ja", "nej", "vet_inte", ""]] = {}

    diary: str = "KS"
    responsible: str = ""
    affected: Texts = ()
    other_municipalities: str = ""
    secret: str = ""
    let_in: Texts = ("sekreterare",)
    letters: tuple[Letter, ...] = ()

    answers: Given = {}
    unanswered: Texts = ()
    said: dict[str, str] = {}  # rule -> what the unit answered
    silent: dict[str, int] = {}  # rule -> asked and not answered, due in so many days
    not_asked: Texts = ()
    asked: tuple[Asked, ...] = ()
    overrides: dict[str, str] = {}
    meetings_missing: Texts = ()
    notes: Texts = ()
    planned: Planned | None = None

    contributions: tuple[Contribution, ...] = ()
    support: tuple[Support, ...] = ()
    points: dict[str, str] = {}
    points_missing: Texts = ()
    points_not_used: Texts = ()
    own_points: dict[str, str] = {}
    flags: dict[str, str] = {}
    term: Term | None = None
    signed_here: bool = False  # by the organisation, where the story ends with the decision
    returned: str = ""  # why the body sent it back the first time
    decided: Decided = Decided()
    held: tuple[Held, ...] = ()
    closed: Closed | None = None
    published: Published | None = None


class Place(Shape):
    """A municipality of the demonstration."""

    municipality: str
    unit: str
    signatory: Signatory
    people: tuple[Person, ...]
    organisations: tuple[Organisation, ...]
    statements: dict[str, UsualStatement] = {}
    texts: dict[str, str] = {}  # rule answered in words -> the words
    choices: dict[str, str] = {}  # rule with alternatives -> the usual one
    reasons: dict[str, Texts] = {}
    points: dict[str, Texts] = {}
    own_points: dict[str, Texts] = {}  # heading -> text, where the rule set names no points
    cases: tuple[Story, ...] = ()


class Phrases(Shape):
    """Usual words that fit anywhere."""

    to_dialogue: Texts
    to_writing: Texts
    to_decision: Texts
    decided: Texts
    statements: Texts
    meetings: Texts
    officials: Texts
    positions: Texts
    agreed: Texts
    points: Texts
    paper: str


def places() -> list[Place]:
    return [place_in(folder) for folder in sorted(STORIES.iterdir()) if folder.is_dir()]


def place_in(folder: Path) -> Place:
    place, cases = (tomllib.loads((folder / name).read_text()) for name in ("place.toml", "cases.toml"))
    return Place.model_validate({**place, **cases})


def phrases() -> Phrases:
    return Phrases.model_validate(tomllib.loads((STORIES / "phrases.toml").read_text()))
