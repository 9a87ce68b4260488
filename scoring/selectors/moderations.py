"""Scorers who are far apart, and what the panel said about it."""

from collections import defaultdict
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Max, Min, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce

from nominations.models import Nomination
from scoring.enums import AssignmentStatus, ModerationDecision, SheetEventKind, StageKind
from scoring.models import Moderation, Score, Sheet, SheetEvent, Stage
from scoring.selectors.stages import assessed_nominations, threshold_of

ROUNDING = Decimal("0.01")  # totals are stored rounded; the exact spread is asked for each candidate


class Apart(NamedTuple):
    """A nomination and stage whose stored totals may differ by more than the threshold."""

    nomination_id: int
    stage_id: int


def newest_moderation(nomination: Nomination, stage: Stage) -> Moderation | None:
    """The version that holds, draft or not. One query."""
    return Moderation.objects.filter(nomination=nomination, stage=stage).order_by("-version").first()


def is_moderated(moderation: Moderation | None, input_hash: str) -> bool:
    """Submitted, with the scores kept, and about the very sheets that count now."""
    return (
        moderation is not None
        and moderation.submitted
        and moderation.decision == ModerationDecision.KEEP
        and moderation.input_hash == input_hash
    )


def moderations_of(nomination: Nomination, *, submitted_only: bool = False) -> list[Moderation]:
    """All versions with author and participants, newest first. Two queries."""
    rows = Moderation.objects.filter(nomination=nomination).select_related("recorded_by", "stage")
    if submitted_only:
        rows = rows.filter(submitted=True)
    return list(rows.prefetch_related("participants").order_by("-pk"))


def last_total() -> Subquery:
    """For sheets: the total of the last submission, also while the sheet is open again."""
    events = SheetEvent.objects.filter(sheet=OuterRef("pk"), kind=SheetEventKind.SUBMITTED).order_by("-number")
    total = Cast(KT("data__total"), Sheet._meta.get_field("total"))
    return Subquery(events.annotate(given=total).values("given")[:1])


def far_apart(user: Any, *, period_id: int, category_id: int | None = None) -> list[Apart]:
    """Where totals reach the threshold, in order; a sheet that was opened again counts as it was. Two queries."""
    stages = Stage.objects.filter(period=period_id, kind=StageKind.SHEETS).select_related("instrument")
    if category_id:
        stages = stages.filter(category=category_id)
    thresholds = {stage.pk: threshold_of(stage) for stage in stages}
    rows = (
        Sheet.objects.filter(
            stage__in=[pk for pk, threshold in thresholds.items() if threshold is not None],
            nomination__in=assessed_nominations(user),
            assignment__status=AssignmentStatus.ACTIVE,
        )
        .annotate(known=Coalesce("total", last_total()))
        .values_list("nomination", "stage")
        .annotate(spread=Max("known") - Min("known"))
        .filter(spread__isnull=False)
        .order_by("stage__category__order", "stage__order", "nomination__reference")
    )
    return [Apart(pair[0], pair[1]) for pair in rows if pair[2] > thresholds[pair[1]] - ROUNDING]


def sheets_of_many(found: list[Apart]) -> dict[Apart, list[Sheet]]:
    """The sheets of these pairs with scorer, scores, indicators and `last_total`, by pair. Two queries."""
    scores = Score.objects.select_related("indicator").order_by("indicator__order")
    rows = Sheet.objects.filter(
        nomination__in={pair.nomination_id for pair in found}, stage__in={pair.stage_id for pair in found}
    )
    rows = rows.select_related("assessor", "assignment").annotate(last_total=last_total())
    rows = rows.prefetch_related(Prefetch("scores", scores))
    grouped: dict[Apart, list[Sheet]] = defaultdict(list)
    for sheet in rows.order_by("assessor__name"):
        grouped[Apart(sheet.nomination_id, sheet.stage_id)].append(sheet)
    return grouped


def newest_of_many(found: list[Apart]) -> dict[Apart, Moderation]:
    """The newest record of each pair. One query."""
    rows: QuerySet[Moderation] = Moderation.objects.filter(nomination__in={pair.nomination_id for pair in found})
    newest = rows.select_related("recorded_by").order_by("nomination_id", "stage_id", "-version")
    return {Apart(row.nomination_id, row.stage_id): row for row in newest.distinct("nomination_id", "stage_id")}
