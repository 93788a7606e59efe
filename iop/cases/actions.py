"""Verbs of a case: what officials do, each atomic, each leaving its trace."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import F, Max, QuerySet
from django.utils import timezone

from iop.municipalities.models import Municipality, Unit
from iop.municipalities.permissions import Role
from iop.rulesets.models import RuleSetVersion
from iop.rulesets.schema import Answerable, Eligibility
from iop.swedish_text import lower_first

from .files import is_locked, safe_name, store_upload
from .machinery import AFTER_ANSWERS, AFTER_NEW_RULES, Finding, Refused, Subject, hold_act, still_open
from .models import (
    OF_PARTNERSHIPS,
    Answer,
    Case,
    Decision,
    DecisionKind,
    DecisionOutcome,
    Direction,
    Outcome,
    Override,
    Record,
    RecordFile,
    Recusal,
    Stage,
    StageChange,
    StoredFile,
    Task,
    TaskKind,
)
from .opened import changes, marks_of


@transaction.atomic
def open_case(*, municipality: Municipality, title: str, received_on: date, by=None) -> Case:
    """A new case under the rule set in force, with the year's next reference and the task to receive it."""
    Municipality.objects.select_for_update().get(pk=municipality.pk)
    version = RuleSetVersion.objects.in_force(municipality).first()
    if version is None:
        raise Refused("Kommunen har inget regelverk i kraft ännu. Publicera ett innan initiativ tas emot.")
    year = received_on.year
    latest = Case.objects.filter(municipality=municipality, year=year).aggregate(Max("serial"))["serial__max"]
    serial = (latest or 0) + 1
    unit = municipality.units.called(version.rules.intake.unit) if version.rules.intake.unit else None
    case = Case.objects.create(
        municipality=municipality,
        version=version,
        additions=additions_in_force(municipality),
        year=year,
        serial=serial,
        reference=f"IOP-{year}-{serial:04d}",
        title=title,
        received_on=received_on,
        unit=unit,
    )
    due = timezone.localdate() + timedelta(days=municipality.days_to_receive)
    open_task(case, TaskKind.RECEIVE, due=due)
    await_diary_number(case, by=by)
    return case


def await_diary_number(case: Case, *, by) -> None:
    """The task to enter the case in the diary: open while it has no number."""
    if case.diary_number:
        close_task(case, TaskKind.DIARY, by=by)
    else:
        due = timezone.localdate() + timedelta(days=case.municipality.days_to_receive)
        open_task(case, TaskKind.DIARY, due=due, role=Role.SECRETARY)


@transaction.atomic
def set_diary_number(case: Case, number: str, *, by, opened: str = "") -> None:
    """Also of a closed case: the diary is kept whatever became of the matter.

    ``opened``: marks of what the page was opened with. Raises Meanwhile where somebody else has given another number.
    """
    stored = Case.objects.select_for_update(of=("self",)).get(pk=case.pk).diary_number
    if not changes(opened, now={"diary_number": stored}, mine={"diary_number": number}):
        return
    case.diary_number = number
    _save_facts(case, ["diary_number"], by=by)


def _save_facts(case: Case, names: list[str], *, by) -> None:
    """Two who give two cases the same diary number at once pass the form both; the database lets one of them."""
    try:
        with transaction.atomic():
            case.save(update_fields=names)
    except IntegrityError as error:
        raise Refused("Diarienumret finns redan på ett annat ärende.") from error
    if "diary_number" in names:
        await_diary_number(case, by=by)


def additions_in_force(municipality: Municipality) -> list[int]:
    """All of the municipality's: which of their rules are in play follows from the units of the case, as it goes."""
    return sorted(version.pk for version in RuleSetVersion.objects.additions(municipality).only("pk"))


def open_task(
    case: Case,
    kind: str,
    *,
    due: date,
    title: str = "",
    subject: Subject | None = None,
    unit: Unit | None = None,
    role: str = "",
    person=None,
    waits_for_others: bool = False,
    tab: str = "case",
) -> Task:
    """Open a task, or move the day of the one that is open already."""
    subject = subject or case.subject
    task, _ = Task.objects.update_or_create(
        case=case,
        kind=kind,
        subject_kind=subject.kind,
        subject_id=subject.pk,
        closed_at=None,
        defaults={
            "municipality": case.municipality,
            "title": title or TaskKind(kind).label,
            "due": due,
            "unit": unit,
            "role": role,
            "person": person,
            "waits_for_others": waits_for_others,
            "tab": tab,
        },
    )
    return task


