from .draft import Draft, DraftFile, DraftLink
from .initiative import OWN_ANSWERS, CameBy, FormJudgement, Initiative, JudgedForm, Origin
from .limits import Tally
from .meeting import AgreedPoint, Meeting, MeetingParticipant, Side
from .rounds import NamedParticipant, UnitRound
from .words import FormWords

__all__ = [
    "OWN_ANSWERS",
    "AgreedPoint",
    "CameBy",
    "Draft",
    "DraftFile",
    "DraftLink",
    "FormJudgement",
    "FormWords",
    "Initiative",
    "JudgedForm",
    "Meeting",
    "MeetingParticipant",
    "NamedParticipant",
    "Origin",
    "Side",
    "Tally",
    "UnitRound",
]
