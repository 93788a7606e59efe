"""Which cases were found, and where the words stood."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import BooleanField, Case, Func, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.expressions import F, RawSQL
from django.utils.html import format_html
from django.utils.safestring import SafeString

from iop.cases.models import Case as Matter

from ..models import SearchKind, SearchRow
from .forms import forms
from .words import Term, fold

RARE = 2000  # rows with a word
AROUND = 70  # characters shown on each side of a hit


class _Holds(Func):
    """A row's words answer to a question."""

    arg_joiner, template, output_field = " @@ ", "(%(expressions)s)", BooleanField()


def holds(term: Term) -> _Holds:
    """Does a row have the word, in any of its forms, as prose or as a name? Neither function can fail on any text."""
    if term.phrase:
        return _Holds(F("vector"), RawSQL("phraseto_tsquery('swedish', %s)", (term.text,)))
    prose = "websearch_to_tsquery" if len(term.forms) > 1 else "plainto_tsquery"
    question = f"({prose}('swedish', %s) || %s::tsquery)"
    return _Holds(F("vector"), RawSQL(question, (" or ".join(term.forms), term.keys)))


def cases_with(cases: QuerySet, terms: list[Term], user) -> tuple[QuerySet, bool]:
    """Those of ``cases`` (which the person may see) where every word stands somewhere, perhaps in different places.

    Asks the database at once how common each word is. The cases with a rare word are named by their numbers. For a
    common one the cases are walked in their order, until a page is full: then they are too many to be counted, and the
    second answer is False. Left to itself PostgreSQL takes every beginning of a word for common.
    """
    few = _cases_of_rare_words(terms, user)
    named = [numbers for numbers in few if numbers is not None]
    if named:
        cases = cases.filter(pk__in=sorted(set.intersection(*named)))
    for n, (term, numbers) in enumerate(zip(terms, few, strict=True)):
        if numbers is None:
            # A plain subquery and no EXISTS, which would be turned into a join with every row that has the word.
            rows = SearchRow.objects.readable_by(user)
            first = rows.filter(holds(term), case=OuterRef("pk")).order_by().values("pk")[:1]
            cases = cases.alias(**{f"word_{n}": Subquery(first)}).filter(**{f"word_{n}__isnull": False})
    return (cases, bool(named)) if terms else (cases.none(), True)


def _cases_of_rare_words(terms: list[Term], user) -> list[set[int] | None]:
    """For each word the cases that have it where the person may read, or None where more than ``RARE`` rows do."""
    found: list[list[int]] = [[] for _ in terms]
    rows = SearchRow.objects.readable_by(user).order_by()
    asked = [rows.filter(holds(term)).values_list(Value(n), "case_id")[: RARE + 1] for n, term in enumerate(terms)]
    for n, case in asked[0].union(*asked[1:], all=True) if asked else ():
        found[n].append(case)
    return [set(cases) if len(cases) <= RARE else None for cases in found]


@dataclass(frozen=True)
class Excerpt:
    """Where a case was found: in what, and some words around the hit, the word itself marked."""

    where: SafeString
    words: SafeString


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
    words = [form for term in terms for part in term.parts for form in forms(part)]
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
        row.case_id: _excerpt(row, [*filter(None, row.stems), *words]) for row in rows if row.kind != SearchKind.CASE
    }


def _excerpt(row: SearchRow, stems: list[str]) -> Excerpt:
    heading, text = row.heading or row.get_kind_display(), row.text
    in_text = _hit(text, stems)
    return Excerpt(marked(heading, None if in_text else _hit(heading, stems)), marked(text, in_text))


def _hit(text: str, stems: list[str]) -> re.Match | None:
    """The first word that begins with any of ``stems`` (folded)."""
    one_of = "|".join(sorted(map(re.escape, stems), key=len, reverse=True))
    return re.search(rf"(?<!\w)(?:{one_of})\w*", fold(text)) if stems else None


def marked(text: str, hit: re.Match | None) -> SafeString:
    """Some of the text around the hit, which is marked; without a hit its beginning. Escaped."""
    start, end = hit.span() if hit else (0, 0)
    first, last = _at_a_word(text, max(0, start - AROUND), -1), _at_a_word(text, min(len(text), end + AROUND), 1)
    return format_html(
        "{}{}<mark>{}</mark>{}{}" if hit else "{}{}{}{}{}",
        "… " if first else "",
        text[first:start].lstrip(),
        text[start:end],
        text[end:last].rstrip(),
        " …" if last < len(text) else "",
    )


def _at_a_word(text: str, place: int, step: int) -> int:
    """The nearest space outwards, so that no word is cut; a word without end is cut all the same."""
    for _ in range(30):
        if place <= 0 or place >= len(text) or text[place].isspace():
            break
        place += step
    return max(0, min(len(text), place))
