"""What a rule set may say.

A municipality's guideline is written down as data (one TOML file, or a stored version of it). Each rule keeps the
guideline's own words in ``quote``, its place in ``source`` and its own degree of demand in ``word``; how strongly the
program acts follows from the word (``FORCE_OF_WORD``) unless the rule says otherwise. What is ours and not the
guideline's stands under ``help`` and ``reading`` and is always shown as ours.

This module only describes shapes. Judging is in ``judge.py``; reading files and their errors in ``reader.py``.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

SCHEMA = 1


class Force(StrEnum):
    MUST = "must"
    CONDITION = "condition"
    SHOULD = "should"
    CONSIDER = "consider"
    IF_EXISTS = "if_exists"
    MAY = "may"
    DESCRIBES = "describes"
    OPINION = "opinion"


class Effect(StrEnum):
    """What an unmet rule does. Ordered by strength: see ``strength``."""

    BLOCK = "block"
    WARN = "warn"
    INFORM = "inform"
    NONE = "none"

    @property
    def strength(self) -> int:
        return {"block": 3, "warn": 2, "inform": 1, "none": 0}[self]

    @property
    def label(self) -> str:
        return {"block": "hinder", "warn": "varning", "inform": "upplysning", "none": ""}[self]


class Provenance(StrEnum):
    ADOPTED = "adopted"
    REPORTED = "reported"
    ASSUMED = "assumed"
    PROPOSED = "proposed"

    @property
    def label(self) -> str:
        return {
            "adopted": "antagen riktlinje",
            "reported": "återgivet i andra hand",
            "assumed": "antaget utifrån Forums modell, inte bekräftat",
            "proposed": "förslag i remissvar 2017, ej beslutat",
        }[self]


class Gate(StrEnum):
    """The steps a rule may stand before, in the order a case passes them."""

    DIALOGUE = "dialogue"
    DRAFTING = "drafting"
    DECISION = "decision"
    SIGNING = "signing"
    IN_FORCE = "in_force"

    @property
    def order(self) -> int:
        return list(Gate).index(self)

    @property
    def label(self) -> str:
        return {
            "dialogue": "dialog kan inledas",
            "drafting": "avtalet börjar skrivas",
            "decision": "ärendet går till beslut",
            "signing": "avtalet undertecknas",
            "in_force": "avtalet börjar gälla",
        }[self]


FORCE_OF_WORD: dict[str, Force] = {
    **dict.fromkeys(("ska", "skall", "måste", "ska inte", "kan inte", "åligger", "behöver", "gäller"), Force.MUST),
    "villkor": Force.CONDITION,
    **dict.fromkeys(("bör", "bör alltid", "bör inte", "viktigt"), Force.SHOULD),
    "bör övervägas": Force.CONSIDER,
    "bör, om sådana finns": Force.IF_EXISTS,
    **dict.fromkeys(
        ("kan", "får", "gärna", "ofta", "till exempel", "vanligtvis", "vid behov", "om lämpligt"), Force.MAY
    ),
    **dict.fromkeys(
        ("definition", "mål", "syfte", "kännetecken", "beskrivning", "text", "intygas", "vägledning", "uppdrag"),
        Force.DESCRIBES,
    ),
    **dict.fromkeys(("anser", "kritik", "förslag", "risk", "bedömning", "okänt"), Force.OPINION),
}

EFFECT_OF_FORCE: dict[Force, Effect] = {
    Force.MUST: Effect.BLOCK,
    Force.CONDITION: Effect.BLOCK,
    Force.SHOULD: Effect.WARN,
    Force.CONSIDER: Effect.WARN,
    Force.IF_EXISTS: Effect.WARN,
    Force.MAY: Effect.INFORM,
    Force.DESCRIBES: Effect.NONE,
    Force.OPINION: Effect.NONE,
}

# Forms of association that a rule set may name. The keys are stored with organisations; the list is law and
# usage, not any municipality's rule.
LEGAL_FORMS: dict[str, str] = {
    "ideell_forening": "Ideell förening",
    "stiftelse": "Stiftelse",
    "trossamfund": "Registrerat trossamfund",
    "ekonomisk_forening": "Ekonomisk förening",
    "kooperativ": "Kooperativ",
    "aktiebolag_svb": "Aktiebolag med särskild vinstutdelningsbegränsning (svb)",
    "aktiebolag": "Aktiebolag",
    "studieforbund": "Studieförbund",
    "folkhogskola": "Folkhögskola",
    "arbetsintegrerande_socialt_foretag": "Arbetsintegrerande socialt företag",
    "socialt_foretag": "Icke-vinstdrivet socialt företag",
    "natverk": "Nätverk eller grupp som inte är registrerad",
    "annan": "Annan form",
}

Subject = Literal[
    "scope", "goal", "initiative", "market", "grant", "financing", "detail", "long_term", "local_development",
    "independence", "learning", "form_choice", "eligibility", "value_base", "papers", "meetings", "statements",
    "legal", "decision", "budget", "agreement", "term", "double_financing", "follow_up", "statistics", "review",
    "openness",
]  # fmt: skip
ContributionKind = Literal["money", "personnel", "competence", "premises", "volunteer_time", "other"]
Who = Literal["officer", "organisation", "both", "unit"]


Months = Annotated[int, Field(ge=1, le=1200)]
Count = Annotated[int, Field(ge=0, le=1000)]
# Keys stand in addresses, in the ids of pages and in the database, there with an addition's mark after them.
Key = Annotated[str, Field(pattern=r"^[\w-]{1,30}$")]
Line = Annotated[str, Field(max_length=120)]
Heading = Annotated[str, Field(max_length=150)]
ADOPTION = {"adopted_by", "adopted_on", "paragraph", "valid_from", "valid_to"}  # said when a draft is published
MOST_TEXT, MOST_ROWS = 20_000, 500
ITS_ANSWER = "o"  # ends the name of a part that the organisation answers beside the municipality


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _one_or_many(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Texts = Annotated[tuple[str, ...], BeforeValidator(_one_or_many)]
Areas = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=60)], ...], BeforeValidator(_one_or_many)]


def _longest(value: Any) -> int:
    """Length of the longest text anywhere within."""
    if isinstance(value, str):
        return len(value)
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
    return max(map(_longest, inner), default=0)


class Help(Strict):
    """Our own words beside a rule; never shown as the guideline's."""

    plainly: str = ""  # the rule as a plain question to an organisation
    fulfilled_by: Literal["ja", "nej", ""] = ""  # which answer to `plainly` speaks for the rule
    judge: Texts = ()  # what to look at when judging
    text: str = ""


