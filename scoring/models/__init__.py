"""Instruments and stages, assignments and conflicts, sheets with their event chain, results and decrees."""

from scoring.models.assignments import Assignment, ConflictDeclaration
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
from scoring.models.samples import CustodyEvent, SampleReceipt
from scoring.models.sheets import NOTE_LENGTH, FieldClaim, FieldVisit, Score, Sheet, SheetEvent
from scoring.models.visits import FieldInterview, FieldPhoto, MismatchNote, VisitPlan

__all__ = [
    "GENERAL",
    "NOTE_LENGTH",
    "Assignment",
    "BlindText",
    "ConflictDeclaration",
    "CustodyEvent",
    "Decision",
    "Decree",
    "FieldClaim",
    "FieldInterview",
    "FieldPhoto",
    "FieldVisit",
    "FinalResult",
    "Indicator",
    "Instrument",
    "MismatchNote",
    "Option",
    "PlenarySession",
    "Recommendation",
    "Recomputation",
    "RecomputedResult",
    "SampleReceipt",
    "Score",
    "ScorerReminder",
    "Sheet",
    "SheetEvent",
    "Stage",
    "StagePlan",
    "StageReopening",
    "StageResult",
    "VisitPlan",
]
