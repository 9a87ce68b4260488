"""Other words for a released decree, by two persons: its number, subject or date may be put right late."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from certificates.models import DecreeCorrection
from certificates.policies import can_confirm, can_correct
from core import audit
from core.errors import RuleBroken, StaleVersion
from core.http import require
from scoring.models import Decree


@dataclass(frozen=True, slots=True)
class DecreeWords:
    number: str
    title: str
    decided_on: date


def words_of(row: Decree | DecreeCorrection) -> DecreeWords:
    return DecreeWords(row.number, row.title, row.decided_on)


@transaction.atomic
def propose_correction(*, decree_id: int, words: DecreeWords, reason: str, actor: Any) -> DecreeCorrection:
    """The decree says what it said until another admin confirms.

    Raises NotPermitted, RuleBroken without a reason, without a difference, for a date to come, a number of another
    decree, or while another correction is open. Six queries.
    """
    decree = Decree.objects.select_for_update().get(pk=decree_id)
    require(can_correct(actor, decree))
    if not reason.strip():
        raise RuleBroken(_("Tulis alasan koreksi."))
    if words == words_of(decree):
        raise RuleBroken(_("Belum ada yang berubah. Perbaiki nomor, perihal, atau tanggalnya."))
    _check(decree, words)
    if decree.corrections.filter(closed_at=None).exists():
        raise RuleBroken(_("Masih ada koreksi yang menunggu persetujuan. Setujui atau tarik dahulu."))
    before = _written(words_of(decree))
    correction = DecreeCorrection.objects.create(
        decree=decree, before=before, reason=reason.strip(), proposed_by=actor, **asdict(words)
    )
    facts = {"before": before, "after": _written(words), "reason": reason.strip()}
    audit.record(actor, "decree.correction_proposed", decree, **facts)
    return correction


@transaction.atomic
def confirm_correction(*, decree_id: int, seen: str, actor: Any) -> Decree:
    """From now on the decree says so, and every certificate that gets its number later.

    `seen` is the key of the correction that the actor read. What is issued keeps its words until it is replaced.
    Raises NotPermitted for who proposed it, StaleVersion when it is no longer open, RuleBroken as
    `propose_correction`. Seven queries.
    """
    decree = Decree.objects.select_for_update().get(pk=decree_id)
    correction = _open(decree, seen)
    require(can_confirm(actor, correction))
    words = words_of(correction)
    _check(decree, words)
    _close(correction, actor, is_confirmed=True)
    Decree.objects.filter(pk=decree.pk).update(**asdict(words))
    facts = {"before": correction.before, "after": _written(words), "reason": correction.reason}
    audit.record(actor, "decree.corrected", decree, **facts)
    decree.refresh_from_db()
    return decree


@transaction.atomic
def withdraw_correction(*, decree_id: int, seen: str, actor: Any) -> None:
    """Nothing changes. Raises NotPermitted, StaleVersion when it is no longer open."""
    decree = Decree.objects.select_for_update().get(pk=decree_id)
    require(can_correct(actor, decree))
    correction = _open(decree, seen)
    _close(correction, actor, is_confirmed=False)
    audit.record(actor, "decree.correction_withdrawn", decree, after=_written(words_of(correction)))


def _open(decree: Decree, seen: str) -> DecreeCorrection:
    found = decree.corrections.filter(closed_at=None).first()
    if found is None or str(found.pk) != seen:
        raise StaleVersion(_("Koreksi ini sudah disetujui atau ditarik. Muat ulang halaman."))
    return found


def _close(correction: DecreeCorrection, actor: Any, *, is_confirmed: bool) -> None:
    rows = DecreeCorrection.objects.filter(pk=correction.pk)
    rows.update(closed_by=actor, closed_at=Now(), is_confirmed=is_confirmed)


def _check(decree: Decree, words: DecreeWords) -> None:
    if words.decided_on > timezone.localdate():
        raise RuleBroken(_("Tanggal keputusan belum terjadi. Isi tanggal hari ini atau sebelumnya."))
    if Decree.objects.filter(number=words.number).exclude(pk=decree.pk).exists():
        raise RuleBroken(_("Nomor keputusan ini sudah dipakai keputusan lain."))


def _written(words: DecreeWords) -> dict[str, str]:
    return {name: str(value) for name, value in asdict(words).items()}
