"""Instruments and stages, assignments and conflicts, sheets with their event chain, results and decrees."""

from scoring.models.assignments import Assignment, AssignmentRemoval, ConflictDeclaration
from scoring.models.calibration import CalibrationAnchor, CalibrationRound, CalibrationSheet
from scoring.models.instruments import (
    BlindText,
    Indicator,
    Instrument,
    Option,
    Recomputation,
    RecomputedResult,
    Stage,
    StagePlan,
)
from scoring.models.moderations import Moderation
from scoring.models.panel import CategoryLead, InterestStatement, InterestTie, KeepApart, PanelSeat, TieWithdrawal
from scoring.models.plenary import AgendaItem, Attendance, Minutes, RoomConflict, TieDecision, Vote
from scoring.models.rankings import AwardCap, RankingCorrection, RankingEntry, RankingSnapshot
from scoring.models.readiness import ReadyNomination
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
from scoring.models.runs import AssignmentMove, AssignmentRun
from scoring.models.samples import CustodyEvent, SampleReceipt
from scoring.models.sensitivity import DATA_FORMAT, SensitivityReport
from scoring.models.sheets import NOTE_LENGTH, FieldClaim, FieldVisit, Score, Sheet, SheetEvent
from scoring.models.visits import FieldInterview, FieldPhoto, MismatchNote, VisitEvent, VisitPlan

__all__ = [
    "DATA_FORMAT",
    "NOTE_LENGTH",
    "AgendaItem",
    "Assignment",
    "AssignmentMove",
    "AssignmentRemoval",
    "AssignmentRun",
    "Attendance",
    "AwardCap",
    "BlindText",
    "CalibrationAnchor",
    "CalibrationRound",
    "CalibrationSheet",
    "CategoryLead",
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
    "InterestStatement",
    "InterestTie",
    "KeepApart",
    "Minutes",
    "MismatchNote",
    "Moderation",
    "Option",
    "PanelSeat",
    "PlenarySession",
    "RankingCorrection",
    "RankingEntry",
    "RankingSnapshot",
    "ReadyNomination",
    "Recommendation",
    "Recomputation",
    "RecomputedResult",
    "RoomConflict",
    "SampleReceipt",
    "Score",
    "ScorerReminder",
    "SensitivityReport",
    "Sheet",
    "SheetEvent",
    "Stage",
    "StagePlan",
    "StageReopening",
    "StageResult",
    "TieDecision",
    "TieWithdrawal",
    "VisitEvent",
    "VisitPlan",
    "Vote",
]
