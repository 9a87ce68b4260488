from enum import StrEnum


class Scale(StrEnum):
    """Industry scale by Permenperin 64/2016."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


class PermitKind(StrEnum):
    """What an IKM can hold for its firm or for a product."""

    PIRT = "pirt"
    BPOM = "bpom"
    HALAL = "halal"
    SNI = "sni"
    TRADEMARK = "trademark"
    OTHER_IP = "other_ip"
    LAB_TEST = "lab_test"
    OTHER = "other"


class PermitState(StrEnum):
    NO_END = "no_end"
    VALID = "valid"
    ENDING = "ending"
    ENDED = "ended"


class CheckedNumber(StrEnum):
    """A number of an IKM that can be compared with its document."""

    NIB = "nib"
    NPWP = "npwp"


class CheckHow(StrEnum):
    """What a number was compared with."""

    DOCUMENT = "document"
    OSS = "oss"
    DJP = "djp"
    BPOM = "bpom"
    BPJPH = "bpjph"
    BSN = "bsn"
    DJKI = "djki"
    OTHER = "other"


class RecordKind(StrEnum):
    """A record of the register that can be a duplicate of another one."""

    SENTRA = "sentra"
    IKM = "ikm"
    PRODUCT = "product"


class Likeness(StrEnum):
    """What two records that look alike have in common."""

    NAME = "name"
    NPWP = "npwp"
    PHONE = "phone"
    VILLAGE = "village"
