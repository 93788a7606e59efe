"""Verbs of a partnership that is going on."""

from collections.abc import Callable, Iterable
from datetime import date

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils import timezone

from agreements.actions import end_case, enter_into_force
from agreements.models import Agreement, AgreementStage
from iop.cases.actions import add_record, close_task, open_task, record_decision
from iop.cases.machinery import Refused, hold_act
from iop.cases.models import Case, DecisionKind, DecisionOutcome, Direction, TaskKind
from iop.swedish_text import day
from partners.messages import write
from partners.models import Party
from partners.notices import tell

from .models import Extension, FollowUp, Report


@transaction.atomic
def begin(agreement: Agreement, *, by) -> FollowUp | None:
    """The signed agreement comes into force and its first follow-up is put in the worklist."""
    enter_into_force(agreement, by=by)
    _ask_for_what_comes_after(agreement)
    return plan_next(agreement, after=None)


def _ask_for_what_comes_after(agreement: Agreement) -> None:
    if agreement.end:
        open_task(
            agreement.case,
            TaskKind.TERM_ENDS,
            title=f"{_the(agreement)} går ut: förlänga eller avsluta?",
            due=max(agreement.end - relativedelta(months=6), agreement.start),
            subject=agreement.subject,
            unit=agreement.case.responsible,
            tab="follow_ups",
        )


def _the(agreement: Agreement) -> str:
    return agreement.case.rules.the_agreement.capitalize()


@transaction.atomic
def extend(
    agreement: Agreement, *, until: date, why: str, signed: Iterable, by, absolute: Callable[[str], str], **decision
) -> Extension:
    """Let an agreement in force last longer. ``signed``: files with what both sides signed about it.

    ``decision``: as ``record_decision`` takes it. The next follow-up is planned where none is, and everybody of the
    organisations who sees the case is told. Raises Refused where the rules or the agreement do not admit it.
    """
    locked = Agreement.objects.select_for_update(of=["self"]).select_related("case__municipality").get(pk=agreement.pk)
    case, the = locked.case, _the(locked)
    if locked.stage != AgreementStage.IN_FORCE or locked.end is None:
        raise Refused(f"{the} har ingen slutdag att flytta. Ladda om sidan och se läget.")
    if until <= locked.end:
        raise Refused(f"Välj en dag efter den {day(locked.end)}, då {case.rules.the_agreement} nu går ut.")
    for rule in case.rules.terms:
        if rule.enabled and rule.extension_allowed is False:
            raise Refused(f"Reglerna medger ingen förlängning ({rule.source}). Avsluta ärendet och pröva ett nytt.")
    hold_act("extension", locked.matter())
    facts = {"kind": DecisionKind.EXTENSION, "outcome": DecisionOutcome.YES, "subject": locked.subject, "reasons": why}
    decided = record_decision(case, by=by, **facts, **decision)
    about = f"Undertecknad förlängning till den {day(until)}"
    record = add_record(case, direction=Direction.IN, about=about, uploads=signed, by=by)
    made = Extension.objects.create(
        agreement=locked, before=locked.end, until=until, decision=decided, record=record, by=by
    )
    locked.end = until
    locked.save(update_fields=["end"])
    close_task(case, TaskKind.TERM_ENDS, by=by, subject=locked.subject)
    _ask_for_what_comes_after(locked)
    if not locked.follow_ups.waiting().exists():
        latest = locked.follow_ups.order_by("due").last()
        plan_next(locked, after=latest.due if latest else None)
    text = f"{the} i ärende {case.reference} gäller nu till och med den {day(until)}, efter ett beslut om förlängning."
    tell(case, subject=f"Förlängning, {case.reference}", text=text, by=by, absolute=absolute)
    return made


def interval_of(agreement: Agreement) -> int | None:
    """Months between follow-ups: the agreement's own plan first, then a fixed interval of the rule set."""
    fixed = [rule.every_months for rule in agreement.case.rules.follow_ups if rule.enabled and rule.every_months]
    plan = agreement.follow_up_months
    if plan and fixed:
        return min(plan, *fixed)
    return plan or (min(fixed) if fixed else None)


