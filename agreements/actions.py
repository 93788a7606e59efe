"""Verbs of an agreement: begun, written, sent to decision, decided, signed, ended."""

from collections.abc import Callable, Iterable
from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from iop.cases.actions import add_record, close_task, open_task, record_decision
from iop.cases.actions import close as close_case_file
from iop.cases.files import store_bytes
from iop.cases.machinery import Refused, after_new_rules, hold_act
from iop.cases.models import Case, DecisionKind, DecisionOutcome, Direction, Outcome, Stage, TaskKind
from iop.cases.opened import changes, marks_of
from iop.municipalities.permissions import Role
from iop.municipalities.swedish import fold
from iop.swedish_text import day
from partners.notices import tell
from partners.questions import await_answers

from .checks import document_hash, is_signed
from .models import (
    Agreement,
    AgreementStage,
    CommentKind,
    DraftComment,
    FrozenContribution,
    Point,
    PointState,
    Signature,
)
from .pdf import agreement_pdf
from .sharing import wait_no_longer
from .signing import made_here, wait_for_no_signatures


@transaction.atomic
def begin_writing(case: Case, *, by, why: str = "") -> Agreement:
    """The dialogue has led to something to write down: the case moves on and the agreement gets its points."""
    case.move_to(Stage.AGREEMENT, by=by, why=why)
    existing = case.agreements.open().first()
    if existing:
        return existing
    ended = case.agreements.last()  # of a case that was opened again
    agreement = Agreement.objects.create(case=case, number=ended.number + 1 if ended else 1, title=case.title)
    if ended:
        _begin_with_what_was_written(agreement, ended)
    _add_points(agreement)
    await_answers(case, by=by)  # now that there is one which may be asked about
    return agreement


def _begin_with_what_was_written(agreement: Agreement, ended: Agreement) -> None:
    term = term_now(ended)
    for name, value in term.items():
        setattr(agreement, name, value)
    agreement.save(update_fields=list(term))
    for point in ended.points.all():
        point.pk, point.agreement = None, agreement
        point.save(force_insert=True)


def _add_points(agreement: Agreement) -> None:
    """The points of the rules that the agreement does not have yet, after those it has."""
    known = set(agreement.points.values_list("rule", flat=True))
    last = agreement.points.aggregate(Max("position"))["position__max"] or 0
    rules = [rule for rule in agreement.case.rules.points if rule.enabled and rule.key not in known]
    Point.objects.bulk_create(
        Point(agreement=agreement, rule=rule.key, position=place, heading=rule.heading)
        for place, rule in enumerate(rules, last + 1)
    )


@after_new_rules
def give_new_points(case: Case) -> None:
    """An agreement that is being written gets the points that other rules bring; what was written stays."""
    for agreement in case.agreements.filter(stage=AgreementStage.DRAFTING):
        agreement.case = case
        _add_points(agreement)


def _the(agreement: Agreement) -> str:
    return agreement.case.rules.the_agreement.capitalize()


def _open_for_writing(agreement: Agreement) -> Agreement:
    locked = Agreement.objects.select_for_update().get(pk=agreement.pk)
    if not locked.is_open_for_writing:
        raise Refused(f"{_the(locked)} har lämnat skrivbordet. Ta tillbaka till avtalsskrivning för att ändra.")
    return locked


def point_now(point: Point) -> dict:
    """What the form of a point is opened with."""
    return {"text": point.text, "state": point.state, "flag": point.flag, "heading": point.heading}


@transaction.atomic
def write_point(
    agreement: Agreement, point: Point, *, text: str, state: str, flag: str = "", heading: str = "", opened: str = ""
) -> Point:
    """Save what was changed of a point. ``opened``: marks of what the form was opened with.

    Raises Meanwhile where somebody else has changed the same; what that person wrote stays.
    """
    _open_for_writing(agreement)
    if state not in PointState.values:
        raise Refused("Välj om punkten används.")
    mine = {"text": text, "state": state, "flag": flag}
    if heading and not point.rule:
        mine["heading"] = heading
    stored = agreement.points.select_for_update().get(pk=point.pk)
    changed = changes(opened, now=point_now(stored), mine=mine)
    whole = point_now(stored) | changed
    if whole["text"].strip() and whole["state"] == PointState.UNTOUCHED:
        changed["state"] = PointState.USED
    for name, value in (whole | changed).items():
        setattr(point, name, value)
    if changed:
        point.save(update_fields=list(changed))
    return point


