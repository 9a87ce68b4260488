"""Instruments and stages, assignments and conflicts, sheets with their event chain, results and decrees."""

from scoring.models.assignments import Assignment, ConflictDeclaration
from scoring.models.calibration import CalibrationAnchor, CalibrationRound, CalibrationSheet
from scoring.models.instruments import (
    GENERAL,
    BlindText,
    Indicator,
    Instrument,
    Option,
    Recomputation,
    RecomputedResult,
    Stage,
    StagePlan,
)
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
    "GENERAL",
    "NOTE_LENGTH",
    "Assignment",
    "BlindText",
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
    "Recomputation",
    "RecomputedResult",
    "Score",
    "ScorerReminder",
    "SensitivityReport",
    "Sheet",
    "SheetEvent",
    "Stage",
    "StagePlan",
    "StageReopening",
    "StageResult",
]
