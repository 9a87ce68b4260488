"""The living register: sentra, the IKM in it, their products. It outlives every award period."""

from sentra.models.register import Ikm, Product, Sentra
from sentra.models.transfers import ImportEffect, ImportFinding, RegisterExport, RegisterImport

__all__ = [
    "Ikm",
    "ImportEffect",
    "ImportFinding",
    "Product",
    "RegisterExport",
    "RegisterImport",
    "Sentra",
]