def close_task(case: Case, kind: str, *, by, subject: Subject | None = None) -> None:
    subject = subject or case.subject
    case.tasks.open().filter(kind=kind, subject_kind=subject.kind, subject_id=subject.pk).update(
        closed_at=timezone.now(), closed_by=by
    )


@transaction.atomic
def receive(case: Case, *, by, unit: Unit | None = None, coordinator=None) -> None:
    """The initiative is received and somebody works it from now on: the one who receives it, or a colleague."""
    stage = Case.objects.select_for_update().get(pk=case.pk).stage
    if stage == Stage.CLOSED:
        raise Refused("Ärendet är avslutat. Öppna det igen om det ska bedömas.")
    if stage != Stage.RECEIVED:
        raise Refused("Någon har redan tagit emot initiativet.")
    case.coordinator = coordinator or by
    hand_over(case, to=case.coordinator, by=by)
    case.unit = unit or case.unit
    case.save(update_fields=["coordinator", "unit"])
    case.move_to(Stage.ASSESSMENT, by=by)
    close_task(case, TaskKind.RECEIVE, by=by)


RULE_CHANGED = "Regeln har ändrats sedan sidan visades. Ladda om sidan."


@transaction.atomic
def answer(
    case: Case,
    rule: Answerable | Eligibility,
    *,
    part: str,
    value: str,
    by,
    reason: str = "",
    subject: Subject | None = None,
    opened: str = "",
    asked: str = "",
    said_by: str = "",
) -> Answer:
    """Answer one part of a rule. Refuses while the rule waits for a statement, and answers that do not exist.

    ``said_by``: who of the organisation answers, where it is not an official who enters it.

    ``opened``: marks of what the page was opened with. Raises Meanwhile where somebody else has changed the same.
    ``asked``: mark of the question as the page showed it. A yes to other words is no answer to these.
    """
    subject = subject or case.subject
    rule = rule.for_form(subject.legal_form)
    if part not in dict(rule.parts) or asked not in ("", question_mark(rule, part)):
        raise Refused(RULE_CHANGED)
    still_open(case)
    if value:
        hold_act("answer", case.matter(), but=rule.key)
    waits_for = getattr(rule, "waits_for", "")
    if waits_for and value and not statement_is_in(case, waits_for):
        raise Refused("Punkten kan bedömas först när yttrandet har kommit.")
    allowed = values_of(rule)
    if allowed and value and value not in allowed:
        raise Refused("Välj ett av svaren i listan.")
    place = {"rule": rule.key, "part": part, "subject_kind": subject.kind, "subject_id": subject.pk}
    locked = Case.objects.select_for_update().get(pk=case.pk)
    if (locked.version_id, locked.additions) != (case.version_id, case.additions):
        raise Refused(RULE_CHANGED)
    known = case.answers.filter(**place).select_related("by").first()
    mine = Answer(value=value, reason=reason)
    if not changes(opened, now=answer_now(known), mine=answer_now(mine)) and known:
        return known
    row = known or Answer(case=case, **place)
    row.value, row.reason, row.by, row.at = value, reason, by, timezone.now()
    row.said_by = said_by[:200]
    row.save()
    if getattr(rule, "its_parts", ()):
        for follow in AFTER_ANSWERS:
            follow(case)
    return row


def answer_now(row: Answer | None) -> dict[str, str]:
    """What the form of an answer is opened with: one thing, since a reason belongs to its answer."""
    return {"answer": f"{row.value}\n{row.reason}" if row else "\n"}


def question_mark(rule: Answerable | Eligibility, part: str) -> str:
    """A short mark of what is asked: the words of the rule and the part, and what can be answered."""
    choices = [f"{value}={label}" for value, label in values_of(rule).items()]
    return marks_of({"asked": "\n".join((rule.wording, dict(rule.parts)[part], *choices))})


def values_of(rule: Answerable | Eligibility) -> dict[str, str]:
    """Stored value -> Swedish label; empty where the answer is written freely."""
    if rule.answer.type == "yes_no":
        partly = {"partly": "Delvis"} if rule.answer.partly else {}
        return {"yes": "Ja", **partly, "no": "Nej", "unclear": "Oklart"}
    if rule.answer.type == "choice":
        return {**rule.answer.choices, "unclear": "Oklart"}
    return {}


