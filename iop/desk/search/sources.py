"""What is searched, source by source, as SQL: the same for one row that was saved and for a hundred thousand.

Each source gives case_id, source_id, record_id, heading, title (prose that stands in the heading already), prose, names
(to be found by how their words begin) and numbers (to be found by how they begin as a whole). ``{only}`` becomes the
rows to refresh.
"""

from ..models import SearchKind

CASE = """
SELECT c.id AS case_id, c.id AS source_id, NULL::bigint AS record_id, '' AS heading, '' AS title,
       concat_ws(', ', c.title, nullif(c.other_municipalities, '')) AS prose,
       concat_ws(' ', c.reference, c.diary_number, c.title, p.name) AS names,
       ARRAY[]::text[] AS numbers
FROM cases_case c LEFT JOIN municipalities_user p ON p.id = c.coordinator_id
WHERE {only}
"""

PARTY = """
SELECT t.case_id, t.id AS source_id, NULL::bigint AS record_id, '' AS heading, '' AS title,
       concat_ws(', ', coalesce(o.name, t.public_body), nullif(t.contact_name, ''), nullif(t.contact_email, ''),
                 e.people) AS prose,
       concat_ws(' ', coalesce(o.name, t.public_body), array_to_string(o.former_names, ' '), t.contact_name,
                 t.contact_email, e.people) AS names,
       array_remove(ARRAY[o.number, left(o.number, 6) || '-' || substr(o.number, 7)], NULL) AS numbers
FROM partners_party t LEFT JOIN partners_organisation o ON o.id = t.organisation_id
LEFT JOIN LATERAL (
    SELECT string_agg(concat_ws(', ', name, nullif(email, '')), ', ' ORDER BY id) AS people
    FROM partners_representative WHERE organisation_id = t.organisation_id AND ended_on IS NULL
) e ON true
WHERE {only}
"""

INITIATIVE = """
SELECT i.case_id, i.id AS source_id, i.record_id, '' AS heading, '' AS title,
       concat_ws(E'\n', i.title, i.challenge, i.idea, nullif(i.target_group, ''), nullif(i.we_bring, ''),
                 nullif(i.municipality_brings, '')) AS prose,
       concat_ws(' ', i.title, i.stated_name, i.contact_name, i.contact_email) AS names,
       ARRAY[]::text[] AS numbers
FROM initiatives_initiative i
WHERE {only}
"""

RECORD = """
SELECT r.case_id, r.id AS source_id, r.id AS record_id, concat('Handling ', r.number, ': ', r.about) AS heading,
       r.about AS title, concat_ws(E'\n', nullif(r.counterpart, ''), f.names, nullif(r.text, '')) AS prose,
       concat_ws(' ', r.about, r.counterpart, f.names) AS names,
       ARRAY[]::text[] AS numbers
FROM cases_record r
LEFT JOIN LATERAL (SELECT string_agg(name, ' ' ORDER BY id) AS names FROM cases_recordfile WHERE record_id = r.id) f
    ON true
WHERE {only}
"""

AGREEMENT = """
SELECT a.case_id, a.id AS source_id, NULL::bigint AS record_id, a.title AS heading, a.title,
       p.prose, a.title AS names, ARRAY[]::text[] AS numbers
FROM agreements_agreement a
LEFT JOIN LATERAL (
    SELECT string_agg(concat_ws(E'\n', heading, text), E'\n' ORDER BY position, id) AS prose
    FROM agreements_point WHERE agreement_id = a.id AND text <> ''
) p ON true
WHERE {only}
"""

ANSWERS = """
SELECT c.id AS case_id, c.id AS source_id, NULL::bigint AS record_id, '' AS heading, '' AS title, p.prose, '' AS names,
       ARRAY[]::text[] AS numbers
FROM cases_case c
JOIN LATERAL (
    SELECT string_agg(said, E'\n') AS prose
    FROM (
        SELECT concat_ws(E'\n', CASE WHEN value LIKE '%% %%' THEN value END, nullif(reason, '')) AS said
        FROM cases_answer WHERE case_id = c.id
        UNION ALL SELECT reason FROM cases_override WHERE case_id = c.id
    ) AS reasons
) p ON p.prose IS NOT NULL
WHERE {only}
"""

# Planned; of those held the minutes tell, which are a record. One that was held or cancelled is found by an empty row.
MEETING = """
SELECT m.case_id, m.id AS source_id, NULL::bigint AS record_id, concat(w.name) AS heading, w.name AS title,
       w.prose, concat_ws(' ', w.name, w.prose) AS names, ARRAY[]::text[] AS numbers
FROM initiatives_meeting m
LEFT JOIN LATERAL (
    SELECT m.name, concat_ws(E'\n', nullif(m.place, ''), nullif(m.participants, ''), p.people) AS prose
    FROM (SELECT string_agg(name, ', ' ORDER BY id) AS people
          FROM initiatives_meetingparticipant WHERE meeting_id = m.id) AS p
) w ON NOT m.held AND NOT m.cancelled
WHERE {only}
"""

# Kind -> its SQL, the column that holds the number of the source, and that of the case.
SOURCES: dict[str, tuple[str, str, str]] = {
    SearchKind.CASE: (CASE, "c.id", "c.id"),
    SearchKind.PARTY: (PARTY, "t.id", "t.case_id"),
    SearchKind.INITIATIVE: (INITIATIVE, "i.id", "i.case_id"),
    SearchKind.RECORD: (RECORD, "r.id", "r.case_id"),
    SearchKind.AGREEMENT: (AGREEMENT, "a.id", "a.case_id"),
    SearchKind.MEETING: (MEETING, "m.id", "m.case_id"),
    SearchKind.ANSWERS: (ANSWERS, "c.id", "c.id"),
}
