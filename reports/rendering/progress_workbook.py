"""How far the assessment of a period is, as a workbook: a row per stage and a row per scorer. No score is in it."""

from pathlib import Path

from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from reports.models import Report
from reports.rendering.tables import BOOK, Table, Tell, write_about
from scoring.presenters.progress import scorer_row, stage_row
from scoring.selectors.progress import scorer_progress, stage_progress


def write_progress(target: Path, report: Report, tell: Tell) -> int:
    """Write the workbook with the rights of the person who asked; returns the number of rows. Eight queries."""
    with Workbook(str(target), BOOK) as book:
        stages = _write_stages(book, report)
        scorers = _write_scorers(book, report)
        tell(stages + scorers, stages + scorers)
        note = _(
            "Terlambat: belum dikirim padahal batasnya sudah lewat. Segera berakhir: belum dikirim dan batasnya tinggal"
            " tiga hari atau kurang. Batas ialah penutupan tahap atau masa penilaian, mana yang lebih dulu. Dilewati:"
            " usulan yang melanjutkan tanpa tahap ini; tidak ikut dihitung pada Selesai."
        )
        write_about(book, report, [(_("Tahap"), stages), (_("Penilai"), scorers)], note)
    return stages + scorers


def _write_stages(book: Workbook, report: Report) -> int:
    heads = [_("Kategori"), _("Tahap"), _("Sedang dinilai"), _("Penilai kurang"), _("Siap ditutup"), _("Ditutup")]
    table = Table(book, _("Tahap"), [*heads, _("Dilewati"), _("Selesai (%)")], [28, 34, 14, 14, 14, 12, 12, 12])
    for one in stage_progress(report.created_by, report.period_id):
        cells = [one.stage.category.label, one.stage.label, one.current, one.short, one.ready, one.closed]
        table.write([*cells, one.skipped, stage_row(one)["share"]])
    return table.row - 1


def _write_scorers(book: Workbook, report: Report) -> int:
    heads = [_("Penilai"), _("Lembaga"), _("Tugas"), _("Terkirim"), _("Dapat dikerjakan"), _("Belum dimulai")]
    heads += [_("Belum menyatakan"), _("Terlambat"), _("Segera berakhir"), _("Batas terdekat"), _("Terakhir menyimpan")]
    widths = [30, 30, 9, 10, 14, 14, 16, 11, 11, 17, 17, 17, 18]
    table = Table(book, _("Penilai"), [*heads, _("Diingatkan"), _("Keadaan")], widths)
    for one in scorer_progress(report.created_by, report.period_id):
        row = scorer_row(one)
        cells = [one.user.name, row["institutions"], one.total, one.sent, one.open, one.untouched, one.undeclared]
        table.write([*cells, one.late, one.soon, one.due, one.saved_at, one.reminded_at, row["state"]["label"]])
    return table.row - 1