@transaction.atomic
def take_wording(comment: DraftComment, *, by, opened: str = "") -> Point:
    """Put the organisation's wording in its point, and tell of it in the case file.

    ``opened``: marks of the point as it was seen; without them as it was shared. Raises Meanwhile where it has been
    changed since.
    """
    agreement = comment.draft.agreement
    _open_for_writing(agreement)
    shared = {row["pk"]: row["text"] for row in comment.draft.points}
    point = agreement.points.filter(pk=comment.point).first()
    if comment.kind != CommentKind.WORDING or comment.record.secret:
        raise Refused("Bara ett öppet förslag till ordalydelse går att föra in.")
    if point is None or point.pk not in shared:
        raise Refused("Punkten finns inte längre i utkastet.")
    if point.text == comment.text:
        raise Refused("Punkten lyder redan som förslaget.")
    opened = opened or marks_of({"text": shared[point.pk]})
    how = {"state": PointState.USED, "flag": point.flag, "heading": point.heading}
    written = write_point(agreement, point, text=comment.text, opened=opened, **how)
    add_record(
        agreement.case,
        direction=Direction.INTERNAL,
        counterpart=comment.party.name,
        about=f"Ordalydelse från {comment.party.name} införd i punkten {written.heading}",
        text=comment.text,
        by=by,
    )
    return written


@transaction.atomic
def add_point(agreement: Agreement, *, heading: str) -> Point:
    """A point of the parties' own, after the others."""
    _open_for_writing(agreement)
    place = (agreement.points.aggregate(Max("position"))["position__max"] or 0) + 1
    return Point.objects.create(agreement=agreement, heading=heading, position=place, state=PointState.USED)


def term_now(agreement: Agreement) -> dict:
    """What the form of the term is opened with."""
    names = ("start", "end", "first_follow_up", "follow_up_months", "two_sign")
    return {name: getattr(agreement, name) for name in names}


@transaction.atomic
def remove_point(agreement: Agreement, point: Point) -> None:
    """Take away a point of the parties' own; it stays in the history. Those of the rules are set as not used."""
    _open_for_writing(agreement)
    if point.rule:
        raise Refused("Punkten kommer från riktlinjen. Välj att den inte används i stället.")
    point.delete()


@transaction.atomic
def set_term(
    agreement: Agreement,
    *,
    start: date | None,
    end: date | None,
    first_follow_up: date | None = None,
    follow_up_months: int | None = None,
    two_sign: Iterable[int] = (),
    opened: str = "",
) -> None:
    """Save what was changed of the term, the plan and who signs. ``opened`` and Meanwhile as in ``write_point``."""
    stored = term_now(_open_for_writing(agreement))
    mine = {
        "start": start, "end": end, "first_follow_up": first_follow_up, "follow_up_months": follow_up_months,
        "two_sign": list(two_sign),
    }  # fmt: skip
    changed = changes(opened, now=stored, mine=mine)
    whole = stored | changed
    if whole["start"] and any(whole[name] and whole[name] < whole["start"] for name in ("end", "first_follow_up")):
        raise Refused("Någon annan har ändrat dagarna medan du skrev, så att de inte går ihop. Ladda om sidan och se.")
    for name, value in whole.items():
        setattr(agreement, name, value)
    if changed:
        agreement.save(update_fields=list(changed))


@transaction.atomic
def send_to_decision(agreement: Agreement, *, by, why: str = "") -> None:
    """The draft is closed for writing and put in the case file as the proposal to decide on."""
    agreement.move_to(AgreementStage.DECISION, by=by, why=why)
    _freeze_contributions(agreement)
    wait_no_longer(agreement, by=by)
    _print_to_file(agreement, f"Förslag till {agreement.case.rules.agreement_is_called}", by=by)
    title = f"Beslut om {agreement.case.rules.the_agreement}"
    _open_task(agreement, TaskKind.DECIDE, title, role=Role.SECRETARY, waits_for_others=True)


def _open_task(agreement: Agreement, kind: str, title: str, **whose) -> None:
    """To be done before the agreement is meant to start, today at the earliest."""
    due = max(agreement.start, timezone.localdate())
    open_task(agreement.case, kind, title=title, due=due, subject=agreement.subject, tab="agreement", **whose)


