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
    DECLINED = "declined"


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


class VisitEventKind(StrEnum):
    SUBMITTED = "submitted"
    CONFIRMED = "confirmed"
    RETURNED = "returned"


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


class CapPer(StrEnum):
    """Whom a cap counts together: everybody, or those of each commodity, province, or kabupaten and kota."""

    ALL = ""
    COMMODITY = "commodity"
    PROVINCE = "province"
    DISTRICT = "district"


class ModerationDecision(StrEnum):
    """What came of the talk about far-apart scores: they stay, or sheets were opened to be looked at again."""

    KEEP = "keep"
    REVIEW = "review"


class AttendanceState(StrEnum):
    EXPECTED = "expected"
    PRESENT = "present"
    ABSENT = "absent"
    LEFT = "left"


class VoteChoice(StrEnum):
    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"


class MinutesState(StrEnum):
    WANTED = "wanted"
    READY = "ready"
    FAILED = "failed"


class ReportState(StrEnum):
    """A report that a worker makes."""

    WANTED = "wanted"
    READY = "ready"
    FAILED = "failed"


class TieKind(StrEnum):
    """What ties a scorer to an IKM, a sentra or an institution, in the statement of a period."""

    COACHED = "coached"
    EMPLOYED = "employed"
    FAMILY = "family"
    BUSINESS = "business"


class ConflictKind(StrEnum):
    """Why a scorer and a nomination do not go together; see `scoring.rules.BLOCKING`."""

    DECLARED = "declared"
    NOMINATOR = "nominator"
    DISTRICT = "district"
    PROVINCE = "province"
    INSTITUTION = "institution"
    OFFICE = "office"
    COACHED = "coached"
    EMPLOYED = "employed"
    FAMILY = "family"
    BUSINESS = "business"
    PHONE = "phone"
    EMAIL = "email"
    NAMESAKE = "namesake"
    DOMAIN = "domain"


class RunKind(StrEnum):
    """Where a proposal comes from. `fill` keeps every live assignment; `rebalance` may move what has not begun."""

    FILL = "fill"
    REBALANCE = "rebalance"
    ADD = "add"
    REPLACE = "replace"
    SWAP = "swap"


class RunState(StrEnum):
    """Where a run stands. A worker has to do something in the states of `WORKING`."""

    WANTED = "wanted"
    READING = "reading"
    READY = "ready"
    REFUSED = "refused"  # a table with errors
    FAILED = "failed"
    DISCARDED = "discarded"
    APPLYING = "applying"
    APPLIED = "applied"
    UNDOING = "undoing"
    UNDONE = "undone"


WORKING = (RunState.WANTED, RunState.READING, RunState.APPLYING, RunState.UNDOING)


class RoundStatus(StrEnum):
    """A calibration round: being set up, being scored, or over."""

    DRAFT = "draft"
    OPEN = "open"
    ENDED = "ended"


class CalibrationStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RECUSED = "recused"
