"""Stage scores to the final score, and the final score to its stars."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from scoring.maths.exact import exact_sum, round_half_up
from scoring.maths.instrument import Band
from scoring.maths.problems import Problem, refuse_if

ByStage = Mapping[str, Decimal]


def weight_problems(weights: ByStage) -> list[Problem]:
    """The weights of an award's active stages are not negative and add up to 1."""
    found = [Problem("weight_negative", stage) for stage, weight in weights.items() if weight < 0]
    total = exact_sum(weights.values())
    if total != 1:
        found.append(Problem("weights_not_one", str(total)))
    return found


def final_score(weights: ByStage, scores: ByStage) -> Decimal:
    """The weighted sum of the official stage scores, rounded once.

    A stage of weight 0 needs no score. InvalidInput for weights that do not add up, a missing or unknown stage,
    or a score that is not an official one (0 to 100 with at most 2 decimals).
    """
    refuse_if([*weight_problems(weights), *_score_problems(weights, scores)])
    total = exact_sum(weight * scores[stage] for stage, weight in weights.items() if weight)
    return round_half_up(Fraction(total))


def band_for(bands: Iterable[Band], score: Decimal) -> Band | None:
    """The highest band whose minimum the rounded score reaches; None below the lowest."""
    reached = [band for band in bands if band.minimum <= score]
    return max(reached, key=lambda band: band.minimum, default=None)


def _score_problems(weights: ByStage, scores: ByStage) -> Iterator[Problem]:
    for stage, weight in weights.items():
        if weight and stage not in scores:
            yield Problem("stage_score_missing", stage)
    for stage, score in scores.items():
        if stage not in weights:
            yield Problem("stage_unknown", stage)
        elif not score.is_finite() or not 0 <= score <= 100 or score != round_half_up(Fraction(score)):
            yield Problem("stage_score_not_official", stage)
