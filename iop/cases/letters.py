"""Letters to the organisation and links to those outside: what was sent stands in the case file as it went.

Of a secret case the e-mail says nothing but that there is something to read; the text waits behind the link.
"""

import hashlib
import re
import secrets
import tomllib
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from iop.mail import after_commit
from iop.swedish_text import day as in_words
from iop.swedish_text import lower_first

from .actions import add_record, close_task, open_task
from .files import holds
from .machinery import Refused, Subject
from .models import (
    DAYS_OF_A_LINK,
    Case,
    Direction,
    Letter,
    LetterKind,
    LetterTemplate,
    Linked,
    Record,
    RecordFile,
    Statement,
    TaskKind,
)
from .opened import changes
from .secrecy import holds_secrets, mark_secret

MOST_ANSWERS = 50  # by one link: whoever has it may answer without an account
HIDDEN_LINK = "[personlig länk]"
MOST_ATTACHED = 15 * 1024 * 1024  # what most mail servers take; more is read behind the link


HAS_PAGES: list[Callable[[Case, str], bool]] = []


def has_pages(function: Callable[[Case, str], bool]) -> Callable[[Case, str], bool]:
    """Register how a floor above knows that an address can log in and read the letter on pages of its own."""
    HAS_PAGES.append(function)
    return function


@cache
def standard_letters() -> list[dict[str, str]]:
    """Texts of ours to start from: key, name, subject and text."""
    return tomllib.loads(Path(__file__).with_name("letters.toml").read_text())["letters"]


def filled(text: str, values: dict[str, str]) -> str:
    """``text`` with «{ärende}» and the like replaced. What is not known stays as it stands, to be seen and mended."""
    return re.sub(r"\{([^{}]+)\}", lambda name: values.get(name[1], name[0]), text)


@transaction.atomic
def change_template(row: LetterTemplate, written: dict, *, opened: str = "") -> None:
    """Save what was changed of a template. Raises Meanwhile where somebody else has changed the same since."""
    stored = LetterTemplate.objects.select_for_update().get(pk=row.pk)
    changed = changes(opened, now={name: getattr(stored, name) for name in written}, mine=written)
    for name, value in changed.items():
        setattr(stored, name, value)
    if changed:
        stored.save(update_fields=list(changed))


def values_of_case(case: Case, *, contact: str = "", organisation: str = "", by) -> dict[str, str]:
    """What a letter about the case may name."""
    hidden = case.closing_record is not None and case.closing_record.secret
    return {
        "ärende": case.reference,
        "rubrik": case.title,
        "kontakt": contact,
        "organisation": organisation,
        "kommun": case.municipality.name,
        "handläggare": by.name,
        "diarienummer": case.diary_number,
        "utfall": lower_first(case.get_outcome_display()),
        "skäl": "" if hidden else case.why_closed,
        "andra vägar": "" if hidden else case.other_ways,
    }


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def new_link(row: Linked, *, to: str, ends: date | None = None) -> str:
    """A link of its own in place of any earlier one; ``row`` is not saved. Returns the token, which nobody keeps."""
    token = secrets.token_urlsafe(24)
    row.token_hash, row.sent_to = hash_of(token), to
    row.link_ends = max(ends or date.min, timezone.localdate() + timedelta(days=DAYS_OF_A_LINK))
    return token


def mail_link(
    case: Case,
    token: str,
    *,
    to: str,
    subject: str,
    text: str,
    absolute: Callable[[str], str],
    files=(),
    secret: bool = False,
) -> None:
    """Send the letter with its link. ``files``: RecordFiles that go with it where there is room and no secrecy.

    ``secret``: the letter is to become so, though nothing in the case is yet.
    """
    secret = secret or holds_secrets(case)
    context = {"case": case, "municipality": case.municipality, "text": text, "secret": secret}
    context["link"] = absolute(reverse("reply", args=[token]))
    if any(knows(case, to) for knows in HAS_PAGES):
        context["mine"] = absolute(reverse("mine"))
    message = EmailMessage(
        f"Meddelande från {case.municipality.name}" if secret else subject,
        render_to_string("cases/mail/letter.txt", context),
        to=[to],
        reply_to=[case.municipality.email],
    )
    files = [] if secret else list(files)
    if sum(file.file.size for file in files) <= MOST_ATTACHED:
        for file in files:
            with file.file.open() as content:
                message.attach(file.name, content.read(), file.file.content_type)
    after_commit(message)


def sent_along(case: Case, files: Iterable[RecordFile]) -> list[RecordFile]:
    """The same, unless one of them is of a secret record. Nobody marks it so before it has gone."""
    Case.objects.select_for_update().get(pk=case.pk)
    files = list(files)
    if RecordFile.objects.filter(pk__in=[file.pk for file in files], record__secret=True).exists():
        raise Refused("En sekretessmarkerad handling går inte att bifoga. Ta bort den ur brevet.")
    return files


