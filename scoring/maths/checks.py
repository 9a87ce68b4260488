"""Does an instrument make sense? Asked before it may be used for a stage, not at each sheet."""

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import TypeVar

from scoring.maths.instrument import GROUP_PREFIX, PANEL, Indicator, InstrumentSpec, Scale
from scoring.maths.problems import Problem
from scoring.maths.sheets import FULL_MARKS, ceiling, weighted_total

Key = TypeVar("Key", str, int, Decimal)


def instrument_problems(spec: InstrumentSpec) -> list[Problem]:
    """Everything that is wrong with an instrument; an empty list means that it may be used."""
    found = [*_code_problems(spec), *_value_problems(spec)]
    if not found:  # totals and limits mean something only when every indicator has values
        found += [*_total_problems(spec), *_limit_problems(spec), *_band_problems(spec), *_tie_break_problems(spec)]
    return found


def floor_and_ceiling(spec: InstrumentSpec) -> tuple[Fraction, Fraction]:
    """The totals of the weakest and of the best complete sheet."""
    lowest = {indicator.code: min(indicator.values) for indicator in spec.indicators}
    return weighted_total(spec, spec.indicators, lowest), ceiling(spec, spec.indicators)


def _code_problems(spec: InstrumentSpec) -> Iterator[Problem]:
    if not spec.indicators:
        yield Problem("indicators_missing")
    for code in _repeated(indicator.code for indicator in spec.indicators):
        yield Problem("indicator_repeated", code)


def _value_problems(spec: InstrumentSpec) -> Iterator[Problem]:
    if spec.scale:
        yield from _scale_problems(spec.scale)
    else:
        yield from _option_problems(spec.indicators)
    for indicator in spec.indicators:
        if indicator.weight <= 0:
            yield Problem("weight_not_positive", indicator.code)


def _scale_problems(scale: Scale) -> Iterator[Problem]:
    values = scale.values()
    if not values:
        yield Problem("scale_invalid")
        return
    for value in scale.note_required_at:
        if value not in values:
            yield Problem("note_value_not_on_scale", str(value))


def _option_problems(indicators: Iterable[Indicator]) -> Iterator[Problem]:
    for indicator in indicators:
        if len(indicator.values) < 2:
            yield Problem("options_too_few", indicator.code)
        if any(value < 0 for value in indicator.values):
            yield Problem("option_negative", indicator.code)
        # The chosen points are what is stored, so two options must not share them.
        for value in _repeated(indicator.values):
            yield Problem("option_repeated", f"{indicator.code} {value}")


def _total_problems(spec: InstrumentSpec) -> Iterator[Problem]:
    _, best = floor_and_ceiling(spec)
    if best != FULL_MARKS:
        yield Problem("total_not_100", str(best))


def _limit_problems(spec: InstrumentSpec) -> Iterator[Problem]:
    floor, best = floor_and_ceiling(spec)
    if spec.min_assessors < 1:
        yield Problem("min_assessors_too_few", str(spec.min_assessors))
    if spec.discrepancy_threshold is not None and not 0 <= spec.discrepancy_threshold < best - floor:
        yield Problem("discrepancy_threshold_unreachable", str(spec.discrepancy_threshold))
    if spec.pass_mark is not None and not floor < spec.pass_mark <= best:
        yield Problem("pass_mark_unreachable", str(spec.pass_mark))
    rule = spec.min_aspect_score
    if rule is None:
        return
    if spec.scale is None:
        yield Problem("min_aspect_score_needs_scale")
    elif not spec.scale.minimum < rule.score <= spec.scale.maximum:
        yield Problem("min_aspect_score_unreachable", str(rule.score))
    elif all(indicator.weight < rule.weight_at_least for indicator in spec.indicators):
        yield Problem("min_aspect_score_meets_no_aspect", str(rule.weight_at_least))


def _band_problems(spec: InstrumentSpec) -> Iterator[Problem]:
    floor, best = floor_and_ceiling(spec)
    bands = sorted(spec.bands, key=lambda band: band.stars)
    for band in bands:
        if not floor < band.minimum <= best:
            yield Problem("band_unreachable", str(band.stars))
    for lower, higher in pairwise(bands):
        if lower.stars == higher.stars:
            yield Problem("band_repeated", str(higher.stars))
        elif lower.minimum >= higher.minimum:
            yield Problem("band_not_above_lower", str(higher.stars))


def _tie_break_problems(spec: InstrumentSpec) -> Iterator[Problem]:
    known = {
        PANEL,
        *(indicator.code for indicator in spec.indicators),
        *(GROUP_PREFIX + group for group in spec.groups),
    }
    for key in spec.tie_break:
        if key not in known:
            yield Problem("tie_break_unknown", key)
    for key in _repeated(spec.tie_break):
        yield Problem("tie_break_repeated", key)
    if PANEL in spec.tie_break[:-1]:
        yield Problem("tie_break_panel_not_last")


def _repeated(keys: Iterable[Key]) -> list[Key]:
    return [key for key, count in Counter(keys).items() if count > 1]
