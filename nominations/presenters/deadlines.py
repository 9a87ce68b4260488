"""Deadlines in words: what a page says of a window, of an extension, and of what came within the grace."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from core import formats
from nominations.enums import Action, WindowKind
from nominations.models import Extension, StatusChange, Window
from nominations.presenters.status import ACTIONS, reads_internal
from nominations.rules import WindowFacts, WindowState, window_state
from nominations.selectors.windows import Scheduled
from reference.models import Region


def closed_text(window: WindowFacts | None, zone: str) -> str:
    """Why a dossier cannot be sent now, empty while it can. The grace is not announced, so it says nothing of it."""
    state = window_state(timezone.now(), window)
    if window is None or state in (WindowState.OPEN, WindowState.GRACE):
        return ""
    if state is WindowState.BEFORE:
        return _("Pengajuan belum dibuka. Dibuka %(at)s.") % {"at": formats.deadline_text(window.opens_at, zone)}
    return _(
        "Batas waktu sudah lewat, sehingga usulan ini tidak dapat dikirim. Isiannya tetap tersimpan dan masih dapat"
        " dilengkapi. Bila ada gangguan di daerah Anda, hubungi Sekretariat: %(mail)s, %(phone)s."
    ) % {"mail": settings.HELP_EMAIL, "phone": settings.HELP_PHONE}


def both_clocks(moment: datetime, zone: str) -> list[str]:
    """A moment as it is ruled, and on the clock of a region elsewhere."""
    lines = [formats.moment_full(moment)]
    if zone != formats.JAKARTA:
        lines.append(_("%(at)s, waktu setempat") % {"at": formats.moment_full(moment, zone)})
    return lines


def preview_rows(extension: Extension, before: datetime | None, region: Region) -> list[dict[str, Any]]:
    """Old and new deadline side by side, before an extension is given. No query when everything is joined."""
    nomination = extension.nomination
    whom = [nomination.title, region.full_label] if nomination else [region.full_label]
    return [
        {"key": _("Untuk"), "lines": whom},
        {"key": _("Jadwal"), "value": str(extension.window)},
        {"key": _("Batas lama"), "lines": both_clocks(before, region.timezone) if before else []},
        {"key": _("Batas baru"), "lines": both_clocks(extension.closes_at, region.timezone)},
        {"key": _("Alasan"), "value": extension.reason},
    ]


def extension_row(extension: Extension) -> dict[str, Any]:
    """One row of the list, with its state now. No query when everything is joined."""
    region, now = region_of(extension), timezone.now()
    waits = extension.withdrawn_at is None and now <= extension.window.closes_at
    if extension.withdrawn_at:
        state = {"label": _("Ditarik"), "kind": "neutral"}
    elif now > extension.closes_at:
        state = {"label": _("Berakhir"), "kind": "neutral"}
    elif waits:
        state = {"label": _("Belum berlaku"), "kind": "progress"}
    else:
        state = {"label": _("Berlaku"), "kind": "success"}
    return {
        "extension": extension,
        "region": region,
        "after": both_clocks(extension.closes_at, region.timezone),
        "state": state,
        "waits": waits,
    }


def region_of(extension: Extension) -> Region:
    return extension.nomination.region if extension.nomination else extension.region


def late_row(change: StatusChange) -> dict[str, Any]:
    nomination = change.nomination
    return {
        "nomination": nomination,
        "action": _(ACTIONS[Action(change.action)]),
        "at": change.at,
        "late": late_text(change.minutes_late or 0),
    }


def late_text(minutes: int) -> str:
    return _("%(minutes)d menit sesudah batas") % {"minutes": minutes}


def extension_events(schedule: list[Scheduled], user: Any) -> list[dict[str, Any]]:
    """Timeline entries of every extension that moved, or would have moved, a deadline of a nomination. No query.

    Those of the assessment are not the region's business. `schedule` is that of `selectors.windows.schedule_of`.
    """
    internal = reads_internal(user)
    rows = [
        row.extension for row in schedule if row.extension and (internal or row.window.kind != WindowKind.ASSESSMENT)
    ]
    entries = []
    for row in rows:
        entries.append(_event(_given_title(row), row.given_at, row.given_by if internal else None, row.reason))
        if row.withdrawn_at:
            who, title = row.withdrawn_by if internal else None, _("Perpanjangan ditarik atau diganti")
            entries.append(_event(title, row.withdrawn_at, who, row.withdrawal_reason))
    return entries


def _given_title(extension: Extension) -> str:
    text = _("Batas %(what)s diperpanjang sampai %(at)s")
    return text % {"what": kind_label(extension.window), "at": formats.moment_text(extension.closes_at)}


def kind_label(window: Window) -> str:
    return window.get_kind_display().lower()


def _event(title: str, when: datetime, who: Any, text: str) -> dict[str, Any]:
    return {"title": title, "when": when, "who": who.name if who else _("Sekretariat"), "text": text}
