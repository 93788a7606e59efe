"""Verbs of the initiative: sending it in, correcting its origin, noting meetings."""

import uuid
from datetime import date

from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from iop.cases.actions import add_record, close_task, edit_facts, facts_now, open_case, open_task
from iop.cases.machinery import Refused, Subject, still_open
from iop.cases.models import Case, Direction, TaskKind
from iop.cases.opened import changes
from iop.mail import after_commit
from iop.municipalities.models import Municipality
from iop.swedish_text import day as swedish_day
from iop.swedish_text import lower_first
from partners.actions import add_party, hash_of, organisation_for

from .models import OWN_ANSWERS, Initiative, Meeting, Origin

PROSE = ("title", "challenge", "idea", "target_group", "we_bring", "municipality_brings")


@transaction.atomic
def submit(
    municipality: Municipality,
    *,
    submission: uuid.UUID,
    written: dict,
    own_answers: dict[str, str],
    absolute,
    received_on: date | None = None,
    by=None,
) -> tuple[Initiative, str]:
    """Take in an initiative. Sending the same form again gives back the same one, never a second case.

    ``written``: the form's fields by name. ``absolute``: turns a path into a full address for the receipt.
    Returns the initiative and the token of its receipt.
    """
    Municipality.objects.select_for_update().get(pk=municipality.pk)
    token = receipt_token(submission)
    known = Initiative.objects.filter(submission=submission).select_related("case__municipality").first()
    if known:
        _keep_other_text(known, written)
        return known, token
    organisation = organisation_for(
        municipality,
        name=written["organisation_name"],
        number=written["organisation_number"] or None,
        legal_form=written["legal_form"],
    )
    case = open_case(
        municipality=municipality, title=written["title"], received_on=received_on or timezone.localdate(), by=by
    )
    initiative = Initiative.objects.create(
        case=case,
        submission=submission,
        token_hash=hash_of(token),
        origin=written.get("origin", ""),
        title=written["title"],
        challenge=written["challenge"],
        idea=written["idea"],
        target_group=written["target_group"],
        we_bring=written["we_bring"],
        municipality_brings=written["municipality_brings"],
        organisation=organisation,
        stated_name=written["organisation_name"],
        stated_number=written["organisation_number"],
        stated_form=written["legal_form"],
        contact_name=written["contact_name"],
        contact_email=written["contact_email"],
        contact_phone=written["contact_phone"],
        own_answers=own_answers,
    )
    add_party(
        case,
        organisation,
        contact_name=initiative.contact_name,
        contact_email=initiative.contact_email,
        contact_phone=initiative.contact_phone,
    )
    context = {"initiative": initiative, "case": case, "municipality": municipality, "answers": answers_in(initiative)}
    add_record(
        case,
        direction=Direction.IN,
        counterpart=f"{initiative.contact_name}, {initiative.stated_name}",
        about=f"Initiativ: {initiative.title}",
        day=case.received_on,
        text=render_to_string("initiatives/as_submitted.txt", context),
        by=by,
    )
    link = absolute(reverse("receipt", args=[municipality.slug, token]))
    subject = f"Vi har tagit emot ert initiativ {case.reference}"
    body = render_to_string("initiatives/mail/receipt.txt", {**context, "link": link})
    kept = render_to_string("initiatives/mail/receipt.txt", {**context, "link": "[personlig länk]"})
    add_record(case, direction=Direction.OUT, counterpart=initiative.contact_email, about=subject, text=kept)
    message = EmailMessage(subject, body, to=[initiative.contact_email], reply_to=[municipality.email])
    after_commit(message)
    return initiative, token


def answers_in(initiative: Initiative) -> list[tuple[str, str]]:
    """The organisation's own answers as (question, answer), in the words of the form."""
    questions = {rule.key: rule.help.plainly for rule in initiative.case.rules.criteria}
    return [(questions.get(key, key), OWN_ANSWERS.get(value, value)) for key, value in initiative.own_answers.items()]


def _keep_other_text(initiative: Initiative, written: dict) -> None:
    """The form was sent again with other words, from a page that lay open: kept in the case file, never lost."""
    changed = {name: written[name] for name in PROSE if written[name] != getattr(initiative, name)}
    text = "\n\n".join(changed.values())
    if changed and not initiative.case.records.filter(text=text).exists():
        about = f"Ändrad text till initiativet: {initiative.title}"
        add_record(initiative.case, direction=Direction.IN, counterpart=initiative.stated_name, about=about, text=text)


def receipt_token(submission: uuid.UUID) -> str:
    """The receipt's secret, made from the form's own so that a second click leads to the same receipt."""
    return salted_hmac("initiatives.receipt", submission.hex, algorithm="sha256").hexdigest()[:48]