def next_day(agreement: Agreement, after: date | None) -> date | None:
    """When to follow up next. ``after``: the day the latest one was due, or None for the first."""
    months = interval_of(agreement)
    if after is None and agreement.first_follow_up:
        return agreement.first_follow_up
    if months is None:
        return None
    due = (after or agreement.start) + relativedelta(months=months)
    return due if agreement.end is None or due <= agreement.end + relativedelta(months=1) else None


def plan_next(agreement: Agreement, *, after: date | None) -> FollowUp | None:
    due = next_day(agreement, after)
    if due is None:
        return None
    follow_up = FollowUp.objects.create(agreement=agreement, due=due)
    yearly = interval_of(agreement) == 12
    open_task(
        agreement.case,
        TaskKind.FOLLOW_UP,
        title="Årlig uppföljning" if yearly else "Uppföljning",
        due=due,
        subject=follow_up.subject,
        unit=agreement.case.responsible,
        tab="follow_ups",
    )
    return follow_up


@transaction.atomic
def hold(follow_up: FollowUp, *, held_on: date, participants: str, progress: str, future: str, lessons: str, by):
    """Write down a follow-up that was made, and plan the next."""
    locked = FollowUp.objects.select_for_update().get(pk=follow_up.pk)
    if locked.held_on or locked.cancelled:
        raise Refused("Uppföljningen är redan införd.")
    if held_on > timezone.localdate():
        raise Refused("Dagen ligger i framtiden. För in uppföljningen när den är gjord.")
    for name, value in {
        "held_on": held_on,
        "participants": participants,
        "progress": progress,
        "future": future,
        "lessons": lessons,
        "by": by,
    }.items():
        setattr(locked, name, value)
    case = locked.agreement.case
    close_task(case, TaskKind.FOLLOW_UP, by=by, subject=locked.subject)
    parts = [("Så går det", progress), ("Fortsatt samverkan", future), ("Lärdomar", lessons)]
    locked.record = add_record(
        case,
        direction=Direction.INTERNAL,
        counterpart=participants[:200],
        about="Uppföljning",
        day=held_on,
        text="\n\n".join(f"{heading}\n{text}" for heading, text in parts if text),
        by=by,
    )
    locked.save(update_fields=["held_on", "participants", "progress", "future", "lessons", "by", "record"])
    if locked.agreement.stage == AgreementStage.IN_FORCE:
        plan_next(locked.agreement, after=locked.due)
    return locked


@transaction.atomic
def report(follow_up: FollowUp, party: Party, *, text: str, name: str, email: str, uploads=()) -> Report:
    """The organisation's own part, as a message that the coordinator reads. Sent anew it stands beside the first.

    To have it corrected the coordinator asks for completion by a letter with a new day.
    """
    Agreement.objects.select_for_update(of=["self"]).get(pk=follow_up.agreement_id)
    locked = FollowUp.objects.select_for_update(of=["self"]).get(pk=follow_up.pk)
    if locked.held_on or locked.cancelled:
        raise Refused("Uppföljningen är redan införd. Skriv till kommunen om det är något mer.")
    subject = f"Vår del av uppföljningen senast {day(locked.due)}"
    message = write(party, subject=subject, text=text, name=name, email=email, uploads=uploads)
    return Report.objects.get_or_create(message=message, defaults={"follow_up": locked, "party": party})[0]


@transaction.atomic
def end(case: Case, *, outcome: str, why: str, by, **decision) -> None:
    """End a case in any stage; follow-ups that were to come are no longer waited for."""
    for follow_up in FollowUp.objects.filter(agreement__case=case).waiting():
        follow_up.cancelled = True
        follow_up.save(update_fields=["cancelled"])
    end_case(case, outcome=outcome, why=why, by=by, **decision)
