"""The Sekretariat's check of a submitted dossier, part by part."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from core import audit
from core.clock import transaction_time
from core.errors import RuleBroken, StaleVersion
from core.http import require
from core.models import StoredFile
from nominations.enums import RULES_OF, Action, AdminRule, ItemVerdict
from nominations.messages.outcome import tell_verified
from nominations.models import IneligibilityReason, Nomination, Snapshot, VerificationDesk, VerificationItem
from nominations.policies import can_verify
from nominations.presenters.verification import decided_text, failed_lines, note_lines, part_label
from nominations.selectors.verification import Part, PartKey, earlier_check, marks_of, parts_of, proposals_of
from nominations.services.transitions import apply_transition, lock_nomination


@dataclass(frozen=True, slots=True)
class Mark:
    """A verdict with its note; `version` is the one that the page showed, 0 for none."""

    verdict: str
    note: str = ""
    version: int = 0


@transaction.atomic
def start_verification(*, nomination_id: int, actor: Any) -> Nomination:
    """Take up the newest submission; the desk shows by whom."""
    nomination = lock_nomination(nomination_id)
    apply_transition(nomination, Action.START_VERIFICATION, actor=actor)
    VerificationDesk.objects.create(snapshot=nomination.snapshots.latest("number"), checker=actor)
    return nomination


@transaction.atomic
def take_over(*, nomination_id: int, actor: Any) -> None:
    """Go on with a check that somebody else began. Nothing that was written is lost."""
    nomination, snapshot = _lock_for_check(nomination_id, actor)
    before = snapshot.desk.checker
    VerificationDesk.objects.filter(snapshot=snapshot).update(checker=actor, since=Now())
    audit.record(actor, "nomination.verification_taken_over", nomination, **{"from": str(before)})


@transaction.atomic
def save_verdicts(*, nomination_id: int, verdicts: Mapping[PartKey, Mark], actor: Any) -> None:
    """Keep verdict and note per part of the newest submission. Queries grow with the verdicts only.

    Anything but "accepted" needs a note that the officer will read: RuleBroken. A part on which a colleague decided
    otherwise since the page was opened raises StaleVersion, and nothing is kept.
    """
    nomination, snapshot = _lock_for_check(nomination_id, actor)
    parts = {part.key: part for part in parts_of(nomination)}
    for key, mark in verdicts.items():
        if key not in parts:
            raise RuleBroken(_("Dokumen sudah diganti. Muat ulang halaman verifikasi."))
        if mark.verdict != ItemVerdict.ACCEPTED and not mark.note.strip():
            raise RuleBroken(
                _("%(part)s: tulis catatan yang menjelaskan apa yang harus diperbaiki.")
                % {"part": part_label(nomination.entry_kind, parts[key])}
            )
    stored = marks_of(snapshot)
    for key, mark in verdicts.items():
        _keep(snapshot, parts[key], mark, stored.get(key), actor)
    audit.record(actor, "nomination.verdicts_saved", nomination, count=len(verdicts))


def _keep(snapshot: Snapshot, part: Part, mark: Mark, row: VerificationItem | None, actor: Any) -> None:
    note = mark.note.strip()
    if row and (row.verdict, row.note) == (mark.verdict, note):
        return
    if mark.version != (row.version if row else 0):
        raise StaleVersion(decided_text(row) if row else _("Putusan ini sudah dihapus. Muat ulang halaman."))
    page = "" if part.item else part.code
    row = row or VerificationItem(snapshot=snapshot, item=part.item, page=page, version=0)
    row.verdict, row.note, row.version = mark.verdict, note, mark.version + 1
    row.verified_by, row.verified_at = actor, transaction_time()
    row.save()


@transaction.atomic
def confirm_unchanged(*, nomination_id: int, actor: Any) -> int:
    """Accept what was accepted at the submission before and has not changed since; how many parts.

    What has a verdict by now keeps it.
    """
    nomination, snapshot = _lock_for_check(nomination_id, actor)
    proposals = proposals_of(parts_of(nomination), snapshot, marks_of(snapshot), earlier_check(snapshot))
    if not proposals:
        raise RuleBroken(_("Tidak ada bagian tanpa perubahan yang menunggu konfirmasi."))
    save_verdicts(
        nomination_id=nomination_id, verdicts=dict.fromkeys(proposals, Mark(ItemVerdict.ACCEPTED)), actor=actor
    )
    return len(proposals)


@transaction.atomic
def save_draft(*, nomination_id: int, reason: str, failed: Mapping[str, str], version: int, actor: Any) -> None:
    """Keep the reason as far as it is written; the region reads none of it. Raises StaleVersion."""
    nomination, snapshot = _lock_for_check(nomination_id, actor)
    desk = snapshot.desk
    if (desk.reason, desk.failed) == (reason, dict(failed)):
        return
    if desk.version != version:
        raise StaleVersion(_("Rekan Anda mengubah konsep alasan lebih dahulu. Bandingkan, lalu simpan yang benar."))
    VerificationDesk.objects.filter(pk=desk.pk).update(reason=reason, failed=dict(failed), version=F("version") + 1)
    audit.record(actor, "nomination.verification_drafted", nomination)


@transaction.atomic
def conclude_verification(
    *,
    nomination_id: int,
    action: Action,
    reason: str,
    actor: Any,
    failed: Mapping[AdminRule, str] | None = None,
    seen: int | None = None,
) -> Nomination:
    """End the verification: eligible, returned for repair, or ineligible, each told to the region.

    Eligible needs every part accepted, a return at least one marked part, ineligible at least one rule in `failed`
    with its reason. `seen` is the `marks_version` that the page showed. Raises RuleBroken, StaleVersion.
    """
    nomination, snapshot = _lock_for_check(nomination_id, actor)
    marks = marks_of(snapshot)
    if seen is not None and seen != marks_version(marks.values()):
        raise StaleVersion(_("Rekan Anda mengubah putusan sejak halaman ini dibuka. Periksa lagi sebelum memutuskan."))
    if action is Action.DECLARE_ELIGIBLE:
        _require_all_accepted(parts_of(nomination), marks)
        _require_free_decree(nomination)
    if action is Action.RETURN_FOR_REPAIR and not any(m.verdict == ItemVerdict.REPAIR for m in marks.values()):
        raise RuleBroken(_("Tandai sedikitnya satu dokumen atau bagian “Perlu perbaikan” sebelum mengembalikan."))
    reasons = _keep_failed(nomination, snapshot, failed or {}) if action is Action.DECLARE_INELIGIBLE else []
    lines = failed_lines(reasons) or note_lines(nomination.entry_kind, marks.values())
    text = reason.strip() or "\n".join(failed_lines(reasons))
    apply_transition(nomination, action, actor=actor, reason=text)
    tell_verified(nomination, action, reason, lines)
    return nomination


def marks_version(marks: Collection[VerificationItem]) -> int:
    """Grows with every change of a verdict of one submission."""
    return sum(mark.version for mark in marks)


def _require_all_accepted(parts: list[Part], marks: Mapping[PartKey, VerificationItem]) -> None:
    if any(part.key not in marks or marks[part.key].verdict != ItemVerdict.ACCEPTED for part in parts):
        raise RuleBroken(_("Semua dokumen dan bagian harus diperiksa dan diterima sebelum usulan dinyatakan lolos."))
    if any(part.item and part.item.file and part.item.file.held for part in parts):
        raise RuleBroken(_("Ada berkas yang menunggu pemindaian atau terdeteksi berbahaya. Usulan belum dapat lolos."))


def _require_free_decree(nomination: Nomination) -> None:
    """The decree on the sentra is a file of the register, which no verdict is about. One query."""
    decree = StoredFile.objects.filter(sentra__entries__nomination=nomination).first()
    if decree and decree.held:
        raise RuleBroken(_("Berkas SK sentra menunggu pemindaian atau terdeteksi berbahaya. Usulan belum dapat lolos."))


def _keep_failed(
    nomination: Nomination, snapshot: Snapshot, failed: Mapping[AdminRule, str]
) -> list[IneligibilityReason]:
    if not failed:
        raise RuleBroken(_("Pilih sedikitnya satu ketentuan yang tidak dipenuhi, lalu tulis alasannya."))
    for rule, reason in failed.items():
        if rule not in RULES_OF[nomination.entry_kind]:
            raise RuleBroken(_("Ketentuan “%(rule)s” tidak berlaku bagi usulan ini.") % {"rule": rule.label})
        if not reason.strip():
            raise RuleBroken(_("Tulis alasan untuk ketentuan “%(rule)s”.") % {"rule": rule.label})
    rows = [IneligibilityReason(snapshot=snapshot, rule=rule, reason=text.strip()) for rule, text in failed.items()]
    return IneligibilityReason.objects.bulk_create(rows)


def _lock_for_check(nomination_id: int, actor: Any) -> tuple[Nomination, Snapshot]:
    """The locked nomination and its newest submission with the desk."""
    nomination = lock_nomination(nomination_id)
    require(can_verify(actor, nomination))
    snapshot = nomination.snapshots.select_related("desk__checker").latest("number")
    snapshot.nomination = nomination
    return nomination, snapshot
