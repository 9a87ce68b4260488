"""Closed scores of a period, for their distribution."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Aggregate, Count, FloatField, Max, Min

from nominations.models import Category
from scoring.maths.instrument import Band
from scoring.models import FinalResult, Stage, StageResult
from scoring.selectors.assignments import owed_by
from scoring.selectors.stages import assessed_nominations, bands_of


@dataclass(frozen=True, slots=True)
class Spread:
    """The official scores of one stage of a category, or, with no stage, its final scores with their bands."""

    category: Category
    stage: Stage | None
    bands: tuple[Band, ...]
    scores: list[Decimal]


def score_spreads(user: Any, period_id: int) -> list[Spread]:
    """Per category its stages and its final scores, as far as anything is closed. Seven queries, whatever the number.

    Left out is what `user` may not meet, and what she or he still has to score.
    """
    seen = assessed_nominations(user).filter(period=period_id)
    ids = set(seen.values_list("pk", flat=True)) - owed_by(user, seen.order_by().values("pk"))
    by_stage: dict[int, list[Decimal]] = defaultdict(list)
    rows = StageResult.objects.filter(nomination__in=seen.order_by().values("pk"), score__isnull=False)
    for stage_id, nomination, score in rows.values_list("stage", "nomination", "score"):
        if nomination in ids:
            by_stage[stage_id].append(score)
    by_category: dict[int, list[Decimal]] = defaultdict(list)
    finals = FinalResult.objects.filter(nomination__in=seen.order_by().values("pk"))
    for category, nomination, score in finals.values_list("nomination__category", "nomination", "score"):
        if nomination in ids:
            by_category[category].append(score)
    stages: dict[int, list[Stage]] = defaultdict(list)
    all_stages = Stage.objects.filter(period=period_id).select_related("category", "instrument")
    for stage in all_stages.order_by("category__order", "category", "order"):
        stages[stage.category_id].append(stage)
    return [spread for category in stages.values() for spread in _of_category(category, by_stage, by_category)]


def _of_category(
    stages: list[Stage], by_stage: dict[int, list[Decimal]], by_category: dict[int, list[Decimal]]
) -> list[Spread]:
    category = stages[0].category
    final = by_category.get(category.pk)
    spreads = [Spread(category, None, bands_of(stages), final)] if final else []
    if final and sum(bool(stage.weight) for stage in stages) == 1:  # one stage alone is the final score
        return spreads
    return spreads + [Spread(category, stage, (), by_stage[stage.pk]) for stage in stages if by_stage.get(stage.pk)]


class Quartiles(Aggregate):
    """Lower quartile, median and upper quartile, interpolated as PostgreSQL does; for pictures, never for a rule."""

    template = "percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = ArrayField(FloatField())


@dataclass(frozen=True, slots=True)
class ScoreSummary:
    """The official final scores of a category in five numbers."""

    category: str
    number: int
    lowest: Decimal
    quartiles: list[float]
    highest: Decimal


def score_summaries(user: Any, period_id: int) -> list[ScoreSummary]:
    """Per category that has final scores, in its order; left out is the same as above. One query, two for scorers."""
    seen = assessed_nominations(user).filter(period=period_id).order_by().values("pk")
    finals = FinalResult.objects.filter(nomination__in=seen).exclude(nomination__in=owed_by(user, seen))
    rows = finals.order_by().values("nomination__category__order", "nomination__category__label")
    rows = rows.annotate(number=Count("pk"), low=Min("score"), quartiles=Quartiles("score"), high=Max("score"))
    columns = ("nomination__category__label", "number", "low", "quartiles", "high")
    return [ScoreSummary(*row) for row in rows.order_by("nomination__category__order").values_list(*columns)]
