"""Scorers who are far apart, and what the panel said about it."""

from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    Func,
    Max,
    Min,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce

from nominations.models import Nomination
from scoring.enums import AssignmentStatus, ModerationDecision, SheetEventKind, StageKind
from scoring.models import Moderation, Recomputation, RecomputedResult, Score, Sheet, SheetEvent, Stage
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
    total = Cast(KT("data__total"), Sheet._meta.get_field("total"))
    return Subquery(_last_sent().annotate(given=total).values("given")[:1])


def last_rule() -> Subquery:
    """For sheets: the sha256 of the instrument that gave that total."""
    return Subquery(_last_sent().annotate(rule=KT("data__instrument")).values("rule")[:1])


def _last_sent() -> QuerySet[SheetEvent]:
    return SheetEvent.objects.filter(sheet=OuterRef("pk"), kind=SheetEventKind.SUBMITTED).order_by("-number")


def far_apart(user: Any, *, period_id: int, category_ids: Collection[int] | None = None) -> list[Apart]:
    """Where totals reach the threshold, in order; a sheet that was opened again counts as it was. Two queries.

    In a stage that goes on with a later version of its instrument the totals of that version count. Where nobody has
    computed one yet the pair is named: the exact look at it will say.
    """
    stages = Stage.objects.filter(period=period_id, kind=StageKind.SHEETS).select_related("instrument")
    if category_ids is not None:
        stages = stages.filter(category__in=category_ids)
    changed = Exists(Recomputation.objects.filter(stage=OuterRef("pk")))
    known = {stage.pk: stage for stage in stages.annotate(changed=changed) if threshold_of(stage) is not None}
    rows = (
        _with_totals(
            Sheet.objects.filter(
                stage__in=list(known),
                nomination__in=assessed_nominations(user),
                assignment__status=AssignmentStatus.ACTIVE,
            ),
            {pk: stage.instrument.sha256 for pk, stage in known.items() if stage.changed},
        )
        .values_list("nomination", "stage")
        .annotate(spread=Max("known") - Min("known"), open=Count("pk", filter=Q(given__isnull=False, known=None)))
        .filter(Q(spread__isnull=False) | Q(open__gt=0))
        .order_by("stage__category__order", "stage__order", "nomination__reference")
    )
    return [
        Apart(nomination, stage)
        for nomination, stage, spread, unknown in rows
        if unknown or spread > threshold_of(known[stage]) - ROUNDING
    ]


def _with_totals(sheets: QuerySet[Sheet], rules: dict[int, str]) -> QuerySet[Sheet]:
    """`given`: the total of the last submission; `known`: the one that counts now, None where nobody computed it.

    `rules`: the present instrument's sha256 by stage, of stages that have changed theirs.
    """
    sheets = sheets.annotate(given=Coalesce("total", last_total()))
    if not rules:
        return sheets.annotate(known=F("given"))
    results = RecomputedResult.objects.filter(nomination=OuterRef("nomination"), recomputation__stage=OuterRef("stage"))
    place = [F("new"), Value("detail"), Value("totals"), Cast(OuterRef("assessor"), TextField())]
    found = Func(*place, function="jsonb_extract_path_text", output_field=TextField())
    total = Cast(found, Sheet._meta.get_field("total"))
    computed = Subquery(results.order_by("-recomputation").annotate(found=total).values("found")[:1])
    older = Q()
    for stage, rule in rules.items():
        older |= Q(stage=stage) & ~Q(rule=rule)
    return sheets.annotate(rule=last_rule(), known=Case(When(older, then=computed), default=F("given")))


def sheets_of_many(found: list[Apart]) -> dict[Apart, list[Sheet]]:
    """The sheets of these pairs with scorer, scores, indicators, `last_total` and `last_rule`. Two queries."""
    scores = Score.objects.select_related("indicator").order_by("indicator__order")
    rows = Sheet.objects.filter(
        nomination__in={pair.nomination_id for pair in found}, stage__in={pair.stage_id for pair in found}
    )
    rows = rows.select_related("assessor", "assignment").annotate(last_total=last_total(), last_rule=last_rule())
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
