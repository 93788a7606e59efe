from .case import Case, Outcome, Stage
from .duties import Duty
from .law import LegalAmount
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
from .rules import Answer, Override, StageChange

__all__ = [
    "Answer",
    "Case",
    "Decision",
    "DecisionKind",
    "DecisionOutcome",
    "Direction",
    "Duty",
    "LegalAmount",
    "Outcome",
    "Override",
    "Record",
    "RecordFile",
    "Stage",
    "StageChange",
    "Statement",
    "StoredFile",
    "Task",
    "TaskKind",
]
