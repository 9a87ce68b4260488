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
from nominations.models.extensions import Extension
from nominations.models.followups import COACH_LABELS, TEXT_MAX, Coaching, FollowUp
from nominations.models.periods import Award, Category, Period, Requirement, Window, one_of
from nominations.models.province import ProvinceComment, ProvinceObjection, RegionReminder
from nominations.models.proxies import ProxyAct, ProxyRound
from nominations.models.questions import Question, QuestionMessage
from nominations.models.reviews import StarReview
from nominations.models.snapshots import Snapshot
from nominations.models.verification import (
    NOTE_MAX,
    BulkPass,
    IneligibilityReason,
    VerificationDesk,
    VerificationItem,
)
from nominations.models.versions import AnswerVersion

__all__ = [
    "ANSWER_MAX",
    "COACH_LABELS",
    "NOTE_MAX",
    "TEXT_MAX",
    "Answer",
    "AnswerVersion",
    "Award",
    "Beneficiary",
    "BulkPass",
    "CandidateEntry",
    "Category",
    "Coaching",
    "DossierItem",
    "Extension",
    "FollowUp",
    "IneligibilityReason",
    "Nomination",
    "Period",
    "ProductEntry",
    "ProvinceComment",
    "ProvinceObjection",
    "ProxyAct",
    "ProxyRound",
    "Question",
    "QuestionMessage",
    "RegionReminder",
    "Requirement",
    "Snapshot",
    "StarReview",
    "StatusChange",
    "VerificationDesk",
    "VerificationItem",
    "Window",
    "one_of",
]
