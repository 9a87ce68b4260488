from enum import StrEnum


class EntryKind(StrEnum):
    """What an award judges. The only thing about an award that is code and not data."""

    PRODUCT = "product"
    CANDIDATE = "candidate"


class Status(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    UNDER_VERIFICATION = "under_verification"
    RETURNED = "returned"
    INELIGIBLE = "ineligible"
    ELIGIBLE = "eligible"
    IN_ASSESSMENT = "in_assessment"
    ELIMINATED = "eliminated"
    IN_PLENARY = "in_plenary"
    RECOMMENDED = "recommended"
    NOT_RECOMMENDED = "not_recommended"
    DECIDED = "decided"
    AWARDED = "awarded"
    WITHDRAWN = "withdrawn"
    RE_EVALUATION = "re_evaluation"


class Action(StrEnum):
    SUBMIT = "submit"
    RESUBMIT = "resubmit"
    WITHDRAW = "withdraw"
    START_VERIFICATION = "start_verification"
    RETURN_FOR_REPAIR = "return_for_repair"
    DECLARE_INELIGIBLE = "declare_ineligible"
    DECLARE_ELIGIBLE = "declare_eligible"
    OPEN_ASSESSMENT = "open_assessment"
    ELIMINATE = "eliminate"
    REINSTATE = "reinstate"
    SEND_TO_PLENARY = "send_to_plenary"
    RECALL_FROM_PLENARY = "recall_from_plenary"
    RECOMMEND = "recommend"
    NOT_RECOMMEND = "not_recommend"
    RETURN_TO_PLENARY = "return_to_plenary"
    DECIDE = "decide"
    AWARD = "award"


class WindowKind(StrEnum):
    NOMINATION = "nomination"
    CORRECTION = "correction"
    ASSESSMENT = "assessment"
    OBJECTION = "objection"


class RequirementLevel(StrEnum):
    REQUIRED = "required"
    OPTIONAL = "optional"


class AnswerKind(StrEnum):
    FILE = "file"
    LINK = "link"


class DocumentStage(StrEnum):
    """When a document is due, and thereby who brings it: the region, or the Sekretariat."""

    NOMINATION = "pengusulan"
    ASSESSMENT = "penilaian"


class CandidateKind(StrEnum):
    PERSON = "person"
    ORGANISATION = "organisation"
    COMPANY = "company"
    REGIONAL_HEAD = "regional_head"


class IdentityKind(StrEnum):
    NIK = "nik"
    NPWP = "npwp"
    NIB = "nib"


class ItemVerdict(StrEnum):
    ACCEPTED = "accepted"
    REPAIR = "repair"
    REJECTED = "rejected"


EDITABLE = frozenset({Status.DRAFT, Status.RETURNED})
BEFORE_VERIFICATION_ENDS = frozenset({Status.DRAFT, Status.SUBMITTED, Status.UNDER_VERIFICATION, Status.RETURNED})
NOT_LIVE = frozenset({Status.WITHDRAWN})
# Nothing more happens to these nominations; to the second group only once the results of the period are released.
OVER = frozenset({Status.WITHDRAWN, Status.INELIGIBLE, Status.DECIDED, Status.AWARDED})
OVER_WHEN_RELEASED = frozenset({Status.ELIMINATED, Status.NOT_RECOMMENDED})

# Which number identifies which kind of candidate.
IDENTITY_OF = {
    CandidateKind.PERSON: IdentityKind.NIK,
    CandidateKind.REGIONAL_HEAD: IdentityKind.NIK,
    CandidateKind.ORGANISATION: IdentityKind.NPWP,
    CandidateKind.COMPANY: IdentityKind.NIB,
}