class When(Strict):
    """Conditions under which a rule applies; all that are stated must hold."""

    units_more_than: Count | None = None  # affected nämnder, styrelser and bolag
    municipalities_more_than: Count | None = None
    amount_more_than: int | None = None  # kronor a year from the municipality
    money_from: str | None = None  # name of the unit that pays
    legal_form_in: Texts = ()


class AnswerType(Strict):
    """How an answerable rule is answered, and which answers fulfil it."""

    type: Literal["yes_no", "choice", "number", "date", "text", "fact"] = "yes_no"
    partly: bool = False
    choices: dict[str, str] = {}  # stored value -> Swedish label
    passing: Texts = ()
    at_least: float | None = None
    at_most: float | None = None
    fact: Literal["initiative.origin"] | None = None

    @model_validator(mode="after")
    def _can_be_answered(self) -> Self:
        if self.type == "choice" and not self.choices:
            raise ValueError("svaret ska väljas bland flera, men choices är tom")
        known = (
            set(self.choices) if self.type == "choice" else {"yes", "no", "unclear"} if self.type == "yes_no" else None
        )
        known = known | {"partly"} if known and self.type == "yes_no" and self.partly else known
        unknown = [one for one in self.passing if known is not None and one not in known]
        if unknown:
            raise ValueError(f"passing nämner «{unknown[0]}», som inte går att svara")
        return self

    @model_validator(mode="before")
    @classmethod
    def _fact_is_a_type(cls, data: Any) -> Any:
        if isinstance(data, dict) and "fact" in data:
            data = {"type": "fact", **data}
        return data


