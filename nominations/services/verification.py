"""The Sekretariat's check of a submitted dossier."""

from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleBroken
from core.http import require
from core.models import ScanState
from nominations.enums import Action, DocumentStage, ItemVerdict
from nominations.messages.outcome import tell_verified
from nominations.models import DossierItem, Nomination, Snapshot, VerificationItem
from nominations.policies import can_verify
from nominations.services.transitions import apply_transition, lock_nomination


@transaction.atomic
def start_verification(*, nomination_id: int, actor: Any) -> Nomination:
    nomination = lock_nomination(nomination_id)
    apply_transition(nomination, Action.START_VERIFICATION, actor=actor)
    return nomination


@transaction.atomic
def save_verdicts(*, nomination_id: int, verdicts: dict[int, tuple[str, str]], actor: Any) -> Nomination:
    """Keep verdict and note per document (`{item id: (verdict, note)}`) of the newest submission.

    Anything but "accepted" needs a note that the officer will read. Raises RuleBroken.
    """
    nomination = lock_nomination(nomination_id)
    require(can_verify(actor, nomination))
    snapshot = nomination.snapshots.latest("number")
    items = {item.pk: item for item in current_items(nomination).filter(pk__in=verdicts)}
    for item_id, (verdict, note) in verdicts.items():
        if item_id not in items:
            raise RuleBroken(_("Dokumen sudah diganti. Muat ulang halaman verifikasi."))
        if verdict != ItemVerdict.ACCEPTED and not note.strip():
            raise RuleBroken(
                _("Dokumen %(code)s: tulis catatan yang menjelaskan apa yang harus diperbaiki.")
                % {"code": items[item_id].requirement.code}
            )
    for item_id, (verdict, note) in verdicts.items():
        VerificationItem.objects.update_or_create(
            snapshot=snapshot,
            item=items[item_id],
            defaults={"verdict": verdict, "note": note.strip(), "verified_by": actor, "verified_at": Now()},
        )
    audit.record(actor, "nomination.verdicts_saved", nomination, count=len(verdicts))
    return nomination


@transaction.atomic
def conclude_verification(
    *,
    nomination_id: int,
    action: Action,
    reason: str,
    actor: Any,
    verdicts: dict[int, tuple[str, str]] | None = None,
) -> Nomination:
    """End the verification: eligible, returned for repair, or ineligible, each told to the region.

    `verdicts` are kept first, as by `save_verdicts`. Eligible needs every document accepted; a return needs at least
    one marked document. Raises RuleBroken.
    """
    if verdicts:
        save_verdicts(nomination_id=nomination_id, verdicts=verdicts, actor=actor)
    nomination = lock_nomination(nomination_id)
    require(can_verify(actor, nomination))
    snapshot = nomination.snapshots.latest("number")
    given = verdicts_of(snapshot).values()
    if action is Action.DECLARE_ELIGIBLE:
        accepted = sum(verdict == ItemVerdict.ACCEPTED for verdict in given)
        if accepted < current_items(nomination).count():
            raise RuleBroken(_("Semua dokumen harus diperiksa dan diterima sebelum usulan dinyatakan lolos."))
        if current_items(nomination).filter(file__scan_state__in=[ScanState.WAITING, ScanState.INFECTED]).exists():
            raise RuleBroken(
                _("Ada berkas yang menunggu pemindaian atau terdeteksi berbahaya. Usulan belum dapat lolos.")
            )
    if action is Action.RETURN_FOR_REPAIR and ItemVerdict.REPAIR not in given:
        raise RuleBroken(_("Tandai sedikitnya satu dokumen “Perlu perbaikan” sebelum mengembalikan usulan."))
    apply_transition(nomination, action, actor=actor, reason=reason)
    tell_verified(nomination, action, reason)
    return nomination


def current_items(nomination: Nomination) -> Any:
    """Documents of the region that count now. One query when read."""
    return DossierItem.objects.filter(
        nomination=nomination, superseded_at=None, requirement__stage=DocumentStage.NOMINATION
    ).select_related("requirement", "file")


def verdicts_of(snapshot: Snapshot) -> dict[int, str]:
    """Verdict per dossier item of one submission. One query."""
    return dict(snapshot.verification_items.values_list("item_id", "verdict"))
