"""Closed sets of the reports."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from scoring.enums import AssignmentStatus, SheetStatus

# How a row of scores says what became of its sheet and its assignment, in the workbook and in the CSV.
SHEET_WORDS = {SheetStatus.DRAFT: "Draf", SheetStatus.SUBMITTED: "Terkirim"}
ASSIGNMENT_WORDS = {
    AssignmentStatus.ACTIVE: "Aktif",
    AssignmentStatus.RECUSED: "Mundur",
    AssignmentStatus.REMOVED: "Dihapus",
    AssignmentStatus.DECLINED: "Menolak",
}


class ReportKind(models.TextChoices):
    """What a worker can make."""

    SCORES = "scores", _("Nilai dan usulan")
    RANKING = "ranking", _("Peringkat")
    PROGRESS = "progress", _("Kemajuan penilaian")
    ASSIGNMENTS = "assignments", _("Penugasan penilai")
    CALIBRATION = "calibration", _("Kalibrasi penilai")
    DISCREPANCIES = "discrepancies", _("Selisih nilai")
    DISTRIBUTION = "distribution", _("Sebaran nilai")
    PARTICIPATION = "participation", _("Partisipasi daerah")
    SCORE_RECAP = "score_recap", _("Rekap nilai")
    REGION_RECAP = "region_recap", _("Rekap provinsi dan kategori")
    DECREE_ANNEX = "decree_annex", _("Lampiran keputusan Menteri")
    LETTERS = "letters", _("Surat umpan balik daerah")
    LETTER_FILES = "letter_files", _("Semua surat umpan balik")
    DOSSIERS = "dossiers", _("Berkas usulan satu kategori")
    DASHBOARD = "dashboard", _("Tabel dasbor")

    @property
    def is_pdf(self) -> bool:
        return self in (self.SCORE_RECAP, self.REGION_RECAP, self.DECREE_ANNEX, self.LETTERS, self.DOSSIERS)

    @property
    def is_archive(self) -> bool:
        return self == self.LETTER_FILES

    @property
    def compares(self) -> bool:
        """Whether it sets another round beside its own."""
        return self in (self.PARTICIPATION, self.REGION_RECAP)


class ReportState(models.TextChoices):
    WRITING = "writing", _("Sedang disiapkan")
    READY = "ready", _("Siap diunduh")
    FAILED = "failed", _("Gagal")


class ApiScope(models.TextChoices):
    """What a key of another system may read."""

    REGISTER = "register", _("Sentra IKM")
    NOMINATIONS = "nominations", _("Usulan")
    CERTIFICATES = "certificates", _("Sertifikat")
