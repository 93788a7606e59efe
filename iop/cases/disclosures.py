"""Handing out records of a case (2 kap. TF): what went, to whom, by whom and what was kept back stays in the file."""

from collections.abc import Iterable

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from .actions import add_record
from .machinery import Refused
from .models import Case, Direction, Disclosure, Record


def ground_of(record: Record, case: Case) -> str:
    """Why a record may be secret: its own ground, or that of the whole case; empty where neither is."""
    if record.secret:
        return record.secrecy_ground
    return case.secrecy_ground if case.secret else ""


@transaction.atomic
def hand_out(case: Case, records: Iterable[Record], *, asked: str, to: str, timeline: bool, by) -> Disclosure:
    """``records``: of the case, seen by the one who hands out. Everything else of the case is told as kept back.

    The record that tells of it names no secret record but by its number and ground.
    """
    Case.objects.select_for_update().get(pk=case.pk)
    chosen = {record.pk for record in records}
    seen = list(case.records.visible_to(by).prefetch_related("files__file"))
    given = [record for record in seen if record.pk in chosen]
    if not given:
        raise Refused("Kryssa i minst en handling.")
    for record in seen:
        record.ground = ground_of(record, case)
    context = {
        "asked": asked,
        "to": to,
        "by": by,
        "given": given,
        "kept_back": [record for record in seen if record.pk not in chosen],
        "unseen": case.records.count() - len(seen),
        "timeline": timeline,
        "lost": [file for record in given for file in record.files.all() if not file.file.is_there],
    }
    told = add_record(
        case,
        direction=Direction.OUT,
        counterpart=to,
        about="Utlämnande av handlingar",
        text=render_to_string("cases/handed_out.txt", context).strip(),
        by=by,
    )
    facts = {"asked": asked, "to": to, "timeline": timeline, "by": by, "at": timezone.now()}
    disclosure = Disclosure.objects.create(case=case, record=told, **facts)
    disclosure.records.set(given)
    return disclosure
