"""Who assigns whom, and who steps aside."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.roles import SECRETARIAT
from core.verdict import ALLOWED, Verdict, denied
from nominations.enums import Status
from nominations.models import Nomination
from scoring.enums import SheetStatus, VisitStatus
from scoring.models import Assignment, AssignmentRun, InterestTie
from scoring.policies.decision import is_chair
from scoring.policies.scores import can_view_board

STEP_ASIDE_FROM = frozenset(
    {
        Status.ELIGIBLE,
        Status.IN_ASSESSMENT,
        Status.ELIMINATED,
        Status.IN_PLENARY,
        Status.RECOMMENDED,
        Status.NOT_RECOMMENDED,
    }
)


def can_step_aside(user: Any, nomination: Nomination) -> Verdict:
    """A conflict of who oversees: the scorer's own word is `can_declare`. Until the Minister has decided. No query."""
    if not user.has_role(Role.PANEL_CHAIR, *SECRETARIAT):
        return denied(_("Halaman ini untuk ketua panel dan Sekretariat. Penilai menyatakannya pada tugasnya."))
    if nomination.status not in STEP_ASIDE_FROM:
        return denied(_("Benturan kepentingan dinyatakan sejak usulan lolos verifikasi sampai hasilnya ditetapkan."))
    return ALLOWED


def can_assign(user: Any, nomination: Nomination) -> Verdict:
    if not user.roles & SECRETARIAT:
        return denied(_("Hanya Sekretariat yang dapat menugaskan penilai."))
    if nomination.status not in (Status.ELIGIBLE, Status.IN_ASSESSMENT):
        return denied(_("Penugasan hanya dapat diubah sejak usulan lolos verifikasi sampai penilaian selesai."))
    return ALLOWED


def can_remove(user: Any, assignment: Assignment) -> Verdict:
    """End somebody's assignment before its work was sent; what was sent ends by the chair's reopening or a recusal.

    No query for rows of `with_facts`.
    """
    may_assign = can_assign(user, assignment.nomination)
    if not may_assign:
        return may_assign
    sheet, visit = getattr(assignment, "sheet", None), getattr(assignment, "visit", None)
    if sheet and sheet.status == SheetStatus.SUBMITTED:
        return denied(
            _(
                "Nilai sudah dikirim, sehingga penugasannya tidak dapat dihapus. Mintalah ketua panel membuka kembali"
                " lembar nilai itu dengan alasan. Bila ada benturan kepentingan, penilai menyatakannya sendiri."
            )
        )
    if visit and visit.status != VisitStatus.OPEN:
        return denied(
            _(
                "Hasil kunjungan sudah dikirim, sehingga penugasannya tidak dapat dihapus. Mintalah ketua panel"
                " mengembalikan hasil itu dengan alasan. Bila ada benturan kepentingan, penilai menyatakannya sendiri."
            )
        )
    return ALLOWED


def can_view_panel(user: Any) -> Verdict:
    return can_view_board(user)


def can_manage_panel(user: Any) -> Verdict:
    """Seats, pairs kept apart, proposals of assignments."""
    return ALLOWED if user.roles & SECRETARIAT else denied(_("Hanya Sekretariat yang dapat mengubah panel."))


def can_withdraw_tie(user: Any, tie: InterestTie) -> Verdict:
    """A word on interests is taken back by who gave it. No query when the statement is joined."""
    if tie.statement.user_id != user.pk:
        return denied(_("Hanya yang menyatakan hubungan ini yang dapat menariknya."))
    return ALLOWED


def can_decide_run(user: Any, run: AssignmentRun) -> Verdict:
    """Apply, undo or put aside a proposal; what the portal proposes by itself is decided by the chair as well."""
    if run.automatic and is_chair(user):
        return ALLOWED
    return can_manage_panel(user)