def statement_is_in(case: Case, rule_key: str) -> bool:
    return case.statements.filter(rule=rule_key, answered_on__isnull=False).exists()


@transaction.atomic
def make_override(case: Case, finding: Finding, *, reason: str, by) -> Override:
    """Go on in spite of one block. Who may is asked by the view; that there must be a reason, here."""
    if not finding.may_be_overridden:
        raise Refused("Det här hindret går inte att göra avsteg från. Åtgärda det i stället.")
    if not reason.strip():
        raise Refused("Skriv skälen till avsteget.")
    row, _ = Override.objects.get_or_create(
        case=case,
        rule=finding.rule.key,
        subject_kind=finding.subject.kind,
        subject_id=finding.subject.pk,
        cause=finding.cause,
        version_id=case.version_id,
        defaults={"reason": reason.strip(), "by": by, "finding": finding.sentence[:500]},
    )
    return row


@transaction.atomic
def add_record(
    case: Case,
    *,
    direction: str,
    about: str,
    by=None,
    day: date | None = None,
    counterpart: str = "",
    text: str = "",
    uploads: Iterable[UploadedFile] = (),
    files: Iterable[tuple[StoredFile, str]] = (),
    copy_of: Record | None = None,
) -> Record:
    """Put something in the case file under its next number, with uploaded or already stored files.

    A counterpart or subject longer than the list has room for (200) is cut; the text itself never is, and a
    counterpart that was cut stands whole at its end. ``copy_of``: the record whose text this repeats.
    """
    Case.objects.select_for_update().get(pk=case.pk)
    if len(counterpart) > 200:
        text = f"{text}\n\nFrån eller till: {counterpart}".strip()
        counterpart = f"{counterpart[:198].rstrip()} …"
    about = about[:200]
    latest = case.records.aggregate(Max("number"))["number__max"]
    record = Record.objects.create(
        case=case,
        number=(latest or 0) + 1,
        day=day or timezone.localdate(),
        direction=direction,
        counterpart=counterpart,
        about=about,
        text=text,
        by=by,
        copy_of=copy_of,
    )
    stored = [*files, *((store_upload(upload), safe_name(upload.name)) for upload in uploads)]
    for file, name in stored:  # one by one: search hears of what is saved, not of what is written in bulk
        RecordFile.objects.create(record=record, file=file, name=name, locked=is_locked(file))
    return record


@transaction.atomic
def record_decision(
    case: Case,
    *,
    kind: str,
    outcome: str,
    decided_on: date,
    by,
    body: Unit | None = None,
    delegate: str = "",
    delegation_point: str = "",
    paragraph: str = "",
    reasons: str = "",
    subject: Subject | None = None,
    uploads=(),
) -> Decision:
    """Write down a decision that was made, with the extract of the minutes if there is one."""
    subject = subject or case.subject
    if decided_on > timezone.localdate():
        raise Refused("Beslutsdagen ligger i framtiden. Skriv in beslutet när det är fattat.")
    decision = Decision(
        case=case,
        kind=kind,
        outcome=outcome,
        subject_kind=subject.kind,
        subject_id=subject.pk,
        body=body,
        delegate=delegate,
        delegation_point=delegation_point,
        decided_on=decided_on,
        paragraph=paragraph,
        reasons=reasons,
        by=by,
    )
    decision.record = add_record(
        case,
        direction=Direction.INTERNAL,
        counterpart=decision.decided_by,
        about=decision.what + (f", § {paragraph}" if paragraph else ""),
        text=reasons,
        day=decided_on,
        uploads=uploads,
        by=by,
    )
    decision.save()
    return decision


def outcomes_of(case: Case) -> dict[str, str]:
    """How a case may end: once in force its agreement ends, before that the initiative does.

    That it is merged with another is an act of its own.
    """
    in_force = case.stage == Stage.IN_FORCE
    return {one: one.label for one in Outcome if (one in OF_PARTNERSHIPS) == in_force and one != Outcome.MERGED}


FACTS = (
    "title", "diary_number", "coordinator", "unit", "responsible", "affected_units", "other_municipalities", "areas",
    "answers_by",
)  # fmt: skip


def facts_now(case: Case) -> dict:
    """The facts of a case, by name."""
    return {name: getattr(case, name) for name in FACTS} | {"affected_units": list(case.affected_units.all())}


