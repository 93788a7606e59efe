from .initiative import OWN_ANSWERS, CameBy, FormJudgement, Initiative, JudgedForm, Origin
from .meeting import AgreedPoint, Meeting, MeetingParticipant, Side
from .rounds import NamedParticipant, UnitRound

__all__ = [
    "OWN_ANSWERS",
    "AgreedPoint",
    "CameBy",
    "FormJudgement",
    "Initiative",
    "JudgedForm",
    "Meeting",
    "MeetingParticipant",
    "NamedParticipant",
    "Origin",
    "Side",
    "UnitRound",
]
