"""What each of the many cases is: who, what, when, and how far it came."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from agreements.models import AgreementStage
from iop.cases.models import Outcome, Stage
from partners.models import Organisation

from .words import Words

# Of a hundred cases: how many stand in each stage, and how many days ago at most they came there.
SHARES = {
    Stage.RECEIVED: (2, 12),
    Stage.ASSESSMENT: (4, 60),
    Stage.DIALOGUE: (4, 90),
    Stage.AGREEMENT: (4, 120),
    Stage.IN_FORCE: (20, 1000),
    Stage.CLOSED: (66, 4000),
}
ORDER = list(SHARES)
GAPS = ((2, 9), (15, 50), (30, 110), (60, 160), (700, 1095))  # days from one stage to the next, least and most
WRITING = (AgreementStage.DRAFTING, AgreementStage.DECISION, AgreementStage.SIGNING)
TERM = timedelta(days=1095)
# How a closed case ended, and the last stage that it reached.
ENDS = (
    (Outcome.NOT_SUITABLE, Stage.ASSESSMENT),
    (Outcome.GRANT, Stage.ASSESSMENT),
    (Outcome.PROCUREMENT, Stage.ASSESSMENT),
    (Outcome.WITHDRAWN, Stage.DIALOGUE),
    (Outcome.REJECTED, Stage.AGREEMENT),
    (Outcome.EXPIRED, Stage.IN_FORCE),
    (Outcome.NOT_EXTENDED, Stage.IN_FORCE),
)


@dataclass
class Outline:
    """A row of the table ``outline`` that the SQL of this package reads; the order of columns is the table's."""

    n: int
    title: str
    challenge: str
    idea: str
    target_group: str
    contact: str
    organisation_id: int
    stage: str
    reached: int  # 0 received … 4 in force
    writing: str  # stage of the agreement, if there is one
    outcome: str
    received_on: date
    assessed_on: date | None
    dialogue_on: date | None
    agreement_on: date | None
    force_on: date | None
    term_ends: date | None
    closed_on: date | None
    secrecy_ground: str


COLUMNS = """
    n int, title text, challenge text, idea text, target_group text, contact text, organisation_id bigint, stage text,
    reached int, writing text, outcome text, received_on date, assessed_on date, dialogue_on date, agreement_on date,
    force_on date, term_ends date, closed_on date, secrecy_ground text
"""


def outlines(
    how_many: int, organisations: list[Organisation], words: Words, chance: Random, today: date
) -> Iterator[Outline]:
    """The oldest first, so that references rise with the days."""
    stages = [stage for stage, (share, _) in SHARES.items() for _ in range(share)]
    chance.shuffle(stages)
    rows = [_outline(n, stages[n % 100], organisations, words, chance, today) for n in range(how_many)]
    return iter(sorted(rows, key=lambda row: (row.received_on, row.n)))


def _outline(n: int, stage: Stage, organisations, words: Words, chance: Random, today: date) -> Outline:
    outcome, last = chance.choice(ENDS) if stage == Stage.CLOSED else ("", stage)
    reached = ORDER.index(last)
    days = _days(reached, stage == Stage.CLOSED, today - timedelta(days=chance.randint(0, SHARES[stage][1])), chance)
    organisation = chance.choice(organisations)
    idea, whom, place = chance.choice(words.ideas), chance.choice(words.whom.words), chance.choice(words.places)
    named = {"whom": whom, "place": place, "number": chance.randint(2, 30) * 10}
    in_force = days[4] if reached == 4 else None
    return Outline(
        n=n,
        title=chance.choice(idea.title).format(**named),
        challenge=_sentence(idea.challenge, named),
        idea=_sentence(idea.idea, named),
        target_group=_sentence(words.texts["target_group"], named),
        contact=chance.choice(words.names),
        organisation_id=organisation.pk,
        stage=stage,
        reached=reached,
        writing=_writing(stage, reached, chance),
        outcome=outcome,
        received_on=days[0],
        assessed_on=days[1] if reached >= 1 else None,
        dialogue_on=days[2] if reached >= 2 else None,
        agreement_on=days[3] if reached >= 3 else None,
        force_on=in_force,
        term_ends=in_force and (days[5] if stage == Stage.CLOSED else in_force + TERM),
        closed_on=days[-1] if stage == Stage.CLOSED else None,
        secrecy_ground=chance.choice(words.grounds) if n % 200 == 7 else "",
    )


def _days(reached: int, closed: bool, last: date, chance: Random) -> list[date]:
    """The day of each step, reckoned back from the last: received, assessment … and closing."""
    gaps = [chance.randint(*GAPS[step]) for step in range(reached)]
    if closed:
        gaps.append(chance.randint(*GAPS[4 if reached == 4 else 1]))
    days = [last]
    for gap in reversed(gaps):
        days.insert(0, days[0] - timedelta(days=gap))
    return days


def _writing(stage: Stage, reached: int, chance: Random) -> str:
    if reached < 3:
        return ""
    if stage == Stage.AGREEMENT:
        return chance.choice(WRITING)
    return AgreementStage.IN_FORCE if stage == Stage.IN_FORCE else AgreementStage.ENDED


def _sentence(pattern: str, named: dict) -> str:
    text = pattern.format(**named)
    return text[:1].upper() + text[1:]
