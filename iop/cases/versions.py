"""A case and the versions of its rules: what another version would change, and the move to it."""

from dataclasses import dataclass

from django.db import transaction

from iop.rulesets.models import RuleSetVersion
from iop.rulesets.schema import RuleSet

from .actions import add_record, additions_in_force, values_of
from .machinery import AFTER_NEW_RULES, Finding, Refused, still_open
from .models import Answer, Case, Direction, Override


@dataclass(frozen=True)
class Impact:
    """What would be otherwise for one case: findings before its next step, and what no longer fits."""

    new: list[Finding]
    gone: list[Finding]
    answers: list[Answer]
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


def answers_that_do_not_fit(case: Case, rules: RuleSet) -> list[Answer]:
    """Answers to a rule or a part that is not there, or that cannot be given to it any longer."""
    answerable = {rule.key: rule for rule in rules.every_rule() if hasattr(rule, "answer")}
    return [row for row in case.answers.exclude(value="").select_related("by") if not _fits(row, answerable)]


def _fits(row: Answer, rules: dict) -> bool:
    rule = rules.get(row.rule)
    if rule is None or row.part not in dict(rule.parts):
        return False
    allowed = {} if getattr(rule, "in_words_for", ()) else values_of(rule)
    return not allowed or row.value in allowed


def newer_version(case: Case) -> RuleSetVersion | None:
    """The common version in force, when the case follows an older one."""
    version = RuleSetVersion.objects.in_force(case.municipality).only("pk", "number", "municipality_id").first()
    return version if version and version.pk != case.version_id else None


@transaction.atomic
def follow(case: Case, version: RuleSetVersion, *, by, why: str) -> None:
    """Move the case to another version of its municipality's rules.

    Overrides lapse, since they were made of the old rules. Answers that cannot be given under the new rules are
    emptied with their reasons kept; those to rules that are gone stay, unseen, in the history of the case.
    """
    still_open(case)
    if not why.strip():
        raise Refused("Skriv varför ärendet ska följa den andra versionen.")
    if version.municipality_id != case.municipality_id or version.is_draft or version.series:
        raise Refused("Versionen är inte i kraft i kommunen. Ladda om sidan.")
    locked = Case.objects.select_for_update().get(pk=case.pk)
    if locked.version_id == version.pk:
        raise Refused("Ärendet följer redan den versionen.")
    former = locked.version
    locked.version, locked.additions = version, additions_in_force(locked.municipality)
    locked.save(update_fields=["version", "additions"])
    rules = {rule.key: rule for rule in locked.rules.every_rule() if hasattr(rule, "answer")}
    emptied = []
    for row in answers_that_do_not_fit(locked, locked.rules):
        if row.rule in rules:
            emptied.append(f"{row.rule}: {row.value}")
            row.value, row.by = "", by
            row.save()
    text = why.strip() + (f"\n\nSvar som behöver ges på nytt: {'; '.join(emptied)}" if emptied else "")
    about = f"Ärendet följer regelverkets version {version.number} i stället för version {former.number}"
    add_record(locked, direction=Direction.INTERNAL, about=about, text=text, by=by)
    for tell in AFTER_NEW_RULES:
        tell(locked)
