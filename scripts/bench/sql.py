"""The one question of each floor, written by hand. Parameters: me (the person), here (the municipality)."""

SEEN = """(NOT c.secret OR c.coordinator_id = %(me)s
           OR c.id IN (SELECT case_id FROM cases_case_cleared WHERE user_id = %(me)s))"""

PARTIES = """(SELECT json_agg(json_build_object('name', coalesce(nullif(p.public_body, ''), g.name),
                                                'left_on', p.left_on) ORDER BY p.id)
              FROM partners_party p LEFT JOIN partners_organisation g ON g.id = p.organisation_id
              WHERE p.case_id = c.id) AS parties"""

OPEN = f"""cases_task t LEFT JOIN cases_case c ON c.id = t.case_id
           WHERE t.municipality_id = %(here)s AND t.closed_at IS NULL AND (t.case_id IS NULL OR {SEEN})"""

MY_UNIT = "(SELECT unit_id FROM municipalities_membership WHERE user_id = %(me)s AND municipality_id = %(here)s)"
GIVEN = f"(t.person_id = %(me)s OR t.person_id IS NULL AND (t.role = 'coordinator' OR t.unit_id = {MY_UNIT}))"
TO_DO = f"""({GIVEN} OR t.person_id IS NULL AND NOT t.waits_for_others AND t.role = ''
             AND (c.coordinator_id = %(me)s OR t.case_id IS NOT NULL AND c.coordinator_id IS NULL))"""
WAITING = f"""(c.coordinator_id = %(me)s AND (t.person_id IS NOT NULL OR t.waits_for_others OR t.role <> '')
               AND {GIVEN} IS NOT TRUE)"""
PART = """CASE WHEN t.due < current_date THEN 'Försenat' WHEN t.due = current_date THEN 'I dag'
          WHEN t.due <= current_date + 7 THEN 'Inom en vecka' ELSE 'Senare' END"""


def _tasks(part: str, which: str, limit: int) -> str:
    return f"""
SELECT t.title, t.due, t.kind, t.tab, t.subject_kind, t.subject_id, current_date - t.due AS days_late, t.role,
       t.waits_for_others, {part} AS part, m.slug, c.reference, c.title AS case_title, c.stage, c.version_id,
       c.additions, c.secret, u.name AS coordinator, w.name AS person, e.name AS unit, {PARTIES}
FROM cases_task t JOIN municipalities_municipality m ON m.id = t.municipality_id
LEFT JOIN cases_case c ON c.id = t.case_id
LEFT JOIN municipalities_user u ON u.id = c.coordinator_id
LEFT JOIN municipalities_user w ON w.id = t.person_id
LEFT JOIN municipalities_unit e ON e.id = t.unit_id
WHERE t.municipality_id = %(here)s AND t.closed_at IS NULL AND (t.case_id IS NULL OR {SEEN}) AND {which}
ORDER BY t.due, t.id LIMIT {limit}"""


RESTING = f"""
SELECT '', NULL, '', '', '', NULL, 0, '', false, 'Nästa steg i dina ärenden', m.slug,
       c.reference, c.title, c.stage, c.version_id, c.additions, c.secret, u.name, '', '', {PARTIES}
FROM cases_case c JOIN municipalities_municipality m ON m.id = c.municipality_id
JOIN municipalities_user u ON u.id = c.coordinator_id
WHERE c.municipality_id = %(here)s AND c.coordinator_id = %(me)s AND c.stage NOT IN ('closed', 'in_force')
      AND NOT EXISTS (SELECT 1 FROM cases_task t WHERE t.case_id = c.id AND t.closed_at IS NULL
                      AND ({TO_DO} OR t.kind IN ('decide', 'sign')))
ORDER BY c.year, c.serial LIMIT 20"""

WORKLIST = f"""
SELECT q.*,
       (SELECT count(*) FROM (SELECT 1 FROM {OPEN} AND t.kind = 'receive' LIMIT 501) q) AS new,
       (SELECT count(*) FROM (SELECT 1 FROM {OPEN} AND t.waits_for_others LIMIT 501) q) AS waiting,
       (SELECT count(*) FROM (SELECT 1 FROM {OPEN} AND t.due < current_date LIMIT 501) q) AS late,
       (SELECT count(*) FROM (SELECT 1 FROM cases_case c WHERE c.municipality_id = %(here)s
                              AND c.stage = 'in_force' AND {SEEN} LIMIT 501) q) AS in_force
FROM (({_tasks(PART, TO_DO, 60)}) UNION ALL ({RESTING}) UNION ALL ({_tasks("'Väntar på andra'", WAITING, 20)})) q
"""

ROWS = f"""
SELECT c.*, u.name AS coordinator, {PARTIES}, t.title AS task, t.due, a.stage AS writing
FROM cases_case c LEFT JOIN municipalities_user u ON u.id = c.coordinator_id
LEFT JOIN LATERAL (SELECT title, due FROM cases_task WHERE case_id = c.id AND closed_at IS NULL
                   ORDER BY due, id LIMIT 1) t ON true
LEFT JOIN LATERAL (SELECT stage FROM agreements_agreement WHERE case_id = c.id AND stage <> 'ended'
                   AND c.stage = 'agreement' ORDER BY number DESC LIMIT 1) a ON true
WHERE c.municipality_id = %(here)s AND {SEEN}
"""

