"""Puts a partnership in the open register, as a coordinator does."""

from followup.models import Publication
from followup.register import composed, mark_of, publish, save_texts
from iop.cases.models import Case

TEXTS = {
    "title": "Språkcafé för alla",
    "description": "Vi övar svenska tillsammans över en kopp kaffe.",
    "results": "Fyrtio personer kommer varje vecka.",
}


def put_in_register(case: Case, *, by, **other) -> Publication:
    written = save_texts(case, TEXTS | other, by=by)
    return publish(case, looked_at=mark_of(composed(written)), by=by)
