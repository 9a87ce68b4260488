"""Periods with their windows, requirements and categories; nominations with dossier, history and frozen snapshots."""

from nominations.models.dossiers import (
    ANSWER_MAX,
    Answer,
    Beneficiary,
    CandidateEntry,
    DossierItem,
    Nomination,
    ProductEntry,
    StatusChange,
)
from nominations.models.periods import Award, Category, Extension, Period, Requirement, Window, one_of
from nominations.models.snapshots import Snapshot, VerificationItem
from nominations.models.versions import AnswerVersion

__all__ = [
    "ANSWER_MAX",
    "Answer",
    "AnswerVersion",
    "Award",
    "Beneficiary",
    "CandidateEntry",
    "Category",
    "DossierItem",
    "Extension",
    "Nomination",
    "Period",
    "ProductEntry",
    "Requirement",
    "Snapshot",
    "StatusChange",
    "VerificationItem",
    "Window",
    "one_of",
]
