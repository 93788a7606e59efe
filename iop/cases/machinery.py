"""The machinery of moves and checks, shared by everything that has stages.

Rules bound to a step are *checked* before the step is taken and answer with *findings*. A check is one function for
each kind of rule, registered with ``@check("document")`` in the app that owns the facts. A *precondition* is the
program's own demand (a signature must exist before an agreement can be in force), not a municipality's rule.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import models, transaction
from django.db.models import Model
from django.utils import timezone

from iop.rulesets.judge import applies, effect_of, rules_before, rules_before_act
from iop.rulesets.schema import Effect, Gate, Rule, RuleSet


@dataclass(frozen=True)
class Subject:
    """What a rule is applied to: a case, a party or an agreement."""

    kind: str
    pk: int
    label: str = ""
    legal_form: str = ""  # of a party; some rules are answered otherwise for some forms

    @classmethod
    def of(cls, thing: Model, label: str = "") -> "Subject":
        return cls(thing._meta.model_name, thing.pk, label)


@dataclass(frozen=True)
class Finding:
    """What a check says: which rule, about what, how strongly, in a Swedish sentence, and where it is mended."""

    rule: Rule | None  # None: the program's own precondition
    subject: Subject
    effect: Effect
    sentence: str
    tab: str = ""  # name of the case page where it is mended
    anchor: str = ""
    query: str = ""  # for the page: which form to open
    cause: str = ""  # what exactly is wrong; an override holds for this alone
    override: Any = None
    against: bool = False  # found not to hold, rather than not judged, not decided or not handed in yet

    @property
    def name(self) -> tuple[str, str, int, str]:
        """What an override is made of: rule, subject and cause."""
        return (self.rule.key if self.rule else "", self.subject.kind, self.subject.pk, self.cause)

    @property
    def blocks(self) -> bool:
        return self.effect is Effect.BLOCK and self.override is None

    @property
    def may_be_overridden(self) -> bool:
        return self.effect is Effect.BLOCK and self.rule is not None and self.rule.override == "reason"

    def as_it_stood(self) -> dict:
        """For StageChange: plain JSON that can be read in ten years."""
        return {
            "rule": self.rule.key if self.rule else "",
            "subject": f"{self.subject.kind}:{self.subject.pk}",
            "effect": self.effect.value,
            "sentence": self.sentence,
            "override": self.override.reason if self.override else "",
        }


@dataclass
class Matter:
    """What checks are given: the case, its rules and, at gates of an agreement, the agreement."""

    case: Any
    agreement: Any = None
    _kept: dict[str, Any] = field(default_factory=dict)

    @property
    def rules(self) -> RuleSet:
        return self.case.rules

    def once(self, name: str, load: Callable[[], Any]) -> Any:
        """Load something at most once, however many checks ask for it."""
        if name not in self._kept:
            self._kept[name] = load()
        return self._kept[name]

    def finding(
        self, rule: Rule, subject: Subject, sentence: str, *, tab, anchor="", cause="", effect=None, **other
    ) -> Finding:
        """A finding with the rule's own effect (or a weaker one), never stronger than the rule set allows."""
        effect = min(effect or rule.effect, effect_of(self.rules, rule), key=lambda one: one.strength)
        anchor = anchor or (rule.key if subject.kind == "case" else f"{rule.key}-{subject.pk}")
        return Finding(rule, subject, effect, sentence, tab, anchor, cause=cause, **other)


Check = Callable[[list, Matter], Iterable[Finding]]
CHECKS: dict[str, Check] = {}
CIRCUMSTANCES: dict[str, Callable[["Matter"], Any]] = {}  # what `when` asks of a case; each floor adds what it knows
GUARDS: list[Callable[[Any], None]] = []
AFTER_NEW_RULES: list[Callable[[Any], None]] = []
AFTER_MOVES: list[Callable[[Any], None]] = []
AFTER_ANSWERS: list[Callable[[Any], None]] = []
PRECONDITIONS: dict[tuple[str, str], list[Callable[[Any], Iterable[Finding]]]] = {}


def check(*kinds: str) -> Callable[[Check], Check]:
    """Register the check of one or more kinds of rule."""

    def register(function: Check) -> Check:
        for kind in kinds:
            if kind in CHECKS:
                raise RuntimeError(f"two checks for {kind}")
            CHECKS[kind] = function
        return function

    return register


def precondition(model: str, stage: str) -> Callable:
    """Register what the program itself demands before ``model`` may enter ``stage``."""

    def register(function):
        PRECONDITIONS.setdefault((model, stage), []).append(function)
        return function

    return register


def guard(function: Callable[[Any], None]) -> Callable[[Any], None]:
    """Register what keeps parties and contributions as they are; raises Refused, given the case."""
    GUARDS.append(function)
    return function


def after_new_rules(function: Callable[[Any], None]) -> Callable[[Any], None]:
    """Register what a floor does when a case has been moved to other rules, given the case."""
    AFTER_NEW_RULES.append(function)
    return function


def after_moves(function: Callable[[Any], None]) -> Callable[[Any], None]:
    """Register what a floor above does when a case or an agreement has come to another stage, given which."""
    AFTER_MOVES.append(function)
    return function