def _close_tasks(agreement: Agreement, *, by) -> None:
    """Whatever was waited for in the stage that the agreement leaves."""
    for kind in (TaskKind.DECIDE, TaskKind.SIGN, TaskKind.ENTER_INTO_FORCE):
        close_task(agreement.case, kind, by=by, subject=agreement.subject)
    wait_for_no_signatures(agreement, by=by)


def _freeze_contributions(agreement: Agreement) -> None:
    agreement.contributions.all().delete()
    FrozenContribution.objects.bulk_create(
        FrozenContribution(
            agreement=agreement,
            party=row.party,
            kind=row.kind,
            what=row.what,
            value_per_year=row.value_per_year,
            hours_per_year=row.hours_per_year,
            basis=row.basis,
        )
        for row in agreement.case.contributions.of_active_sides().select_related("party")
    )


def _print_to_file(agreement: Agreement, about: str, *, by):
    content = agreement_pdf(agreement)
    name = f"{agreement.case.reference}-{agreement.case.rules.agreement_is_called}-{agreement.number}.pdf"
    return add_record(
        agreement.case,
        direction=Direction.INTERNAL,
        about=about,
        files=[(store_bytes(content, "application/pdf"), name)],
        by=by,
    )


@transaction.atomic
def decide(
    agreement: Agreement, *, outcome: str, by, absolute: Callable[[str], str], why: str = "", **decision
) -> None:
    """Record the decision and do what follows from it. ``decision``: as ``record_decision`` takes it.

    Yes: the document to sign is printed to the case file. Returned: back to writing. No: the case ends.
    """
    if Agreement.objects.select_for_update().get(pk=agreement.pk).stage != AgreementStage.DECISION:
        raise Refused(f"{_the(agreement)} väntar inte på beslut. Ladda om sidan och se läget.")
    if outcome == DecisionOutcome.YES:
        hold_act("decision", agreement.matter())
    record_decision(
        agreement.case,
        kind=DecisionKind.AGREEMENT,
        outcome=outcome,
        subject=agreement.subject,
        reasons=why,
        by=by,
        **decision,
    )
    _close_tasks(agreement, by=by)
    if outcome == DecisionOutcome.YES:
        agreement.move_to(AgreementStage.SIGNING, by=by, why=why)
        agreement.for_signing = _print_to_file(
            agreement, f"{agreement.case.rules.agreement_is_called.capitalize()} att underteckna", by=by
        )
        agreement.save(update_fields=["for_signing"])
        title = f"Underskrifter på {agreement.case.rules.the_agreement}"
        _open_task(agreement, TaskKind.SIGN, title, role=Role.SECRETARY, waits_for_others=True)
    elif outcome == DecisionOutcome.RETURNED:
        _open_again(agreement, by=by, why=why, told="", absolute=absolute)
    else:
        end_case(agreement.case, outcome=Outcome.REJECTED, why=why or "Förslaget avslogs.", by=by)


def _open_again(agreement: Agreement, *, by, why: str, told: str, absolute: Callable[[str], str]) -> None:
    """``told``: the end of what is written to those of the organisations who see the case."""
    case, called = agreement.case, _the(agreement)
    stood = agreement.get_stage_display().lower()
    void = " Det som redan är undertecknat gäller inte." if agreement.stage == AgreementStage.SIGNING else ""
    agreement.move_to(AgreementStage.DRAFTING, by=by, why=why, for_signing=None)
    agreement.contributions.all().delete()
    _add_points(agreement)  # the case may follow other rules than when it left the writing desk
    _close_tasks(agreement, by=by)
    text = f"{called} i ärende {case.reference} har gått tillbaka från {stood} och skrivs om.{void}\n\n{told}".strip()
    tell(case, subject=f"{called} skrivs om, {case.reference}", text=text, by=by, absolute=absolute)


@transaction.atomic
def take_back(agreement: Agreement, *, by, why: str, absolute: Callable[[str], str]) -> None:
    """Back to writing from decision or signing; what was signed no longer counts, as the document changes."""
    if not why.strip():
        raise Refused(f"Skriv varför {agreement.case.rules.the_agreement} tas tillbaka.")
    _open_again(agreement, by=by, why=why, told=why, absolute=absolute)


