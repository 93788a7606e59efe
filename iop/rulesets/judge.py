"""The judge: what follows from rules and facts. Pure functions, no database.

Used by the checks that hold a case back and by the public pages alike, so that both always say the same thing.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from .schema import ITS_ANSWER, Answerable, AnswerType, Effect, Eligibility, Rule, RuleList, RuleSet, Term, When


class Verdict(StrEnum):
    MET = "met"
    UNMET = "unmet"
    UNCLEAR = "unclear"
    UNANSWERED = "unanswered"


def effect_of(rules: RuleSet, rule: Rule) -> Effect:
    """The rule's effect, never stronger than the rule set allows as a whole."""
    return min(rule.effect, rules.strongest_effect, key=lambda effect: effect.strength)


def judge_value(answer: AnswerType, value: str) -> Verdict:
    """One answer: ``value`` is what is stored ('yes', 'no', 'unclear', 'partly', a choice, a number, a text)."""
    if not value:
        return Verdict.UNANSWERED
    if value == "unclear":
        return Verdict.UNCLEAR
    if answer.type == "number":
        try:
            number = float(value.replace(" ", "").replace(",", "."))
        except ValueError:
            return Verdict.UNCLEAR
        low = answer.at_least is None or number >= answer.at_least
        high = answer.at_most is None or number <= answer.at_most
        return Verdict.MET if low and high else Verdict.UNMET
    if answer.type in ("date", "text") or (answer.type == "choice" and not answer.passing):
        return Verdict.MET
    return Verdict.MET if value in (answer.passing or ("yes",)) else Verdict.UNMET


def judge_rule(rule: Answerable | Eligibility, answers: Mapping[str, str], facts: Mapping[str, str]) -> Verdict:
    """All parts of one rule. ``answers`` maps part ('' or '1', '2' …) to the stored value."""
    if rule.answer.type == "fact":
        return judge_value(rule.answer, facts.get(rule.answer.fact or "", ""))
    if getattr(rule, "answered_by", "") == "both":
        return max((_side(rule, answers, theirs) for theirs in (False, True)), key=WORST.index)
    return _side(rule, answers)


WORST = (Verdict.MET, Verdict.UNCLEAR, Verdict.UNANSWERED, Verdict.UNMET)


def _side(rule: Answerable | Eligibility, answers: Mapping[str, str], theirs: bool | None = None) -> Verdict:
    """The parts that the municipality (``theirs`` False) or the organisation (True) answers; None: all there are."""
    parts = [part for part, _ in rule.parts if theirs is None or part.endswith(ITS_ANSWER) == theirs]
    verdicts = [judge_value(rule.answer, answers.get(part, "")) for part in parts]
    if not verdicts:
        return Verdict.MET
    any_is_enough = getattr(rule, "conditions_hold", "all") == "any"
    if any_is_enough and Verdict.MET in verdicts:
        return Verdict.MET
    decided = Verdict.UNMET in verdicts if not any_is_enough else all(v is Verdict.UNMET for v in verdicts)
    if decided:
        return Verdict.UNMET
    for verdict in (Verdict.UNANSWERED, Verdict.UNCLEAR):
        if verdict in verdicts:
            return verdict
    return Verdict.MET


def list_holds(rule_list: RuleList, verdicts: Collection[Verdict]) -> bool | None:
    """Does the list's conclusion hold? ``None`` where the list is weighed and gives no verdict, or is empty."""
    if rule_list.holds_when == "weighed" or not verdicts:
        return None
    met = sum(verdict is Verdict.MET for verdict in verdicts)
    needed = {"all": len(verdicts), "any": 1, "at_least": rule_list.least or 1}[rule_list.holds_when]
    return met >= needed


def can_hold(rule_list: RuleList, verdicts: Collection[Verdict]) -> bool:
    """May the conclusion still come to hold, without any answer being changed?"""
    hoped = [Verdict.MET if verdict is not Verdict.UNMET else verdict for verdict in verdicts]
    return list_holds(rule_list, hoped) is not False


def counts_in_list(rules: RuleSet, rule: Rule) -> bool:
    """Rows that only inform, by their own rule, do not count towards the conclusion."""
    return rule.enabled and rule.effect in (Effect.BLOCK, Effect.WARN)


def applies(
    when: When | None,
    *,
    units: int = 0,
    municipalities: int = 1,
    amount: int = 0,
    payers: Collection[str] = (),
    legal_forms: Collection[str] = (),
) -> bool:
    """Do all stated conditions hold?

    ``units``: affected nämnder, styrelser and bolag; ``amount``: the municipality's money, kronor a year; ``payers``:
    names of the units that pay; ``legal_forms``: of the organisations in the case.
    """
    if when is None:
        return True
    limits = (
        (when.units_more_than, units),
        (when.municipalities_more_than, municipalities),
        (when.amount_more_than, amount),
    )
    if any(limit is not None and value <= limit for limit, value in limits):
        return False
    if when.money_from is not None and when.money_from not in payers:
        return False
    return not when.legal_form_in or bool(set(when.legal_form_in) & set(legal_forms))


def last_day_allowed(term: Term, start: date) -> date | None:
    """The last day, itself included, that an agreement from ``start`` may run under the term rule."""
    if term.most_months is None:
        return None
    try:
        return start + relativedelta(months=term.most_months) - relativedelta(days=1)
    except (OverflowError, ValueError):  # after the year 9999 there are no days, so every day is allowed
        return date.max


def standing_of(rules: RuleSet, form: str) -> tuple[str, Eligibility | None]:
    """('eligible' | 'conditional' | 'not_eligible' | 'not_listed' | 'silent', the row that says so)."""
    rows = [row for row in rules.eligibility if row.enabled]
    if not rows:
        return "silent", None
    for row in rows:
        if row.form == form:
            return row.standing, row
    return "not_listed", None


def rules_before(rules: RuleSet, gate) -> dict[str, list[Rule]]:
    """Rules that hold the move through ``gate``: bound to it or to an earlier one. Kind -> rules, in order."""
    return _by_kind(r for r in rules.every_rule() if r.before is not None and r.before.order <= gate.order)


def rules_before_act(rules: RuleSet, act: str) -> dict[str, list[Rule]]:
    """Rules that hold an act (noting a contribution, extending …). Kind -> rules, in order."""
    return _by_kind(rule for rule in rules.every_rule() if act in rule.before_act)


def _by_kind(rules: Iterable[Rule]) -> dict[str, list[Rule]]:
    found: dict[str, list[Rule]] = {}
    for rule in rules:
        if rule.enabled:
            found.setdefault(rule.kind, []).append(rule)
    return found