def hand_over(case: Case, *, to, by) -> None:
    """Before somebody becomes the coordinator: nobody with jäv does, and nobody else is waited for any longer."""
    if case.recusals.in_force().filter(person=to).exists():
        raise Refused(f"{to.name} är jävig i ärendet. Välj någon annan.")
    close_task(case, TaskKind.NEW_COORDINATOR, by=by)


@transaction.atomic
def edit_facts(case: Case, facts: dict, *, by) -> None:
    """Save the named facts and nothing else, so that what somebody else changed meanwhile stays."""
    still_open(case)
    facts = dict(facts)
    affected = facts.pop("affected_units", None)
    if facts.get("coordinator"):
        hand_over(case, to=facts["coordinator"], by=by)
    for name, value in facts.items():
        setattr(case, name, value)
    if facts:
        _save_facts(case, list(facts), by=by)
    if affected is not None:
        case.affected_units.set(affected)
    if affected is not None or {"unit", "responsible", "areas"} & facts.keys():
        for tell in AFTER_NEW_RULES:  # another unit or area may have rules of its own, and an affected one is asked
            tell(case)


@transaction.atomic
def assign(cases: QuerySet, *, to, by) -> int:
    """Give open cases to a coordinator, who also takes over the open tasks of the one before. Returns how many.

    Closed cases, those that the person has already, and those where either of the two has jäv are left as they are.
    """
    recused = Recusal.objects.in_force().filter(person__in=[to, by])
    given = cases.filter(closed_on=None).exclude(coordinator=to).exclude(pk__in=recused.values("case_id"))
    given = list(Case.objects.filter(pk__in=given.values("pk")).select_for_update(of=("self",)).order_by("pk"))
    tasks = Task.objects.open().filter(case__in=given, person=F("case__coordinator"))
    handed_over = list(tasks.values_list("pk", flat=True))
    for case in given:
        edit_facts(case, {"coordinator": to}, by=by)
    Task.objects.filter(pk__in=handed_over).update(person=to)
    return len(given)


AFTER_END: list[Callable[[Case, object], None]] = []


def after_end(function: Callable[[Case, object], None]) -> Callable[[Case, object], None]:
    """Register what a floor calls off when a case has ended, given the case and the one who ended it."""
    AFTER_END.append(function)
    return function


def end_tasks(case: Case, *, by) -> None:
    """Nothing more is to be done in the case, but to give it its number in the diary and to read what has come.

    They are closed at the very moment of the ending, by which they are known if the case is opened again.
    """
    for call_off in AFTER_END:
        call_off(case, by)
    rows = case.tasks.open().exclude(kind=TaskKind.DIARY).exclude(subject_kind="message")
    rows.update(closed_at=ending_of(case).at, closed_by=by)


def ending_of(case: Case) -> StageChange:
    """The latest time that the case was ended."""
    return case.stage_changes.filter(subject_kind="case", to_stage=Stage.CLOSED).latest("at", "pk")


@transaction.atomic
def close(case: Case, *, outcome: str, why: str, by, by_name: str = "", other_ways: str = "", **decision) -> None:
    """End the case without (further) agreement. ``decision``: as ``record_decision`` takes it, when one was made.

    «Inte förlängt» needs no reason (each party may abstain); every other outcome does.
    """
    if outcome not in outcomes_of(case):
        raise Refused("Välj hur ärendet avslutas.")
    if not why.strip() and outcome not in (Outcome.NOT_EXTENDED, Outcome.WITHDRAWN):
        raise Refused("Skriv varför ärendet avslutas.")
    record = None
    if decision:
        decided = {"kind": DecisionKind.NOT_PROCEED, "outcome": DecisionOutcome.NO, "reasons": why, **decision}
        record = record_decision(case, by=by, **decided).record
    elif why.strip() or other_ways.strip():
        text = why if not other_ways.strip() else f"{why}\n\nAndra vägar:\n{other_ways}"
        about = f"Ärendet avslutas: {lower_first(Outcome(outcome).label)}"
        record = add_record(case, direction=Direction.INTERNAL, about=about, text=text.strip(), by=by)
    told = {"why_closed": why, "other_ways": other_ways, "closing_record": record}
    told |= {"outcome": outcome, "closed_on": timezone.localdate()}
    case.move_to(Stage.CLOSED, by=by, by_name=by_name, why=why[:5000], **told)
    end_tasks(case, by=by)
