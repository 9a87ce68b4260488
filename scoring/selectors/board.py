"""The chair's board: how far each nomination is in its current stage."""

from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from nominations.enums import Status
from nominations.models import Nomination
from scoring.enums import AssignmentStatus, SheetStatus, StageKind, VisitStatus
from scoring.models import Assignment, Sheet, Stage
from scoring.selectors.stages import assessed_nominations, open_stages, threshold_of

SHEET_IN = Q(sheet__status=SheetStatus.SUBMITTED) | Q(visit__status=VisitStatus.CONFIRMED)


def unfinished_scorers(nomination: Nomination, stage: Stage) -> list[str]:
    """Names of live scorers whose sheet is not in, or whose visit is not confirmed. One query."""
    live = Assignment.objects.filter(nomination=nomination, stage=stage, status=AssignmentStatus.ACTIVE)
    return list(live.exclude(SHEET_IN).order_by("assessor__name").values_list("assessor__name", flat=True))


def _live_now() -> QuerySet[Assignment]:
    """For subqueries: live assignments of the outer nomination to its `current_stage_id`."""
    return Assignment.objects.filter(
        nomination=OuterRef("pk"), stage=OuterRef("current_stage_id"), status=AssignmentStatus.ACTIVE
    )


def with_progress(nominations: QuerySet[Nomination]) -> QuerySet[Nomination]:
    """Annotate current_stage_id and, for that stage: assigned, done, highest, lowest. No query by itself."""
    current = open_stages("pk", "period", "category").values("pk")[:1]
    live = _live_now().values("nomination")
    totals = Sheet.objects.filter(
        nomination=OuterRef("pk"),
        stage=OuterRef("current_stage_id"),
        status=SheetStatus.SUBMITTED,
        assignment__status=AssignmentStatus.ACTIVE,
    ).values("nomination")
    return nominations.annotate(current_stage_id=Subquery(current)).annotate(
        assigned=Coalesce(Subquery(live.annotate(n=Count("pk")).values("n")), 0),
        done=Coalesce(Subquery(live.annotate(n=Count("pk", filter=SHEET_IN)).values("n")), 0),
        highest=Subquery(totals.annotate(n=Max("total")).values("n")),
        lowest=Subquery(totals.annotate(n=Min("total")).values("n")),
    )


def board_nominations(
    user: Any, *, period_id: int | None = None, stage_code: str = "", ready_only: bool = False
) -> QuerySet[Nomination]:
    """Nominations in assessment with their progress and the joins of a row; none for who may not see the board."""
    rows = assessed_nominations(user).filter(status=Status.IN_ASSESSMENT)
    if period_id:
        rows = rows.filter(period=period_id)
    rows = with_progress(rows).select_related("category", "region", "period__award")
    if stage_code:
        rows = rows.filter(current_stage_id__in=Stage.objects.filter(code=stage_code))
    if ready_only:
        rows = rows.filter(ready__isnull=False)  # as `is_ready`, kept by the database
    return rows


def assignable_nominations(user: Any, *, short_only: bool = False) -> QuerySet[Nomination]:
    """Nominations whose scorers may change, with the progress of the stage they are in or will begin with."""
    rows = assessed_nominations(user).filter(status__in=[Status.ELIGIBLE, Status.IN_ASSESSMENT])
    rows = with_progress(rows).select_related("category", "region", "period__award")
    if short_only:
        minimum = Stage.objects.filter(pk=OuterRef("current_stage_id")).values("min_assessors")
        rows = rows.filter(assigned__lt=Subquery(minimum.filter(optional=False)))
    return rows


def stages_by_id(ids: set[int]) -> dict[int, Stage]:
    """Stages with their instruments. One query."""
    return Stage.objects.select_related("instrument").in_bulk(ids)


def is_ready(nomination: Any, stage: Stage) -> bool:
    """Enough sheets are in and nobody is still at work; whether it can be closed, the closing itself decides."""
    return nomination.done >= stage.min_assessors and nomination.done == nomination.assigned


def spread_of(nomination: Any) -> Decimal | None:
    """Between the highest and the lowest submitted sheet so far; None below two sheets."""
    if nomination.done < 2 or nomination.highest is None:
        return None
    return nomination.highest - nomination.lowest


def is_discrepant(nomination: Any, stage: Stage) -> bool:
    spread, threshold = spread_of(nomination), threshold_of(stage)
    return stage.kind == StageKind.SHEETS and spread is not None and threshold is not None and spread > threshold