@transaction.atomic
def enter_signatures(agreement: Agreement, signatures: list[dict], *, scan=None, by) -> None:
    """Enter who signed, with the scan of what was signed on paper.

    ``signatures``: party (None for the municipality), name, role, ground, signed_on; one or more for each side. One
    that was made in the program has ``made_here`` and ground: what was written there counts but for the ground, which
    is the official's to judge, and not of one's own signature. All that stand must be among them.
    """
    locked = Agreement.objects.select_for_update().get(pk=agreement.pk)
    if locked.stage != AgreementStage.SIGNING:
        raise Refused(f"{_the(locked)} ligger inte för undertecknande.")
    if locked.signatures.filter(document=locked.for_signing_id).exists():
        raise Refused("Underskrifterna är redan införda.")
    signatures = [_as_made(row) for row in signatures]
    printed_on = timezone.localdate(locked.for_signing.registered_at)
    if any(row["signed_on"] < printed_on for row in signatures):
        raise Refused(f"Underskriften kan inte vara äldre än dokumentet, som blev klart {day(printed_on)}.")
    _each_signs_once(signatures)
    digest = document_hash(locked)
    made = [row["made_here"] for row in signatures if row.get("made_here")]
    if not set(made) <= set(made_here(locked)):
        raise Refused("En av underskrifterna i programmet gäller inte längre. Öppna avtalet på nytt och se läget.")
    if set(made) != set(made_here(locked)):
        raise Refused("En underskrift har kommit sedan sidan öppnades. Öppna avtalet på nytt och läs den först.")
    if any(one.party is None and one.email == by.email for one in made):
        raise Refused("Du har själv skrivit under för kommunen. Låt en kollega pröva underskriften och föra in den.")
    if len(made) < len(signatures) and not scan:
        raise Refused("Välj det skannade exemplaret med de underskrifter som är gjorda på papper.")
    theirs = {row["party"].name: None for row in signatures if row["party"] and not row.get("made_here")}
    record = scan and add_record(
        locked.case,
        direction=Direction.IN if theirs else Direction.INTERNAL,
        counterpart=", ".join(theirs),
        about=f"{locked.case.rules.signed.capitalize()} {locked.case.rules.agreement_is_called}, skannat exemplar",
        uploads=[scan],
        by=by,
    )
    facts = {"agreement": locked, "document": locked.for_signing, "document_sha256": digest, "by": by}
    proofs = [row["made_here"].record if row.get("made_here") else record for row in signatures]
    rows = zip(proofs, signatures, strict=True)
    Signature.objects.bulk_create(Signature(**facts, scan=proof, **row) for proof, row in rows)
    if not any(is_signed(locked)):
        _close_tasks(locked, by=by)
        _open_task(locked, TaskKind.ENTER_INTO_FORCE, f"Låt {locked.case.rules.the_agreement} börja gälla")


def _as_made(row: dict) -> dict:
    """Of one that was made in the program: who, for whom, in what role and when as it was made."""
    made = row.get("made_here")
    if made is None:
        return row
    who = {"party": made.party, "name": made.name, "role": made.role, "signed_on": timezone.localdate(made.at)}
    return row | who


def _each_signs_once(signatures: list[dict]) -> None:
    """One person may sign for two sides, but not twice for the same."""
    seen = set()
    for row in signatures:
        who = (row["party"], fold(row["name"].strip()))
        if who in seen:
            raise Refused(f"{row['name']} står två gånger för samma part. Ta bort den ena underskriften.")
        seen.add(who)


@transaction.atomic
def enter_into_force(agreement: Agreement, *, by) -> None:
    agreement.move_to(AgreementStage.IN_FORCE, by=by)
    _close_tasks(agreement, by=by)
    if agreement.case.stage == Stage.AGREEMENT:
        agreement.case.move_to(Stage.IN_FORCE, by=by)


@transaction.atomic
def end_case(case: Case, *, outcome: str, why: str, by, by_name: str = "", **decision) -> None:
    """End the case and whatever agreement it has. ``by_name``: of one who is no official."""
    for agreement in case.agreements.open():
        agreement.move_to(AgreementStage.ENDED, by=by, why=why, by_name=by_name)
    close_case_file(case, outcome=outcome, why=why, by=by, by_name=by_name, **decision)
