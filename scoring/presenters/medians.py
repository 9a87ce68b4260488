"""The middle sheet beside the official mean: only for comparison, read from what a closed stage has recorded."""

from collections.abc import Iterable
from decimal import Decimal

from scoring.maths.final import final_score
from scoring.maths.stages import median_score
from scoring.models import StageResult


def stage_median(result: StageResult | None) -> Decimal | None:
    """None for a stage without sheets. No query."""
    totals = result.detail.get("totals") if result else None
    return median_score(Decimal(total) for total in totals.values()) if totals else None


def final_median(results: Iterable[StageResult]) -> Decimal | None:
    """What the final score would be with the medians; None when no stage has one. `results` of all stages, with stage.

    A stage without sheets stays as it is. No query.
    """
    closed = [result for result in results if result.score is not None]
    medians = {result.stage.code: stage_median(result) for result in closed}
    if not any(median is not None for median in medians.values()):
        return None
    scores = {one.stage.code: one.score if (own := medians[one.stage.code]) is None else own for one in closed}
    return final_score({one.stage.code: one.stage.weight for one in closed}, scores)
