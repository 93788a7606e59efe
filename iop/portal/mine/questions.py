"""The rules of a case that its organisation answers itself, as far as the person speaks for it."""

from django.db.models import Prefetch, prefetch_related_objects

from agreements.models import Agreement
from iop.cases.models import Answer
from partners.questions import Question, questions_to

from .door import Seat


def questions_of(seat: Seat, agreement: Agreement | None) -> list[Question]:
    """Of a secret case officials ask."""
    return questions_to(seat.speaks_for, seat.case, agreement) if _is_asked(seat) else []


def know_answers(seats: list[Seat]) -> None:
    """Read what has been answered in all of the cases at once, where there is something to answer."""
    cases = [seat.case for seat in seats if _is_asked(seat) and seat.case.rules.asked_of_organisations]
    prefetch_related_objects(cases, Prefetch("answers", Answer.objects.select_related("by")))


def _is_asked(seat: Seat) -> bool:
    return bool(seat.speaks_for) and not seat.case.secret
