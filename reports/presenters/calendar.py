"""The public calendar of the rounds that are not over."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from nominations.rules import WindowFacts, WindowState, window_state
from reports.selectors import Schedule

STATES = {
    WindowState.BEFORE: {"label": _("Belum dibuka"), "kind": "neutral"},
    WindowState.OPEN: {"label": _("Dibuka"), "kind": "success"},
    WindowState.CLOSED: {"label": _("Ditutup"), "kind": "stopped"},
}


def calendar(schedule: Schedule) -> list[dict[str, Any]]:
    """Per round its windows in the order in which they open. No query. Extensions are between a region and us."""
    return [
        {
            "title": str(period),
            "award": period.award_id,
            "windows": [
                {
                    "label": window.get_kind_display(),
                    "opens_at": window.opens_at,
                    "closes_at": window.closes_at,
                    "state": STATES[window_state(schedule.now, WindowFacts(window.opens_at, window.closes_at))],
                }
                for window in schedule.windows
                if window.period_id == period.pk
            ],
        }
        for period in schedule.periods()
    ]
