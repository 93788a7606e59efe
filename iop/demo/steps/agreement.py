"""From the first line of the agreement to the decision."""

from collections.abc import Iterator
from datetime import timedelta

from dateutil.relativedelta import relativedelta
from django.utils import timezone

from agreements import actions
from agreements.models import Agreement, AgreementStage, Point, PointState
from iop.cases.actions import record_decision
from iop.cases.machinery import Subject
from iop.cases.models import DecisionKind, DecisionOutcome, Stage
from iop.rulesets.judge import standing_of
from partners.actions import leave
from partners.models import DocumentStatus
from partners.papers import hand_in
from partners.papers import review as review_paper

from ..telling import Telling
from .screening import absolute, ask_units, hear_units

CAME = (DocumentStatus.RECEIVED, DocumentStatus.ACCEPTED, DocumentStatus.REJECTED)
REVIEWED = (DocumentStatus.ACCEPTED, DocumentStatus.REJECTED, DocumentStatus.DOES_NOT_EXIST)


def begin_writing(t: Telling) -> None:
    with t.on(by=t.coordinator):
        for party, row, _ in t.parties:
            if row.leaves:
                leave(party, by=t.coordinator)
        t.parties = [row for row in t.parties if not row[1].leaves]
        t.go_on_in_spite(t.case, Stage.AGREEMENT)
        actions.begin_writing(t.case, by=t.coordinator, why=t.say(t.phrases.to_writing, "writing"))


def _asked_papers(t: Telling) -> Iterator[tuple]:
    """(party, organisation, rule, part, what it is, status, note) for each paper that is asked for."""
    for party, row, organisation in t.parties:
        for rule in t.rules.documents:
            if rule.enabled and row.hands_in and organisation.form not in rule.not_for:
                for part, label in rule.parts:
                    told = row.papers.get(f"{rule.key}/{part}") or row.papers.get(rule.key)
                    yield party, organisation, rule, part, label, *(told or (DocumentStatus.ACCEPTED, ""))


def papers(t: Telling) -> None:
    for party, organisation, rule, part, label, status, _ in _asked_papers(t):
        with t.on(by=t.coordinator):
            year = timezone.localdate().year - 1
            as_of = {"year": str(year), "date": f"31 december {year}"}.get(rule.period, "")
            if status == DocumentStatus.REQUESTED:
                review_paper(party, rule, part, status=status, by=t.coordinator)
            elif status in CAME and rule.hand_in == "number":
                hand_in(party, rule, part, number=organisation.members, as_of=as_of, by=t.coordinator)
            elif status in CAME:
                upload = t.paper(f"{label}, {organisation.name}")
                hand_in(party, rule, part, uploads=[upload], as_of=as_of, by=t.coordinator)


def review(t: Telling) -> None:
    """What the reviewer made of the papers, and the municipality's own controls of each organisation."""
    for party, _, rule, part, _, status, note in _asked_papers(t):
        if status in REVIEWED:
            with t.on(by=t.coordinator):
                review_paper(party, rule, part, status=status, note=note, by=t.coordinator)
    t.answer_parties(rule for rule in (*t.rules.controls, *t.rules.questions) if rule.per == "party")
    for party, row, organisation in t.parties:
        _, rule = standing_of(t.rules, organisation.form)
        if rule and rule.conditions:
            t.answer([rule], party.subject, row.answers, row.unanswered)
        if row.ruling:
            with t.on(by=t.secretary):
                outcome, kind = DecisionOutcome.YES, DecisionKind.ELIGIBILITY
                record_decision(
                    t.case, kind=kind, outcome=outcome, subject=party.subject, reasons=row.ruling, **t.by_the_body()
                )


def draft(t: Telling) -> None:
    agreement, story = t.agreement, t.story
    rules = {rule.key: rule for rule in t.rules.points if rule.enabled}
    own = {} if rules else {heading: t.say(texts, heading) for heading, texts in t.place.own_points.items()}
    for point in agreement.points.all():
        with t.on(by=t.coordinator):
            _write(t, agreement, point, rules[point.rule])
    for heading, text in {**own, **story.own_points}.items():
        with t.on(by=t.coordinator):
            point, flag = actions.add_point(agreement, heading=heading), story.flags.get(heading, "")
            actions.write_point(agreement, point, text=text, state=PointState.USED, flag=flag)
    if story.term:
        with t.on(by=t.coordinator):
            actions.set_term(agreement, **_term(t))


def _write(t: Telling, agreement: Agreement, point: Point, rule) -> None:
    story = t.story
    text = story.points.get(rule.key) or t.say(t.place.points.get(rule.key, ()), rule.key)
    if rule.key in story.points_not_used:
        actions.write_point(agreement, point, text="", state=PointState.NOT_USED)
    elif rule.key not in story.points_missing and (not rule.optional or rule.key in story.points):
        text = text or ("" if rule.carries else t.say(t.phrases.points, rule.key))
        flag = story.flags.get(rule.key, "")
        actions.write_point(agreement, point, text=text, state=PointState.USED, flag=flag)


def _term(t: Telling) -> dict:
    term, start = t.story.term, t.month(t.story.term.start)
    end = start + relativedelta(months=term.months) - timedelta(days=1) if term.months else None
    first = None if term.first_follow_up is None else t.today + timedelta(days=term.first_follow_up)
    return {"start": start, "end": end, "first_follow_up": first, "follow_up_months": term.every}


def consult(t: Telling) -> None:
    ask_units(t, consultation=True)


def consulted(t: Telling) -> None:
    hear_units(t, consultation=True)


def weigh(t: Telling) -> None:
    """Everything that has not been answered yet, about the case and about the agreement."""
    rules = [*t.rules.criteria, *t.rules.questions, *t.rules.controls, *t.rules.budgets]
    t.answer_case(rule for rule in rules if rule.per == "case")
    about_it = [rule for rule in rules if rule.per == "agreement"]
    t.answer(about_it, Subject.of(t.agreement), t.story.answers, t.story.unanswered)


def send_to_decision(t: Telling) -> None:
    agreement = t.agreement
    with t.on(by=t.coordinator):
        t.go_on_in_spite(agreement, AgreementStage.DECISION)
        actions.send_to_decision(agreement, by=t.coordinator, why=t.say(t.phrases.to_decision, "decision"))
        t.sent_to_decision = timezone.localdate()


def be_returned(t: Telling) -> None:
    with t.on(by=t.secretary):
        outcome = DecisionOutcome.RETURNED
        actions.decide(t.agreement, outcome=outcome, why=t.story.returned, absolute=absolute, **t.by_the_body())


def decide(t: Telling) -> None:
    decided, agreement = t.story.decided, t.agreement
    with t.on(by=t.secretary):
        t.go_on_in_spite(agreement, AgreementStage.SIGNING)
        decision = t.by_the_body()
        if decided.delegate:
            decision |= {"body": None, "paragraph": "", "uploads": ()}
            decision |= {"delegate": decided.delegate, "delegation_point": decided.delegation_point}
        why = decided.why or t.say(t.phrases.decided, "decided")
        actions.decide(agreement, outcome=decided.outcome, why=why, absolute=absolute, **decision)
