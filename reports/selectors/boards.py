"""Rows of the boards of one period, for files."""

from collections.abc import Iterator
from typing import Any

from scoring.models import Assignment
from scoring.selectors.assignments import with_facts
from scoring.selectors.stages import assessed_nominations

CHUNK = 2000


def assignment_rows(user: Any, period_id: int) -> Iterator[Any]:
    """Every assignment on nominations that the person may meet, with its facts and scorer. One query, streamed.

    As the page of each nomination: ended ones are there as well.
    """
    seen = assessed_nominations(user).filter(period=period_id).order_by().values("pk")
    rows = with_facts(Assignment.objects.filter(nomination__in=seen)).select_related("assessor")
    rows = rows.defer("stage__instrument__definition").order_by(
        "nomination__category__order", "nomination__reference", "stage__order", "assessor__name", "pk"
    )
    return rows.iterator(chunk_size=CHUNK)
