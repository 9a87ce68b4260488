"""Who stands before the plenary, in which order, and what it has said."""

from fractions import Fraction
from itertools import groupby
from typing import Any

from django.db.models import Prefetch, QuerySet

from nominations.models import Nomination
from scoring.maths.ranking import Contender, Placing, rank
from scoring.models import PlenarySession, StageResult


def sessions() -> QuerySet[PlenarySession]:
    return PlenarySession.objects.select_related("period__award", "recorded_by")


def finalists(period_id: int) -> list[Nomination]:
    """Nominations of a period with a final result, by category, with all that ranking and page need. Two queries."""
    results = StageResult.objects.select_related("stage").order_by("stage__order")
    rows = Nomination.objects.filter(period=period_id, final_result__isnull=False)
    rows = rows.select_related("category", "region", "period__award", "final_result", "recommendation__session")
    return list(rows.prefetch_related(Prefetch("stage_results", results)).order_by("category__order", "category", "pk"))


def ranked_categories(nominations: list[Nomination]) -> list[dict[str, Any]]:
    """Per category the nominations in their places; ties stay where the declared keys end. No query.

    `nominations` from `finalists`. The keys of all stages count in the order of the stages.
    """
    ranked = []
    for category, members in groupby(nominations, key=lambda nomination: nomination.category):
        by_id = {str(nomination.pk): nomination for nomination in members}
        placings = rank(_contender(nomination) for nomination in by_id.values())
        rows = [_row(by_id[placing.entry], placing) for placing in placings]
        has_stars = any(row["final"].stars for row in rows)
        ranked.append({"category": category, "rows": rows, "has_stars": has_stars})
    return ranked


def _contender(nomination: Nomination) -> Contender:
    keys = [key for result in nomination.stage_results.all() for key in result.detail.get("tie_keys", ())]
    return Contender(str(nomination.pk), nomination.final_result.score, tuple(Fraction(key) for key in keys))


def _row(nomination: Nomination, placing: Placing) -> dict[str, Any]:
    return {
        "nomination": nomination,
        "rank": placing.rank,
        "panel_decides": placing.panel_decides,
        "final": nomination.final_result,
        "stage_scores": [result.score for result in nomination.stage_results.all() if result.score is not None],
        "recommendation": getattr(nomination, "recommendation", None),
    }
