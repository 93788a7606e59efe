"""Writes the rows that search looks in, from their sources, in one statement for each kind."""

from collections.abc import Iterable

from django.db import connection, transaction

from ..models import SearchRow
from .sources import SOURCES
from .words import FOLD_FROM, FOLD_TO, KEY

# Longer prose than this is not searched to its end; a tsvector holds at most one megabyte.
MOST_PROSE, MOST_NAMES, LONGEST_KEY = 100_000, 20_000, 100

# Letters are folded here and not by the server, whose own idea of å ä ö depends on how it was installed.
# A name's keys are its words as they stand between spaces («ks», «2026-00418»), the same from their first digit
# («2026-0042» of «iop-2026-0042»), what stands between signs («0042»), and all these without leading zeros.
WRITE = r"""
INSERT INTO desk_searchrow (case_id, kind, source_id, record_id, heading, text, vector)
SELECT s.case_id, %(kind)s, s.source_id, s.record_id, left(s.heading, 250), s.text,
       to_tsvector('swedish', {fold}concat_ws(E'\n', s.title, s.text){folded})
           || array_to_tsvector(k.keys)
FROM (
    SELECT source.*, left(normalize(coalesce(prose, ''), NFC), %(most_prose)s) AS text,
           {fold}left(normalize(names, NFC), %(most_names)s){folded} AS folded
    FROM ({source}) AS source
) AS s
CROSS JOIN LATERAL (
    SELECT array_agg(DISTINCT %(key)s || left(key, %(longest)s)) FILTER (WHERE key <> '') AS found
    FROM (
        SELECT whole FROM regexp_split_to_table(translate(s.folded, '/:_', '---'), '[\s,;()]+') AS whole
        UNION ALL SELECT number FROM unnest(s.numbers) AS number
        UNION ALL SELECT regexp_replace(whole, '^[^0-9]+', '')
                  FROM regexp_split_to_table(translate(s.folded, '/:_', '---'), '[\s,;()]+') AS whole
        UNION ALL SELECT part FROM regexp_split_to_table(s.folded, '[\x01-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]+') AS part
    ) AS plain (plain)
    CROSS JOIN LATERAL (
        VALUES (plain), (regexp_replace(plain, '(^|[^0-9])0+(?=[0-9])', '\1', 'g'))
    ) AS ways (key)
) AS found
CROSS JOIN LATERAL (SELECT coalesce(found.found, ARRAY[]::text[]) AS keys) AS k
ON CONFLICT (kind, source_id) DO UPDATE SET case_id = excluded.case_id, record_id = excluded.record_id,
    heading = excluded.heading, text = excluded.text, vector = excluded.vector
"""


def refresh(kind: str, ids: Iterable[int]) -> None:
    """Write the rows of these sources anew: numbers of cases, parties, records … as ``kind`` says."""
    ids = list(ids)
    if ids:
        _, column, _ = SOURCES[kind]
        _write(kind, f"{column} = ANY(%(ids)s)", ids)


def fill_from(case: int) -> None:
    """Write the rows of this case and all later ones, as when many were put in at once."""
    for kind, (_, _, column) in SOURCES.items():
        _write(kind, f"{column} >= ANY(%(ids)s)", [case])


@transaction.atomic
def rebuild() -> int:
    """Write every row anew, as after rows have been put in without being saved one by one. Returns how many."""
    with connection.cursor() as cursor:  # words go into the index in large portions
        cursor.execute("SET LOCAL gin_pending_list_limit = '128MB'; SET LOCAL work_mem = '128MB'")
    SearchRow.objects.all().delete()
    for kind in SOURCES:
        _write(kind, "TRUE", [])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE desk_searchrow")
    return SearchRow.objects.count()


def _write(kind: str, only: str, ids: list[int]) -> None:
    source, _, _ = SOURCES[kind]
    sizes = {"most_prose": MOST_PROSE, "most_names": MOST_NAMES, "longest": LONGEST_KEY}
    values = {"kind": kind, "from": FOLD_FROM, "to": FOLD_TO, "key": KEY, "ids": ids, **sizes}
    statement = WRITE.replace("{fold}", "translate(lower((").replace("{folded}", ') COLLATE "C"), %(from)s, %(to)s)')
    with connection.cursor() as cursor:
        cursor.execute(statement.replace("{source}", source.replace("{only}", only)), values)
