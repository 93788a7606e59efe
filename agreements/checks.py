"""Checks of an agreement: points, clauses, term and plan; and what the program itself demands of its steps."""

from collections.abc import Iterator

from dateutil.relativedelta import relativedelta
from django.db.models import prefetch_related_objects
from django.utils import timezone

from iop.cases.checks import SUBJECTS
from iop.cases.machinery import Finding, Matter, Refused, Subject, check, guard, precondition
from iop.cases.models import Decision, DecisionKind, DecisionOutcome, Stage
from iop.rulesets.judge import last_day_allowed
from iop.rulesets.schema import Effect, Force
from iop.swedish_text import day
from partners.checks import active_organisations

from .equals import agreed_steps
from .models import AgreementStage, CommentKind, Point, PointState, Signature

SUBJECTS["agreement"] = (
    lambda matter: [Subject.of(matter.agreement)] if matter.agreement else [],
    "agreement",
)


def points_of(matter: Matter) -> dict[str, Point]:
    def load():
        return {point.rule: point for point in matter.agreement.points.all() if point.rule}

    return matter.once("points", load)


def _about(matter: Matter, rule, what: str, *, anchor: str = "", cause: str = "", effect=None) -> Finding:
    return matter.finding(
        rule, matter.agreement.subject, what, tab="agreement", anchor=anchor or rule.key, cause=cause, effect=effect
    )


def _the(matter: Matter) -> str:
    return matter.rules.the_agreement.capitalize()


@check("point")
def points(rules: list, matter: Matter) -> Iterator[Finding]:
    """A point that must be there is used and written; one to consider has at least been considered."""
    if not matter.agreement:
        return
    for rule in rules:
        point = points_of(matter).get(rule.key)
        if rule.optional and (point is None or point.state != PointState.USED):
            continue
        must = rule.force in (Force.MUST, Force.CONDITION)
        if point is None or point.state == PointState.UNTOUCHED:
            what = "är inte skriven" if must else "är inte övervägd"
        elif point.state == PointState.NOT_USED and must:
            what = "ska finnas med"
        else:
            continue
        yield _about(matter, rule, f"Punkten {rule.heading} {what}", cause=what)


@check("principle")
def principles(rules: list, matter: Matter) -> Iterator[Finding]:
    if not matter.agreement:
        return
    for rule in rules:
        point = points_of(matter).get(rule.point)
        if point is None or point.state != PointState.USED:
            yield _about(
                matter, rule, f"{_the(matter)} vilar inte på den gemensamma värdegrunden än", anchor=rule.point
            )


@check("clause")
def clauses(rules: list, matter: Matter) -> Iterator[Finding]:
    if not matter.agreement:
        return
    flagged = [point for point in matter.agreement.points.all() if point.flag]
    for rule in rules:
        if rule.stance == "warned_against":
            for point in flagged:
                if point.flag == rule.flag and point.state == PointState.USED:
                    what = f"Punkten {point.heading} innehåller {point.get_flag_display()}"
                    yield _about(matter, rule, what, anchor=f"punkt-{point.pk}", cause=f"punkt-{point.pk}")


@check("term")
def terms(rules: list, matter: Matter) -> Iterator[Finding]:
    if not matter.agreement:
        return
    start, end = matter.agreement.start, matter.agreement.end
    for rule in rules:
        if rule.end_required and end is None:
            yield _about(matter, rule, f"{_the(matter)} saknar slutdag", anchor="avtalstid", cause="no_end")
        last = last_day_allowed(rule, start) if start else None
        if last and end and end > last:
            most = f"{rule.most_months // 12} år" if rule.most_months % 12 == 0 else f"{rule.most_months} månader"
            what = f"Avtalstiden är längre än {most}; sista möjliga dag är {day(last)}"
            yield _about(matter, rule, what, anchor="avtalstid", cause=f"{start}–{end}")


