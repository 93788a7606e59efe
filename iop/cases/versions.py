"""A case and the versions of its rules: what newer ones would change, and the move to them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from iop.municipalities.models import Municipality
from iop.rulesets.additions import combined
from iop.rulesets.differences import differences
from iop.rulesets.models import RuleSetVersion, newest_of, rules_of
from iop.rulesets.schema import RuleSet

from .actions import add_record, additions_in_force, values_of
from .machinery import AFTER_NEW_RULES, Finding, Refused, free_to_change, still_open
from .models import Answer, Case, Direction, Override, Stage


@dataclass(frozen=True)
class Unfit:
    """An answer that does not fit other rules, and why."""

    answer: Answer
    why: str
    question: str = ""
    said: str = ""  # the answer as people read it

    @property
    def cannot_be_given(self) -> bool:
        return self.why == NOT_ALLOWED


GONE, NOT_ALLOWED, OTHERWISE = "regeln finns inte längre", "svaret går inte att ge längre", "frågan är ändrad"


@dataclass(frozen=True)
class Impact:
    """What would be otherwise for one case: findings before its next step, and what no longer fits."""

    new: list[Finding]
    gone: list[Finding]
    answers: list[Unfit]
    overrides: list[Override]

    def __bool__(self) -> bool:
        return bool(self.new or self.gone or self.answers or self.overrides)


def impact(case: Case, rules: RuleSet, *, now: list[Finding], then: list[Finding]) -> Impact:
    """``now`` and ``then``: findings before the next step under the case's own rules and under ``rules``."""
    told_now, told_then = {_told(one) for one in now}, {_told(one) for one in then}
    return Impact(
        new=[one for one in then if _told(one) not in told_now],
        gone=[one for one in now if _told(one) not in told_then],
        answers=answers_that_do_not_fit(case, rules),
        overrides=list(case.overrides.filter(version_id=case.version_id).select_related("by")),
    )


def _told(finding: Finding) -> tuple:
    return (finding.subject, finding.effect, finding.sentence)


def answers_that_do_not_fit(case: Case, rules: RuleSet) -> list[Unfit]:
    """Answers to a rule that is gone or asked otherwise, or that cannot be given to it any longer."""
    before, after = (_answerable(one) for one in (case.rules, case.under(rules).rules))
    rows = case.answers.exclude(value="").select_related("by").order_by("rule", "part", "pk")
    found = [(row, _why_unfit(row, before.get(row.rule), after.get(row.rule))) for row in rows]
    return [Unfit(row, why, *_as_read(row, before.get(row.rule))) for row, why in found if why]


def _as_read(row: Answer, rule) -> tuple[str, str]:
    """The question and the answer in words; the stored ones where the rule is not known either."""
    if rule is None:
        return row.rule, row.value
    return dict(rule.parts).get(row.part, rule.wording), values_of(rule).get(row.value, row.value)


def _answerable(rules: RuleSet) -> dict:
    return {rule.key: rule for rule in rules.every_rule() if hasattr(rule, "answer")}


def _why_unfit(row: Answer, before, after) -> str:
    if after is None or row.part not in dict(after.parts):
        return GONE
    allowed = {} if getattr(after, "in_words_for", ()) else values_of(after)
    if allowed and row.value not in allowed:
        return NOT_ALLOWED
    if before and (before.per, before.answer.type) != (after.per, after.answer.type):
        return NOT_ALLOWED
    asked = (before.wording, dict(before.parts).get(row.part)) if before else None
    return OTHERWISE if asked and asked != (after.wording, dict(after.parts)[row.part]) else ""


def additions_beside(municipality: Municipality) -> dict[str, RuleSet]:
    """Series -> rules, of the additions in force."""
    return {version.series: version.rules for version in RuleSetVersion.objects.additions(municipality)}


def as_followed(case: Case, version: RuleSetVersion, beside: dict[str, RuleSet]) -> RuleSet:
    """The rules of the case, had it followed ``version`` (a draft too) and ``beside``.

    A common version takes the place of the case's own; an addition the place of the one of its series.
    """
    if version.series:
        return combined(rules_of(case.version_id), beside | {version.series: version.rules})
    return combined(version.rules, beside)


def newer_rules(case: Case, published: Iterable[RuleSetVersion] | None = None) -> RuleSetVersion | None:
    """The common version in force, when the case follows an older one or other additions than those in force.

    ``published``: the municipality's versions, if they have been read already.
    """
    if published is None:
        published = RuleSetVersion.objects.published().filter(municipality=case.municipality)
    newest = newest_of(published)
    version = newest.pop("", None)
    if version is None or version.pk != case.version_id:
        return version
    if sorted(one.pk for one in newest.values()) == case.additions:
        return None
    then = case.under(as_followed(case, version, additions_beside(case.municipality))).rules
    return version if differences(case.rules, then) else None  # other units' additions are nothing to this case


def may_be_moved(case: Case) -> None:
    """Raises Refused while what is decided, or is to be, would stand on other rules than it was made by."""
    still_open(case)
    if case.stage == Stage.IN_FORCE:
        return
    try:
        free_to_change(case)
    except Refused as held:
        called = case.rules.the_agreement
        raise Refused(
            f"Ärendet kan inte följa andra regler medan {called} ligger för beslut eller underskrift. "
            f"Ta tillbaka {called} till avtalsskrivningen först."
        ) from held


@transaction.atomic
def follow(case: Case, version: RuleSetVersion, *, by, why: str, keep_changed: bool = False) -> None:
    """Move the case to the municipality's rules in force: ``version`` and the additions beside it.

    Overrides lapse, since they were made of the old rules. Answers that cannot be given any longer are emptied with
    their reasons kept, and so are answers to questions that are asked otherwise, unless ``keep_changed``. Those to
    rules that are gone stay, unseen, in the history of the case.
    """
    locked = Case.objects.select_for_update().get(pk=case.pk)
    may_be_moved(locked)
    if not why.strip():
        raise Refused("Skriv varför ärendet ska följa de nya reglerna.")
    if version != RuleSetVersion.objects.in_force(locked.municipality).first():
        raise Refused("Versionen är inte i kraft i kommunen. Ladda om sidan.")
    if newer_rules(locked) is None:
        raise Refused("Ärendet följer redan de reglerna.")
    former = locked.version
    emptied = [
        one
        for one in answers_that_do_not_fit(locked, as_followed(locked, version, additions_beside(locked.municipality)))
        if one.cannot_be_given or (one.why == OTHERWISE and not keep_changed)
    ]
    locked.version, locked.additions = version, additions_in_force(locked.municipality)
    locked.save(update_fields=["version", "additions"])
    told = [f"{one.question}: {one.said} ({one.why})" for one in emptied]
    for one in emptied:
        one.answer.value, one.answer.by, one.answer.at = "", by, timezone.now()
        one.answer.save()
    text = why.strip() + (f"\n\nSvar som behöver ges på nytt: {'; '.join(told)}" if told else "")
    about = f"Ärendet följer regelverkets version {version.number} i stället för version {former.number}"
    if former == version:
        about = f"Ärendet följer de tillägg som gäller till regelverkets version {version.number}"
    add_record(locked, direction=Direction.INTERNAL, about=about, text=text, by=by)
    for tell in AFTER_NEW_RULES:
        tell(locked)
