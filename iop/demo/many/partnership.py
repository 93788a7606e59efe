"""Agreements of the many cases, their points, and the follow-ups of those in force."""

from agreements.models import Agreement, Point, PointState
from followup.models import FollowUp
from iop.cases.models import StageChange
from iop.rulesets.schema import RuleSet

from .cases import at
from .tables import insert, remember
from .words import Words

PROPOSED = "reached = 4 OR writing IN ('decision', 'signing')"
MOVES = (
    ("coalesce(force_on - 40, agreement_on + 15)", "drafting", "decision", PROPOSED),
    ("coalesce(force_on - 20, agreement_on + 20)", "decision", "signing", "reached = 4 OR writing = 'signing'"),
    ("force_on", "signing", "in_force", "reached = 4"),
    ("closed_on", "in_force", "ended", "reached = 4 AND closed_on IS NOT NULL"),
)  # fmt: skip
OF_THE_CASE = "outline o JOIN agreements_agreement a ON a.case_id = o.case_id"


def write(rules: RuleSet, words: Words) -> None:
    insert(
        Agreement,
        "outline o LEFT JOIN cases_record r ON r.case_id = o.case_id AND r.number = 6 WHERE reached > 2",
        {
            "case": "o.case_id",
            "stage": "writing",
            "title": "title",
            "start": "coalesce(force_on, agreement_on + 60)",
            "end": "coalesce(term_ends, agreement_on + 1155)",
            "follow_up_months": "12",
            "for_signing": "r.id",
        },
    )
    remember(Agreement, "outline o JOIN agreements_agreement t ON t.case_id = o.case_id", when=at("o.agreement_on"))
    points = [rule for rule in rules.points if rule.enabled]
    written = "writing <> 'drafting' OR mod(n + place, 3) > 0"
    insert(
        Point,
        f"{OF_THE_CASE} CROSS JOIN unnest(%(rules)s::text[], %(headings)s::text[]) "
        "WITH ORDINALITY AS p (rule, heading, place)",
        {
            "agreement": "a.id",
            "rule": "p.rule",
            "position": "p.place",
            "heading": "p.heading",
            "text": f"CASE WHEN {written} THEN %(point)s ELSE '' END",
            "state": f"CASE WHEN {written} THEN '{PointState.USED}' ELSE '{PointState.UNTOUCHED}' END",
        },
        {**words.texts, "rules": [rule.key for rule in points], "headings": [rule.heading for rule in points]},
    )


def move() -> None:
    for day, before, after, where in MOVES:
        insert(
            StageChange,
            f"{OF_THE_CASE} JOIN municipalities_user u ON u.id = coordinator_id WHERE {where}",
            {
                "case": "o.case_id",
                "subject_kind": "'agreement'",
                "subject_id": "a.id",
                "from_stage": f"'{before}'",
                "to_stage": f"'{after}'",
                "by": "u.id",
                "by_name": "u.name",
                "at": at(day),
            },
        )


def follow_up(words: Words) -> None:
    """One each year that has gone, and the one that is waited for while the agreement is in force."""
    gone = "floor((coalesce(closed_on, current_date) - force_on) / 365.0)::int"
    held = f"{OF_THE_CASE} CROSS JOIN LATERAL generate_series(1, {gone}) AS year (year) WHERE reached = 4"
    told = {name: f"%({name})s" for name in ("progress", "future", "lessons")}
    due = "force_on + 365 * year.year"
    values = {
        "agreement": "a.id",
        "due": due,
        "held_on": f"{due} - 1",
        "participants": "contact",
        "by": "coordinator_id",
    }
    insert(FollowUp, held, values | told, words.texts)
    # Some have not been held in time; the rest lie ahead.
    late = "greatest(current_date - 1 - mod(n, 60), force_on)"
    due = f"CASE WHEN mod(n, 8) = 0 THEN {late} ELSE force_on + 365 * ({gone} + 1) END"
    insert(
        FollowUp,
        f"{OF_THE_CASE} WHERE o.stage = 'in_force'",
        {"agreement": "a.id", "due": due},
    )
    remember(FollowUp, f"{OF_THE_CASE} JOIN followup_followup t ON t.agreement_id = a.id", when=at("o.force_on"))
