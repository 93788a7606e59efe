"""Roles × actions, in one table. Who may *see* is asked of the querysets (``visible_to``); who may *do*, here."""

from enum import StrEnum

from django.db.models import TextChoices


class Role(TextChoices):
    COORDINATOR = "coordinator", "samordnare"
    SECRETARY = "secretary", "nämndsekreterare"
    ADVISER = "adviser", "rådgivare"
    READER = "reader", "läsare"
    ADMINISTRATOR = "administrator", "administratör"


class Act(StrEnum):
    SEE = "see"  # lists, cases, exports
    WORK = "work"  # receive, screen, parties, papers, meetings, agreement
    ORGANISATIONS = "organisations"  # an organisation's own name and number; two that are one
    ASSIGN = "assign"  # who works a case; somebody must when the only coordinator has jäv
    MOVE = "move"  # take a case or an agreement to another stage
    OVERRIDE = "override"  # go on in spite of a block; the municipality's settings name the roles
    ASK_STATEMENT = "ask_statement"
    ANSWER_STATEMENT = "answer_statement"  # advisers: of their own unit
    ANSWER_ROUND = "answer_round"  # whom an affected unit sends, and what it thinks; advisers: of their own unit
    DECIDE = "decide"  # record a decision
    SIGN = "sign"  # enter and judge signatures; sign for the municipality, which a colleague then enters
    KEEP_RECORDS = "keep_records"  # add to the case file, diary number
    MARK_SECRET = "mark_secret"
    STATE_RECUSAL = "state_recusal"  # of somebody else; everybody states the own
    LIFT_RECUSAL = "lift_recusal"
    FOLLOW_UP = "follow_up"
    PUBLISH = "publish"  # a partnership in the open register
    DUTY = "duty"  # what the guideline asks of the municipality as a whole
    RULES = "rules"  # the municipality's own rules and members
    PAGES = "pages"  # texts and contacts of its open pages


C, S, A, R, ADM = Role.COORDINATOR, Role.SECRETARY, Role.ADVISER, Role.READER, Role.ADMINISTRATOR

TABLE: dict[Act, frozenset[Role]] = {
    Act.SEE: frozenset({C, S, A, R, ADM}),
    Act.WORK: frozenset({C}),
    Act.ORGANISATIONS: frozenset({C, ADM}),
    Act.ASSIGN: frozenset({C, ADM}),
    Act.MOVE: frozenset({C}),
    Act.OVERRIDE: frozenset(),
    Act.ASK_STATEMENT: frozenset({C}),
    Act.ANSWER_STATEMENT: frozenset({C, A}),
    Act.ANSWER_ROUND: frozenset({C, A}),
    Act.DECIDE: frozenset({C, S}),
    Act.SIGN: frozenset({C, S}),
    Act.KEEP_RECORDS: frozenset({C, S}),
    Act.MARK_SECRET: frozenset({C}),
    Act.STATE_RECUSAL: frozenset({ADM}),
    Act.LIFT_RECUSAL: frozenset({ADM}),
    Act.FOLLOW_UP: frozenset({C}),
    Act.PUBLISH: frozenset({C}),
    Act.DUTY: frozenset({C, ADM}),
    Act.RULES: frozenset({ADM}),
    Act.PAGES: frozenset({ADM}),
}


def may(role: str, act: Act, override_roles: list[str]) -> bool:
    """``override_roles``: the roles that the municipality lets make an override."""
    if act is Act.OVERRIDE:
        return role in override_roles
    return role in TABLE[act]
