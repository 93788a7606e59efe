"""Verbs of a statement: asked of a unit or somebody outside, answered or given back, and read."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import timezone

from iop.municipalities.models import Unit
from iop.swedish_text import day as in_words

from .actions import add_record, close_task, open_task
from .letters import HIDDEN_LINK, mail_link, new_link, sent_along
from .machinery import AFTER_ANSWERS, Refused, Subject, still_open
from .models import Case, Direction, RecordFile, Statement, TaskKind


@transaction.atomic
def ask_statement(
    case: Case,
    *,
    by,
    due: date,
    question: str,
    unit: Unit | None = None,
    outside: str = "",
    rule: str = "",
    files: Iterable[RecordFile] = (),
    reminds: bool = True,
    to: str = "",
    absolute: Callable[[str], str] | None = None,
) -> Statement:
    """Ask a unit of the municipality or an outside body. ``files``: of the case file, to read beside the question.

    ``reminds``: they are reminded, without anybody doing it, when the day is near and when it has passed.
    ``to``: an e-mail address that gets the question with a link, for somebody without an account. What went, the
    letter or the question alone, is one record with its files.
    """
    still_open(case)
    files = sent_along(case, files)
    try:
        with transaction.atomic():
            statement = Statement.objects.create(
                case=case,
                rule=rule,
                unit=unit,
                outside=outside,
                question=question,
                asked_by=by,
                due=due,
                reminds=reminds,
            )
    except IntegrityError as error:
        raise Refused("Yttrandet är redan begärt och inte besvarat.") from error
    statement.attached.set(files)
    for returned in case.statements.exclude(returned_on=None):  # asked anew, of them or of others
        close_task(case, TaskKind.READ_ANSWER, by=by, subject=Subject.of(returned))
    open_task(
        case,
        TaskKind.STATEMENT,
        title=f"Yttrande från {statement.body}",
        due=due,
        subject=Subject.of(statement),
        unit=unit,
        waits_for_others=True,
        tab="statements",
    )
    text = _mailed(statement, to=to, by=by, absolute=absolute, files=files) if to else question
    statement.asked_record = add_record(
        case,
        direction=Direction.OUT if outside or to else Direction.INTERNAL,
        counterpart=f"{statement.body} ({to})" if to else statement.body,
        about=f"Begäran om yttrande från {statement.body}",
        text=text,
        files=[(file.file, file.name) for file in files],
        by=by,
    )
    statement.save(update_fields=["asked_record", "token_hash", "sent_to", "link_ends"])
    return statement


def _mailed(statement: Statement, *, to: str, by, absolute: Callable[[str], str], files: list[RecordFile]) -> str:
    """Send the question with a link, and return the letter as it went. The statement is not saved."""
    case = statement.case
    token = new_link(statement, to=to, ends=statement.due)
    context = {"statement": statement, "case": case, "by": by, "place": case.municipality.name}
    text, subject = render_to_string("cases/mail/statement.txt", context), f"Begäran om yttrande, {case.reference}"
    mail_link(case, token, to=to, subject=subject, text=text, absolute=absolute, files=files)
    return f"{text}\n\n{HIDDEN_LINK}"


@transaction.atomic
def answer_statement(
    statement: Statement, *, text: str, name: str, by, answered_on: date | None = None, uploads=()
) -> Statement:
    """The answer becomes a record and opens the rules that waited for it. Answered once only.

    ``answered_on``: the day it came, where it is written in afterwards. The coordinator is asked to read it, who else
    would not know that it is there.
    """
    locked, today = _waiting(statement), timezone.localdate()
    locked.text, locked.answered_name, locked.answered_by = text, name, by
    locked.answered_on = answered_on or today
    asked_on = timezone.localdate(locked.asked_at)
    if not asked_on <= locked.answered_on <= today:
        raise Refused(f"Välj en dag från den {in_words(asked_on)}, då yttrandet begärdes, till och med i dag.")
    close_task(locked.case, TaskKind.STATEMENT, by=by, subject=Subject.of(locked))
    if by is None or by.pk != locked.case.coordinator_id:
        open_task(
            locked.case,
            TaskKind.READ_ANSWER,
            title=f"Läs yttrandet från {locked.body}",
            due=today + timedelta(days=locked.case.municipality.days_to_receive),
            subject=Subject.of(locked),
            tab="statements",
        )
    locked.record = add_record(
        locked.case,
        direction=Direction.IN if locked.outside else Direction.INTERNAL,
        counterpart=f"{name}, {locked.body}",
        about=f"Yttrande från {locked.body}",
        text=text,
        day=locked.answered_on,
        uploads=uploads,
        by=by,
    )
    locked.save(update_fields=["text", "answered_name", "answered_by", "answered_on", "record"])
    for follow in AFTER_ANSWERS:  # some questions to an organisation wait for it
        follow(locked.case)
    return locked


@transaction.atomic
def return_statement(statement: Statement, *, why: str, name: str, by) -> Statement:
    """Given back unanswered, by the adviser or by link; the same can then be asked again, of them or others."""
    locked = _waiting(statement)
    if not why.strip():
        raise Refused("Skriv varför frågan lämnas tillbaka.")
    locked.returned_on, locked.returned_why = timezone.localdate(), why.strip()
    close_task(locked.case, TaskKind.STATEMENT, by=by, subject=Subject.of(locked))
    locked.returned_record = add_record(
        locked.case,
        direction=Direction.IN if locked.outside else Direction.INTERNAL,
        counterpart=f"{name}, {locked.body}",
        about=f"Frågan till {locked.body} lämnades tillbaka",
        text=why.strip(),
        by=by,
    )
    locked.save(update_fields=["returned_on", "returned_why", "returned_record"])
    open_task(
        locked.case,
        TaskKind.READ_ANSWER,
        title=f"{locked.body} lämnade tillbaka frågan",
        due=timezone.localdate(),
        subject=Subject.of(locked),
        tab="statements",
    )
    return locked


def settle_statement(statement: Statement, *, by) -> None:
    """The answer is read; or the question was given back and is not to be asked again."""
    close_task(statement.case, TaskKind.READ_ANSWER, by=by, subject=Subject.of(statement))


def _waiting(statement: Statement) -> Statement:
    """The statement, locked, if it is still waited for."""
    still_open(Case.objects.select_for_update().get(pk=statement.case_id))
    locked = Statement.objects.select_for_update().get(pk=statement.pk)
    if locked.answered_on:
        raise Refused("Yttrandet är redan besvarat. Begär ett nytt om det behöver ändras.")
    if locked.returned_on:
        raise Refused("Frågan är redan lämnad tillbaka.")
    return locked
