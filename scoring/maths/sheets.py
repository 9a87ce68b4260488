"""One assessor's sheet: is it complete and allowed, and what is its exact total?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from scoring.maths.exact import exact_sum
from scoring.maths.instrument import Indicator, InstrumentSpec
from scoring.maths.problems import Problem, refuse_if

Scores = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class SheetScores:
    """The sheet of one assessor, with what decides whether it counts."""

    assessor: str
    scores: Scores
    submitted: bool = True
    recused: bool = False

    @property
    def counts(self) -> bool:
        return self.submitted and not self.recused


def value_problem(indicator: Indicator, value: Decimal) -> Problem | None:
    """Why this value may not be given to this indicator, if so."""
    if not value.is_finite():
        return Problem("score_not_a_number", indicator.code)
    if value in indicator.values:
        return None
    if min(indicator.values) < value < max(indicator.values):
        return Problem("score_not_allowed", indicator.code)
    return Problem("score_out_of_range", indicator.code)


def sheet_problems(spec: InstrumentSpec, scores: Scores) -> list[Problem]:
    """Everything that keeps a sheet from being submitted; notes are checked with `note_required`."""
    missing = [Problem("score_missing", one.code) for one in spec.indicators if one.code not in scores]
    return missing + _given_problems(spec, scores)


def note_required(spec: InstrumentSpec, value: Decimal) -> bool:
    """Must the assessor explain this value?"""
    return spec.scale is not None and value in spec.scale.note_required_at


def sheet_total(spec: InstrumentSpec, scores: Scores) -> Fraction:
    """The exact total: the sum of weight × value ÷ divisor. InvalidInput for an incomplete or wrong sheet."""
    refuse_if(sheet_problems(spec, scores))
    return weighted_total(spec, spec.indicators, scores)


def group_totals(spec: InstrumentSpec, scores: Scores) -> dict[str, Fraction]:
    """What each group has so far, for a draft too; the running total is the sum of these.

    InvalidInput when a value that was given is not allowed.
    """
    refuse_if(_given_problems(spec, scores))
    given: dict[str, list[Indicator]] = {group: [] for group in spec.groups}
    for indicator in spec.indicators:
        if indicator.code in scores:
            given[indicator.group].append(indicator)
    return {group: weighted_total(spec, indicators, scores) for group, indicators in given.items()}


def weighted_total(spec: InstrumentSpec, indicators: Iterable[Indicator], scores: Scores) -> Fraction:
    """The part of the total that comes from these indicators; checks nothing."""
    return Fraction(exact_sum(one.weight * scores[one.code] for one in indicators)) / Fraction(spec.divisor)


def _given_problems(spec: InstrumentSpec, scores: Scores) -> list[Problem]:
    known = {indicator.code: indicator for indicator in spec.indicators}
    found = [Problem("indicator_unknown", code) for code in scores if code not in known]
    for code, indicator in known.items():
        if code in scores and (problem := value_problem(indicator, scores[code])):
            found.append(problem)
    return found
