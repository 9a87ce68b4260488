"""The living register: sentra, the IKM in it, their products. It outlives every award period."""

from sentra.models.register import Ikm, Product, Sentra

__all__ = [
    "Ikm",
    "Product",
    "Sentra",
]