class Rule(Strict):
    kind: ClassVar[str] = "rule"

    ids: Texts = ()
    key: Key = ""  # unique in the rule set; the first id unless one statement gives rise to several rules
    quote: str = ""
    says: str = ""  # our summary, only where there is no text to quote (provenance assumed)
    source: str = ""
    word: str = "gäller"
    force: Force = Force.MUST
    effect: Effect = Effect.NONE
    provenance: Provenance = Provenance.ADOPTED
    enabled: bool = True
    override: Literal["reason", "never"] = "reason"
    before: Gate | None = None
    before_act: tuple[Literal["answer", "contribution", "extension", "decision"], ...] = ()
    per: Literal["case", "party", "agreement"] = "case"
    subject: Subject | None = None
    when: When | None = None
    units: Texts = ()  # the rule is limited to these units; empty means all
    areas: Areas = ()  # the rule is limited to cases about one of these; empty means all
    valid_from: date | None = None
    valid_to: date | None = None
    help: Help = Help()
    reading: str = ""  # our reading of an unclear place

    @model_validator(mode="before")
    @classmethod
    def _ids_key_force_effect(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        data = dict(data)
        if "id" in data:
            data["ids"] = data.pop("id")
        ids = _one_or_many(data.get("ids", []))
        if not isinstance(ids, (list, tuple)) or not all(isinstance(one, str) for one in ids):
            raise ValueError("id ska vara en text")
        data.setdefault("key", ids[0] if ids else "")
        if not data["key"]:
            raise ValueError("regeln saknar id eller key")
        word = data.get("word", "gäller")
        if not isinstance(word, str):
            return data  # told below as what it is
        if "force" not in data:
            if word not in FORCE_OF_WORD:
                raise ValueError(f"okänt ord «{word}»: använd ett av {', '.join(FORCE_OF_WORD)}, eller ange force")
            data["force"] = FORCE_OF_WORD[word]
        if "effect" not in data and data["force"] in list(Force):
            data["effect"] = EFFECT_OF_FORCE[Force(data["force"])]
        return data

    @model_validator(mode="after")
    def _words_of_the_source(self) -> Self:
        if self.provenance is Provenance.ASSUMED:
            if not self.says:
                raise ValueError("en antagen regel saknar says (vår sammanfattning)")
        elif not self.quote:
            raise ValueError("regeln saknar quote (riktlinjens ordagranna text)")
        return self

    def for_form(self, form: str) -> Self:
        """The rule as it is answered about an organisation of that legal form."""
        return self

    @property
    def wording(self) -> str:
        """The words to show: the guideline's own, or our summary where there is none."""
        return self.quote or self.says


class Answerable(Rule):
    """A rule that somebody answers; the base of criteria, controls and plain questions."""

    ask: str = ""  # what to ask; the quote when empty
    answer: AnswerType = AnswerType()
    conditions: Texts = ()  # several conditions in one rule: each is answered
    conditions_hold: Literal["all", "any"] = "all"
    waits_for: str = ""  # key of a statement that must be in before the rule can be answered
    answered_by: Who = "officer"
    evidence: bool = False  # an answer should point at what it rests on
    in_words_for: Texts = ()  # legal forms for which the answer is written in words, whatever ``answer`` says

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """(part, text) for everything to answer; a rule without conditions has the single part ''.

        Where both sides answer, each does: the organisation's parts end with ``ITS_ANSWER``.
        """
        asked = (("", self.ask or self.wording),)
        if self.conditions:
            asked = tuple((str(number), text) for number, text in enumerate(self.conditions, 1))
        if self.answered_by != "both":
            return asked
        return tuple(
            (part + side, f"{who}: {text}")
            for part, text in asked
            for side, who in (("", "Kommunen"), (ITS_ANSWER, "Organisationen"))
        )

    @property
    def its_parts(self) -> tuple[tuple[str, str], ...]:
        """Those of ``parts`` that the organisation answers itself, as they are asked of it."""
        if self.answered_by == "organisation":
            return self.parts
        theirs = [(part, text) for part, text in self.parts if self.answered_by == "both" and part.endswith(ITS_ANSWER)]
        return tuple((part, text.removeprefix("Organisationen: ")) for part, text in theirs)

    @property
    def who_answers(self) -> str:
        """Beside the question, where it is not simply the official."""
        unless = "Har den inte gjort det på Mina sidor, för in det"
        return {
            "organisation": f"Organisationen svarar. {unless} den säger.",
            "both": f"Kommunen och organisationen svarar var för sig. {unless} organisationen säger.",
            "unit": "Den berörda enheten svarar; för in det den säger.",
        }.get(self.answered_by, "")

    def for_form(self, form: str) -> Self:
        """The rule as it is answered about an organisation of that legal form."""
        return self.model_copy(update={"answer": AnswerType(type="text")}) if form in self.in_words_for else self


class Criterion(Answerable):
    kind = "criterion"
    list: str = ""

    @model_validator(mode="after")
    def _is_bound_to_a_moment(self) -> Self:
        if self.before is None and not self.before_act:
            raise ValueError("kriteriet saknar before: det steg som det ska vara bedömt före")
        return self


class Question(Answerable):
    """The plain question: what to ask, who answers, per what, before what. A municipality's unforeseen rule."""

    kind = "question"


class Control(Answerable):
    """What the municipality itself controls about a partner (three value mechanisms are kept apart)."""

    kind = "control"
    per: Literal["case", "party", "agreement"] = "party"


class Budget(Answerable):
    kind = "budget"
    per: Literal["case", "party", "agreement"] = "agreement"


class Eligibility(Rule):
    kind = "eligibility"
    per: Literal["case", "party", "agreement"] = "party"
    form: str
    standing: Literal["eligible", "conditional", "not_eligible"] = "eligible"
    conditions: Texts = ()
    ruling: bool = False  # a recorded decision in the single case is needed

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        return tuple((str(number), text) for number, text in enumerate(self.conditions, 1))

    @property
    def answer(self) -> AnswerType:
        return AnswerType()

    @field_validator("form")
    @classmethod
    def _known_form(cls, value: str) -> str:
        if value not in LEGAL_FORMS:
            raise ValueError(f"okänd associationsform «{value}»: använd en av {', '.join(LEGAL_FORMS)}")
        return value


class Document(Rule):
    kind = "document"
    per: Literal["case", "party", "agreement"] = "party"
    name: str = ""  # the quote when empty
    items: Texts = ()  # several papers in one row
    hand_in: Literal["file", "number", "both"] = "file"
    period: Literal["", "date", "year"] = ""
    requested_by: str = ""
    not_for: Texts = ()  # legal forms that the paper does not concern

    @property
    def label(self) -> str:
        return self.name or self.quote

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        if self.items:
            return tuple((str(number), text) for number, text in enumerate(self.items, 1))
        return (("", self.label),)

    @property
    def may_be_missing(self) -> bool:
        """'Finns ej' is a full answer."""
        return self.force is Force.IF_EXISTS


class DeclarationPoint(Strict):
    ids: Texts = ()
    text: str
    grounds: Texts = ()


class Declaration(Rule):
    kind = "declaration"
    per: Literal["case", "party", "agreement"] = "party"
    heading: str
    opening: str  # «Undertecknad som representant för {organisation} intygar …»
    points: tuple[DeclarationPoint, ...]
    assurances: Texts = ()

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.opening.strip() or not self.points:
            raise ValueError("intyget saknar text: skriv inledningen (opening) och minst en punkt (points)")
        return self


class Principle(Rule):
    """Principles that the agreement must rest on, bound to one of its points."""

    kind = "principle"
    per: Literal["case", "party", "agreement"] = "agreement"
    names: Texts = ()
    point: str  # key of the point that carries them


class Statement(Rule):
    """Yttrande or samråd that is asked of a unit or an outside body."""

    kind = "statement"
    unit: Line
    about: str = ""
    consultation: bool = False  # samråd while the agreement is written, rather than a yttrande


class Meeting(Rule):
    kind = "meeting"
    name: Line
    meeting: Literal["first", "idea", "joint", "internal", "planning", "any"] = "any"
    least: Count = 1
    topics: Texts = ()
    participants: tuple[Literal["initiators", "affected_units", "officials"], ...] = ()


class Route(Rule):
    """Who is responsible for, and who decides, cases of a certain sort. The two are kept apart."""

    kind = "route"
    responsible: str = ""  # unit name; empty means the unit of the case
    decides: str = ""
    kinds_of_unit: Texts = ()  # which kinds of unit may decide
    bases: Texts = ()  # what the decision must rest on


class ContributionRule(Rule):
    kind = "contribution"
    per: Literal["case", "party", "agreement"] = "agreement"
    each_side_at_least: Count = 1
    kinds: tuple[ContributionKind, ...] = ()
    valued: bool = False  # contributions in kind are to be given a value in kronor


class Pattern(Strict):
    """Support to look for: of the same activity or the same organisation, from whom, and of which kind."""

    same: Literal["activity", "organisation"]
    source: Literal["other_unit", "same_municipality", "anyone"] = "anyone"
    kind: Literal["money", "any"] = "any"


class Financing(Rule):
    kind = "financing"
    never: Pattern | None = None
    shown: Pattern | None = None


class Point(Rule):
    kind = "point"
    per: Literal["case", "party", "agreement"] = "agreement"
    heading: Heading
    question: str = ""
    carries: tuple[Literal["parties", "contributions", "term", "follow_up", "principles", "contacts"], ...] = ()
    optional: bool = False  # offered, and never missed


class Clause(Rule):
    """A stance on a sort of clause (sanction, repayment) wherever it turns up in an agreement."""

    kind = "clause"
    per: Literal["case", "party", "agreement"] = "agreement"
    flag: Literal["sanction", "repayment", "procurement_terms"]
    stance: Literal["offered", "warned_against"]


class Term(Rule):
    kind = "term"
    per: Literal["case", "party", "agreement"] = "agreement"
    end_required: bool = False
    most_months: Months | None = None
    extension_allowed: bool | None = None
    extension_refused_without_reason: bool = False


class FollowUp(Rule):
    kind = "follow_up"
    per: Literal["case", "party", "agreement"] = "agreement"
    every_months: Months | None = None
    from_agreement: bool = False  # days come from the plan of the agreement itself
    plan_required: bool = False
    by: Literal["unit", "both", ""] = ""
    topics: Texts = ()


class Statistics(Rule):
    kind = "statistics"
    every_months: Months | None = None
    counts: Texts = ()
    owner: str = ""


class Review(Rule):
    kind = "review"
    owner: str = ""
    trigger: Literal["interval", "term_of_office", "event"] = "event"
    every_months: Months | None = None
    event: str = ""
    event_on: date | None = None  # when it happened, where that is known
    questions: Texts = ()


class Publication(Rule):
    kind = "publication"
    what: str = ""
    channels: Texts = ()


class Scope(Rule):
    kind = "scope"
    kinds_of_unit: Texts = ()
    area: str = ""


class RuleList(Strict):
    """A list of criteria with a logic of its own and the conclusion the guideline draws when it holds."""

    key: Key
    heading: str
    holds_when: Literal["all", "any", "at_least", "weighed"]
    least: Count | None = None
    statement: Texts = ()
    quote: str = ""
    source: str = ""
    conclusion: str = ""
    otherwise: str = ""  # ours: what the program says when the conclusion cannot be drawn
    reading: str = ""

    @model_validator(mode="after")
    def _says_how_many(self) -> Self:
        if self.holds_when == "at_least" and not self.least:
            raise ValueError("listan säger inte hur många som behövs (least)")
        return self


class HonouredElsewhere(Strict):
    """A statement that asks nothing of a single case, and the place where the program honours it."""

    ids: Texts
    by: str

    @model_validator(mode="before")
    @classmethod
    def _ids(cls, data: Any) -> Any:
        if isinstance(data, dict) and "id" in data:
            data = dict(data)
            data["ids"] = data.pop("id")
        return data

    @field_validator("by")
    @classmethod
    def _form_of_by(cls, value: str) -> str:
        how, _, what = value.partition(":")
        if how not in ("page", "field", "report", "nothing", "not_yet") or not what.strip():
            raise ValueError("by ska vara page:…, field:…, report:…, nothing:… eller not_yet:…")
        return value


class LegalForms(Strict):
    """How to see a legal form that no eligibility row names."""

    statement: Texts = ()
    others: Literal["open", "stopped"] = "open"
    reading: str = ""


class Intake(Strict):
    """Where initiatives land; empty unit means that the unit is chosen in each case."""

    statement: Texts = ()
    unit: str = ""


class RuleSet(Strict):
    schema_number: int = Field(alias="schema")
    municipality: str
    title: str
    standing: Literal["adopted", "guidance", "incomplete"] = "adopted"
    notice: str = ""  # shown on every page that uses the rule set
    strongest_effect: Effect = Effect.BLOCK  # nothing in the rule set acts stronger than this
    agreement_is_called: Literal["avtal", "överenskommelse", "samverkansavtal"] = "avtal"
    equal_parties: bool = False  # no text calls the organisation an applicant
    adopted_by: str = ""
    adopted_on: date | None = None
    paragraph: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    units: Texts = ()  # an addition's: its rules are for these units alone; empty means all
    areas: Areas = ()  # an addition's: its rules are for cases about one of these; empty means all
    source_note: str = ""
    about: Texts = ()  # ours: what an IOP is in this municipality, for the public page
    local_agreement: str = ""
    intake: Intake = Intake()
    legal_forms: LegalForms = LegalForms()

    lists: tuple[RuleList, ...] = ()
    scopes: tuple[Scope, ...] = ()
    eligibility: tuple[Eligibility, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    questions: tuple[Question, ...] = ()
    statements: tuple[Statement, ...] = ()
    documents: tuple[Document, ...] = ()
    controls: tuple[Control, ...] = ()
    declarations: tuple[Declaration, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    routes: tuple[Route, ...] = ()
    budgets: tuple[Budget, ...] = ()
    contributions: tuple[ContributionRule, ...] = ()
    financing: tuple[Financing, ...] = ()
    principles: tuple[Principle, ...] = ()
    points: tuple[Point, ...] = ()
    clauses: tuple[Clause, ...] = ()
    terms: tuple[Term, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    statistics: tuple[Statistics, ...] = ()
    reviews: tuple[Review, ...] = ()
    publications: tuple[Publication, ...] = ()
    honoured_elsewhere: tuple[HonouredElsewhere, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _within_bounds(cls, data: Any) -> Any:
        for name, value in data.items() if isinstance(data, dict) else ():
            if isinstance(value, list) and len(value) > MOST_ROWS:
                raise ValueError(f"tabellen {name} har fler än {MOST_ROWS} rader")
        if _longest(data) > MOST_TEXT:
            raise ValueError(f"en text är längre än {MOST_TEXT} tecken")
        return data

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.schema_number != SCHEMA:
            raise ValueError(f"schema {self.schema_number} stöds inte, programmet läser schema {SCHEMA}")
        seen: set[str] = set()
        for rule in (*self.lists, *self.every_rule()):
            if rule.key in seen:
                raise ValueError(f"två regler har nyckeln {rule.key}")
            seen.add(rule.key)
        lists = {rule_list.key for rule_list in self.lists}
        statements = {statement.key for statement in self.statements}
        points = {point.key for point in self.points}
        for criterion in self.criteria:
            if criterion.list and criterion.list not in lists:
                raise ValueError(f"{criterion.key} hör till listan «{criterion.list}» som inte finns")
        for rule in (*self.criteria, *self.questions, *self.controls, *self.budgets):
            if rule.waits_for and rule.waits_for not in statements:
                raise ValueError(f"{rule.key} väntar på yttrandet «{rule.waits_for}» som inte finns")
        forms = Counter((row.form, row.units, str(row.when)) for row in self.eligibility)
        for (form, *_), times in forms.items():
            if times > 1:
                raise ValueError(f"associationsformen «{form}» står på två rader")
        for principle in self.principles:
            if principle.point not in points:
                raise ValueError(f"{principle.key} hör till avtalspunkten «{principle.point}» som inte finns")
        return self

    @property
    def the_agreement(self) -> str:
        """The municipality's word in definite form: avtalet, överenskommelsen, samverkansavtalet."""
        return self.agreement_is_called + ("n" if self.agreement_is_called.endswith("e") else "et")

    @property
    def signed(self) -> str:
        return "undertecknad" if self.agreement_is_called.endswith("e") else "undertecknat"

    @property
    def is_silent(self) -> str:
        """What to say where the rule set says nothing: a guideline that we have not seen is not silent."""
        return "Framgår inte av underlaget." if self.standing == "incomplete" else "Riktlinjen säger inget om detta."

    def limited_to(self, units: frozenset[str] | None, areas: frozenset[str]) -> Self:
        """The same rule set without the rules that are limited to other units or areas than these.

        ``units`` None: whatever their units.
        """

        def kept(row) -> bool:
            if not isinstance(row, Rule):
                return True
            here = units is None or not row.units or bool(units & set(row.units))
            return here and (not row.areas or bool(areas & set(row.areas)))

        tables = {name: value for name, value in self if isinstance(value, tuple)}
        return self.model_copy(update={name: tuple(filter(kept, value)) for name, value in tables.items()})

    @property
    def areas_named(self) -> list[str]:
        """The areas that some rule is limited to, in the order of the rules."""
        return list(dict.fromkeys(area for rule in self.every_rule() for area in rule.areas))

    @property
    def asked_of_organisations(self) -> list[Answerable]:
        """Those that the organisations of a case answer themselves, wholly or beside the municipality."""
        answerable = (*self.criteria, *self.questions, *self.controls, *self.budgets)
        return [rule for rule in answerable if rule.enabled and rule.its_parts]

    @property
    def criteria_without_list(self) -> list[Criterion]:
        return [rule for rule in self.criteria if rule.enabled and not rule.list]

    def every_rule(self) -> Iterator[Rule]:
        """All rules, switched off or not, table by table in the order of a case."""
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, tuple):
                yield from (row for row in value if isinstance(row, Rule))