@transaction.atomic
def send_letter(
    case: Case,
    *,
    to: str,
    to_name: str,
    subject: str,
    text: str,
    by,
    absolute: Callable[[str], str],
    files: Iterable[RecordFile] = (),
    points: Iterable[str] = (),
    due: date | None = None,
    reminds: bool = True,
) -> Letter:
    """Send a message, or with ``points`` and ``due`` a request to complete. ``to``: an e-mail address.

    ``reminds``: the request reminds of itself when the day is near, and when it has passed.
    """
    points, files = [point.strip() for point in points if point.strip()], sent_along(case, files)
    if points and (due is None or due < timezone.localdate()):
        raise Refused("Skriv en dag som inte har varit, när kompletteringen behövs.")
    whole = (
        text if not points else f"{text.rstrip()}\n\nDet här behövs senast den {in_words(due)}:\n{_numbered(points)}"
    )
    letter = Letter(
        case=case,
        kind=LetterKind.COMPLETION if points else LetterKind.MESSAGE,
        to_name=to_name,
        subject=subject,
        text=whole,
        points=points,
        due=due if points else None,
        reminds=reminds and bool(points),
        sent_by=by,
    )
    token = new_link(letter, to=to, ends=due)
    letter.record = add_record(
        case,
        direction=Direction.OUT,
        counterpart=f"{to_name} ({to})" if to_name else to,
        about=subject,
        text=f"{whole}\n\n{HIDDEN_LINK}",
        files=[(file.file, file.name) for file in files],
        by=by,
    )
    letter.save()
    letter.attached.set(files)
    mail_link(case, token, to=to, subject=subject, text=whole, absolute=absolute, files=files)
    if points:
        open_task(
            case,
            TaskKind.COMPLETION,
            title=f"Komplettering från {to_name or to}"[:200],
            due=due,
            subject=Subject.of(letter),
            waits_for_others=True,
            tab="letters",
        )
    return letter


def _case_first(row: Linked) -> None:
    """One order of locks everywhere: the case, then what belongs to it. ``add_record`` takes the case in any event."""
    Case.objects.select_for_update().get(pk=row.case_id)


def _numbered(points: list[str]) -> str:
    return "\n".join(f"{number}. {point}" for number, point in enumerate(points, 1))


@transaction.atomic
def answer_letter(letter: Letter, *, name: str, text: str, uploads=()) -> Record:
    """An answer lands in the case file and in the coordinator's worklist. The same sent twice is one answer."""
    _case_first(letter)
    locked = Letter.objects.select_for_update(of=["self"]).select_related("case__municipality").get(pk=letter.pk)
    if locked.settled_at:
        raise Refused("Kommunen har redan tagit emot det som behövdes. Skriv till kommunen om något ska läggas till.")
    if not text.strip() and not uploads:
        raise Refused("Skriv ett svar eller välj en fil.")
    if locked.answers.count() >= MOST_ANSWERS:
        raise Refused("Ni har svarat många gånger här. Skriv till kommunen om det är något mer.")
    for same in locked.answers.filter(text=text, counterpart=name):
        if holds(same, uploads):
            return same
    record = add_record(
        locked.case,
        direction=Direction.IN,
        counterpart=name,
        about=f"Svar: {locked.subject}",
        text=text,
        uploads=uploads,
    )
    locked.answers.add(record)
    subject = Subject.of(locked)
    if not locked.waits_for_papers:  # «vi återkommer» is no paper
        close_task(locked.case, TaskKind.COMPLETION, by=None, subject=subject)
    what = "kompletteringen" if locked.kind == LetterKind.COMPLETION else "svaret"
    open_task(
        locked.case,
        TaskKind.READ_ANSWER,
        title=f"Läs {what} från {name}"[:200],
        due=timezone.localdate() + timedelta(days=locked.case.municipality.days_to_receive),
        subject=subject,
        tab="letters",
    )
    return record


@transaction.atomic
def settle(letter: Letter, *, by) -> None:
    """The answer is read and enough, or nothing more is waited for; the link answers no longer."""
    _case_first(letter)
    locked = Letter.objects.select_for_update().get(pk=letter.pk)
    if locked.settled_at:
        raise Refused("Brevet är redan avslutat.")
    locked.settled_at, locked.settled_by = timezone.now(), by
    locked.save(update_fields=["settled_at", "settled_by"])
    for kind in (TaskKind.COMPLETION, TaskKind.READ_ANSWER):
        close_task(letter.case, kind, by=by, subject=Subject.of(locked))


@transaction.atomic
def remind(
    row: Linked,
    *,
    subject: str,
    text: str,
    by,
    absolute: Callable[[str], str],
) -> None:
    """Once more, with a new link; the one before it opens the same. ``row``: a Letter, a Statement or a round.

    ``by``: None where it goes by itself.
    """
    _case_first(row)
    locked = type(row).objects.select_for_update(of=["self"]).get(pk=row.pk)
    if not locked.is_waiting:
        raise Refused("Det finns redan ett svar, eller så väntar ni inte längre på något. Ladda om sidan.")
    if not locked.sent_to:
        raise Refused("Det finns ingen e-postadress att påminna på.")
    if locked.reminded_at and timezone.localdate(locked.reminded_at) == timezone.localdate():
        raise Refused("En påminnelse har redan gått i dag.")
    locked.earlier_hash = locked.token_hash or ""
    token = new_link(locked, to=locked.sent_to, ends=locked.due)
    locked.reminded_at = timezone.now()
    locked.save()
    about = f"Påminnelse: {subject}"
    first = None  # the question to a unit is no record; a round's own is its position
    if isinstance(locked, Statement):
        first = locked.asked_record
    elif isinstance(locked, Letter):
        first = locked.record
    secret = first is not None and first.secret
    record = add_record(
        row.case,
        direction=Direction.OUT,
        counterpart=locked.sent_to,
        about=about,
        text=f"{text}\n\n{HIDDEN_LINK}",
        by=by,
        copy_of=first,
    )
    if secret:  # the reminder is as secret as what it reminds of
        mark_secret(record, ground=first.secrecy_ground, cleared=first.cleared.all(), by=by)
    how = {"to": locked.sent_to, "subject": about[:150], "text": text, "absolute": absolute}
    mail_link(row.case, token, secret=secret, **how)
