from enum import StrEnum


class CertificateState(StrEnum):
    WANTED = "wanted"
    HELD = "held"
    RENDERING = "rendering"
    ISSUED = "issued"
    FAILED = "failed"
    REVOKED = "revoked"
    REPLACED = "replaced"


class StarOutcome(StrEnum):
    """What a re-evaluation makes of a star; always computed, nowhere kept."""

    UP = "up"
    KEEP = "keep"
    DOWN = "down"
    LAPSE = "lapse"


PUBLIC = frozenset({CertificateState.ISSUED, CertificateState.REVOKED, CertificateState.REPLACED})
