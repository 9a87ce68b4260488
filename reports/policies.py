from typing import Any

from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.roles import ROLES, SECRETARIAT
from core.verdict import ALLOWED, Verdict, denied
from nominations.enums import Status
from nominations.models import Nomination, Period
from reference.enums import RegionLevel
from reference.models import Region
from reports.enums import ReportKind, ReportState
from reports.models import Report
from scoring.policies import can_view_board, can_view_scores
from sentra.policies import can_view_region


def can_read_audit(user: Any) -> Verdict:
    """The trail of everything that was done, with names."""
    if user.has_role(Role.AUDITOR, Role.MINISTRY_ADMIN):
        return ALLOWED
    return denied(_("Jejak audit hanya dapat dibaca oleh auditor dan admin kementerian."))


def can_watch_regions(user: Any) -> Verdict:
    """The matrix of every province; a province's officer has that of the own one."""
    if any(ROLES[role].sees_all_regions for role in user.roles):
        return ALLOWED
    return denied(_("Pantauan semua provinsi hanya untuk Sekretariat dan auditor."))


def can_open_dashboard(user: Any) -> Verdict:
    """Everybody with a duty; what the page holds is another question for each of its parts."""
    return ALLOWED if user.roles else denied(_("Dasbor tersedia bagi akun yang memiliki tugas."))


def can_open_country(user: Any) -> Verdict:
    """The map of all provinces."""
    if any(ROLES[role].sees_all_regions for role in user.roles):
        return ALLOWED
    return denied(_("Peta seluruh provinsi dapat dibuka oleh kementerian."))


def can_open_region(user: Any, region: Region) -> Verdict:
    """The page of a province, or of a kabupaten or kota: as far as the person sees the register."""
    if region.level == RegionLevel.REGENCY:
        return can_view_region(user, region)
    if can_open_country(user) or region.code in user.region_codes(Role.PROVINCE_OFFICER):
        return ALLOWED
    return denied(_("Wilayah ini di luar wilayah Anda."))


def can_make_report(user: Any, kind: ReportKind) -> Verdict:
    """A report never shows more than the pages that the person may open."""
    return MAKERS[kind](user)


def can_read_letters(user: Any) -> Verdict:
    """The own region's letter, or those of all: after the release the one place where a region reads its scores.

    Whose scores: `reports.selectors.letters.sent_nominations`, nobody beyond the nominations that the person may open.
    """
    if user.has_role(Role.DISTRICT_OFFICER, Role.AUDITOR, *SECRETARIAT):
        return ALLOWED
    return denied(_("Surat umpan balik untuk dinas kabupaten/kota dan kementerian."))


def can_send_letters(user: Any) -> Verdict:
    """The letters of all regions, a file for each: for who hands them out, and for who checks that."""
    if user.has_role(Role.AUDITOR, *SECRETARIAT):
        return ALLOWED
    return denied(_("Semua surat umpan balik hanya untuk Sekretariat dan auditor."))


def can_bundle_dossiers(user: Any) -> Verdict:
    """All documents of a category, with personal data: who may open each of them one by one, in every region."""
    if user.has_role(Role.AUDITOR, *SECRETARIAT):
        return ALLOWED
    return denied(_("Berkas usulan satu kategori hanya untuk Sekretariat dan auditor."))


MAKERS = {
    ReportKind.SCORES: can_view_scores,
    ReportKind.RANKING: can_view_scores,
    ReportKind.PROGRESS: can_view_board,
    ReportKind.ASSIGNMENTS: can_view_board,
    ReportKind.CALIBRATION: can_view_scores,
    ReportKind.DISCREPANCIES: can_view_scores,
    ReportKind.DISTRIBUTION: can_view_scores,
    ReportKind.PARTICIPATION: can_watch_regions,
    ReportKind.SCORE_RECAP: can_view_scores,
    ReportKind.REGION_RECAP: can_watch_regions,
    ReportKind.DECREE_ANNEX: can_view_scores,
    ReportKind.LETTERS: can_read_letters,
    ReportKind.LETTER_FILES: can_send_letters,
    ReportKind.DOSSIERS: can_bundle_dossiers,
    ReportKind.DASHBOARD: can_open_dashboard,
}
LETTERS = (ReportKind.LETTERS, ReportKind.LETTER_FILES)


def can_report_on(kind: ReportKind, period: Period) -> Verdict:
    """A letter tells results: there is none before they are released. No query."""
    if kind in LETTERS and period.results_released_at is None:
        return denied(_("Surat umpan balik tersedia setelah hasil periode ini dirilis."))
    return ALLOWED


def can_make_some_report(user: Any) -> Verdict:
    if any(may(user) for may in MAKERS.values()):
        return ALLOWED
    return denied(_("Laporan tersedia bagi akun yang memiliki tugas."))


def can_view_report(user: Any, report: Report) -> Verdict:
    """Nobody but the person who asked for it. The twin of `Report.objects.visible_to`."""
    return ALLOWED if report.created_by_id == user.pk else denied(_("Laporan ini diminta oleh orang lain."))


def can_download_report(user: Any, report: Report, scope: str) -> Verdict:
    """`scope` is what the person may see now, as in `Report.scope`: a file that shows other things is out of date."""
    if not can_make_report(user, ReportKind(report.kind)):
        return can_make_report(user, ReportKind(report.kind))
    if report.state != ReportState.READY or report.file_id is None:
        return denied(_("Berkas laporan ini tidak ada lagi. Minta laporan baru."))
    if report.scope != scope:
        return denied(_("Usulan yang dapat Anda lihat sudah berubah sejak laporan ini dibuat. Minta laporan baru."))
    return ALLOWED


def can_manage_keys(user: Any) -> Verdict:
    """Keys of other systems of the ministry."""
    if user.has_role(Role.MINISTRY_ADMIN):
        return ALLOWED
    return denied(_("Kunci API dikelola oleh admin kementerian."))


def can_publish(user: Any, nomination: Nomination) -> Verdict:
    """What a holder agreed to show: the officer of its region, or an admin, once there is a certificate."""
    if not user.is_authenticated:
        return denied(_("Masuk untuk mencatat persetujuan."))
    if nomination.status != Status.AWARDED:
        return denied(_("Persetujuan publikasi dicatat setelah sertifikatnya terbit."))
    if user.has_role(Role.MINISTRY_ADMIN) or nomination.region_id in user.region_codes(Role.DISTRICT_OFFICER):
        return ALLOWED
    return denied(_("Persetujuan publikasi dicatat oleh dinas kabupaten/kota."))
