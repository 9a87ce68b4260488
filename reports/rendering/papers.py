"""What every PDF among the reports has in common: its day, its head, and being put together from parts."""

from datetime import datetime, time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from core.formats import date_long
from reports.models import Report


def day_of(report: Report) -> datetime:
    """The beginning of the day, in WIB, on which it was asked for: the same content of one day is the same file."""
    return timezone.make_aware(datetime.combine(timezone.localdate(report.created_at), time()))


def draw(target: Path, template: str, context: dict[str, Any], *, report: Report, title: str) -> None:
    """One PDF/A file. For workers only: the engine takes a second to load. No query."""
    from core import pdf  # noqa: PLC0415 - not wanted in web processes

    day = day_of(report)
    shared = {"period": report.period.name, "as_of": date_long(day.date()), "is_demo": settings.IS_DEMO}
    target.write_bytes(pdf.render_pdf(template, shared | context, css="report.css", title=title, created=day))
