"""The draft of the minutes as a PDF."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _


def minutes_pdf(content: dict[str, Any], *, version: int, created: datetime) -> bytes:
    """PDF/A of what was recorded. For workers only: the engine takes a second to load. No query."""
    from core import pdf  # noqa: PLC0415 - not wanted in web processes

    return pdf.render_pdf(
        "pdf/minutes.html",
        {**content, "version": version, "is_demo": settings.IS_DEMO},
        css="minutes.css",
        title=_("Berita acara sidang pleno %(date)s") % {"date": content["date"]},
        created=created,
    )
