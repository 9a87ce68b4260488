"""The chair's stages and sheets, the plenary, and the signatures of a ranking."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.enums import Role
from core.verdict import ALLOWED, Verdict, denied
from nominations.enums import Status
from nominations.models import Nomination
from scoring.enums import AssignmentStatus, AttendanceState, SheetStatus
from scoring.models import Attendance, PlenarySession, RankingCorrection, RankingSnapshot, Sheet, Stage
from scoring.policies.scores import can_view_scores


def is_chair(user: Any) -> Verdict:
    if user.has_role(Role.PANEL_CHAIR):
        return ALLOWED
    return denied(_("Hanya ketua panel yang dapat melakukan tindakan ini."))


def can_close_stage(user: Any, nomination: Nomination, stage_id: int, current: Stage | None) -> Verdict:
    """Only the stage in which the nomination is. `current` comes from `selectors.stages.current_stage`."""
    if not is_chair(user):
        return is_chair(user)
    if nomination.status != Status.IN_ASSESSMENT or current is None or current.pk != stage_id:
        return denied(_("Tahap ini sudah ditutup atau belum dimulai. Muat ulang halaman usulan."))
    return ALLOWED


def can_skip_stage(user: Any, nomination: Nomination, stage_id: int, current: Stage | None) -> Verdict:
    """As closing, for an optional stage only."""
    may_close = can_close_stage(user, nomination, stage_id, current)
    if not may_close:
        return may_close
    if current is None or not current.optional:
        return denied(_("Tahap ini wajib, sehingga tidak dapat dilewati."))
    return ALLOWED


def can_reopen_stage(user: Any, nomination: Nomination) -> Verdict:
    """The stage closed last, as long as the plenary has not spoken."""
    if not is_chair(user):
        return is_chair(user)
    if nomination.status not in (Status.IN_ASSESSMENT, Status.ELIMINATED, Status.IN_PLENARY):
        return denied(_("Tahap tidak dapat dibuka kembali karena pleno sudah memutuskan usulan ini."))
    return ALLOWED


def can_reopen_sheet(user: Any, sheet: Sheet, *, stage_closed: bool) -> Verdict:
    if not is_chair(user):
        return is_chair(user)
    if stage_closed:
        return denied(_("Tahap ini sudah ditutup. Buka kembali tahapnya lebih dahulu."))
    if sheet.status != SheetStatus.SUBMITTED or sheet.assignment.status != AssignmentStatus.ACTIVE:
        return denied(_("Lembar nilai ini tidak sedang terkunci."))
    return ALLOWED


def can_follow(user: Any, session: PlenarySession, attendances: list[Attendance]) -> Verdict:
    """Watch what the room talks about: who may see scores anyway, and members while they are in the room."""
    if can_view_scores(user):
        return ALLOWED
    inside = any(row.member_id == user.pk and row.state == AttendanceState.PRESENT for row in attendances)
    if inside and session.current_id:
        return ALLOWED
    return denied(_("Halaman ini untuk anggota panel yang hadir selama sidang berlangsung."))


def can_countersign(user: Any, ranking: RankingSnapshot) -> Verdict:
    """The second of two persons: an admin of the ministry who is not the one that signed as chair."""
    if not user.has_role(Role.MINISTRY_ADMIN):
        return denied(_("Hanya admin kementerian yang menandatangani sebagai orang kedua."))
    if ranking.signed_by_2_id:
        return denied(_("Peringkat ini sudah ditandatangani dua orang."))
    if ranking.signed_by_1_id == user.pk:
        return denied(_("Anda sudah menandatangani sebagai ketua. Orang kedua harus orang lain."))
    return ALLOWED


def can_confirm_correction(user: Any, correction: RankingCorrection) -> Verdict:
    """Another person than the chair who asked for it."""
    if not user.has_role(Role.MINISTRY_ADMIN):
        return denied(_("Hanya admin kementerian yang menyetujui koreksi peringkat."))
    if correction.confirmed_at:
        return denied(_("Koreksi ini sudah disetujui."))
    if correction.opened_by_id == user.pk:
        return denied(_("Anda yang mengajukan koreksi ini. Orang kedua harus orang lain."))
    return ALLOWED
