"""The cases themselves: who sent them in, their answers and their moves. All read the temporary table ``outline``."""

from initiatives.models import Initiative
from iop.cases.models import Answer, Case, Stage, StageChange
from iop.municipalities.models import Municipality
from iop.rulesets.models import RuleSetVersion
from iop.rulesets.schema import RuleSet
from partners.models import Contribution, ContributionKind, Party

from .tables import insert, remember, run
from .words import Words

OURS = "outline o JOIN cases_case t ON t.id = o.case_id"
MOVES = (
    ("assessed_on", Stage.RECEIVED, Stage.ASSESSMENT),
    ("dialogue_on", Stage.ASSESSMENT, Stage.DIALOGUE),
    ("agreement_on", Stage.DIALOGUE, Stage.AGREEMENT),
    ("force_on", Stage.AGREEMENT, Stage.IN_FORCE),
)
DIARY_NUMBER = "'KS ' || year || '/' || lpad((serial * 3)::text, 6, '0')"
REACHED = "(ARRAY['received', 'assessment', 'dialogue', 'agreement', 'in_force'])[reached + 1]"


def at(day: str) -> str:
    """SQL of a moment in office hours of the day."""
    return f"(({day}) + time '08:30' + mod(n, 420) * interval '1 minute') AT TIME ZONE 'Europe/Stockholm'"


def open_cases(municipality: Municipality, version: RuleSetVersion, unit_id: int | None) -> None:
    insert(
        Case,
        "outline ORDER BY case_id",
        {
            "id": "case_id",
            "municipality": "%(municipality)s",
            "version": "%(version)s",
            "year": "year",
            "serial": "serial",
            "reference": "'IOP-' || year || '-' || lpad(serial::text, greatest(4, length(serial::text)), '0')",
            "diary_number": f"CASE WHEN reached > 0 THEN {DIARY_NUMBER} ELSE '' END",
            "title": "title",
            "stage": "stage",
            "outcome": "outcome",
            "received_on": "received_on",
            "closed_on": "closed_on",
            "coordinator": "coordinator_id",
            "unit": "%(unit)s",
            "responsible": "CASE WHEN reached > 0 THEN responsible_id END",
            "secret": "secrecy_ground <> ''",
            "secrecy_ground": "secrecy_ground",
        },
        {"municipality": municipality.pk, "version": version.pk, "unit": unit_id},
    )
    as_it_came = {
        "stage": "'received'", "outcome": "''", "closed_on": "NULL", "diary_number": "''", "coordinator": "NULL",
        "responsible": "NULL", "secret": "false", "secrecy_ground": "''",
    }  # fmt: skip
    remember(Case, OURS, when=at("o.received_on"), before=as_it_came)
    taken_on = {"stage": "'assessment'", "outcome": "''", "closed_on": "NULL"}
    remember(Case, f"{OURS} WHERE reached > 0", when=at("o.assessed_on"), kind="~", before=taken_on)


def send_in(words: Words) -> None:
    their_organisation = "outline o JOIN partners_organisation g ON g.id = o.organisation_id"
    insert(
        Initiative,
        their_organisation,
        {
            "case": "case_id",
            "submission": "gen_random_uuid()",
            "token_hash": "encode(sha256(gen_random_uuid()::text::bytea), 'hex')",  # leads nowhere: no receipt was sent
            "submitted_at": at("received_on"),
            "origin": "'organisation'",
            "title": "title",
            "challenge": "challenge",
            "idea": "idea",
            "target_group": "target_group",
            "we_bring": "%(we_bring)s",
            "municipality_brings": "%(municipality_brings)s",
            "organisation": "organisation_id",
            "stated_name": "g.name",
            "stated_number": "coalesce(g.number, '')",
            "stated_form": "g.legal_form",
            "contact_name": "contact",
            "contact_email": "g.email",
        },
        words.texts,
    )
    insert(
        Party,
        their_organisation,
        {
            "case": "case_id",
            "organisation": "organisation_id",
            "contact_name": "contact",
            "contact_email": "g.email",
        },
    )
    remember(Initiative, "outline o JOIN initiatives_initiative t ON t.case_id = o.case_id", when="t.submitted_at")
    remember(Party, "outline o JOIN partners_party t ON t.case_id = o.case_id", when=at("o.received_on"))


def assess(rules: RuleSet) -> None:
    """Answer the criteria: nearly all are met where the case went on, some are unclear or waiting where it did not."""
    asked = [rule for rule in rules.criteria if rule.enabled and rule.answer.type == "yes_no"]
    rows = [(rule.key, part, place) for place, rule in enumerate(asked) for part, _ in rule.parts]
    if not rows:
        return
    run("CREATE TEMP TABLE IF NOT EXISTS criterion (rule text, part text, place int) ON COMMIT DROP")
    run("TRUNCATE criterion")
    run(
        "INSERT INTO criterion SELECT * FROM unnest(%(rules)s::text[], %(parts)s::text[], %(places)s::int[])",
        dict(zip(("rules", "parts", "places"), map(list, zip(*rows, strict=True)), strict=True)),
    )
    insert(
        Answer,
        "outline CROSS JOIN criterion WHERE reached > 0 AND (stage <> 'assessment' OR place < mod(n, 10))",
        {
            "case": "case_id",
            "subject_id": "case_id",
            "rule": "rule",
            "part": "part",
            "value": "CASE WHEN reached > 1 OR mod(n + place, 4) > 0 THEN 'yes' "
            "WHEN mod(n, 3) = 0 THEN 'unclear' ELSE 'no' END",
            "reason": "CASE WHEN mod(n + place, 3) = 0 THEN 'Talade om det med ' || contact || '.' ELSE '' END",
            "by": "coordinator_id",
            "at": at("assessed_on + mod(place, 5)"),
        },
    )
    remember(Answer, "outline o JOIN cases_answer t ON t.case_id = o.case_id", when="t.at")


def move() -> None:
    for day, before, after in MOVES:
        _changed("case", "case_id", day, f"'{before}'", f"'{after}'", f"{day} IS NOT NULL")
    _changed("case", "case_id", "closed_on", REACHED, "'closed'", "closed_on IS NOT NULL")


def _changed(kind: str, subject: str, day: str, before: str, after: str, where: str) -> None:
    insert(
        StageChange,
        f"outline JOIN municipalities_user u ON u.id = coordinator_id WHERE {where}",
        {
            "case": "case_id",
            "subject_kind": f"'{kind}'",
            "subject_id": subject,
            "from_stage": before,
            "to_stage": after,
            "by": "u.id",
            "by_name": "u.name",
            "at": at(day),
        },
    )


def contribute() -> None:
    """What each side brings, once there is a dialogue."""
    theirs = "outline o JOIN partners_party t ON t.case_id = o.case_id WHERE reached > 1"
    hours = "200 + mod(n, 30) * 20"
    time = {
        "case": "o.case_id",
        "party": "t.id",
        "kind": f"'{ContributionKind.VOLUNTEER_TIME}'",
        "what": "'Ideell tid'",
    }
    insert(Contribution, theirs, time | {"hours_per_year": hours, "value_per_year": f"({hours}) * 220"})
    money = {"case": "case_id", "kind": f"'{ContributionKind.MONEY}'", "what": "'Del av en samordnares lön'"}
    insert(Contribution, "outline WHERE reached > 1", money | {"value_per_year": "100000 + mod(n, 40) * 5000"})
