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
from nominations.models.snapshots import Snapshot
from nominations.models.verification import (
    NOTE_MAX,
    BulkPass,
    IneligibilityReason,
    VerificationDesk,
    VerificationItem,
)

__all__ = [
    "ANSWER_MAX",
    "NOTE_MAX",
    "Answer",
    "Award",
    "Beneficiary",
    "BulkPass",
    "CandidateEntry",
    "Category",
    "DossierItem",
    "Extension",
    "IneligibilityReason",
    "Nomination",
    "Period",
    "ProductEntry",
    "Requirement",
    "Snapshot",
    "StatusChange",
    "VerificationDesk",
    "VerificationItem",
    "Window",
    "one_of",
]
