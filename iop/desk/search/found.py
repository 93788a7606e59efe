"""Which cases were found, and where the words stood."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from itertools import batched

from django.db import connection
from django.db.models import BooleanField, Func, QuerySet
from django.db.models.expressions import F, RawSQL
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString

from iop.cases.models import Case, Record
from iop.municipalities.models import User

from ..models import SearchKind
from .forms import forms
from .words import Term, fold

RARE = 1000  # rows with a word
COMMON = 5 * RARE
# An index finds every row with a word before it gives the first. PostgreSQL's own statistics know the commonest words,
# so that those are not looked up only to be found common. Without statistics there are none.
COMMON_WORDS = """
SELECT coalesce(array_agg(word), '{}') AS words
FROM pg_stats, unnest(most_common_elems::text::text[], most_common_elem_freqs) AS known (word, part), pg_class
WHERE schemaname = current_schema() AND tablename = 'desk_searchrow' AND attname = 'vector'
  AND pg_class.oid = 'desk_searchrow'::regclass AND part * reltuples > %s
"""
IS_COMMON = """tsvector_to_array(to_tsvector('swedish', %s)) && (SELECT words FROM common)
OR EXISTS (SELECT FROM common, unnest(words) AS word WHERE %s <> '' AND starts_with(word, %s))"""
AT_ONCE = 200  # cases whose texts are fetched together
AROUND = 70  # characters shown on each side of a hit


class _Holds(Func):
    """A row's words answer to a question."""

    arg_joiner, template, output_field = " @@ ", "(%(expressions)s)", BooleanField()


def holds(term: Term) -> _Holds:
    """Does a row have the word, in any of its forms, as prose or as a name?"""
    return _Holds(F("vector"), RawSQL(*_question(term)))


def _question(term: Term) -> tuple[str, tuple[str, ...]]:
    """SQL of a tsquery and its parameters. None of the functions can fail on any text."""
    if term.phrase:
        return "phraseto_tsquery('swedish', %s)", (term.text,)
    prose = "websearch_to_tsquery" if len(term.forms) > 1 else "plainto_tsquery"
    begins = [f"'{term.beginning}':*"] if term.beginning else []
    return f"({prose}('swedish', %s) || %s::tsquery)", (" or ".join(term.forms), " | ".join([term.keys, *begins]))


class _HasRow(Func):
    """Does the case have a row that answers to the conditions?

    A plain subquery and no EXISTS, which would be turned into a join with every row that has the word.
    """

    arg_joiner, output_field = " AND ", BooleanField()
    template = "((SELECT r.id FROM desk_searchrow r WHERE r.case_id = %(expressions)s LIMIT 1) IS NOT NULL)"


@dataclass(frozen=True)
class Excerpt:
    """Where a case was found: in what, and some words around the hit, the word itself marked."""

    where: SafeString
    words: SafeString
    number: int | None = None  # of the record of the case file that it stands in

    @property
    def plain(self) -> str:
        return unescape(strip_tags(": ".join(filter(None, (self.where, self.words)))))


@dataclass
class Search:
    """What a person looks for. ``cases`` below are always such as the person may see."""

    terms: list[Term]
    user: User

    def cases_in(self, cases: QuerySet) -> tuple[QuerySet, bool]:
        """Those of ``cases`` where every word stands somewhere, perhaps in different places.

        Asks the database at once how common each word is. The cases with a rare word are named by their numbers. For
        a common one the cases are walked in their order, until a page is full: then they are too many to be counted,
        and the second answer is False. Left to itself PostgreSQL takes every beginning of a word for common.
        """
        if not self.terms:
            return cases.none(), True
        few = self._cases_of_rare_words()
        named = [numbers for numbers in few if numbers is not None]
        if named:
            cases = cases.filter(pk__in=sorted(set.intersection(*named)))
        for term, numbers in zip(self.terms, few, strict=True):
            if numbers is None:
                question, values = _question(term)
                may_read, hidden = self._may_read
                cases = cases.filter(
                    _HasRow(F("pk"), RawSQL(f"r.vector @@ {question}", values), RawSQL(may_read, hidden))
                )
        return cases, bool(named)

    def _cases_of_rare_words(self) -> list[set[int] | None]:
        """For each word the cases that have it where the person may read, or None where more than ``RARE`` rows do."""
        may_read, hidden = self._may_read
        parts, params = [], [COMMON]
        for term in self.terms:
            question, values = _question(term)
            rows = f"SELECT r.case_id FROM desk_searchrow r WHERE r.vector @@ {question} AND {may_read}"
            parts.append(f"CASE WHEN {IS_COMMON} THEN NULL ELSE ARRAY({rows} LIMIT {RARE + 1}) END")
            params += [" ".join(term.forms), term.beginning, term.beginning, *values, *hidden]
        with connection.cursor() as cursor:
            cursor.execute(f"WITH common AS MATERIALIZED ({COMMON_WORDS}) SELECT {', '.join(parts)}", params)
            return [None if cases is None or len(cases) > RARE else set(cases) for cases in cursor.fetchone()]

    def excerpts(self, cases: Iterable[Case]) -> dict[int, Excerpt]:
        """Case -> where its best row was found: a page of a list in one question.

        Cases found by what a list shows anyway have none.
        """
        found = {}
        for ids in batched([case.pk for case in cases] if self.terms else [], AT_ONCE):
            found |= self._excerpts(list(ids))
        return found

    def _excerpts(self, ids: list[int]) -> dict[int, Excerpt]:
        questions = [_question(term) for term in self.terms]
        words = [form for term in self.terms for part in term.parts for form in forms(part)]
        may_read, hidden = self._may_read
        hits = " + ".join(f"(r.vector @@ {question})::int" for question, _ in questions)
        stems = ", ".join(["(ts_lexize('swedish_stem', %s))[1]"] * len(words))
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT ARRAY[{stems}]::text[]"
                f", ARRAY(SELECT json_build_array(case_id, kind, heading, text,"
                f" (SELECT number FROM cases_record WHERE id = best.record_id)) FROM ("
                f"SELECT DISTINCT ON (case_id) * FROM ("
                f"SELECT r.*, {hits} AS hits FROM desk_searchrow r WHERE r.case_id = ANY(%s) AND {may_read}) AS found"
                f" WHERE hits > 0 ORDER BY case_id, hits DESC, array_position(%s, kind::text), source_id) AS best)",
                [*words, *(value for _, values in questions for value in values), ids, *hidden, SearchKind.values],
            )
            found_stems, rows = cursor.fetchone()
        looked_for = [*filter(None, found_stems), *words]
        return {
            case: _excerpt(SearchKind(kind), heading, text, looked_for, number)
            for case, kind, heading, text, number in rows
            if kind != SearchKind.CASE
        }

    @cached_property
    def _may_read(self) -> tuple[str, tuple]:
        """SQL of the condition that the person may read the row ``r`` of a visible case, as ``readable_by`` has it."""
        hidden, params = Record.objects.hidden_from(self.user).order_by().values("pk").query.sql_with_params()
        return f"(r.record_id IS NULL OR r.record_id NOT IN ({hidden}))", params


def _excerpt(kind: SearchKind, heading: str, text: str, stems: list[str], number: int | None) -> Excerpt:
    heading = heading or kind.label
    in_text = _hit(text, stems)
    return Excerpt(marked(heading, None if in_text else _hit(heading, stems)), marked(text, in_text), number)


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
