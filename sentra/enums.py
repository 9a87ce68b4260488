from enum import StrEnum


class Scale(StrEnum):
    """Industry scale by Permenperin 64/2016."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


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
