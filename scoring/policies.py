"""Who may do what with scores. Refusals carry the reason; what a person may not even meet is left to the querysets.

Assignments come from `selectors.assignments.with_facts`. `meets` and `Assignment.objects.of_scorer`, and
`can_view_sheet` and `Sheet.objects.visible_to`, are twins; tests hold them together.
"""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.roles import SCORE_ROLES, SECRETARIAT
from core.formats import moment_text
from core.verdict import ALLOWED, Verdict, denied
from nominations.enums import Status
from nominations.models import Nomination
from nominations.rules import WindowState
from reference.rules import parent_of
from scoring.enums import (
    AssignmentStatus,
    AttendanceState,
    CalibrationStatus,
    CustodyKind,
    RoundStatus,
    SheetStatus,
    Visibility,
    VisitStatus,
)
from scoring.models import (
    Assignment,
    AssignmentRun,
    Attendance,
    CalibrationSheet,
    FieldVisit,
    Instrument,
    InterestTie,
    PlenarySession,
    RankingCorrection,
    RankingSnapshot,
    Sheet,
    Stage,
)
from scoring.querysets import BOARD_ROLES
from scoring.rules import CUSTODY_ENDS, same_home
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


def can_change_visit(user: Any, assignment: Any, window: WindowState) -> Verdict:
    visit = getattr(assignment, "visit", None)
    if meets(user, assignment) and visit and visit.status != VisitStatus.OPEN:
        return denied(_("Hasil kunjungan sudah dikirim dan terkunci. Bila perlu diubah, hubungi ketua panel."))
    return can_score(user, assignment, window)


def can_view_visit(user: Any, assignment: Any, visit: FieldVisit, *, closed: bool) -> Verdict:
    """The own visit; another's of the same nomination as the visibility of its stage says. No further query.

    `assignment` is any of the user's on that nomination; `closed` says whether the visit's stage is.
    """
    may_open = can_open_sheet(user, assignment)
    if not may_open or visit.assignment_id == assignment.pk:
        return may_open
    visibility = Visibility(visit.assignment.stage.visibility)
    if visibility is Visibility.OWN_ONLY or assignment.stage.blind:
        return denied(_("Hasil kunjungan pada tahap ini tidak ditampilkan kepada penilai lain."))
    if closed or (visibility is Visibility.PANEL and visit.status != VisitStatus.OPEN):
        return ALLOWED
    if visibility is Visibility.PANEL:
        return denied(_("Hasil kunjungan terlihat setelah dikirim oleh penilai yang berkunjung."))
    return denied(_("Hasil kunjungan terlihat setelah ketua panel menutup tahap kunjungan."))


def can_plan_visit(user: Any, assignment: Assignment) -> Verdict:
    """The visitor, or the Sekretariat, which arranges the journeys. No query."""
    if meets(user, assignment) or (user.roles & SECRETARIAT and assignment.status == AssignmentStatus.ACTIVE):
        return ALLOWED
    return denied(_("Tanggal kunjungan diatur oleh petugasnya atau Sekretariat."))


def can_receive_sample(user: Any, nomination: Nomination) -> Verdict:
    """Samples arrive at the Sekretariat, after the verification and before the plenary."""
    if not user.roles & SECRETARIAT:
        return denied(_("Contoh produk diterima oleh Sekretariat."))
    if nomination.status not in (Status.ELIGIBLE, Status.IN_ASSESSMENT):
        return denied(_("Contoh produk diterima setelah usulan lolos verifikasi dan sebelum pleno."))
    return ALLOWED


def can_move_sample(user: Any, kind: CustodyKind, assignments: Iterable[Any]) -> Verdict:
    """The Sekretariat records any step; a scorer of the nomination takes a sample over and tests it.

    `assignments` from `selectors.samples.open_assignments`.
    """
    if user.roles & SECRETARIAT:
        return ALLOWED
    verdicts = [can_open_sheet(user, assignment) for assignment in assignments]
    if not any(verdicts):
        return next(iter(verdicts), denied(_("Anda tidak ditugaskan pada usulan ini.")))
    if kind in CUSTODY_ENDS:
        return denied(_("Pengembalian dan pemusnahan contoh dicatat oleh Sekretariat."))
    return ALLOWED


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


