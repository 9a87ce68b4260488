"""The living register: sentra, the IKM in it, their products. It outlives every award period."""

from sentra.models.duplicates import DuplicatePair, DuplicateSearch, Merge
from sentra.models.figures import RegionFigures
from sentra.models.mergeable import Mergeable
from sentra.models.register import Ikm, Product, Sentra

__all__ = [
    "DuplicatePair",
    "DuplicateSearch",
    "Ikm",
    "Merge",
    "Mergeable",
    "Product",
    "RegionFigures",
    "Sentra",
]
