"""The matrix of a province: its kabupaten and kota against groups of statuses that keep sealed what is sealed."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from core.formats import mask_mail
from nominations.messages.region_reminder import not_reminded_because, reminder_mail
from nominations.models import Nomination
from nominations.presenters.readiness import readiness, verdict_text
from nominations.presenters.status import GROUPS
from nominations.rules import Gap
from nominations.selectors.matrix import RegionRow, ReminderTarget


def matrix_row(row: RegionRow, period: Any, *, selected: bool) -> dict[str, Any]:
    """One kabupaten or kota: a cell per group with its list, the quota, the last reminder. No query."""
    if row.sent:
        state = {"label": _("Sudah mengajukan"), "kind": "success"}
    elif row.drafts:
        state = {"label": _("Baru konsep"), "kind": "progress"}
    else:
        state = {"label": _("Belum ada usulan"), "kind": "attention"}
    return {
        "row": row,
        "state": state,
        "selected": selected and not row.sent,
        "extended": row.closes_at if row.closes_at != period.closes_at else None,
        "cells": [_cell(row, period, code) for code in GROUPS],
        "counted": row.counted(period),
        "quota": quota_text(row.counted(period), period),
    }


def _cell(row: RegionRow, period: Any, code: str) -> dict[str, Any]:
    label, statuses = GROUPS[code]
    query = urlencode({"wilayah": row.region.pk, "status": code, "award": period.award_id})
    number = sum(row.statuses[status] for status in statuses)
    return {"label": label, "number": number, "url": f"{reverse('nomination_list')}?{query}"}


def quota_text(counted: int, period: Any) -> str:
    facts = {"counted": counted, "wanted": period.min_sentra_hint, "what": period.get_hint_counts_display()}
    return _("%(counted)d dari minimal %(wanted)d %(what)s") % facts


def draft_row(nomination: Nomination, findings: list[Gap]) -> dict[str, Any]:
    """One draft with the rules that it would fail, those that are certain first. No query."""
    return {
        "nomination": nomination,
        "rules": [row for row in readiness(nomination, findings) if row["gaps"]],
        "verdict": verdict_text(findings),
    }


def totals(rows: list[RegionRow]) -> dict[str, Any]:
    """The last line of the matrix. No query."""
    return {
        "cells": [
            {"label": label, "number": sum(row.statuses[status] for row in rows for status in statuses)}
            for label, statuses in GROUPS.values()
        ],
        "silent": sum(not row.sent and not row.drafts for row in rows),
        "drafting": sum(not row.sent and row.drafts > 0 for row in rows),
        "sent": sum(row.sent for row in rows),
        "regions": len(rows),
    }


def is_open(period: Any) -> bool:
    """Whether the nomination window of the period is open in general; extensions apart. No query."""
    now = timezone.now()
    return bool(period.closes_at) and period.opens_at <= now <= period.closes_at


def anybody_open(period: Any, rows: list[RegionRow]) -> bool:
    """Whether some region can still nominate, by extension at least. No query."""
    now = timezone.now()
    return any(row.closes_at and period.opens_at <= now <= row.closes_at for row in rows)


def days_left(period: Any) -> int:
    """Whole days in WIB from today to the last day of the window."""
    return (timezone.localdate(period.closes_at) - timezone.localdate()).days


def target_row(target: ReminderTarget, introduction: str, actor: Any) -> dict[str, Any]:
    """Whom of one region the reminder reaches and what it says, or why it is passed over. No query."""
    problem = not_reminded_because(target)
    subject, body = ("", "") if problem else reminder_mail(target, introduction, actor)
    return {
        "region": target.row.region,
        "problem": problem,
        "officers": [{"name": user.name, "mail": mask_mail(user.email)} for user in target.officers],
        "subject": subject,
        "body": body,
    }
