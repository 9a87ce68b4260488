"""One assessor's sheet: is it complete and allowed, and what is its exact total?"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from scoring.maths.exact import exact_sum
from scoring.maths.instrument import Indicator, InstrumentSpec
from scoring.maths.problems import Problem, refuse_if

Scores = Mapping[str, Decimal]
NotApplicable = Collection[str]
NONE: NotApplicable = frozenset()
FULL_MARKS = 100


@dataclass(frozen=True, slots=True)
class SheetScores:
    """The sheet of one assessor, with what decides whether it counts."""

    assessor: str
    scores: Scores
    submitted: bool = True
    recused: bool = False
    na: NotApplicable = NONE  # indicators that do not apply: they leave the sheet with their weight

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


def sheet_problems(spec: InstrumentSpec, scores: Scores, na: NotApplicable = NONE) -> list[Problem]:
    """Everything that keeps a sheet from being submitted; notes are checked with `note_required`."""
    missing = [
        Problem("score_missing", one.code) for one in spec.indicators if one.code not in scores and one.code not in na
    ]
    found = missing + _given_problems(spec, scores, na)
    if spec.indicators and all(one.code in na for one in spec.indicators):
        found.append(Problem("all_not_applicable"))
    return found


def note_required(indicator: Indicator, value: Decimal) -> bool:
    """Must the assessor explain this value?"""
    return value in indicator.note_required_at


def sheet_total(spec: InstrumentSpec, scores: Scores, na: NotApplicable = NONE) -> Fraction:
    """The exact total of a complete sheet: Σ weight × value ÷ divisor.

    What does not apply is left out on both sides: the points reached ÷ the points that could be reached × 100. It is
    never a zero. InvalidInput for an incomplete or wrong sheet, and for one on which nothing applies.
    """
    refuse_if(sheet_problems(spec, scores, na))
    return running_total(spec, scores, na)


def running_total(spec: InstrumentSpec, scores: Scores, na: NotApplicable = NONE) -> Fraction:
    """The same of a draft: an indicator without an answer has brought no points yet.

    InvalidInput when a value that was given is not allowed.
    """
    refuse_if(_given_problems(spec, scores, na))
    points = weighted_total(spec, [one for one in spec.indicators if one.code in scores], scores)
    if not na:
        return points
    best = ceiling(spec, applicable(spec.indicators, na))
    return points * FULL_MARKS / best if best else Fraction()


def group_totals(spec: InstrumentSpec, scores: Scores, na: NotApplicable = NONE) -> dict[str, Fraction]:
    """The points that each group has so far, for a draft too; without N/A the running total is the sum of these.

    InvalidInput when a value that was given is not allowed.
    """
    refuse_if(_given_problems(spec, scores, na))
    given: dict[str, list[Indicator]] = {group: [] for group in spec.groups}
    for indicator in spec.indicators:
        if indicator.code in scores:
            given[indicator.group].append(indicator)
    return {group: weighted_total(spec, indicators, scores) for group, indicators in given.items()}


def applicable(indicators: Iterable[Indicator], na: NotApplicable) -> list[Indicator]:
    """The indicators that count on this sheet."""
    return [one for one in indicators if one.code not in na]


def ceiling(spec: InstrumentSpec, indicators: Iterable[Indicator]) -> Fraction:
    """The most that these indicators can bring; checks nothing."""
    best = list(indicators)
    return weighted_total(spec, best, {one.code: max(one.values) for one in best})


def weighted_total(spec: InstrumentSpec, indicators: Iterable[Indicator], scores: Scores) -> Fraction:
    """The part of the total that comes from these indicators; checks nothing."""
    return Fraction(exact_sum(one.weight * scores[one.code] for one in indicators)) / Fraction(spec.divisor)


def _given_problems(spec: InstrumentSpec, scores: Scores, na: NotApplicable) -> list[Problem]:
    known = {indicator.code: indicator for indicator in spec.indicators}
    found = [Problem("indicator_unknown", code) for code in (*scores, *na) if code not in known]
    for code, indicator in known.items():
        if code in scores and (problem := value_problem(indicator, scores[code])):
            found.append(problem)
    for code in sorted(known.keys() & set(na)):
        if not known[code].na_allowed:
            found.append(Problem("na_not_allowed", code))
        elif code in scores:
            found.append(Problem("na_with_score", code))
    return found
