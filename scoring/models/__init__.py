"""Instruments and stages, assignments and conflicts, sheets with their event chain, results and decrees."""

from scoring.models.assignments import Assignment, ConflictDeclaration
from scoring.models.instruments import Indicator, Instrument, Option, Stage
from scoring.models.moderations import Moderation
from scoring.models.plenary import AgendaItem, Attendance, Minutes, TieDecision, Vote
from scoring.models.rankings import AwardCap, RankingCorrection, RankingEntry, RankingSnapshot
from scoring.models.reminders import ScorerReminder
from scoring.models.results import (
    Decision,
    Decree,
    FinalResult,
    PlenarySession,
    Recommendation,
    StageReopening,
    StageResult,
)
from scoring.models.sheets import NOTE_LENGTH, FieldClaim, FieldVisit, Score, Sheet, SheetEvent

__all__ = [
    "NOTE_LENGTH",
    "AgendaItem",
    "Assignment",
    "Attendance",
    "AwardCap",
    "ConflictDeclaration",
    "Decision",
    "Decree",
    "FieldClaim",
    "FieldVisit",
    "FinalResult",
    "Indicator",
    "Instrument",
    "Minutes",
    "Moderation",
    "Option",
    "PlenarySession",
    "RankingCorrection",
    "RankingEntry",
    "RankingSnapshot",
    "Recommendation",
    "Score",
    "ScorerReminder",
    "Sheet",
    "SheetEvent",
    "Stage",
    "StageReopening",
    "StageResult",
    "TieDecision",
    "Vote",
]
