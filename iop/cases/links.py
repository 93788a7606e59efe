"""Verbs of links between cases."""

from django.db import IntegrityError, transaction

from .machinery import Refused
from .models import Case, CaseLink, LinkKind


@transaction.atomic
def link(case: Case, other: Case, *, note: str = "", by) -> CaseLink:
    """Tell that two cases belong together."""
    may_be_joined(case, other)
    try:
        with transaction.atomic():
            return CaseLink.objects.create(case=case, other=other, note=note, by=by)
    except IntegrityError as error:
        raise Refused(f"{case.reference} och {other.reference} är redan länkade.") from error


@transaction.atomic
def mark_as_double(double: Case, into: Case, *, note: str, by) -> CaseLink:
    """A link that is there already becomes the one that tells of the merger."""
    found = CaseLink.objects.of(double).filter(case__in=[double, into], other__in=[double, into]).first()
    row = found or CaseLink()
    row.case, row.other, row.kind, row.note, row.by = double, into, LinkKind.DOUBLE, note[:500], by
    row.save()
    return row


@transaction.atomic
def unlink(found: CaseLink) -> None:
    """It stays in the history. A merger is not undone by hiding it."""
    if not found.removable:
        raise Refused("Ärendena är sammanförda, och det står kvar.")
    found.delete()


def may_be_joined(case: Case, other: Case) -> None:
    """Raises Refused unless they are two cases of one municipality."""
    if case.pk == other.pk:
        raise Refused("Välj ett annat ärende än det du står i.")
    if case.municipality_id != other.municipality_id:
        raise Refused("Ärendet finns i en annan kommun.")
