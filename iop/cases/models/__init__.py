from .calendar import CalendarAddress
from .case import OF_PARTNERSHIPS, Case, Outcome, Stage, stages_taken, states_of_closed, stood_at_the_end
from .disclosures import Disclosure
from .duties import Duty
from .law import LegalAmount
from .letters import DAYS_OF_A_LINK, Letter, LetterKind, LetterTemplate, Linked
from .links import CaseLink, LinkKind
from .office import (
    Decision,
    DecisionKind,
    DecisionOutcome,
    Direction,
    Record,
    RecordFile,
    Statement,
    StoredFile,
    Task,
    TaskKind,
)
from .recusals import Recusal
from .rules import Answer, Override, StageChange

__all__ = [
    "DAYS_OF_A_LINK",
    "OF_PARTNERSHIPS",
    "Answer",
    "CalendarAddress",
    "Case",
    "CaseLink",
    "Decision",
    "DecisionKind",
    "DecisionOutcome",
    "Direction",
    "Disclosure",
    "Duty",
    "LegalAmount",
    "Letter",
    "LetterKind",
    "LetterTemplate",
    "Linked",
    "LinkKind",
    "Outcome",
    "Override",
    "Record",
    "RecordFile",
    "Recusal",
    "Stage",
    "StageChange",
    "Statement",
    "StoredFile",
    "Task",
    "TaskKind",
    "stages_taken",
    "states_of_closed",
    "stood_at_the_end",
]
