"""Windows as they apply to a region or to one nomination."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    Case,
    DateTimeField,
    ExpressionWrapper,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Greatest, Now
from django.db.models.lookups import LessThan
from django.utils import timezone

from nominations.enums import Status, WindowKind
from nominations.models import (
    Extension,
    Nomination,
    Period,
    StatusChange,
    Window,
)
from nominations.rules import WindowFacts, WindowState, window_state


def window_for(
    period_id: int, kind: WindowKind, region_code: str, nomination_id: int | None = None
) -> WindowFacts | None:
    """The window as it applies to that region, extension included; None when the period has none. Two queries.

    With `nomination_id` the extension of that nomination counts too. Without it this is what rules new nominations.
    """
    row = Window.objects.filter(period=period_id, kind=kind).first()
    return facts_for(row, region_code, nomination_id) if row else None


def facts_for(window: Window, region_code: str, nomination_id: int | None = None) -> WindowFacts:
    """The same of a window at hand. One query."""
    later = live_extensions(window, region_code, nomination_id).order_by("-closes_at")
    return facts_of(window, later.values_list("closes_at", flat=True).first())


def window_of(nomination: Nomination, kind: WindowKind) -> WindowFacts | None:
    """The window as it rules this nomination. One query."""
    return window_in(schedule_of(nomination), kind)


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A window with one extension that bears on a nomination, withdrawn or not; None where there is none."""

    window: Window
    extension: Extension | None


def schedule_of(nomination: Nomination, *joins: str) -> list[Scheduled]:
    """The windows of its period, each once per extension for this nomination or its region. One query.

    `joins`: what is wanted of an extension besides, as `given_by`.
    """
    target = Q(extensions__region=nomination.region_id) | Q(extensions__nomination=nomination.pk)
    rows = Window.objects.filter(period=nomination.period_id)
    rows = rows.annotate(bearing=FilteredRelation("extensions", condition=target))
    rows = rows.select_related("bearing", *(f"bearing__{join}" for join in joins))
    return [Scheduled(row, getattr(row, "bearing", None)) for row in rows]


def window_in(schedule: list[Scheduled], kind: WindowKind) -> WindowFacts | None:
    """One window out of `schedule_of` as it rules the nomination; None when the period has none. No query."""
    rows = [row for row in schedule if row.window.kind == kind]
    if not rows:
        return None
    live = [row.extension.closes_at for row in rows if row.extension and row.extension.withdrawn_at is None]
    return facts_of(rows[0].window, max(live, default=None))


def live_extensions(window: Window, region_code: str, nomination_id: int | None = None) -> QuerySet[Extension]:
    """What moves the close of this window for the region or the nomination. One query when read."""
    target = Q(region=region_code)
    if nomination_id is not None:
        target |= Q(nomination=nomination_id)
    return Extension.objects.live().filter(target, window=window)


def extension_of(wanted: Extension) -> Extension | None:
    """The live extension of the same window for the same region or nomination. One query."""
    rows = Extension.objects.live().exclude(pk=wanted.pk).filter(window=wanted.window)
    return rows.filter(region=wanted.region_id, nomination=wanted.nomination_id).first()


def extension_rows() -> QuerySet[Extension]:
    """Every extension with what a list shows of it. One query when read."""
    return Extension.objects.select_related(
        "window__period", "region__parent", "nomination__region__parent", "given_by", "withdrawn_by"
    )


def late_submissions() -> QuerySet[StatusChange]:
    """What was taken within the grace, with nomination and region. One query when read."""
    return StatusChange.objects.filter(minutes_late__isnull=False).select_related(
        "nomination__region__parent", "nomination__category", "nomination__period"
    )


def deadline_without(extension: Extension) -> datetime:
    """When the window would close for its region or nomination if it had not been given. One query."""
    nomination = extension.nomination
    region = nomination.region_id if nomination else str(extension.region_id)
    others = live_extensions(extension.window, region, nomination.pk if nomination else None)
    later = others.exclude(pk=extension.pk).order_by("-closes_at").values_list("closes_at", flat=True).first()
    return facts_of(extension.window, later).closes_at


def facts_of(window: Window, later: datetime | None) -> WindowFacts:
    """An extension only ever extends. No query."""
    closes_at = max(window.closes_at, later) if later else window.closes_at
    return WindowFacts(opens_at=window.opens_at, closes_at=closes_at, grace_minutes=window.grace_minutes)


def closing_of(kind: WindowKind, nomination: str = "") -> Any:
    """Expression: when that window closes for a nomination at the path `nomination` ("" is the row itself)."""
    prefix = f"{nomination}__" if nomination else ""
    windows = Window.objects.filter(period=OuterRef(f"{prefix}period"), kind=kind)
    live = Extension.objects.live().filter(window__period=OuterRef(f"{prefix}period"), window__kind=kind)
    return Greatest(
        Subquery(windows.values("closes_at")[:1]),
        Subquery(live.filter(region=OuterRef(f"{prefix}region")).values("closes_at")[:1]),
        Subquery(live.filter(nomination=OuterRef(f"{prefix}pk")).values("closes_at")[:1]),
    )


def repair_missed(nomination: str = "") -> Any:
    """Expression: whether the nomination at that path was returned and its repair not sent in time, grace included."""
    prefix = f"{nomination}__" if nomination else ""
    windows = Window.objects.filter(period=OuterRef(f"{prefix}period"), kind=WindowKind.CORRECTION)
    over = LessThan(closing_of(WindowKind.CORRECTION, nomination), Subquery(windows.values(at=_without_grace())[:1]))
    return Case(When(Q(over, **{f"{prefix}status": Status.RETURNED}), then=True), default=False)


def is_repair_missed(nomination: Nomination, schedule: list[Scheduled]) -> bool:
    """The same of one nomination whose `schedule_of` is at hand. No query."""
    window = window_in(schedule, WindowKind.CORRECTION)
    return nomination.status == Status.RETURNED and window_state(timezone.now(), window) is WindowState.CLOSED


def _without_grace() -> ExpressionWrapper:
    """Of a window: what closed before this moment is closed even with its grace."""
    grace = F("grace_minutes") * Value(timedelta(minutes=1))
    return ExpressionWrapper(Now() - grace, output_field=DateTimeField())


def open_periods(kind: WindowKind, region_code: str) -> QuerySet[Period]:
    """Periods whose window of that kind is open for the region by the database's clock, extension and grace included.

    `closes_at` is the region's deadline. The extension of a single nomination opens nothing for the region. One query.
    """
    latest = _without_grace()
    extended = Q(extensions__region=region_code, extensions__withdrawn_at=None, extensions__closes_at__gte=latest)
    still = Window.objects.filter(Q(closes_at__gte=latest) | extended, kind=kind, opens_at__lte=Now())
    windows = Window.objects.filter(period=OuterRef("pk"), kind=kind)
    later = Extension.objects.live().filter(window__period=OuterRef("pk"), window__kind=kind, region=region_code)
    rows = (
        Period.objects.filter(windows__in=still)
        .select_related("award")
        .annotate(
            closes_at=Greatest(Subquery(windows.values("closes_at")[:1]), Subquery(later.values("closes_at")[:1]))
        )
    )
    return rows.order_by("award__name", "year").distinct()
