"""Which cases were found, and where the words stood."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import BooleanField, Case, Func, IntegerField, QuerySet, Value, When
from django.db.models.expressions import F, RawSQL
from django.utils.html import format_html
from django.utils.safestring import SafeString

from iop.cases.models import Case as Matter

from ..models import SearchKind, SearchRow
from .words import Term, fold

AROUND = 70  # characters shown on each side of a hit


class _Holds(Func):
    """A row's words answer to a question."""

    arg_joiner, template, output_field = " @@ ", "(%(expressions)s)", BooleanField()


def holds(term: Term) -> _Holds:
    prose = "phraseto_tsquery" if term.phrase else "plainto_tsquery"
    if term.phrase:
        return _Holds(F("vector"), RawSQL(f"{prose}('swedish', %s)", (term.text,)))
    return _Holds(F("vector"), RawSQL(f"({prose}('swedish', %s) || %s::tsquery)", (term.text, term.keys)))


def cases_with(cases: QuerySet, terms: list[Term], user) -> QuerySet:
    """Those of ``cases`` (which the person may see) where every word stands somewhere, perhaps in different places."""
    if not terms:
        return cases.none()
    for term in terms:
        rows = SearchRow.objects.readable_by(user).filter(holds(term))
        cases = cases.filter(pk__in=rows.values("case_id"))
    return cases


@dataclass(frozen=True)
class Excerpt:
    """Where a case was found: the sort of source, its heading, and some words around the hit."""

    kind: str
    heading: str
    words: SafeString

    @property
    def where(self) -> str:
        return self.heading or SearchKind(self.kind).label


def excerpts(cases: Iterable[Matter], terms: list[Term], user) -> dict[int, Excerpt]:
    """Case -> where its best row was found, in one question. Cases found by what the list shows anyway have none."""
    ids = [case.pk for case in cases]
    if not ids or not terms:
        return {}
    hits = sum(
        (Case(When(holds(term), then=Value(1)), default=Value(0), output_field=IntegerField()) for term in terms),
        start=Value(0),
    )
    order = Case(*(When(kind=kind, then=Value(n)) for n, kind in enumerate(SearchKind)), default=Value(9))
    words = [part for term in terms for part in term.parts]
    stems = "ARRAY[" + ", ".join(["(ts_lexize('swedish_stem', %s))[1]"] * len(words)) + "]::text[]"
    rows = (
        SearchRow.objects.readable_by(user)
        .filter(case_id__in=ids)
        .annotate(hits=hits)
        .filter(hits__gt=0)
        .annotate(stems=RawSQL(stems, words))
        .order_by("case_id", "-hits", order, "source_id")
        .distinct("case_id")
        .defer("vector")
    )
    return {
        row.case_id: Excerpt(row.kind, row.heading, marked(row.text, [*filter(None, row.stems), *words]))
        for row in rows
        if row.kind != SearchKind.CASE
    }


def marked(text: str, stems: list[str]) -> SafeString:
    """Some of the text around the first word that begins with any of ``stems`` (folded), that word marked."""
    one_of = "|".join(sorted(map(re.escape, stems), key=len, reverse=True))
    hit = re.search(rf"(?<!\w)(?:{one_of})\w*", fold(text)) if stems else None
    start, end = hit.span() if hit else (0, 0)
    first, last = _at_a_word(text, max(0, start - AROUND), -1), _at_a_word(text, min(len(text), end + AROUND), 1)
    before, after = text[first:start], text[end:last]
    return format_html(
        "{}{}<mark>{}</mark>{}{}" if hit else "{}{}{}{}{}",
        "… " if first else "",
        before.lstrip(),
        text[start:end],
        after.rstrip(),
        " …" if last < len(text) else "",
    )


def _at_a_word(text: str, place: int, step: int) -> int:
    """The nearest space outwards, so that no word is cut; a word without end is cut all the same."""
    for _ in range(30):
        if place <= 0 or place >= len(text) or text[place].isspace():
            break
        place += step
    return max(0, min(len(text), place))
