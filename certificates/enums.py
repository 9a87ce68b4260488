from enum import StrEnum


class CertificateState(StrEnum):
    WANTED = "wanted"
    HELD = "held"
    RENDERING = "rendering"
    ISSUED = "issued"
    FAILED = "failed"
    REVOKED = "revoked"
    REPLACED = "replaced"


PUBLIC = frozenset({CertificateState.ISSUED, CertificateState.REVOKED, CertificateState.REPLACED})
