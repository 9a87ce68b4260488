"""How far would a score move if the panel were drawn again?

Each entry's sheets of a stage are drawn with replacement, as many as there are, `replicates` times. With three or five
sheets this is a coarse picture of how much hangs on who happened to judge, not a confidence interval of a true value.
Deterministic: the same panel and seed give the same figures on every machine.
"""

from dataclasses import dataclass

import numpy as np

from scoring.maths.statistics.panel import (
    ELIMINATED,
    LIFT,
    RUNNING,
    FixedStage,
    Flags,
    Floats,
    Panel,
    SheetStage,
    Whole,
    rounded,
    stars_of,
)

BOUNDS = (0.05, 0.95)
CHUNK = 64  # entries, or draws, at once: without a cap memory stays the same whatever the number of entries


@dataclass(frozen=True)
class Redraw:
    """`low` and `high` bound the final score in 90 of 100 draws; NaN where a stage is missing."""

    replicates: int
    low: Floats
    high: Floats
    lowest: Whole  # outcomes within the same bounds
    highest: Whole
    same: Floats  # share of draws with the official outcome, on the official side of the cap
    inside: Floats  # share of draws within the cap; NaN without one


def redraw(panel: Panel, *, seed: int, replicates: int = 1000) -> Redraw:
    """Draw every entry's panel again. `seed` is any whole number from 0 on.

    With a cap each draw is a ranking of the whole category: five bytes per entry and draw stay in memory.
    """
    random = np.random.Generator(np.random.PCG64(seed))
    columns = {name: np.full(panel.size, np.nan) for name in ("low", "high", "same")}
    lowest, highest = panel.outcomes.copy(), panel.outcomes.copy()
    contest = None if panel.cap is None else _Contest(panel, panel.cap, replicates)
    ranges = {stage.code: _ranges(panel.size, stage) for stage in panel.sheet_stages}
    for start in range(0, panel.size, CHUNK):
        members = np.arange(start, min(start + CHUNK, panel.size))
        final, outcomes = _draws(panel, members, ranges, random, replicates)
        columns["same"][members] = (outcomes == panel.outcomes[members, None]).mean(axis=1)
        if contest:
            contest.enter(members, final, outcomes)
        bounds = np.quantile(outcomes, BOUNDS, axis=1, method="nearest")
        lowest[members], highest[members] = bounds[0], bounds[1]
        there = ~np.isnan(final).any(axis=1)
        if there.any():
            low, high = np.quantile(final[there], BOUNDS, axis=1, method="nearest")
            columns["low"][members[there]], columns["high"][members[there]] = low, high
    inside = np.full(panel.size, np.nan)
    if contest:
        inside, columns["same"] = contest.shares()
    return Redraw(replicates, columns["low"], columns["high"], lowest, highest, columns["same"], inside)


class _Contest:
    """Who would be within the cap, draw by draw. Of equal scores the official order decides, as a draw has no other."""

    def __init__(self, panel: Panel, cap: int, replicates: int) -> None:
        self.panel, self.cap = panel, cap
        # Score in hundredths, then the official place; below 0 without a score. 32 bits hold 200,000 entries.
        self.keys = np.full((panel.size, replicates), -1, dtype=np.int32)
        self.alike = np.zeros((panel.size, replicates), dtype=np.bool_)

    def enter(self, members: Whole, final: Floats, outcomes: Whole) -> None:
        size = self.panel.size
        ranks = self.panel.ranks[members, None]
        behind = np.where(ranks > 0, size + 1 - ranks, 0)
        keys = np.rint(np.nan_to_num(final) * 100) * (size + 1) + behind
        self.keys[members] = np.where(np.isnan(final) | (outcomes == ELIMINATED), -1, keys)
        self.alike[members] = outcomes == self.panel.outcomes[members, None]

    def shares(self) -> tuple[Floats, Floats]:
        """By entry: draws within the cap, and draws as the official result in every respect."""
        size, replicates = self.keys.shape
        inside, same = np.zeros(size), np.zeros(size)
        for start in range(0, replicates, CHUNK):
            keys = self.keys[:, start : start + CHUNK]
            last = np.partition(keys, size - self.cap, axis=0)[size - self.cap] if self.cap < size else 0
            there = keys >= np.maximum(last, 0)
            inside += there.sum(axis=1)
            same += (self.alike[:, start : start + CHUNK] & (there == self.panel.inside[:, None])).sum(axis=1)
        return inside / replicates, same / replicates


@dataclass(frozen=True)
class _Ranges:
    order: Whole  # sheets, one entry after the other and each entry's from the lowest total on
    starts: Whole  # by entry
    counts: Whole  # by entry


def _ranges(size: int, stage: SheetStage) -> _Ranges:
    counts = np.bincount(stage.entries, minlength=size)
    order = np.lexsort((stage.assessors, stage.totals, stage.entries))
    return _Ranges(order, np.cumsum(counts) - counts, counts)


def _draws(
    panel: Panel, members: Whole, ranges: dict[str, _Ranges], random: np.random.Generator, replicates: int
) -> tuple[Floats, Whole]:
    """Final scores (NaN where a stage is missing) and outcomes, by entry and draw."""
    shape = (len(members), replicates)
    final, failed = np.zeros(shape), np.zeros(shape, dtype=np.bool_)
    for stage in panel.stages:
        if isinstance(stage, FixedStage):
            scores = np.where(stage.closed, np.nan_to_num(stage.scores), np.nan)[members, None]
            failed |= stage.failed[members, None]
        else:
            scores, fails = _stage_draws(stage, ranges[stage.code], members, random, replicates)
            failed |= fails
        final += stage.weight * scores
    final = rounded(final)
    outcomes = np.where(np.isnan(final), RUNNING, stars_of(panel, final))
    return final, np.where(failed, ELIMINATED, outcomes).astype(np.int64)


def _stage_draws(
    stage: SheetStage, ranges: _Ranges, members: Whole, random: np.random.Generator, replicates: int
) -> tuple[Floats, Flags]:
    scores = np.full((len(members), replicates), np.nan)
    fails = np.zeros(scores.shape, dtype=np.bool_)
    counts = ranges.counts[members]
    for count in np.unique(counts[counts > 0]):
        mine = np.flatnonzero(counts == count)
        chosen = random.integers(0, count, size=(len(mine), replicates, count))
        sheets = ranges.order[ranges.starts[members[mine], None, None] + chosen]
        scores[mine] = rounded(stage.totals[sheets].mean(axis=2))
        for place in stage.heavy:
            own = np.nanmean(stage.values[:, place][sheets], axis=2)
            fails[mine] |= np.nan_to_num(own, nan=np.inf) < stage.heavy_minimum - LIFT
        if stage.pass_mark is not None:
            fails[mine] |= scores[mine] < stage.pass_mark - LIFT
    return scores, fails
