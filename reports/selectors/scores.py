"""All scores of a period, as far as a person may see them."""

import hashlib
from collections.abc import Iterator
from typing import Any

from django.db.models import F, Prefetch, QuerySet

from nominations.models import Nomination
from scoring.models import Score, Stage, StageResult
from scoring.selectors.assignments import owed_by
from scoring.selectors.stages import assessed_nominations

CHUNK = 2000


def scored_nominations(user: Any, period_id: int) -> QuerySet[Nomination]:
    """Nominations past their verification without those that the person may not meet, or still has to score.

    One query now for who scores as well, one when read.
    """
    seen = assessed_nominations(user).filter(period=period_id)
    return seen.exclude(pk__in=owed_by(user, seen.order_by().values("pk")))


def scope_digest(rows: QuerySet[Any]) -> str:
    """Which nominations or stages these are, as a sha256. One query."""
    numbers = sorted(rows.order_by().values_list("pk", flat=True))
    return hashlib.sha256(",".join(map(str, numbers)).encode()).hexdigest()


def score_rows(nominations: QuerySet[Nomination]) -> Iterator[dict[str, Any]]:
    """A row per indicator of every sheet, drafts and ended assignments included and marked. One query, streamed."""
    scores = Score.objects.filter(sheet__nomination__in=nominations.order_by().values("pk"))
    rows = scores.order_by("sheet__nomination", "sheet__stage__order", "sheet__assessor__name", "indicator__order")
    return rows.values(
        "value",
        "not_applicable",
        "note",
        reference=F("sheet__nomination__reference"),
        title=F("sheet__nomination__title"),
        stage=F("sheet__stage__label"),
        scorer=F("sheet__assessor__name"),
        sheet_status=F("sheet__status"),
        assignment_status=F("sheet__assignment__status"),
        version=F("sheet__version"),
        code=F("indicator__code"),
        label=F("indicator__label"),
        submitted_at=F("sheet__submitted_at"),
    ).iterator(chunk_size=CHUNK)


def result_rows(nominations: QuerySet[Nomination]) -> Iterator[Nomination]:
    """Nominations with region, category, results by stage, final result and recommendation. Two queries a chunk."""
    rows = nominations.select_related("category", "region__parent", "final_result", "recommendation")
    results = Prefetch("stage_results", StageResult.objects.order_by("stage__order"))
    return rows.prefetch_related(results).order_by("category__order", "reference", "pk").iterator(chunk_size=CHUNK)


def recap_rows(nominations: QuerySet[Nomination]) -> list[Nomination]:
    """Nominations by their final score, the best first, with stages and instruments. Two queries."""
    rows = nominations.select_related("region__parent", "final_result", "recommendation")
    results = StageResult.objects.select_related("stage__instrument").order_by("stage__order")
    ordered = rows.order_by(F("final_result__score").desc(nulls_last=True), "reference", "pk")
    return list(ordered.prefetch_related(Prefetch("stage_results", results)))


def stages_in(period_id: int) -> list[tuple[str, str, list[int]]]:
    """Code, label and ids of each stage of the period over its categories, in order. One query."""
    found: dict[str, tuple[str, str, list[int]]] = {}
    for stage in Stage.objects.filter(period=period_id).order_by("order", "category__order"):
        found.setdefault(stage.code, (stage.code, stage.label, []))[2].append(stage.pk)
    return list(found.values())
