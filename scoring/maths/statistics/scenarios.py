"""Would another way of counting have changed a result? Every scenario changes one thing and leaves the rest."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from scoring.maths.statistics.panel import Counting, Flags, Floats, Panel, SheetStage, Standing, Whole, standing
from scoring.maths.statistics.severity import SeverityFit, fit

Kind = Literal["without", "aspect", "stage", "median", "severity", "redraw"]
SHIFT = 0.1  # weights move by a tenth


@dataclass(frozen=True)
class Scenario:
    """`stage` is a code; `subject` an assessor's number or the label of an aspect; `shift` −0.1 or 0.1."""

    kind: Kind
    stage: str = ""
    subject: int | str = ""
    shift: float = 0


@dataclass(frozen=True)
class Sensitivity:
    """What all scenarios say together. Ranges include the official result."""

    scenarios: tuple[Scenario, ...]
    changed: tuple[tuple[int, ...], ...]  # by scenario: entries with another outcome, or on the other side of the cap
    moved: tuple[int, ...]  # by scenario: how many entries have another place
    lowest: Whole  # outcomes, by entry
    highest: Whole
    best_rank: Whole  # 0 without a place
    worst_rank: Whole
    always_inside: Flags  # within the cap, officially and in every scenario
    ever_inside: Flags
    median: Floats  # final score with the median, NaN without one
    adjusted: Floats  # final score without leniency, NaN without one
    fits: dict[str, SeverityFit]  # by stage


def sensitivity(panel: Panel) -> Sensitivity:
    """Run every scenario. Memory grows with entries and scenarios, not with their product."""
    lowest, highest = panel.outcomes.copy(), panel.outcomes.copy()
    best, worst = panel.ranks.copy(), panel.ranks.copy()
    always, ever = panel.inside.copy(), panel.inside.copy()
    fits = severity_fits(panel)
    scenarios, changed, moved = [], [], []
    beside = {"median": np.full(panel.size, np.nan), "severity": np.full(panel.size, np.nan)}
    for scenario, counting in countings(panel, fits):
        found = standing(panel, counting)
        scenarios.append(scenario)
        other = (found.outcomes != panel.outcomes) | (found.inside != panel.inside)
        changed.append(tuple(np.flatnonzero(other).tolist()))
        always &= found.inside
        ever |= found.inside
        moved.append(_widen(found, panel, best, worst))
        np.minimum(lowest, found.outcomes, out=lowest)
        np.maximum(highest, found.outcomes, out=highest)
        if scenario.kind in beside:
            beside[scenario.kind] = found.scores
    return Sensitivity(
        tuple(scenarios),
        tuple(changed),
        tuple(moved),
        lowest,
        highest,
        best,
        worst,
        always,
        ever,
        beside["median"],
        beside["severity"],
        fits,
    )


def severity_fits(panel: Panel) -> dict[str, SeverityFit]:
    """The model of each stage of sheets."""
    stages = [stage for stage in panel.sheet_stages if len(stage.entries)]
    return {stage.code: fit(stage.entries, stage.assessors, stage.totals) for stage in stages}


def countings(panel: Panel, fits: dict[str, SeverityFit]) -> Iterator[tuple[Scenario, Counting]]:
    """Every way of counting beside the official one. Without comparable assessors there is no `severity`."""
    people = sorted({int(one) for stage in panel.sheet_stages for one in stage.assessors})
    for person in people:
        yield Scenario("without", subject=person), Counting(without=person)
    for stage in panel.sheet_stages:
        yield from _aspects(stage)
    yield from _stage_weights(panel)
    yield Scenario("median"), Counting(middle="median")
    adjusted = {code: one.adjusted for code, one in fits.items() if one.adjusted is not None}
    if fits and len(adjusted) == len(fits):
        yield Scenario("severity"), Counting(totals=adjusted)


def _aspects(stage: SheetStage) -> Iterator[tuple[Scenario, Counting]]:
    names = list(dict.fromkeys(stage.aspects))
    if len(names) < 2:
        return
    for name in names:
        mine = np.array([aspect == name for aspect in stage.aspects])
        for shift in (-SHIFT, SHIFT):
            totals = stage.totals_with(stage.weights * np.where(mine, 1 + shift, 1))
            yield Scenario("aspect", stage.code, name, shift), Counting(totals={stage.code: totals})


def _stage_weights(panel: Panel) -> Iterator[tuple[Scenario, Counting]]:
    weighty = [stage for stage in panel.stages if stage.weight]
    if len(weighty) < 2:
        return
    for stage in weighty:
        for shift in (-SHIFT, SHIFT):
            raw = {one.code: one.weight * (1 + shift if one is stage else 1) for one in panel.stages}
            whole = sum(raw.values())
            weights = {code: weight / whole for code, weight in raw.items()}
            yield Scenario("stage", stage.code, "", shift), Counting(stage_weights=weights)


def _widen(found: Standing, panel: Panel, best: Whole, worst: Whole) -> int:
    """Widen the range of places, in place; how many entries stand elsewhere."""
    both = (found.ranks > 0) & (panel.ranks > 0)
    np.minimum(best, found.ranks, out=best, where=both)
    np.maximum(worst, found.ranks, out=worst, where=both)
    return int((found.ranks[both] != panel.ranks[both]).sum())