def facts_and_origin(case: Case) -> dict:
    """What the form of facts is opened with: of the case, and who took its initiative."""
    initiative = getattr(case, "initiative", None)
    return facts_now(case) | {"origin": initiative.origin if initiative else ""}


@transaction.atomic
def edit_case(case: Case, facts: dict, *, by, opened: str = "") -> None:
    """Save what was changed of the facts and the origin, and nothing else.

    ``opened``: marks of what the form was opened with. Raises Meanwhile where somebody else has changed the same.
    """
    rows = Case.objects.select_for_update(of=("self",)).select_related("coordinator", "unit", "responsible")
    stored = facts_and_origin(rows.get(pk=case.pk))
    changed = changes(opened, now=stored, mine=facts)
    origin = changed.pop("origin", "")
    edit_facts(case, changed, by=by)
    if origin:
        correct_origin(case, origin, by=by)


@transaction.atomic
def correct_origin(case: Case, origin: str, *, by) -> None:
    still_open(case)
    if origin not in Origin.values:
        raise Refused("Välj vem som tog initiativet.")
    initiative = case.initiative
    initiative.origin = origin
    initiative.save(update_fields=["origin"])


@transaction.atomic
def note_meeting(case: Case, *, name: str, day: date, participants: str, by, rule="", topics=(), notes="", held=None):
    """Write down a meeting that was held, or plan one. Days to come are planned, and become a task."""
    still_open(case)
    held = day <= timezone.localdate() if held is None else held
    if not participants.strip():
        raise Refused("Skriv vilka som deltar i mötet.")
    meeting = Meeting.objects.create(
        case=case,
        rule=rule,
        name=name,
        day=day,
        held=held,
        participants=participants,
        topics=list(topics),
        notes=notes,
        by=by,
    )
    if held:
        _minutes(meeting, by=by)
    else:
        open_task(case, TaskKind.MEETING, title=name, due=day, subject=Subject.of(meeting), person=by, tab="statements")
    return meeting


@transaction.atomic
def hold_meeting(meeting: Meeting, *, topics, notes: str, by) -> None:
    """A planned meeting was held: what was talked about."""
    meeting = _planned(meeting)
    if meeting.day > timezone.localdate():
        raise Refused("Mötesdagen ligger i framtiden. Anteckna mötet när det har hållits.")
    meeting.held, meeting.topics, meeting.notes = True, list(topics), notes
    meeting.save(update_fields=["held", "topics", "notes"])
    close_task(meeting.case, TaskKind.MEETING, by=by, subject=Subject.of(meeting))
    _minutes(meeting, by=by)


@transaction.atomic
def move_meeting(meeting: Meeting, *, day: date, by) -> Meeting:
    """A planned meeting gets another day, and its task with it."""
    meeting = _planned(meeting)
    if day < timezone.localdate():
        raise Refused("Välj en dag som inte har varit. Har mötet redan hållits, anteckna det i stället.")
    meeting.day = day
    meeting.save(update_fields=["day"])
    about = {"subject_kind": "meeting", "subject_id": meeting.pk}
    meeting.case.tasks.open().filter(kind=TaskKind.MEETING, **about).update(due=day)
    return meeting


@transaction.atomic
def cancel_meeting(meeting: Meeting, *, why: str, by) -> None:
    """A planned meeting does not come about; why is kept in the case file."""
    meeting = _planned(meeting)
    if not why.strip():
        raise Refused("Skriv varför mötet ställs in.")
    meeting.cancelled, meeting.cancelled_why = True, why.strip()
    meeting.save(update_fields=["cancelled", "cancelled_why"])
    close_task(meeting.case, TaskKind.MEETING, by=by, subject=Subject.of(meeting))
    add_record(
        meeting.case,
        direction=Direction.INTERNAL,
        counterpart=meeting.participants,
        about=f"Inställt: {lower_first(meeting.name)} {swedish_day(meeting.day)}",
        text=meeting.cancelled_why,
        by=by,
    )


def _planned(meeting: Meeting) -> Meeting:
    """The meeting, locked, if it is still to come."""
    meeting = Meeting.objects.select_for_update().select_related("case").get(pk=meeting.pk)
    still_open(meeting.case)
    if meeting.held:
        raise Refused("Mötet är redan antecknat.")
    if meeting.cancelled:
        raise Refused("Mötet är inställt.")
    return meeting


def _minutes(meeting: Meeting, *, by) -> None:
    topics = f"Ämnen: {', '.join(meeting.topics)}\n\n" if meeting.topics else ""
    add_record(
        meeting.case,
        direction=Direction.INTERNAL,
        counterpart=meeting.participants[:200],
        about=f"Anteckningar från {lower_first(meeting.name)}",
        day=meeting.day,
        text=f"{topics}{meeting.notes}".strip(),
        by=by,
    )
