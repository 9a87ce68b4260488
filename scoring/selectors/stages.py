"""Which stage a nomination is in, and what its instrument says."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, FilteredRelation, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Least

from core.clock import transaction_time
from nominations.enums import WindowKind
from nominations.models import Nomination, Period
from nominations.querysets import AFTER_VERIFICATION
from nominations.rules import WindowState, window_state
from nominations.selectors.windows import closing_of, window_of
from scoring.enums import SheetStatus, StageKind
from scoring.maths.findings import FieldSpec, field_from_dict
from scoring.maths.instrument import InstrumentSpec, instrument_from_dict
from scoring.models import ConflictDeclaration, Stage, StageResult
from scoring.querysets import BOARD_ROLES


def open_stages(nomination: str, period: str, category: str) -> QuerySet[Stage]:
    """For subqueries: stages that the outer nomination has still to pass, in order. Arguments are outer paths."""
    closed = StageResult.objects.filter(stage=OuterRef("pk"), nomination=OuterRef(OuterRef(nomination)))
    stages = Stage.objects.filter(period=OuterRef(period), category=OuterRef(category))
    return stages.filter(~Exists(closed)).order_by("order")


def work_closing() -> Any:
    """Expression for assignments: when the work ends, by the period's window or by the stage, whichever is earlier."""
    return Least(closing_of(WindowKind.ASSESSMENT, "nomination"), F("stage__closes_at"))  # NULL counts for neither


def stages_of(nomination: Nomination) -> list[Stage]:
    """All stages of the nomination in order, with instrument. One query."""
    stages = Stage.objects.filter(period=nomination.period_id, category=nomination.category_id)
    return list(stages.select_related("instrument").order_by("order"))


def category_stages(period_id: int, category_id: int) -> list[Stage]:
    """All stages of a category in order, with instrument. One query."""
    stages = Stage.objects.filter(period=period_id, category=category_id)
    return list(stages.select_related("instrument").order_by("order"))


def results_of(nomination: Nomination) -> list[StageResult]:
    """Results of the closed stages in order. One query."""
    rows = StageResult.objects.filter(nomination=nomination).select_related("stage__instrument", "closed_by")
    return list(rows.order_by("stage__order"))


def stages_with_results(nomination: Nomination) -> tuple[list[Stage], list[StageResult]]:
    """`stages_of` and `results_of` in one. One query."""
    own = FilteredRelation("results", condition=Q(results__nomination=nomination.pk))
    rows: Any = Stage.objects.filter(period=nomination.period_id, category=nomination.category_id).annotate(own=own)
    stages = list(rows.select_related("instrument", "own__closed_by").order_by("order"))
    results = []
    for stage in stages:
        if result := getattr(stage, "own", None):
            result.stage = stage
            results.append(result)
    return stages, results


def reopenable(results: list[StageResult]) -> set[int]:
    """Ids of the stages that may be opened again: the last one, and one behind which stages were only left out."""
    found: set[int] = set()
    for result in reversed(results):
        found.add(result.stage_id)
        if not result.skip_reason:
            break
    return found


def current_stage(nomination: Nomination) -> Stage | None:
    """The first stage without a result; None when all are closed. One query."""
    stages = Stage.objects.filter(period=nomination.period_id, category=nomination.category_id)
    left = stages.exclude(Q(results__nomination=nomination)).select_related("instrument")
    return left.order_by("order").first()


def staged_periods() -> QuerySet[Period]:
    """Rounds that have stages, the newest first. One query when read."""
    rows = Period.objects.filter(Exists(Stage.objects.filter(period=OuterRef("pk"))))
    return rows.select_related("award").order_by("-year", "award__name")


def frozen_categories(period_id: int) -> set[int]:
    """Categories of a period in which a sheet is in or a stage is closed: their stages stay. Two queries."""
    stages = Stage.objects.filter(period=period_id)
    sheets = stages.filter(sheets__status=SheetStatus.SUBMITTED).values_list("category", flat=True)
    return {*sheets.distinct(), *stages.filter(results__isnull=False).values_list("category", flat=True).distinct()}


def least_assessors(period_id: int, code: str) -> int:
    """How many scorers a nomination of any category needs in that stage; 0 for a visit or none. One query."""
    stages = Stage.objects.filter(period=period_id, code=code, kind=StageKind.SHEETS)
    return stages.aggregate(most=Max("min_assessors"))["most"] or 0


def stage_codes() -> list[tuple[str, str]]:
    """Code and label of every kind of stage, for filters. One query."""
    rows = Stage.objects.values_list("code", "label").distinct().order_by("label")
    return list(dict(rows).items())


def stage_spec(stage: Stage) -> InstrumentSpec:
    """The instrument of a stage for the maths, with the stage's own minimum and pass mark. No query when joined."""
    assert stage.instrument is not None  # noqa: S101 - the installation gives every stage of sheets its instrument
    spec = instrument_from_dict(stage.instrument.definition)
    return replace(spec, min_assessors=stage.min_assessors, pass_mark=stage.pass_mark)


def field_spec(stage: Stage) -> FieldSpec:
    """The rule of a stage of findings. No query when the instrument is joined."""
    assert stage.instrument is not None  # noqa: S101 - as above
    return field_from_dict(stage.instrument.definition)


def bands_of(stages: list[Stage]) -> tuple[Any, ...]:
    """The star bands of an award: those of the first instrument that has any; none where the award has no stars."""
    for stage in stages:
        if stage.instrument and stage.instrument.definition.get("bands"):
            return stage_spec(stage).bands
    return ()


def star_scale(nomination: Nomination) -> int | None:
    """The most stars that the bands of `bands_of` give; None where the award has no stars. One query, of the
    bands only: whole instruments are long, and every certificate asks.
    """
    stages = Stage.objects.filter(period=nomination.period_id, category=nomination.category_id).order_by("order")
    found = stages.values_list("instrument__definition__bands", flat=True)
    return max((band["stars"] for band in next(filter(None, found), ())), default=None)


def threshold_of(stage: Stage) -> Decimal | None:
    """From which spread on the chair has to moderate."""
    value = stage.instrument.definition.get("discrepancy_threshold") if stage.instrument else None
    return Decimal(value) if value is not None else None


def assessment_state(nomination: Nomination, now: datetime) -> WindowState:
    """Whether scores may be given now. Two queries."""
    return window_state(now, window_of(nomination, WindowKind.ASSESSMENT))


def assessment_state_now(nomination: Nomination) -> WindowState:
    """The same by the database's clock at the start of this transaction. Three queries."""
    return assessment_state(nomination, transaction_time())


def unless_recused(user: Any, prefix: str = "") -> Q:
    """Q that leaves out nominations (at `prefix`) from which the person stepped back. No query.

    Only asked for roles that see nominations beyond the own region; a scorer alone meets none but by assignment.
    """
    if not user.has_role(*BOARD_ROLES):
        return Q()
    conflict = ConflictDeclaration.objects.filter(nomination=OuterRef(f"{prefix}pk"), user=user, has_conflict=True)
    return Q(~Exists(conflict))


def assessed_nominations(user: Any) -> QuerySet[Nomination]:
    """Nominations that the board, the assignment pages and the score pages show; none for everybody else.

    Who declared a conflict as a scorer meets the nomination in no other role of the assessment either.
    """
    if not user.has_role(*BOARD_ROLES):
        return Nomination.objects.none()
    return Nomination.objects.filter(unless_recused(user), status__in=AFTER_VERIFICATION)
