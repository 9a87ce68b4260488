"""Visits on the spot and samples of a product."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from accounts.roles import SECRETARIAT
from core.verdict import ALLOWED, Verdict, denied
from nominations.enums import Status
from nominations.models import Nomination
from nominations.rules import WindowState
from scoring.enums import AssignmentStatus, CustodyKind, Visibility, VisitStatus
from scoring.models import Assignment, FieldVisit
from scoring.policies.decision import is_chair
from scoring.policies.work import can_open_sheet, can_score, meets
from scoring.rules import CUSTODY_ENDS


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


def can_judge_visit(user: Any, visit: FieldVisit) -> Verdict:
    """Confirm a submitted visit or send it back."""
    if not is_chair(user):
        return is_chair(user)
    if visit.assignment.status != AssignmentStatus.ACTIVE or visit.status == VisitStatus.OPEN:
        return denied(_("Hasil kunjungan ini belum dikirim oleh penilai."))
    return ALLOWED


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
