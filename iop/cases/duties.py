"""Rules that cause a task for the municipality as a whole: reviews of the guideline, and figures that recur.

Which occasions there are follows from the rules; the days by which something should be done are ours, as no guideline
of the five names one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils import timezone

from iop.municipalities.models import Municipality
from iop.municipalities.permissions import Role
from iop.rulesets.models import RuleSetVersion, rules_in_force
from iop.rulesets.schema import Review, RuleSet, Statistics
from iop.swedish_text import day as in_words

from .machinery import Refused
from .models import Duty, Task, TaskKind

DAYS = 90  # ours: time to do it in
# Kommunfullmäktige's four years begin on 15 October of an election year (2022, 2026 …).
A_TERM_BEGAN, YEARS_OF_A_TERM = date(2022, 10, 15), 4


@dataclass(frozen=True)
class Occasion:
    """When a duty falls due, and why. ``key`` tells occasions of one rule apart."""

    key: str
    day: date
    because: str


def duties_of(rules: RuleSet) -> list[Review | Statistics]:
    return [rule for rule in (*rules.statistics, *rules.reviews) if rule.enabled]


def latest_occasion(rule: Review | Statistics, *, since: date, today: date) -> Occasion | None:
    """The latest that has come, or None. ``since``: the first day of the rules, before which no interval counts."""
    trigger = getattr(rule, "trigger", "interval")
    if trigger == "event" and rule.event_on and rule.event_on <= today:
        return Occasion(str(rule.event_on), rule.event_on, f"{rule.event}, {in_words(rule.event_on)}")
    if trigger == "term_of_office":
        terms = (today.year - A_TERM_BEGAN.year) // YEARS_OF_A_TERM
        began = A_TERM_BEGAN + relativedelta(years=YEARS_OF_A_TERM * terms)
        if began > today:
            began -= relativedelta(years=YEARS_OF_A_TERM)
        return Occasion(str(began), began, f"Ny mandatperiod från den {in_words(began)}")
    if trigger == "interval" and rule.every_months:
        ended = _latest_end(rule.every_months, date(since.year, 1, 1), today)
        if ended and ended > since:
            begun = ended - relativedelta(months=rule.every_months)
            last = ended - timedelta(days=1)
            return Occasion(str(ended), ended, f"Tiden {in_words(begun)} till {in_words(last)} har gått")
    return None


def _latest_end(months: int, first: date, today: date) -> date | None:
    """The first day after the latest whole period; periods are counted from ``first``, a new year's day."""
    passed = (today.year - first.year) * 12 + today.month - first.month
    return first + relativedelta(months=passed // months * months) if passed >= months else None


@transaction.atomic
def open_due(municipality: Municipality, today: date | None = None) -> list[Duty]:
    """Open what has fallen due and is not opened yet. Called every day, and when rules are put in force."""
    today = today or timezone.localdate()
    Municipality.objects.select_for_update().get(pk=municipality.pk)  # the daily run beside a publishing
    return list(_open(municipality, today))


def _open(municipality: Municipality, today: date) -> Iterator[Duty]:
    rules = rules_in_force(municipality)
    if rules is None:
        return
    first = RuleSetVersion.objects.filter(municipality=municipality, published_at__isnull=False)
    since = timezone.localdate(first.earliest("published_at").published_at)
    for rule in duties_of(rules):
        occasion = latest_occasion(rule, since=since, today=today)
        if occasion is None:
            continue
        known = municipality.duties.filter(rule=rule.key)
        if known.filter(occasion=occasion.key).exists() or known.waiting().exists():
            continue
        due = max(occasion.day + timedelta(days=DAYS), today)
        yield _begin(municipality, rule, because=occasion.because, due=due, occasion=occasion.key)


@transaction.atomic
def begin(municipality: Municipality, rule: Review | Statistics, *, because: str) -> Duty:
    """Somebody finds that it is time: an event has come, or no day is named."""
    Municipality.objects.select_for_update().get(pk=municipality.pk)
    if municipality.duties.filter(rule=rule.key).waiting().exists():
        raise Refused("Uppdraget är redan påbörjat. Slutför det först.")
    if not because.strip():
        raise Refused("Skriv varför det är dags, till exempel vilket lagförslag som har kommit.")
    due = timezone.localdate() + timedelta(days=DAYS)
    return _begin(municipality, rule, because=because.strip()[:300], due=due)


@transaction.atomic
def _begin(municipality: Municipality, rule, *, because: str, due: date, occasion: str = "") -> Duty:
    title = "Följ upp siffrorna" if isinstance(rule, Statistics) else "Se över riktlinjen"
    duty = Duty.objects.create(
        municipality=municipality,
        rule=rule.key,
        occasion=occasion,
        title=title,
        wording=rule.wording,
        source=rule.source[:500],
        because=because,
        due=due,
    )
    Task.objects.create(
        municipality=municipality,
        kind=TaskKind.DUTY,
        title=f"{title}: {because[:1].lower()}{because[1:]}"[:200],
        due=due,
        subject_kind="duty",
        subject_id=duty.pk,
        unit=municipality.units.called(rule.owner) if rule.owner else None,
        role=Role.ADMINISTRATOR,
        tab="statistics",
    )
    return duty


@transaction.atomic
def finish(duty: Duty, *, outcome: str, by) -> None:
    """It is done; what came of it is kept."""
    locked = Duty.objects.select_for_update().get(pk=duty.pk)
    if locked.done_on:
        raise Refused("Uppdraget är redan slutfört. Ladda om sidan och läs vad det ledde till.")
    if not outcome.strip():
        raise Refused("Skriv vad det ledde till, till exempel att inget behövde ändras.")
    locked.done_on, locked.outcome, locked.by = timezone.localdate(), outcome.strip(), by
    locked.save()
    Task.objects.open().filter(kind=TaskKind.DUTY, subject_kind="duty", subject_id=locked.pk).update(
        closed_at=timezone.now(), closed_by=by
    )