@check("follow_up")
def follow_ups(rules: list, matter: Matter) -> Iterator[Finding]:
    """Where the guideline leaves the days to the agreement, the agreement must have a plan."""
    if not matter.agreement:
        return
    first, months = matter.agreement.first_follow_up, matter.agreement.follow_up_months
    for rule in rules:
        if (rule.plan_required or rule.from_agreement) and first is None and months is None:
            effect = None if rule.plan_required else Effect.WARN
            what = f"{_the(matter)} har ingen plan för uppföljning"
            yield _about(matter, rule, what, anchor="avtalstid", cause="no_plan", effect=effect)
        if rule.every_months and first and matter.agreement.start:
            latest = matter.agreement.start + relativedelta(months=rule.every_months)
            if first > latest:
                what = f"Första uppföljningen är senare än {day(latest)}"
                yield _about(matter, rule, what, anchor="avtalstid", cause=str(first))


def _own(agreement, sentence: str, anchor: str, effect: Effect = Effect.BLOCK) -> Finding:
    """The program's own demand, or warning: no municipality's rule, and no override."""
    return Finding(None, agreement.subject, effect, sentence, "agreement", anchor)


@precondition("agreement", AgreementStage.DECISION)
def has_a_start(agreement) -> Iterator[Finding]:
    if agreement.start is None:
        yield _own(agreement, f"{agreement.case.rules.the_agreement.capitalize()} saknar startdag", "avtalstid")


@precondition("agreement", AgreementStage.DECISION)
def every_used_point_says_something(agreement) -> Iterator[Finding]:
    """Otherwise a bare heading would be decided on. What a point carries is written into it by the program."""
    carries = {rule.key: set(rule.carries) for rule in agreement.case.rules.points}
    planned = agreement.first_follow_up or agreement.follow_up_months
    for point in agreement.points.all():
        if point.state != PointState.USED:
            continue
        carried = carries.get(point.rule, set()) - (set() if planned else {"follow_up"})
        if not point.text.strip() and not carried:
            yield _own(agreement, f"Punkten {point.heading} används men saknar text", f"punkt-{point.pk}")


@precondition("agreement", AgreementStage.DECISION)
@precondition("agreement", AgreementStage.SIGNING)
def starts_after_today(agreement) -> Iterator[Finding]:
    if agreement.start and agreement.start < timezone.localdate():
        what = f"Startdagen {day(agreement.start)} har redan varit, före beslut och underskrift"
        yield _own(agreement, what, "avtalstid", Effect.WARN)


def said_yes(agreement) -> list[Decision]:
    """The decisions that approved the agreement."""
    return [
        decision
        for decision in agreement.case.decisions.all()
        if (decision.kind, decision.outcome) == (DecisionKind.AGREEMENT, DecisionOutcome.YES)
        and (decision.subject_kind, decision.subject_id) == ("agreement", agreement.pk)
    ]


def signatures_of(agreement) -> list[Signature]:
    """Those beneath the document that lies for signing."""
    return [row for row in agreement.signatures.all() if row.document_id == agreement.for_signing_id]


@precondition("agreement", AgreementStage.IN_FORCE)
def starts_after_it_was_decided_and_signed(agreement) -> Iterator[Finding]:
    decided = max((decision.decided_on for decision in said_yes(agreement)), default=None)
    signed = max((signature.signed_on for signature in signatures_of(agreement)), default=None)
    for what, then in (("beslutades", decided), ("undertecknades", signed)):
        if agreement.start and then and agreement.start < then:
            it = agreement.case.rules.the_agreement.capitalize()
            sentence = f"{it} gäller från den {day(agreement.start)} men {what} först den {day(then)}"
            yield _own(agreement, sentence, "avtalstid", Effect.WARN)


@precondition("agreement", AgreementStage.DECISION)
@precondition("agreement", AgreementStage.SIGNING)
@precondition("agreement", AgreementStage.IN_FORCE)
def has_a_partner(agreement) -> Iterator[Finding]:
    if not active_organisations(agreement.case):
        yield _own(agreement, "Ingen organisation är part", "avtalstid")


@precondition("agreement", AgreementStage.SIGNING)
def is_decided(agreement) -> Iterator[Finding]:
    sent = [
        change.at
        for change in agreement.case.stage_changes.all()
        if (change.subject_kind, change.subject_id, change.to_stage)
        == ("agreement", agreement.pk, AgreementStage.DECISION)
    ]
    since = max(sent) if sent else agreement.case.version.created_at
    if not any(decision.at >= since for decision in said_yes(agreement)):
        yield _own(agreement, "Beslutet är inte infört", "beslut")


