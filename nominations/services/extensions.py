"""Later deadlines: given with a reason, replaced by later ones, taken back before they take effect."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from core import audit, formats
from core.clock import transaction_time
from core.errors import RuleBroken
from core.http import require
from nominations.enums import EXTENDABLE
from nominations.messages.deadlines import tell_extended, tell_extension_withdrawn
from nominations.models import Extension, Nomination, Window
from nominations.policies import can_extend
from nominations.rules import WINDOW_OF
from nominations.selectors.windows import deadline_without, extension_of, facts_for


@transaction.atomic
def extend_region(*, window_id: int, region_code: str, closes_at: datetime, reason: str, actor: Any) -> Extension:
    """A later close of one window for one region; an earlier extension of it is replaced.

    Raises NotPermitted, or RuleBroken when it would not be later than what rules now, or has no reason.
    """
    require(can_extend(actor))
    window = Window.objects.select_for_update().get(pk=window_id)
    if window.kind not in EXTENDABLE:
        raise RuleBroken(_("Jadwal ini tidak dapat diperpanjang."))
    return _give(Extension(window=window, region_id=region_code), closes_at, reason, actor)


@transaction.atomic
def extend_nomination(*, nomination_id: int, closes_at: datetime, reason: str, actor: Any) -> Extension:
    """A later close of the window that rules this nomination's next step, for this nomination alone.

    Raises as `extend_region` does, and RuleBroken when nothing is awaited of the nomination.
    """
    require(can_extend(actor))
    nomination = Nomination.objects.select_for_update().get(pk=nomination_id)
    kind = WINDOW_OF.get(nomination.status)
    window = Window.objects.select_for_update().filter(period=nomination.period_id, kind=kind).first()
    if window is None:
        raise RuleBroken(_("Tidak ada batas waktu yang sedang berlaku bagi usulan ini."))
    return _give(Extension(window=window, nomination=nomination), closes_at, reason, actor)


def _give(extension: Extension, closes_at: datetime, reason: str, actor: Any) -> Extension:
    nomination = extension.nomination
    region = nomination.region_id if nomination else extension.region_id
    facts = facts_for(extension.window, region, nomination.pk if nomination else None)
    if not reason.strip():
        raise RuleBroken(_("Tulis alasan perpanjangan."))
    if closes_at <= max(facts.closes_at, transaction_time()):
        raise RuleBroken(
            _("Batas baru harus sesudah sekarang dan sesudah batas yang berlaku, yaitu %(at)s.")
            % {"at": formats.deadline_text(facts.closes_at)}
        )
    former = extension_of(extension)
    if former:
        _end(former, _("Diganti perpanjangan sampai %(at)s.") % {"at": formats.moment_text(closes_at)}, actor)
    extension.closes_at, extension.reason, extension.given_by = closes_at, reason.strip(), actor
    extension.save()
    audit.record(actor, "extension.given", extension, **_audit_facts(extension, facts.closes_at))
    tell_extended(extension, facts.closes_at)
    return extension


@transaction.atomic
def withdraw_extension(*, extension_id: int, reason: str, actor: Any) -> Extension:
    """Take back an extension that has not taken effect: the deadline without it is still ahead.

    Later it stays, because the region relies on it; it ends by itself. Raises NotPermitted or RuleBroken.
    """
    require(can_extend(actor))
    now = transaction_time()
    rows = Extension.objects.select_for_update(of=("self",)).select_related("window__period", "nomination")
    extension = rows.get(pk=extension_id)
    if extension.withdrawn_at:
        raise RuleBroken(_("Perpanjangan ini sudah ditarik atau diganti."))
    if not reason.strip():
        raise RuleBroken(_("Tulis alasan penarikan."))
    without = deadline_without(extension)
    if now > without:
        raise RuleBroken(
            _("Perpanjangan ini sudah berlaku sejak %(at)s, sehingga tidak dapat ditarik. Ia berakhir sendiri.")
            % {"at": formats.deadline_text(without)}
        )
    _end(extension, reason.strip(), actor)
    facts = _audit_facts(extension, without) | {"reason": reason.strip()}
    audit.record(actor, "extension.withdrawn", extension, **facts)
    tell_extension_withdrawn(extension, without)
    return extension


def _end(extension: Extension, reason: str, actor: Any) -> None:
    facts = {"withdrawn_by": actor, "withdrawal_reason": reason[:250]}
    Extension.objects.filter(pk=extension.pk).update(withdrawn_at=Now(), **facts)
    extension.refresh_from_db(fields=["withdrawn_at", "withdrawal_reason"])


def _audit_facts(extension: Extension, before: datetime) -> dict[str, Any]:
    return {
        "window": extension.window.get_kind_display(),
        "period": str(extension.window.period),
        "region": extension.region_id,
        "nomination": extension.nomination_id,
        "before": formats.moment_text(before),
        "after": formats.moment_text(extension.closes_at),
        "reason": extension.reason,
    }
