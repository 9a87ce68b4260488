"""Instruments and stages, assignments and conflicts, sheets with their event chain, results and decrees."""

from scoring.models.assignments import Assignment, ConflictDeclaration
from scoring.models.calibration import CalibrationAnchor, CalibrationRound, CalibrationSheet
from scoring.models.instruments import Indicator, Instrument, Option, Stage
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
from scoring.models.sensitivity import SensitivityReport
from scoring.models.sheets import NOTE_LENGTH, FieldClaim, FieldVisit, Score, Sheet, SheetEvent

__all__ = [
    "NOTE_LENGTH",
    "Assignment",
    "CalibrationAnchor",
    "CalibrationRound",
    "CalibrationSheet",
    "ConflictDeclaration",
    "Decision",
    "Decree",
    "FieldClaim",
    "FieldVisit",
    "FinalResult",
    "Indicator",
    "Instrument",
    "Option",
    "PlenarySession",
    "Recommendation",
    "Score",
    "ScorerReminder",
    "SensitivityReport",
    "Sheet",
    "SheetEvent",
    "Stage",
    "StageReopening",
    "StageResult",
]
