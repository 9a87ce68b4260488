"""The living register: sentra, the IKM in it, their products. It outlives every award period."""

from sentra.models.duplicates import DuplicatePair, DuplicateSearch, Merge
from sentra.models.figures import RegionFigures
from sentra.models.mergeable import Mergeable
from sentra.models.permits import NumberCheck, Permit
from sentra.models.photos import ProductPhoto
from sentra.models.register import Ikm, Product, Sentra
from sentra.models.transfers import ImportEffect, ImportFinding, RegisterExport, RegisterImport
from sentra.models.words import Word
from sentra.models.years import SentraYear, SentraYearRevision

__all__ = [
    "DuplicatePair",
    "DuplicateSearch",
    "Ikm",
    "ImportEffect",
    "ImportFinding",
    "Merge",
    "Mergeable",
    "NumberCheck",
    "Permit",
    "Product",
    "ProductPhoto",
    "RegionFigures",
    "RegisterExport",
    "RegisterImport",
    "Sentra",
    "SentraYear",
    "SentraYearRevision",
    "Word",
]
