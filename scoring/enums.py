from enum import StrEnum


class Method(StrEnum):
    """How an instrument is answered: options or a scale on a sheet, or findings of a visit."""

    OPTIONS = "options"
    SCALE = "scale"
    FINDINGS = "findings"


class StageKind(StrEnum):
    SHEETS = "sheets"
    FINDINGS = "findings"


class Visibility(StrEnum):
    """Who sees whose sheet before the chair closes the stage of a nomination."""

    OWN_ONLY = "own_only"
    UNTIL_STAGE_CLOSED = "until_stage_closed"
    PANEL = "panel"


class AssignmentStatus(StrEnum):
    ACTIVE = "active"
    RECUSED = "recused"
    REMOVED = "removed"


class SheetStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"


class SheetEventKind(StrEnum):
    SAVED = "saved"
    SUBMITTED = "submitted"
    REOPENED = "reopened"


class ClaimKind(StrEnum):
    """What a visit checks: rules, people, statements and documents of the dossier, and what the visitor adds.

    Where the instrument knocks out, a disproved eligibility claim ends the candidacy.
    """

    ELIGIBILITY = "eligibility"
    BENEFICIARY = "beneficiary"
    STATEMENT = "statement"
    DOCUMENT = "document"
    OTHER = "other"


class Finding(StrEnum):
    PROVEN = "terbukti"
    PARTLY = "terbukti_sebagian"
    NOT_PROVEN = "tidak_terbukti"


class VisitStatus(StrEnum):
    OPEN = "open"
    SUBMITTED = "submitted"
    CONFIRMED = "confirmed"


class CustodyKind(StrEnum):
    """What happened to a sample. The last two end its way."""

    RECEIVED = "received"
    HANDED_OVER = "handed_over"
    TESTED = "tested"
    RETURNED = "returned"
    DESTROYED = "destroyed"


class Outcome(StrEnum):
    RECOMMENDED = "recommended"
    NOT_RECOMMENDED = "not_recommended"
