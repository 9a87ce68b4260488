"""Periods with their windows, requirements and categories; nominations with dossier, history and frozen snapshots."""

from nominations.models.dossiers import Beneficiary, CandidateEntry, DossierItem, Nomination, ProductEntry, StatusChange
from nominations.models.periods import Award, Category, Extension, Period, Requirement, Window, one_of
from nominations.models.province import ProvinceComment, ProvinceObjection, RegionReminder
from nominations.models.questions import Question, QuestionMessage
from nominations.models.snapshots import Snapshot, VerificationItem

__all__ = [
    "Award",
    "Beneficiary",
    "CandidateEntry",
    "Category",
    "DossierItem",
    "Extension",
    "Nomination",
    "Period",
    "ProductEntry",
    "ProvinceComment",
    "ProvinceObjection",
    "Question",
    "QuestionMessage",
    "RegionReminder",
    "Requirement",
    "Snapshot",
    "StatusChange",
    "VerificationItem",
    "Window",
    "one_of",
]
