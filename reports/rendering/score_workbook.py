"""The scores of a period as a workbook: a sheet with a row per score, one with a row per nomination."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from core.formats import moment_text
from core.workbooks import LAST_ROW, neutral
from nominations.enums import Status
from nominations.presenters.status import INTERNAL
from reports.models import Report
from reports.selectors import scores as selectors
from scoring.enums import AssignmentStatus, Outcome, SheetStatus

SCORE_FORMAT, TIME_FORMAT = "0.00", "dd-mm-yyyy hh:mm"
SHEETS = {SheetStatus.DRAFT: "Draf", SheetStatus.SUBMITTED: "Terkirim"}
ENDED = {AssignmentStatus.RECUSED: "Mundur", AssignmentStatus.REMOVED: "Dihapus"}
OUTCOMES = {Outcome.RECOMMENDED: "Direkomendasikan", Outcome.NOT_RECOMMENDED: "Tidak direkomendasikan"}

Tell = Callable[[int], None]


def write_scores(target: Path, report: Report, tell: Tell) -> int:
    """Write the workbook with the rights of the person who asked; `tell` hears how many rows are done.

    Returns the number of score rows. Six queries and two more for every 2,000 nominations; memory does not grow.
    """
    nominations = selectors.scored_nominations(report.created_by, report.period_id)
    stages = selectors.stages_in(report.period_id)
    with Workbook(str(target), {"constant_memory": True, "default_date_format": TIME_FORMAT}) as book:
        count = _write_score_sheets(book, selectors.score_rows(nominations), tell)
        number = _write_nominations(book, selectors.result_rows(nominations), stages)
        _write_about(book, report, [(_("Baris nilai"), count), (_("Usulan"), number)])
    return count


def _write_score_sheets(book: Workbook, rows: Iterator[dict[str, Any]], tell: Tell) -> int:
    """As many sheets as the rows need: a sheet of a workbook ends at row 1,048,576."""
    heads = [
        _("Nomor usulan"),
        _("Usulan"),
        _("Tahap"),
        _("Penilai"),
        _("Lembar"),
        _("Penugasan"),
        _("Versi"),
        _("Kode"),
        _("Indikator"),
        _("Nilai"),
        _("Catatan"),
        _("Dikirim"),
    ]
    widths = [22, 30, 28, 26, 10, 12, 7, 8, 40, 8, 50, 17]
    count, part = 0, 0
    while part == 0 or (first := next(rows, None)) is not None:
        sheet = _Sheet(book, _("Nilai") if part == 0 else _("Nilai (%d)") % (part + 1), heads, widths)
        lines = rows if part == 0 else chain([first], rows)
        for line in lines:
            sheet.write(_score_cells(line))
            count += 1
            if count % selectors.CHUNK == 0:
                tell(count)
            if sheet.row == LAST_ROW:
                break
        part += 1
    return count


def _score_cells(row: dict[str, Any]) -> list[Any]:
    return [
        row["reference"],
        row["title"],
        row["stage"],
        row["scorer"],
        SHEETS[row["sheet_status"]],
        ENDED.get(row["assignment_status"], "Aktif"),
        row["version"],
        row["code"],
        row["label"],
        row["value"],
        row["note"],
        row["submitted_at"],
    ]


def _write_nominations(book: Workbook, rows: Iterable[Any], stages: list[tuple[str, str, list[int]]]) -> int:
    heads = [_("Nomor usulan"), _("Usulan"), _("Kategori"), _("Provinsi"), _("Kabupaten/kota"), _("Status")]
    per_stage = [
        text
        for _code, label, _ids in stages
        for text in (label, _("Selisih %(stage)s") % {"stage": label}, _("Lembar %(stage)s") % {"stage": label})
    ]
    last = [_("Nilai akhir"), _("Bintang menurut nilai"), _("Putusan pleno"), _("Bintang menurut pleno"), _("Alasan")]
    widths = [22, 30, 24, 22, 24, 24, *[14] * len(per_stage), 12, 12, 22, 12, 40]
    sheet = _Sheet(book, _("Usulan"), heads + per_stage + last, widths)
    for nomination in rows:
        sheet.write(_nomination_cells(nomination, stages))
    return sheet.row - 1


def _nomination_cells(nomination: Any, stages: list[tuple[str, str, list[int]]]) -> list[Any]:
    results = {result.stage_id: result for result in nomination.stage_results.all()}
    cells = [
        nomination.reference,
        nomination.title,
        nomination.category.label,
        nomination.region.parent.name,
        nomination.region.label,
        INTERNAL[Status(nomination.status)][0],
    ]
    for _code, _label, ids in stages:
        result = next((results[pk] for pk in ids if pk in results), None)
        cells += [result.score, result.spread, result.sheet_count] if result else [None, None, None]
    final = getattr(nomination, "final_result", None)
    word = getattr(nomination, "recommendation", None)
    cells += [final.score, final.stars] if final else [None, None]
    cells += [OUTCOMES[word.outcome], word.stars, word.reason] if word else [None, None, None]
    return cells


def _write_about(book: Workbook, report: Report, counts: list[tuple[str, int]]) -> None:
    sheet = _Sheet(book, _("Keterangan"), [_("Hal"), _("Isi")], [28, 70])
    sheet.write([_("Periode"), report.period.name])
    sheet.write([_("Diminta oleh"), report.created_by.name])
    sheet.write([_("Dibuat"), moment_text(timezone.now())])
    for label, number in counts:
        sheet.write([label, number])
    sheet.write([_("Catatan"), _("Hanya lembar berstatus Terkirim dengan penugasan Aktif yang dihitung.")])


class _Sheet:
    """One sheet with its head, written from top to bottom; texts cannot turn into formulas."""

    def __init__(self, book: Workbook, title: str, heads: list[str], widths: list[int]) -> None:
        self._sheet = book.add_worksheet(title)
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self._number, self._time = (
            book.add_format({"num_format": SCORE_FORMAT}),
            book.add_format({"num_format": TIME_FORMAT}),
        )
        for place, width in enumerate(widths):
            self._sheet.set_column(place, place, width)
        self._sheet.freeze_panes(1, 0)
        self._sheet.autofilter(0, 0, 0, len(heads) - 1)
        for place, head in enumerate(heads):
            self._sheet.write_string(0, place, head, bold)
        self.row = 1

    def write(self, cells: list[Any]) -> None:
        for place, value in enumerate(cells):
            if isinstance(value, datetime):
                self._sheet.write_datetime(self.row, place, timezone.make_naive(value), self._time)
            elif isinstance(value, Decimal):
                self._sheet.write_number(self.row, place, float(value), self._number)
            elif isinstance(value, int):
                self._sheet.write_number(self.row, place, value)
            elif value:
                self._sheet.write_string(self.row, place, neutral(str(value)))
        self.row += 1
