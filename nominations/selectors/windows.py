"""Windows as they apply to a region."""

from datetime import timedelta

from django.db.models import DateTimeField, ExpressionWrapper, F, Q, QuerySet, Value
from django.db.models.functions import Now

from nominations.enums import WindowKind
from nominations.models import (
    Extension,
    Period,
    Window,
)
from nominations.rules import WindowFacts


def window_for(period_id: int, kind: WindowKind, region_code: str) -> WindowFacts | None:
    """The window as it applies to that region, extension included; None when the period has none. Two queries."""
    windows = Window.objects.filter(period=period_id, kind=kind)
    extensions = Extension.objects.filter(window__period=period_id, window__kind=kind, region=region_code)
    row = windows.values_list("opens_at", "closes_at", "grace_minutes").first()
    if row is None:
        return None
    later = extensions.values_list("closes_at", flat=True).first()
    return WindowFacts(opens_at=row[0], closes_at=max(row[1], later) if later else row[1], grace_minutes=row[2])


def open_periods(kind: WindowKind, region_code: str) -> QuerySet[Period]:
    """Periods whose window of that kind is open for the region by the database's clock, extension and grace included.

    One query.
    """
    grace = F("grace_minutes") * Value(timedelta(minutes=1))
    latest = ExpressionWrapper(Now() - grace, output_field=DateTimeField())
    extended = Q(extensions__region=region_code, extensions__closes_at__gte=latest)
    still = Window.objects.filter(Q(closes_at__gte=latest) | extended, kind=kind, opens_at__lte=Now())
    return Period.objects.filter(windows__in=still).select_related("award").order_by("award__name").distinct()
