from .case import Case, Outcome, Stage
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
