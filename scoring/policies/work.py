"""The scorer's own work: an assignment, its file and its sheet. Refusals carry the reason.

Assignments come from `selectors.assignments.with_facts`. `meets` and `Assignment.objects.of_scorer` are twins; tests
hold them together.
"""

from typing import Any

from django.utils.translation import gettext as _

from accounts.enums import Role
from core.formats import moment_text
from core.verdict import ALLOWED, Verdict, denied
from nominations.enums import Status
from nominations.rules import WindowState
from reference.rules import parent_of
from scoring.enums import AssignmentStatus, SheetStatus, Visibility
from scoring.models import Assignment
from scoring.rules import same_home
from scoring.selectors.assignments import provinces_of


def meets(user: Any, assignment: Assignment) -> bool:
    """A recused or removed scorer meets the nomination nowhere. No query."""
    return assignment.assessor_id == user.pk and assignment.status == AssignmentStatus.ACTIVE


def can_declare(user: Any, assignment: Any) -> Verdict:
    """Before the file opens, and later when a conflict shows while the stage is still open. No query."""
    if not meets(user, assignment):
        return denied(_("Anda tidak ditugaskan pada usulan ini."))
    if assignment.closed or assignment.nomination.status not in (Status.ELIGIBLE, Status.IN_ASSESSMENT):
        return denied(_("Tahap ini sudah ditutup. Sampaikan benturan kepentingan kepada ketua panel."))
    return ALLOWED


def can_decline(user: Any, assignment: Any) -> Verdict:
    """Give a task back before the work has begun; afterwards it is the Sekretariat that changes it. No query."""
    if not meets(user, assignment):
        return denied(_("Anda tidak ditugaskan pada usulan ini."))
    if assignment.closed or assignment.nomination.status not in (Status.ELIGIBLE, Status.IN_ASSESSMENT):
        return denied(_("Tahap ini sudah ditutup, sehingga tugas tidak dapat ditolak lagi."))
    if getattr(assignment, "sheet", None) or getattr(assignment, "visit", None):
        return denied(_("Anda sudah mulai menilai usulan ini. Hubungi Sekretariat bila tidak dapat menyelesaikannya."))
    return ALLOWED


def can_open_sheet(user: Any, assignment: Any) -> Verdict:
    """Read the file and the own sheet or visit. No query beyond the user's memberships."""
    if not meets(user, assignment):
        return denied(_("Anda tidak ditugaskan pada usulan ini."))
    if not user.has_role(Role(assignment.stage.scorer_role)):
        return denied(_("Masa tugas Anda sebagai penilai sudah berakhir. Hubungi Sekretariat bila ini keliru."))
    if same_home(provinces_of(user.active_memberships), parent_of(assignment.nomination.region_id)):
        return denied(_("Usulan ini berasal dari provinsi Anda, sehingga tidak dapat Anda nilai. Hubungi Sekretariat."))
    if not assignment.stated:
        return denied(_("Isi pernyataan kepentingan untuk periode ini sebelum membuka berkas usulan."))
    if not assignment.declared:
        return denied(_("Isi pernyataan benturan kepentingan sebelum membuka berkas usulan ini."))
    if assignment.nomination.status == Status.ELIGIBLE:
        return denied(_("Penilaian usulan ini belum dibuka."))
    if not assignment.closed and assignment.current_stage_id != assignment.stage_id:
        return denied(_("Tahap ini belum dimulai. Tahap sebelumnya belum ditutup oleh ketua panel."))
    if assignment.calibration_waits and not assignment.closed:
        return denied(_("Tahap ini dimulai dengan kalibrasi yang wajib, dan ketua panel belum membukanya."))
    if assignment.calibration_due:
        return denied(_("Kirim dahulu lembar kalibrasi Anda untuk tahap ini. Lembar itu ada di halaman tugas Anda."))
    return ALLOWED


def can_score(user: Any, assignment: Any, window: WindowState) -> Verdict:
    """Change the own sheet or visit: the file is open, the stage is current, its dates and the window are open."""
    may_open = can_open_sheet(user, assignment)
    if not may_open:
        return may_open
    if assignment.closed or assignment.nomination.status != Status.IN_ASSESSMENT:
        return denied(_("Ketua panel sudah menutup tahap ini. Nilai tidak dapat diubah lagi."))
    if assignment.stage_early:
        return denied(_("Tahap ini dibuka mulai %(when)s.") % {"when": moment_text(assignment.stage.opens_at)})
    if assignment.stage_late:
        return denied(
            _("Tahap ini ditutup %(when)s. Hubungi Sekretariat bila Anda memerlukan waktu.")
            % {"when": moment_text(assignment.stage.closes_at)}
        )
    if window not in (WindowState.OPEN, WindowState.GRACE):
        return denied(_("Masa penilaian tidak sedang berlangsung. Hubungi Sekretariat bila Anda memerlukan waktu."))
    return ALLOWED


def can_change_sheet(user: Any, assignment: Any, window: WindowState) -> Verdict:
    sheet = getattr(assignment, "sheet", None)
    if meets(user, assignment) and sheet and sheet.status == SheetStatus.SUBMITTED:
        return denied(_("Nilai sudah dikirim dan terkunci. Bila perlu diubah, mintalah ketua panel membukanya."))
    return can_score(user, assignment, window)


def can_view_peer_sheets(user: Any, assignment: Any) -> Verdict:
    """Other scorers' submitted sheets of the same stage, as the stage's visibility says. No further query."""
    may_open = can_open_sheet(user, assignment)
    if not may_open:
        return may_open
    visibility = Visibility(assignment.stage.visibility)
    if visibility is Visibility.OWN_ONLY:
        return denied(_("Pada tahap ini nilai penilai lain tidak ditampilkan."))
    sheet = getattr(assignment, "sheet", None)
    own_is_in = sheet is not None and sheet.status == SheetStatus.SUBMITTED
    if assignment.closed or (visibility is Visibility.PANEL and own_is_in):
        return ALLOWED
    if visibility is Visibility.PANEL:
        return denied(_("Nilai penilai lain terlihat setelah Anda mengirim nilai Anda sendiri."))
    return denied(_("Nilai penilai lain terlihat setelah ketua panel menutup tahap ini."))
