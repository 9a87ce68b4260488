"""A category as arrays, and what one way of counting makes of it.

Entries and assessors are numbered from 0. Floats stand close enough to the exact numbers: what is rounded or compared
with a limit is first lifted by far less than two different results can be apart.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Middle = Literal["mean", "median"]

ELIMINATED = -1  # an outcome instead of stars: below a limit
RUNNING = -2  # through the stages that are closed, and not yet at the end
LIFT = 1e-6  # in hundredths when rounding, in points when comparing


@dataclass(frozen=True)
class SheetStage:
    """The counting sheets of the closed entries. A value that does not apply is NaN and leaves the total."""

    code: str
    weight: float
    entries: Whole  # by sheet
    assessors: Whole  # by sheet
    values: Floats  # by sheet and indicator
    weights: Floats  # by indicator
    tops: Floats  # by indicator: its best value
    aspects: tuple[str, ...]  # by indicator
    keys: tuple[tuple[int, ...], ...] = ()  # indicators of each tie-break key
    heavy: tuple[int, ...] = ()  # indicators that must reach `heavy_minimum`
    heavy_minimum: float = 0
    pass_mark: float | None = None

    def totals_with(self, weights: Floats) -> Floats:
        """Totals of 0 to 100 under other weights."""
        given = ~np.isnan(self.values)
        reached = np.where(given, self.values, 0) @ weights
        totals: Floats = 100 * reached / (given @ (weights * self.tops))
        return totals

    @cached_property
    def totals(self) -> Floats:
        return self.totals_with(self.weights)

    @cached_property
    def key_columns(self) -> list[Floats]:
        """Per sheet, the rate that each key reached; NaN where nothing of it applies."""
        return [self._rate(list(places)) for places in self.keys]

    def _rate(self, places: list[int]) -> Floats:
        values, weights = self.values[:, places], self.weights[places]
        given = ~np.isnan(values)
        best = given @ (weights * self.tops[places])
        with np.errstate(invalid="ignore"):
            rate: Floats = (np.where(given, values, 0) @ weights) / np.where(best > 0, best, np.nan)
        return rate


@dataclass(frozen=True)
class FixedStage:
    """A stage of findings: its scores stay as they are. NaN where an entry has none, closed or not."""

    code: str
    weight: float
    scores: Floats
    failed: Flags
    closed: Flags


@dataclass(frozen=True)
class Panel:
    """The closed results of one category; `outcomes` and `ranks` are the official ones. `cap`: how many may receive.

    `ties`: orders that the plenary gave, from the best on, each once for the same entries.
    """

    size: int
    stages: tuple[SheetStage | FixedStage, ...]
    bands: tuple[tuple[float, int], ...]  # (minimum, stars), from the lowest on
    outcomes: Whole  # stars, or ELIMINATED, or RUNNING
    ranks: Whole  # 0 without a final score
    cap: int | None = None
    ties: tuple[tuple[int, ...], ...] = ()

    @cached_property
    def inside(self) -> Flags:
        return within(self.ranks, self.cap)

    @property
    def sheet_stages(self) -> list[SheetStage]:
        return [stage for stage in self.stages if isinstance(stage, SheetStage)]


@dataclass(frozen=True)
class Counting:
    """One way of counting: what differs from the official one."""

    without: int | None = None  # an assessor
    middle: Middle = "mean"
    totals: Mapping[str, Floats] = field(default_factory=dict)  # by stage, by sheet
    stage_weights: Mapping[str, float] = field(default_factory=dict)  # by stage


@dataclass(frozen=True)
class Standing:
    scores: Floats  # NaN without a final score
    outcomes: Whole
    ranks: Whole  # 0 without a final score
    inside: Flags  # within the cap


def standing(panel: Panel, counting: Counting) -> Standing:
    """What the category would be. An entry that loses all its sheets of a stage keeps its official outcome, and its
    place within the cap if it had one."""
    final, complete = np.zeros(panel.size), np.ones(panel.size, dtype=np.bool_)
    failed, lost = np.zeros(panel.size, dtype=np.bool_), np.zeros(panel.size, dtype=np.bool_)
    keys: list[Floats] = []
    for stage in panel.stages:
        weight = counting.stage_weights.get(stage.code, stage.weight)
        if isinstance(stage, FixedStage):
            scores, fails, closed = stage.scores, stage.failed, stage.closed
        else:
            keep = np.ones(len(stage.entries)) if counting.without is None else stage.assessors != counting.without
            scores, fails = _stage_scores(panel.size, stage, counting, keep.astype(np.float64))
            closed = ~np.isnan(scores)
            lost |= ~closed & (np.bincount(stage.entries, minlength=panel.size) > 0)
            keys += [means(panel.size, stage.entries, column, keep.astype(np.float64)) for column in stage.key_columns]
        complete &= closed
        failed |= fails
        final += weight * np.nan_to_num(scores)
    final = np.where(complete & ~failed, rounded(final), np.nan)
    outcomes = np.where(failed, ELIMINATED, np.where(complete, stars_of(panel, final), RUNNING))
    outcomes = np.where(lost, panel.outcomes, outcomes).astype(np.int64)
    ranks = _settled(_ranks(final, keys), panel.ties)
    left = None if panel.cap is None else panel.cap - int((lost & panel.inside).sum())
    return Standing(final, outcomes, ranks, np.where(lost, panel.inside, within(ranks, left)))


def within(ranks: Whole, cap: int | None) -> Flags:
    """Who has a place within the cap; nobody without one. A tie across the cap is within, as in the ranking."""
    if cap is None:
        return np.zeros(len(ranks), dtype=np.bool_)
    found: Flags = (ranks > 0) & (ranks <= cap)
    return found


def rounded(scores: Floats) -> Floats:
    """To 2 decimals, halves up."""
    hundredths: Floats = np.floor(scores * 100 + 0.5 + LIFT) / 100
    return hundredths


def stars_of(panel: Panel, scores: Floats) -> Whole:
    """0 below the lowest band, and for an award without stars."""
    minimums = np.array([minimum for minimum, _ in panel.bands])
    stars = np.array([0, *(number for _, number in panel.bands)], dtype=np.int64)
    found: Whole = stars[np.searchsorted(minimums, np.nan_to_num(scores, nan=-1) + LIFT, side="right")]
    return found


def means(size: int, entries: Whole, column: Floats, keep: Floats) -> Floats:
    """The mean of a column of sheets by entry; NaN where none is left."""
    there = keep * ~np.isnan(column)
    counts = np.bincount(entries, there, minlength=size)
    sums = np.bincount(entries, there * np.nan_to_num(column), minlength=size)
    found: Floats = np.divide(sums, counts, out=np.full(size, np.nan), where=counts > 0)
    return found


def medians(size: int, entries: Whole, column: Floats) -> Floats:
    """The middle total of each entry, or the mean of the two in the middle."""
    order = np.lexsort((column, entries))
    ordered, counts = column[order], np.bincount(entries, minlength=size)
    starts = np.cumsum(counts) - counts
    there = counts > 0
    low = starts[there] + (counts[there] - 1) // 2
    high = starts[there] + counts[there] // 2
    found = np.full(size, np.nan)
    found[there] = (ordered[low] + ordered[high]) / 2
    return found


def _stage_scores(size: int, stage: SheetStage, counting: Counting, keep: Floats) -> tuple[Floats, Flags]:
    totals = counting.totals.get(stage.code, stage.totals)
    if counting.middle == "median":
        raw = medians(size, stage.entries, totals)
    else:
        raw = means(size, stage.entries, totals, keep)
    scores = rounded(np.clip(raw, 0, 100))  # an adjusted total may lie beyond
    fails = np.zeros(size, dtype=np.bool_)
    if stage.pass_mark is not None:
        fails |= np.nan_to_num(scores, nan=100.0) < stage.pass_mark - LIFT
    for place in stage.heavy:
        own = means(size, stage.entries, stage.values[:, place], keep)
        fails |= np.nan_to_num(own, nan=np.inf) < stage.heavy_minimum - LIFT
    return scores, fails


def _ranks(final: Floats, keys: list[Floats]) -> Whole:
    """1, 2, 2, 4 by score and keys; 0 without a score."""
    ranks = np.zeros(len(final), dtype=np.int64)
    there = np.flatnonzero(~np.isnan(final))
    if not len(there):
        return ranks
    columns = [-final[there], *(_falling(key[there]) for key in keys)]
    order = np.lexsort(columns[::-1])
    table = np.array([column[order] for column in columns])
    new = np.r_[True, (np.diff(table, axis=1) != 0).any(axis=0)]
    places = np.arange(1, len(there) + 1)
    ranks[there[order]] = np.maximum.accumulate(np.where(new, places, 0))
    return ranks


def _settled(ranks: Whole, ties: Iterable[Sequence[int]]) -> Whole:
    """The order of the plenary, where exactly these share a place."""
    for order in ties:
        shared = ranks[order[0]]
        if shared and np.array_equal(np.flatnonzero(ranks == shared), sorted(order)):
            ranks[list(order)] = shared + np.arange(len(order))
    return ranks


def _falling(column: Floats) -> Floats:
    """For sorting the highest first, with what floats leave over cut off."""
    found: Floats = -np.round(np.nan_to_num(column), 9).astype(np.float64)
    return found
