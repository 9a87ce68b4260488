"""Instruments, calibration, and what a blind stage shows."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.enums import Role
from core.verdict import ALLOWED, Verdict, denied
from scoring.enums import CalibrationStatus, RoundStatus
from scoring.models import CalibrationSheet, Instrument
from scoring.policies.scores import can_view_scores


def can_make_instrument(user: Any) -> Verdict:
    if user.has_role(Role.MINISTRY_ADMIN):
        return ALLOWED
    return denied(_("Hanya admin kementerian yang dapat mengubah instrumen dan tahap penilaian."))


def can_edit_instrument(user: Any, instrument: Instrument, *, begun: bool) -> Verdict:
    """A version stays a draft until somebody scores with it. `begun`: a sheet of it exists."""
    if not can_make_instrument(user):
        return can_make_instrument(user)
    if instrument.frozen_at or begun:
        return denied(_("Versi ini sudah dipakai menilai, jadi tidak dapat diubah. Salin menjadi versi baru."))
    return ALLOWED


def can_view_calibration(user: Any, *, owes: bool, conflicted: bool) -> Verdict:
    """The whole panel's practice sheets. `owes` and `conflicted` from `selectors.calibration.own_part`."""
    if conflicted:
        return denied(_("Anda mempunyai benturan kepentingan atas salah satu usulan kalibrasi ini."))
    if owes:
        return denied(_("Anda juga mengikuti kalibrasi ini. Kirim semua lembar Anda lebih dahulu."))
    return can_view_scores(user)


def can_fill_calibration(user: Any, sheet: CalibrationSheet) -> Verdict:
    """The own practice sheet while the round is open; the chair's reference from the setting up on."""
    stage, status = sheet.anchor.round.stage, sheet.anchor.round.status
    role = Role.PANEL_CHAIR if sheet.is_reference else Role(stage.scorer_role)
    if sheet.assessor_id != user.pk or not user.has_role(role):
        return denied(_("Masa tugas Anda sebagai penilai sudah berakhir. Hubungi Sekretariat bila ini keliru."))
    if status == RoundStatus.ENDED or (status == RoundStatus.DRAFT and not sheet.is_reference):
        return denied(_("Kalibrasi ini tidak sedang berlangsung."))
    if sheet.status != CalibrationStatus.DRAFT:
        return denied(_("Lembar kalibrasi ini sudah dikirim."))
    return ALLOWED


def can_cover(user: Any) -> Verdict:
    """See what a blind stage shows of a nomination; writing is `can_assign`."""
    if user.has_role(Role.VERIFIER, Role.MINISTRY_ADMIN, Role.AUDITOR):
        return ALLOWED
    return denied(_("Hanya Sekretariat yang mengatur teks samaran."))