@precondition("agreement", AgreementStage.IN_FORCE)
def is_signed(agreement) -> Iterator[Finding]:
    signed = {signature.party_id for signature in signatures_of(agreement)}
    active = [party for party in agreement.case.parties.all() if party.left_on is None]
    prefetch_related_objects(active, "organisation")
    missing = [party.name for party in active if party.pk not in signed]
    if None not in signed:
        missing.insert(0, agreement.case.municipality.name)
    if missing:
        yield _own(agreement, f"Underskrift är inte införd från {', '.join(missing)}", "underskrifter")


@precondition("agreement", AgreementStage.IN_FORCE)
def two_have_signed(agreement) -> Iterator[Finding]:
    """Whether those who signed were the right ones is the official's to say; that one is missing should be seen."""
    signed = [signature.party_id or 0 for signature in signatures_of(agreement)]
    names = {party.pk: party for party in agreement.case.parties.all() if party.left_on is None}
    prefetch_related_objects(list(names.values()), "organisation")
    for side in agreement.two_sign:
        if signed.count(side) == 1 and (side == 0 or side in names):
            name = names[side].name if side else agreement.case.municipality.name
            what = f"Två skulle skriva under för {name}, men en underskrift är införd"
            yield _own(agreement, what, "underskrifter", Effect.WARN)


def document_hash(agreement) -> str:
    """SHA-256 of the document that lies for signing; '' when there is none."""
    file = agreement.for_signing and agreement.for_signing.files.select_related("file").first()
    return file.file.sha256 if file else ""


@guard
def what_is_decided_stands(case) -> None:
    """Parties and contributions stand in the document that is decided, signed or in force."""
    held = case.agreements.filter(
        stage__in=[AgreementStage.DECISION, AgreementStage.SIGNING, AgreementStage.IN_FORCE]
    ).first()
    if held:
        called = case.rules.the_agreement
        first = "" if held.stage == AgreementStage.IN_FORCE else f" Ta tillbaka {called} till skrivbordet först."
        raise Refused(f"Parter och insatser står i {called} och går inte att ändra nu.{first}")


@precondition("case", "in_force")
def has_an_agreement_in_force(case) -> Iterator[Finding]:
    if not case.agreements.filter(stage=AgreementStage.IN_FORCE).exists():
        sentence = f"{case.rules.the_agreement.capitalize()} gäller inte än"
        yield Finding(None, case.subject, Effect.BLOCK, sentence, "agreement", "underskrifter")


# Between equals. What they have said is told, and stops nothing: no guideline says how it is to be confirmed.


@precondition("case", Stage.DIALOGUE)
@precondition("case", Stage.AGREEMENT)
def equals_agree_on_the_step(case) -> Iterator[Finding]:
    for row in agreed_steps(case):
        said = row.message
        sentence = f"{row.party.name} är överens om nästa steg ({said.name}, {day(timezone.localdate(said.at))})"
        yield Finding(None, case.subject, Effect.INFORM, sentence, "letters")


@precondition("agreement", AgreementStage.DECISION)
@precondition("agreement", AgreementStage.SIGNING)
@precondition("agreement", AgreementStage.IN_FORCE)
def equals_agree_on_the_step_of_their_agreement(agreement) -> Iterator[Finding]:
    yield from equals_agree_on_the_step(agreement.case)


@precondition("agreement", AgreementStage.DECISION)
def equals_agree_on_the_draft(agreement) -> Iterator[Finding]:
    """Whether each has confirmed the whole of the draft that was shared last, as it still stands."""
    draft = agreement.shared_drafts.first() if agreement.case.rules.equal_parties else None
    if draft is None:
        return
    rows = draft.comments.filter(kind=CommentKind.AGREED, point=0, record__secret=False)
    agreed = {row.party_id: row for row in rows}
    shared = f"utkastet som delades den {day(timezone.localdate(draft.shared_at))}"
    changed = draft.points != agreement.as_it_stands()
    for party in active_organisations(agreement.case):
        said = agreed.get(party.pk)
        if said is None:
            sentence = f"{party.name} har inte sagt på Mina sidor att ni är överens om {shared}"
        elif changed:
            sentence = f"{party.name} var överens om {shared}, men punkterna har ändrats sedan dess"
        else:
            sentence = f"{party.name} är överens om {shared} ({said.name}, {day(timezone.localdate(said.at))})"
        yield _own(agreement, sentence, "delat", Effect.INFORM)
