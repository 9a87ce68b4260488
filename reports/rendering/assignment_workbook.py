"""Who judges what in a period, as a workbook. No score is in it."""

from pathlib import Path

from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from nominations.enums import Status
from reports.models import Report
from reports.rendering.tables import BOOK, Table, Tell, write_about
from reports.selectors.boards import CHUNK, assignment_rows
from scoring.presenters.work import assignment_state, board_row
from scoring.selectors.board import assignable_nominations, stages_by_id


def write_assignments(target: Path, report: Report, tell: Tell) -> int:
    """Write the workbook with the rights of the person who asked; returns the number of assignments. Three queries."""
    with Workbook(str(target), BOOK) as book:
        count = _write_assignments(book, report, tell)
        nominations = _write_nominations(book, report)
        note = _(
            "Penugasan memuat juga yang sudah berakhir, dengan alasannya. Usulan: yang lolos verifikasi dan yang sedang"
            " dinilai, menurut tahapnya sekarang."
        )
        write_about(book, report, [(_("Penugasan"), count), (_("Usulan"), nominations)], note)
    return count


def _write_assignments(book: Workbook, report: Report, tell: Tell) -> int:
    heads = [_("Kategori"), _("Nomor usulan"), _("Usulan"), _("Kabupaten/kota"), _("Tahap"), _("Penilai")]
    table = Table(book, _("Penugasan"), [*heads, _("Keadaan"), _("Alasan")], [24, 22, 30, 24, 28, 30, 28, 50])
    for row in assignment_rows(report.created_by, report.period_id):
        one = row.nomination
        cells = [one.category.label, one.reference, one.title, one.region.label, row.stage.label, row.assessor.name]
        table.write([*cells, assignment_state(row)["label"], row.removal_reason])
        if table.row % CHUNK == 0:
            tell(table.row)
    return table.row - 1


def _write_nominations(book: Workbook, report: Report) -> int:
    heads = [_("Kategori"), _("Nomor usulan"), _("Usulan"), _("Kabupaten/kota"), _("Tahap"), _("Penilai")]
    table = Table(book, _("Usulan"), [*heads, _("Dibutuhkan"), _("Keadaan")], [24, 22, 30, 24, 28, 10, 13, 28])
    rows = list(
        assignable_nominations(report.created_by)
        .filter(period=report.period_id)
        .order_by("category__order", "reference")
    )
    stages = stages_by_id({one.current_stage_id for one in rows})
    for one in rows:
        row = board_row(one, stages.get(one.current_stage_id), with_scores=False)
        stage = row["stage"]
        state = _("Belum dibuka") if one.status == Status.ELIGIBLE else row["state"]["label"]
        cells = [one.category.label, one.reference, one.title, one.region.label, stage.label if stage else ""]
        table.write([*cells, one.assigned, stage.min_assessors if stage else None, state])
    return table.row - 1
