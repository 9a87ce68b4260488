"""The verifier's queue as a page shows it."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import formats
from nominations.enums import Status
from nominations.models import Nomination
from nominations.presenters.status import INTERNAL
from nominations.selectors.verification import section_pages

TABS = {
    "": (Status.SUBMITTED, gettext_lazy("Belum diperiksa")),
    "diperiksa": (Status.UNDER_VERIFICATION, gettext_lazy("Sedang diperiksa")),
    "dikembalikan": (Status.RETURNED, gettext_lazy("Menunggu perbaikan daerah")),
}


def state_tabs(counts: dict[str, int], params: QueryDict) -> list[dict[str, Any]]:
    """One link per state with its number; the other filters stay."""
    chosen = params.get("status", "")
    chosen = chosen if chosen in TABS else ""
    tabs = []
    for code, (status, label) in TABS.items():
        query = params.copy()
        for name in ("after", "status"):
            query.pop(name, None)
        if code:
            query["status"] = code
        tabs.append(
            {"url": f"?{query.urlencode()}", "label": label, "count": counts[status], "current": code == chosen}
        )
    return tabs


def queue_rows(nominations: list[Nomination], now: datetime) -> list[dict[str, Any]]:
    """Rows with the waiting time and, where one is checked, what is still open. No query."""
    return [
        {
            "nomination": nomination,
            "waiting": _waiting_text(nomination, now),
            "progress": _progress_text(nomination),
            "choosable": refusal(nomination) == "",
        }
        for nomination in nominations
    ]


def _waiting_text(nomination: Nomination, now: datetime) -> str:
    """Days in WIB since the newest submission."""
    zone = ZoneInfo(formats.JAKARTA)
    days = (now.astimezone(zone).date() - nomination.submitted_at.astimezone(zone).date()).days
    return ngettext("%(days)d hari", "%(days)d hari", days) % {"days": days} if days else _("hari ini")


def _missing(nomination: Any) -> int:
    """How many parts are not accepted yet, from the columns of `selectors.queue.with_progress`."""
    return max(0, len(section_pages(nomination.entry_kind)) + nomination.documents - nomination.accepted)


def _progress_text(nomination: Nomination) -> str:
    if nomination.status != Status.UNDER_VERIFICATION:
        return ""
    return refusal(nomination) or _("Semua bagian diterima")


def refusal(nomination: Nomination) -> str:
    """Why a dossier cannot pass now; empty when it can."""
    if nomination.status != Status.UNDER_VERIFICATION:
        return _("Keadaannya “%(status)s”, tidak sedang diperiksa") % {"status": INTERNAL[Status(nomination.status)][0]}
    missing = _missing(nomination)
    return _("%(count)d bagian belum diterima") % {"count": missing} if missing else ""


def bulk_preview(nominations: list[Nomination]) -> dict[str, Any]:
    """Which of the chosen dossiers will pass, and which will be skipped for which reason, with their numbers."""
    rows = [{"nomination": nomination, "reason": refusal(nomination)} for nomination in nominations]
    passing, skipped = [r for r in rows if not r["reason"]], [r for r in rows if r["reason"]]
    states: dict[str, int] = {}
    for row in rows:
        label = INTERNAL[Status(row["nomination"].status)][0]
        states[label] = states.get(label, 0) + 1
    return {"passing": passing, "skipped": skipped, "states": states.items()}
