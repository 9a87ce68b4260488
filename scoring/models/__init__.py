"""Instruments and stages, assignments and conflicts, sheets with their event chain, results and decrees."""

from scoring.models.assignments import Assignment, ConflictDeclaration
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
from scoring.models.samples import CustodyEvent, SampleReceipt
from scoring.models.sheets import NOTE_LENGTH, FieldClaim, FieldVisit, Score, Sheet, SheetEvent
from scoring.models.visits import FieldInterview, FieldPhoto, MismatchNote, VisitPlan

__all__ = [
    "NOTE_LENGTH",
    "Assignment",
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
    "SampleReceipt",
    "Score",
    "ScorerReminder",
    "Sheet",
    "SheetEvent",
    "Stage",
    "StageReopening",
    "StageResult",
    "VisitPlan",
]
