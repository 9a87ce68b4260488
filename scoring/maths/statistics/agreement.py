"""Krippendorff's alpha: 1 is perfect agreement, 0 what chance would give, below 0 systematic disagreement.

Source: K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011). The interval difference is (a − b)²; the
ordinal one equals it once each value is replaced by the middle of its ranks, so one closed form serves both. It needs
no table of coincidences, hence memory and time grow with the number of values alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Metric = Literal["interval", "ordinal"]


@dataclass(frozen=True, slots=True)
class Agreement:
    """`alpha` is None when nothing can be compared: no unit with two values, or all values equal."""

    alpha: float | None
    units: int  # with at least two values
    values: int  # in those units


def krippendorff(
    units: Sequence[int] | npt.NDArray[np.int64], values: Sequence[float] | Floats, metric: Metric
) -> Agreement:
    """Alpha over values that were given to units, in any order; units with a single value do not count."""
    numbers = np.asarray(values, dtype=np.float64)
    _, unit = np.unique(np.asarray(units), return_inverse=True)
    sizes = np.bincount(unit) if len(unit) else np.zeros(0, dtype=np.int64)
    pairable = sizes[unit] >= 2
    unit, numbers = unit[pairable], numbers[pairable]
    count, kept = len(numbers), int((sizes >= 2).sum())
    if count == 0:
        return Agreement(None, 0, 0)
    if metric == "ordinal":
        numbers = _middle_ranks(numbers)
    expected = 2 * float(numbers.var(ddof=1))
    if expected == 0:
        return Agreement(None, kept, count)
    observed = _observed(unit, numbers - numbers.mean(), sizes) / count
    return Agreement(1 - observed / expected, kept, count)


def _observed(unit: npt.NDArray[np.intp], numbers: Floats, sizes: npt.NDArray[np.intp]) -> float:
    """Σ over units of the squared differences of their pairs ÷ (size − 1)."""
    sums = np.bincount(unit, numbers, minlength=len(sizes))
    squares = np.bincount(unit, numbers * numbers, minlength=len(sizes))
    mine = sizes >= 2
    pairs = 2 * (sizes[mine] * squares[mine] - sums[mine] ** 2)
    return float((pairs / (sizes[mine] - 1)).sum())


def _middle_ranks(numbers: Floats) -> Floats:
    _, place, counts = np.unique(numbers, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    middles = ends - counts / 2
    ranks: Floats = middles[place]
    return ranks