def after_answers(function: Callable[[Any], None]) -> Callable[[Any], None]:
    """Register what a floor above does when an answer or a statement may change what an organisation is asked."""
    AFTER_ANSWERS.append(function)
    return function


def free_to_change(case) -> None:
    """Raises Refused when the case is closed, or when a higher floor holds its parties and contributions fast."""
    still_open(case)
    for ask in GUARDS:
        ask(case)


def still_open(case) -> None:
    if case.closed_on is not None:
        raise Refused("Ärendet är avslutat och går inte att ändra.")


def findings_before(gate: Gate, matter: Matter) -> list[Finding]:
    """Everything the rules say before ``gate``, overrides marked, strongest first, in the order of the rules."""
    return _judged(rules_before(matter.rules, gate), matter)


def hold_act(act: str, matter: Matter, *, but: str = "") -> None:
    """Raises Refused when a rule bound to ``act`` (``before_act``) blocks, and nobody has made an override of it.

    ``but``: key of a rule that does not hold this act, as the act is to fulfil it.
    """
    found = _judged(rules_before_act(matter.rules, act), matter)
    blocks = [finding.sentence for finding in found if finding.blocks and finding.rule.key != but]
    if blocks:
        raise Refused(
            f"{'; '.join(blocks)}. Ändra det som hindrar. Den som får göra avsteg kan göra det, med skäl, "
            "i rutan om nästa steg, när regeln också gäller det steget."
        )


def _judged(bound: dict[str, list[Rule]], matter: Matter) -> list[Finding]:
    found = []
    for kind, rows in bound.items():
        rules = [rule for rule in rows if in_play(rule, matter)]
        if rules and kind in CHECKS:
            found += [finding for finding in CHECKS[kind](rules, matter) if finding.effect is not Effect.NONE]
    return sorted(_with_overrides(found, matter), key=lambda finding: -finding.effect.strength)


def in_play(rule: Rule, matter: Matter) -> bool:
    """Is the rule meant for a case like this: its first day, its conditions? (Its units: ``Case.rules``.)"""
    if rule.valid_from and rule.valid_from > timezone.localdate():
        return False
    if rule.when is None:
        return True
    return applies(
        rule.when, **matter.once("circumstances", lambda: {k: ask(matter) for k, ask in CIRCUMSTANCES.items()})
    )


def _with_overrides(found: list[Finding], matter: Matter) -> Iterator[Finding]:
    overrides = matter.once(
        "overrides",
        lambda: {
            (row.rule, row.subject_kind, row.subject_id, row.cause): row
            for row in matter.case.overrides.all()
            if row.version_id == matter.case.version_id
        },
    )
    for finding in found:
        yield replace(finding, override=overrides.get(finding.name))


class Refused(Exception):
    """An action that the program does not carry out. The text is a Swedish sentence that says what to do."""


class Blocked(Refused):
    def __init__(self, findings: list[Finding]):
        self.findings = findings
        blocking = [finding.sentence for finding in findings if finding.blocks]
        super().__init__("Steget går inte att ta än: " + "; ".join(blocking) + ".")


class Staged(models.Model):
    """Something with stages. ``MOVES`` is the visible table; ``GATES`` says which rules hold a move."""

    MOVES: dict[str, set[str]] = {}
    GATES: dict[tuple[str, str], Gate] = {}

    class Meta:
        abstract = True

    def matter(self) -> Matter:
        raise NotImplementedError

    def may_move_to(self, stage: str) -> bool:
        return stage in self.MOVES.get(self.stage, set())

    def findings_before(self, stage: str, matter: Matter | None = None) -> list[Finding]:
        """What stands in the way of, or should be known before, the move to ``stage``."""
        gate = self.GATES.get((self.stage, stage))
        found = findings_before(gate, matter or self.matter()) if gate else []
        own = [f for ask in PRECONDITIONS.get((self._meta.model_name, stage), []) for f in ask(self)]
        return own + found

    @transaction.atomic
    def move_to(self, stage: str, *, by, why: str = "", by_name: str = "", **facts) -> list[Finding]:
        """The only writer of a stage. Returns the findings as they stood; raises Refused or Blocked.

        ``facts``: fields that belong to the new stage and are saved with it (a closing day, an outcome).
        """
        from .models import StageChange

        locked = type(self)._base_manager.select_for_update().get(pk=self.pk)
        if not locked.may_move_to(stage):
            now, then = locked.get_stage_display(), dict(self._meta.get_field("stage").choices)[stage]
            raise Refused(f"Det går inte att gå från {now.lower()} till {then.lower()}. Ladda om sidan och se läget.")
        found = locked.findings_before(stage)
        if any(finding.blocks for finding in found):
            raise Blocked(found)
        matter = locked.matter()
        StageChange.objects.create(
            case=matter.case,
            subject_kind=self._meta.model_name,
            subject_id=self.pk,
            from_stage=locked.stage,
            to_stage=stage,
            by=by,
            by_name=by_name or (by.name if by else ""),
            at=timezone.now(),
            why=why,
            findings=[finding.as_it_stood() for finding in found],
        )
        for name, value in {"stage": stage, **facts}.items():
            setattr(self, name, value)
        self.save(update_fields=["stage", *facts])
        for follow in AFTER_MOVES:
            follow(self)
        return found

    move_to.alters_data = True
