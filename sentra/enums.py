from enum import StrEnum


class Scale(StrEnum):
    """Industry scale by Permenperin 64/2016."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"
