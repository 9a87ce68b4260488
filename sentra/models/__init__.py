"""The living register: sentra, the IKM in it, their products. It outlives every award period."""

from sentra.models.permits import NumberCheck, Permit
from sentra.models.photos import ProductPhoto
from sentra.models.register import Ikm, Product, Sentra
from sentra.models.years import SentraYear, SentraYearRevision

__all__ = [
    "Ikm",
    "NumberCheck",
    "Permit",
    "Product",
    "ProductPhoto",
    "Sentra",
    "SentraYear",
    "SentraYearRevision",
]
