"""The official score of very many entries from sums that the database has formed, in whole numbers.

A second calculation beside `stages` and `final`: it shares their rule but not their arithmetic, so that one can be
checked against the other. Nothing is recorded as an official score from here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from scoring.maths.instrument import GROUP_PREFIX, PANEL, Band, InstrumentSpec
from scoring.maths.stages import TooFew

HUNDRED = 100


class Column(NamedTuple):
    """A sum over the counting sheets: of the values of one indicator, or of the weighted values of a group."""

    key: str
    weights: Mapping[str, int]  # hundredths, by indicator


class Sums(NamedTuple):
    """The counting sheets of one entry. Sums are of hundredths of a weight times hundredths of a value."""

    entry: int
    sheets: int
    total: int  # of all sheets
    highest: int  # of one sheet
    lowest: int
    answered: int  # values of all sheets
    columns: Sequence[int]  # over all sheets, as `columns_of` says


class SheetValues(NamedTuple):
    """One counting sheet. Hundredths by indicator code; an indicator that does not apply is left out."""

    entry: int
    assessor: int
    hundredths: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What `stages.StageResult` says of one entry, without the means of every indicator."""

    count: int
    score: Decimal
    spread: Fraction
    discrepant: bool
    failures: tuple[tuple[str, str], ...]
    tie_keys: tuple[Fraction, ...]


def columns_of(spec: InstrumentSpec) -> list[Column]:
    """What tie-breaks and minimum scores need besides the totals: first the keys in order, then the heavy aspects."""
    keys = [key for key in spec.tie_break if key != PANEL]
    return [_column(spec, key) for key in [*keys, *heavy_indicators(spec)]]


def heavy_indicators(spec: InstrumentSpec) -> list[str]:
    """Indicators that must reach a minimum on their own."""
    rule = spec.min_aspect_score
    return [one.code for one in spec.indicators if rule and one.weight >= rule.weight_at_least]


def indicator_weights(spec: InstrumentSpec) -> dict[str, int]:
    """Hundredths of each weight. ValueError for a weight that is finer than that: no instrument can store it."""
    return {one.code: hundredths(one.weight) for one in spec.indicators}


def hundredths(number: Decimal) -> int:
    scaled = number * HUNDRED
    if scaled != int(scaled):
        raise ValueError(f"finer than a hundredth: {number}")
    return int(scaled)


class StageRule:
    """One instrument, made ready for very many entries."""

    def __init__(self, spec: InstrumentSpec) -> None:
        self.spec = spec
        self.needed = max(spec.min_assessors, 1)
        self.unit = HUNDRED * hundredths(spec.divisor)  # a sum of this size is one point
        self.indicators = len(spec.indicators)
        self.keys = [key for key in spec.tie_break if key != PANEL]
        self.units = [self.unit if key.startswith(GROUP_PREFIX) else HUNDRED * HUNDRED for key in self.keys]
        self.heavy = heavy_indicators(spec)
        self.aspect_of = {one.code: one.aspect for one in spec.indicators}

    def result(self, sums: Sums) -> BulkResult | TooFew | None:
        """The official number of one entry; the same as `stages.stage_result` gives for the sheets.

        None when a sheet lacks a value: whether it does not apply or is missing, sums cannot tell.
        """
        count = sums.sheets
        if count < self.needed:
            return TooFew(count, self.needed)
        if sums.answered != count * self.indicators:
            return None
        score = _rounded(sums.total, count * self.unit)
        spread = _quotient(sums.highest - sums.lowest, self.unit)
        threshold = self.spec.discrepancy_threshold
        return BulkResult(
            count=count,
            score=score,
            spread=spread,
            discrepant=threshold is not None and spread > threshold,
            failures=self._failures(score, sums),
            # The keys come first among the columns, see `columns_of`.
            tie_keys=tuple(_quotient(sums.columns[place], unit * count) for place, unit in enumerate(self.units)),
        )

    def _failures(self, score: Decimal, sums: Sums) -> tuple[tuple[str, str], ...]:
        mark, rule = self.spec.pass_mark, self.spec.min_aspect_score
        failures = [("below_pass_mark", str(mark))] if mark is not None and score < mark else []
        if rule is not None:
            for place, code in enumerate(self.heavy, start=len(self.keys)):
                if Fraction(sums.columns[place], HUNDRED * HUNDRED * sums.sheets) < rule.score:
                    failures.append(("aspect_below_minimum", self.aspect_of[code]))
        return tuple(failures)


class FinalRule:
    """The weights of an award's stages and its bands, made ready for very many entries."""

    def __init__(self, weights: Mapping[str, Decimal], bands: Iterable[Band]) -> None:
        self.weights = {code: int(weight * 1000) for code, weight in weights.items() if weight}
        self.bands = sorted(((hundredths(band.minimum), band.stars) for band in bands), reverse=True)

    def score(self, scores: Mapping[str, Decimal]) -> Decimal | None:
        """The weighted sum of the rounded stage scores, rounded once; None while one is missing."""
        if not self.weights.keys() <= scores.keys():
            return None
        return _rounded(sum(weight * int(scores[code] * HUNDRED) for code, weight in self.weights.items()), 100_000)

    def stars(self, score: Decimal) -> int | None:
        reached = int(score * HUNDRED)
        return next((stars for minimum, stars in self.bands if reached >= minimum), None)


def _column(spec: InstrumentSpec, key: str) -> Column:
    if key.startswith(GROUP_PREFIX):
        group = key.removeprefix(GROUP_PREFIX)
        return Column(key, {one.code: hundredths(one.weight) for one in spec.indicators if one.group == group})
    return Column(key, {key: HUNDRED})


# The same few numbers come again and again, and reducing a fraction takes ten times as long as finding it.
_quotient = lru_cache(maxsize=4096)(Fraction)


def _rounded(numerator: int, denominator: int) -> Decimal:
    """numerator ÷ denominator to 2 decimals, halves up, in whole numbers."""
    return Decimal((2 * HUNDRED * numerator + denominator) // (2 * denominator)).scaleb(-2)
