"""What each report holds, in the words of the page that offers it."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.enums import ReportKind

ABOUT = {
    ReportKind.SCORES: gettext_lazy("Semua nilai per indikator dan hasil tiap usulan, untuk diolah lebih lanjut."),
    ReportKind.RANKING: gettext_lazy("Urutan tiap kategori, putusan pleno, dan tanda tangan peringkat."),
    ReportKind.PROGRESS: gettext_lazy("Tahap dan penilai: apa yang sudah selesai dan apa yang terlambat. Tanpa nilai."),
    ReportKind.ASSIGNMENTS: gettext_lazy(
        "Siapa menilai apa, per tahap, dan usulan yang penilainya belum cukup. Tanpa nilai."
    ),
    ReportKind.CALIBRATION: gettext_lazy(
        "Penyimpangan tiap penilai pada lembar latihan, per usulan dan per indikator."
    ),
    ReportKind.DISCREPANCIES: gettext_lazy("Usulan yang nilai penilainya berbeda jauh, lembar, dan indikatornya."),
    ReportKind.DISTRIBUTION: gettext_lazy("Banyaknya nilai resmi tiap rentang, per kategori dan tahap."),
    ReportKind.PARTICIPATION: gettext_lazy("Daerah yang sudah dan belum mengusulkan, dan perbandingan dua periode."),
    ReportKind.SCORE_RECAP: gettext_lazy("Nilai tiap kategori dan tiap usulan menurut tahap dan aspek, siap cetak."),
    ReportKind.REGION_RECAP: gettext_lazy("Usulan menurut provinsi dan kategori, dan perbandingan dua periode."),
    ReportKind.DECREE_ANNEX: gettext_lazy("Daftar penerima dari peringkat tersegel. Bertanda konsep sampai dirilis."),
    ReportKind.LETTERS: gettext_lazy(
        "Untuk tiap kabupaten/kota: hasil usulannya, aspek yang kuat, dan yang perlu diperbaiki. Setelah hasil dirilis."
    ),
    ReportKind.LETTER_FILES: gettext_lazy("Surat tiap kabupaten/kota sebagai PDF tersendiri. Setelah hasil dirilis."),
    ReportKind.DASHBOARD: gettext_lazy("Semua tabel dasbor periode itu, sejauh yang tampil pada dasbor Anda."),
    ReportKind.DOSSIERS: gettext_lazy(
        "Salinan usulan dan dokumennya dalam satu PDF dengan daftar isi. Memuat data pribadi."
    ),
}


def explained(kinds: Iterable[ReportKind]) -> list[dict[str, str]]:
    """Label, format and content of each kind, in the order of the choices. No query."""
    return [{"label": str(kind.label), "format": _format(kind), "text": str(ABOUT[kind])} for kind in kinds]


def _format(kind: ReportKind) -> str:
    if kind.is_archive:
        return _("ZIP")
    return _("PDF") if kind.is_pdf else _("Excel")
