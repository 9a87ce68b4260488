"""Many sheets to one official stage score, and whether it passes."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

from scoring.maths.exact import EXACT, mean, round_half_up
from scoring.maths.instrument import GROUP_PREFIX, PANEL, InstrumentSpec
from scoring.maths.problems import Problem, refuse_if
from scoring.maths.sheets import FULL_MARKS, SheetScores, applicable, ceiling, sheet_total, weighted_total


@dataclass(frozen=True, slots=True)
class TooFew:
    """There is no score yet: fewer sheets (or checked claims) than the rule asks for."""

    counted: int
    needed: int


@dataclass(frozen=True, slots=True)
class StageResult:
    """The official score of one entry in one stage, and what it was made from."""

    totals: Mapping[str, Fraction]  # by assessor
    sums: Mapping[str, Decimal]  # by indicator, over the sheets that count and scored it
    scored: Mapping[str, int]  # by indicator, how many sheets did not leave it out as not applicable
    groups: Mapping[str, Fraction]  # by group, the exact mean of its points
    mean: Fraction
    score: Decimal  # the mean, rounded: the official number
    spread: Fraction
    discrepant: bool
    failures: tuple[Problem, ...]

    @property
    def passed(self) -> bool:
        return not self.failures

    @property
    def means(self) -> dict[str, Fraction]:
        """The exact mean value of each indicator that somebody scored."""
        return {code: Fraction(total) / self.scored[code] for code, total in self.sums.items() if self.scored[code]}


def counting_sheets(sheets: Iterable[SheetScores]) -> list[SheetScores]:
    """The submitted sheets of assessors who are not recused, one per assessor, in a fixed order."""
    counting = sorted((sheet for sheet in sheets if sheet.counts), key=lambda sheet: sheet.assessor)
    per_assessor = Counter(sheet.assessor for sheet in counting)
    refuse_if(Problem("assessor_repeated", assessor) for assessor, count in per_assessor.items() if count > 1)
    return counting


def stage_result(spec: InstrumentSpec, sheets: Iterable[SheetScores]) -> StageResult | TooFew:
    """The mean of the totals of the sheets that count, rounded once.

    InvalidInput when a counting sheet is incomplete or wrong, or an assessor has two.
    """
    counting = counting_sheets(sheets)
    needed = max(spec.min_assessors, 1)
    if len(counting) < needed:
        return TooFew(len(counting), needed)
    totals = {sheet.assessor: sheet_total(spec, sheet.scores, sheet.na) for sheet in counting}
    with localcontext(EXACT):
        sums = {
            one.code: sum((sheet.scores[one.code] for sheet in counting if one.code not in sheet.na), Decimal())
            for one in spec.indicators
        }
    scored = {
        one.code: len(counting) - sum(one.code in sheet.na for sheet in counting if sheet.na) for one in spec.indicators
    }
    exact_mean = mean(totals.values())
    score = round_half_up(exact_mean)
    spread = max(totals.values()) - min(totals.values())
    return StageResult(
        totals=totals,
        sums=sums,
        scored=scored,
        groups=_group_means(spec, counting, sums, exact_mean),
        mean=exact_mean,
        score=score,
        spread=spread,
        discrepant=spec.discrepancy_threshold is not None and spread > spec.discrepancy_threshold,
        failures=_failures(spec, score, sums, scored),
    )


def tie_keys(spec: InstrumentSpec, result: StageResult) -> tuple[Fraction, ...]:
    """The exact means that separate equal scores, in the declared order; the panel has no number."""
    return tuple(_mean_of(spec, result, key) for key in spec.tie_break if key != PANEL)


def median_score(totals: Iterable[Decimal]) -> Decimal:
    """The middle of at least one recorded total, or half way between the two in the middle, rounded like a score.

    It stands beside the official mean and never counts.
    """
    ordered = sorted(totals)
    low, high = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    return round_half_up((Fraction(low) + Fraction(high)) / 2)


def _failures(
    spec: InstrumentSpec, score: Decimal, sums: Mapping[str, Decimal], scored: Mapping[str, int]
) -> tuple[Problem, ...]:
    failures = []
    if spec.pass_mark is not None and score < spec.pass_mark:
        failures.append(Problem("below_pass_mark", str(spec.pass_mark)))
    rule = spec.min_aspect_score
    if rule is not None:
        failures += [
            Problem("aspect_below_minimum", indicator.aspect)
            for indicator in spec.indicators
            if indicator.weight >= rule.weight_at_least
            and Fraction(sums[indicator.code]) < scored[indicator.code] * Fraction(rule.score)
        ]
    return tuple(failures)


def _group_means(
    spec: InstrumentSpec, counting: list[SheetScores], sums: Mapping[str, Decimal], exact_mean: Fraction
) -> dict[str, Fraction]:
    """The mean points of each group. A group that a sheet left out, or part of it, stands at the rate of the rest."""
    members = {group: [one for one in spec.indicators if one.group == group] for group in spec.groups}
    if not any(sheet.na for sheet in counting):
        return {group: weighted_total(spec, own, sums) / len(counting) for group, own in members.items()}
    found = {}
    for group, own in members.items():
        rates = []
        for sheet in counting:
            left = applicable(own, sheet.na)
            if left:
                rates.append(weighted_total(spec, left, sheet.scores) / ceiling(spec, left))
        rate = mean(rates) if rates else exact_mean / FULL_MARKS
        found[group] = rate * ceiling(spec, own)
    return found


def _mean_of(spec: InstrumentSpec, result: StageResult, key: str) -> Fraction:
    if key.startswith(GROUP_PREFIX):
        return result.groups[key.removeprefix(GROUP_PREFIX)]
    if result.scored[key]:
        return result.means[key]
    highest = next(max(one.values) for one in spec.indicators if one.code == key)
    return Fraction(highest) * result.mean / FULL_MARKS  # nobody scored it: at the rate of the rest, never zero
