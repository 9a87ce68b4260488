"""Acting for a region that cannot reach the portal: opened and closed, and every act noted. ADR 0011."""

from collections.abc import Collection
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import ProxyEntry
from accounts.services.proxies import close_entry, open_entry, use_proxy
from core import audit
from core.errors import RuleBroken
from core.files import store_upload
from core.http import require
from nominations.messages.proxies import tell_closed, tell_opened
from nominations.models import Nomination, Period, ProxyAct, ProxyRound
from nominations.policies import can_open_proxy


@transaction.atomic
def open_proxy(
    *, region_code: str, periods: Collection[Period], reason: str, letter: UploadedFile | None, actor: Any
) -> ProxyEntry:
    """Let the Sekretariat act for the region in these rounds, and tell the region's officers.

    Raises NotPermitted, FileRefused, or RuleBroken: no reason, no round, or an entry that is open already.
    """
    require(can_open_proxy(actor))
    if not reason.strip():
        raise RuleBroken(_("Tulis alasan Sekretariat mengisi atas nama daerah."))
    if not periods:
        raise RuleBroken(_("Pilih sedikitnya satu periode."))
    stored = store_upload(letter, actor=actor) if letter else None
    entry = open_entry(region_code=region_code, reason=reason, letter=stored, actor=actor)
    ProxyRound.objects.bulk_create(ProxyRound(entry=entry, period=period) for period in periods)
    names = [str(period) for period in periods]
    audit.record(actor, "proxy.opened", entry, region=region_code, reason=entry.reason, periods=names)
    tell_opened(entry, names, actor)
    return entry


@transaction.atomic
def close_proxy(*, entry_id: int, actor: Any) -> ProxyEntry:
    """End it at once, and tell the region's officers. Raises NotPermitted, or RuleBroken when it is closed already."""
    require(can_open_proxy(actor))
    entry = close_entry(entry_id=entry_id, actor=actor)
    audit.record(actor, "proxy.closed", entry, region=entry.region_id)
    tell_closed(entry)
    return entry


def note_proxy(nomination: Nomination, action: str, *, actor: Any, detail: str = "") -> dict[str, int]:
    """Note in the history what an admin does in the region's name; the facts for the audit entry.

    Nothing for the region's own officers. Raises NotPermitted when the entry was closed since the request began. Two
    queries for an admin, else none.
    """
    entry = use_proxy(actor, nomination.region_id)
    if entry is None:
        return {}
    ProxyAct.objects.create(nomination=nomination, entry=entry, actor=actor, action=action, detail=detail)
    return {"proxy": entry.pk}