def can_view_board(user: Any) -> Verdict:
    return ALLOWED if user.has_role(*BOARD_ROLES) else denied(_("Halaman ini untuk panel dan Sekretariat."))


def can_remind_scorers(user: Any) -> Verdict:
    if user.has_role(Role.PANEL_CHAIR, *SECRETARIAT):
        return ALLOWED
    return denied(_("Penilai diingatkan oleh ketua panel atau Sekretariat."))


def can_view_scores(user: Any) -> Verdict:
    """All sheets at any time; each view is logged."""
    if user.has_role(*SCORE_ROLES):
        return ALLOWED
    return denied(_("Nilai hanya terlihat oleh ketua panel, admin kementerian, dan auditor."))


def can_view_scores_now(user: Any, nomination: Nomination, owed: set[int]) -> Verdict:
    """Who oversees and scores as well gives the own sheet first. `owed` from `selectors.assignments.owed_by`."""
    if nomination.pk in owed:
        return denied(_("Anda juga menilai usulan ini. Kirim nilai Anda lebih dahulu, lalu buka halaman ini."))
    return can_view_scores(user)


def can_view_recomputation(user: Any, owed: set[int]) -> Verdict:
    """The numbers of a whole stage; who still owes a sheet of it gives that first."""
    if owed:
        return denied(_("Anda juga menilai pada tahap ini. Kirim nilai Anda lebih dahulu, lalu buka halaman ini."))
    return can_view_scores(user)


def can_view_sensitivity(user: Any, *, owes: bool, conflicted: bool) -> Verdict:
    """Figures over a whole category: not for who has a conflict in it, whatever the role, nor before the own sheets.

    `owes` and `conflicted` from `selectors.sensitivity.own_part`.
    """
    if conflicted:
        return denied(
            _("Anda menyatakan benturan kepentingan atas usulan kategori ini, sehingga tidak melihat angkanya.")
        )
    if owes:
        return denied(_("Anda juga menilai kategori ini. Kirim semua nilai Anda lebih dahulu, lalu buka halaman ini."))
    return can_view_scores(user)


def can_request_sensitivity(user: Any) -> Verdict:
    if user.has_role(Role.PANEL_CHAIR, Role.MINISTRY_ADMIN):
        return ALLOWED
    return denied(_("Perhitungan dimulai oleh ketua panel atau admin kementerian."))


def can_view_sheet(user: Any, sheet: Sheet) -> Verdict:
    return ALLOWED if meets(user, sheet.assignment) else can_view_scores(user)


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


def can_cover(user: Any) -> Verdict:
    """See what a blind stage shows of a nomination; writing is `can_assign`."""
    if user.has_role(Role.VERIFIER, Role.MINISTRY_ADMIN, Role.AUDITOR):
        return ALLOWED
    return denied(_("Hanya Sekretariat yang mengatur teks samaran."))


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


def can_judge_visit(user: Any, visit: FieldVisit) -> Verdict:
    """Confirm a submitted visit or send it back."""
    if not is_chair(user):
        return is_chair(user)
    if visit.assignment.status != AssignmentStatus.ACTIVE or visit.status == VisitStatus.OPEN:
        return denied(_("Hasil kunjungan ini belum dikirim oleh penilai."))
    return ALLOWED


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


def can_follow(user: Any, session: PlenarySession, attendances: list[Attendance]) -> Verdict:
    """Watch what the room talks about: who may see scores anyway, and members while they are in the room."""
    if can_view_scores(user):
        return ALLOWED
    inside = any(row.member_id == user.pk and row.state == AttendanceState.PRESENT for row in attendances)
    if inside and session.current_id:
        return ALLOWED
    return denied(_("Halaman ini untuk anggota panel yang hadir selama sidang berlangsung."))