OF_THE_CASE = (
    "initiatives_initiative", "partners_party", "cases_stagechange", "cases_answer", "cases_statement",
    "cases_override", "cases_recusal",
    "cases_decision", "cases_record", "cases_task", "initiatives_meeting", "partners_contribution",
    "agreements_agreement", "cases_historicalanswer", "initiatives_historicalinitiative",
    "initiatives_historicalmeeting", "agreements_historicalagreement", "partners_historicalcontribution",
    "partners_historicalparty", "partners_historicalothersupport",
)  # fmt: skip
OF_PARTIES = ("partners_partnerdocument", "partners_declaration", "partners_historicalpartnerdocument")
OF_AGREEMENTS = ("agreements_point", "agreements_signature", "agreements_historicalpoint")
OF_MEETINGS = ("initiatives_agreedpoint", "initiatives_historicalagreedpoint")
ALL = ", ".join(
    [f"(SELECT json_agg(r) FROM {table} r WHERE r.case_id = c.id)" for table in OF_THE_CASE]
    + [
        f"(SELECT json_agg(r) FROM {table} r JOIN partners_party p ON p.id = r.party_id WHERE p.case_id = c.id)"
        for table in OF_PARTIES
    ]
    + [
        f"(SELECT json_agg(r) FROM {table} r JOIN agreements_agreement a ON a.id = r.agreement_id"
        " WHERE a.case_id = c.id)"
        for table in OF_AGREEMENTS
    ]
    + [
        f"(SELECT json_agg(r) FROM {table} r JOIN initiatives_meeting t ON t.id = r.meeting_id WHERE t.case_id = c.id)"
        for table in OF_MEETINGS
    ]
)
CASE = f"""
SELECT json_build_array(to_json(c), {ALL},
  (SELECT json_agg(h) FROM cases_historicalcase h WHERE h.id = c.id),
  (SELECT json_agg(p) FROM cases_historicalcase_cleared p JOIN cases_historicalcase h ON h.history_id = p.history_id
   WHERE h.id = c.id),
  (SELECT json_agg(g) FROM partners_organisation g JOIN partners_party p ON p.organisation_id = g.id
   WHERE p.case_id = c.id),
  (SELECT json_agg(e) FROM partners_representative e JOIN initiatives_initiative i
   ON i.organisation_id = e.organisation_id WHERE i.case_id = c.id),
  (SELECT json_agg(l) FROM cases_caselink l WHERE l.case_id = c.id OR l.other_id = c.id),
  (SELECT json_agg(l) FROM cases_historicalcaselink l WHERE l.case_id = c.id OR l.other_id = c.id),
  (SELECT json_agg(s) FROM cases_historicalrecord s WHERE s.case_id = c.id AND s.id IN (
   SELECT id FROM cases_historicalrecord WHERE case_id = c.id AND secret)),
  (SELECT json_agg(p) FROM cases_historicalrecord_cleared p JOIN cases_historicalrecord s
   ON s.history_id = p.history_id WHERE s.case_id = c.id),
  (SELECT json_agg(json_build_array(v.id, v.number, v.series, v.valid_from, v.valid_to))
   FROM rulesets_rulesetversion v WHERE v.municipality_id = c.municipality_id AND v.state = 'published'),
  (SELECT json_agg(n) FROM municipalities_unit n WHERE n.municipality_id = c.municipality_id),
  (SELECT json_agg(json_build_array(u.id, u.name)) FROM municipalities_user u JOIN municipalities_membership m
   ON m.user_id = u.id WHERE m.municipality_id = c.municipality_id)) AS everything
FROM cases_case c WHERE c.municipality_id = %(here)s AND c.reference = %(reference)s AND {SEEN}
"""

# The word as the page looks for it: with its forms in prose, and as the beginning of a name or of a word of prose.
FORMS = "kvinnor or kvinnoret or kvinna or kvinnan or kvinno or kvinnorna"
LOOKED_FOR = f"(websearch_to_tsquery('swedish', '{FORMS}') || '=kvinnor:* | kvinnor:*'::tsquery)"
WITH_THE_WORD = f"""desk_searchrow s WHERE s.case_id = c.id AND s.vector @@ {LOOKED_FOR}
    AND (s.record_id IS NULL OR s.record_id NOT IN (
         SELECT h.id FROM cases_record h JOIN cases_case k ON k.id = h.case_id
         WHERE h.secret AND k.coordinator_id IS DISTINCT FROM %(me)s
           AND h.id NOT IN (SELECT record_id FROM cases_record_cleared WHERE user_id = %(me)s)))"""
FOUND = ROWS.replace(
    "a.stage AS writing",
    f"a.stage AS writing, (SELECT json_build_array(s.heading, s.text) FROM {WITH_THE_WORD} LIMIT 1) AS excerpt",
)
SEARCH = f"""{FOUND} AND (SELECT s.id FROM {WITH_THE_WORD} LIMIT 1) IS NOT NULL
ORDER BY c.year DESC, c.serial DESC LIMIT 60"""

QUESTIONS = {
    "worklist": WORKLIST,
    "cases": ROWS + " AND c.stage NOT IN ('in_force', 'closed') ORDER BY c.year DESC, c.serial DESC LIMIT 60",
    "search": SEARCH,
    "case": CASE,
}
