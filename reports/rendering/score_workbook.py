"""The scores of a period as a workbook: a sheet with a row per score, one with a row per nomination."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from core.workbooks import LAST_ROW
from nominations.enums import Status
from nominations.presenters.status import INTERNAL
from reports.enums import ASSIGNMENT_WORDS, SHEET_WORDS
from reports.models import Report
from reports.rendering.tables import BOOK, OUTCOMES, Table, Tell, among_met, write_about
from reports.selectors import scores as selectors
from reports.selectors.raw_scores import raw_scores
from scoring.selectors.people import recused_nominations
from scoring.selectors.plenary import places_of


def write_scores(target: Path, report: Report, tell: Tell) -> int:
    """Write the workbook with the rights of the person who asked; `tell` hears how many rows are done.

    Returns the number of score rows. Ten queries and two more for every 2,000 nominations; memory grows by the places
    alone.
    """
    nominations = selectors.scored_nominations(report.created_by, report.period_id)
    stages = selectors.stages_in(report.period_id)
    hidden = recused_nominations(report.created_by, report.period_id)
    places = places_of(report.period_id, hidden)
    total = raw_scores(nominations).count()
    tell(0, total)
    with Workbook(str(target), BOOK) as book:
        count = _write_score_sheets(book, selectors.score_rows(nominations), partial(tell, total=total))
        number = _write_nominations(book, selectors.result_rows(nominations), stages, places)
        counts = [(_("Baris nilai"), count), (_("Usulan"), number)]
        note = _(
            "Hanya lembar berstatus Terkirim dengan penugasan Aktif yang dihitung. Nilai kosong: belum dinilai, kecuali"
            " kolom Tidak berlaku menyebut Ya; indikator itu tidak ikut dihitung pada lembarnya."
        )
        write_about(book, report, counts, f"{note} {among_met(hidden)}".strip())
    return count


def _write_score_sheets(book: Workbook, rows: Iterator[dict[str, Any]], tell: Callable[[int], None]) -> int:
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
        _("Tidak berlaku"),
        _("Catatan"),
        _("Dikirim"),
    ]
    widths = [22, 30, 28, 26, 10, 12, 7, 8, 40, 8, 10, 50, 17]
    count, part = 0, 0
    while part == 0 or (first := next(rows, None)) is not None:
        sheet = Table(book, _("Nilai") if part == 0 else _("Nilai (%d)") % (part + 1), heads, widths)
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
        SHEET_WORDS[row["sheet_status"]],
        ASSIGNMENT_WORDS[row["assignment_status"]],
        row["version"],
        row["code"],
        row["label"],
        row["value"],
        _("Ya") if row["not_applicable"] else "",
        row["note"],
        row["submitted_at"],
    ]


def _write_nominations(
    book: Workbook, rows: Iterable[Any], stages: list[tuple[str, str, list[int]]], places: Mapping[int, int]
) -> int:
    heads = [_("Nomor usulan"), _("Usulan"), _("Kategori"), _("Provinsi"), _("Kabupaten/kota"), _("Status")]
    per_stage = [
        text
        for _code, label, _ids in stages
        for text in (label, _("Selisih %(stage)s") % {"stage": label}, _("Lembar %(stage)s") % {"stage": label})
    ]
    last = [
        _("Nilai akhir"),
        _("Peringkat"),
        _("Bintang menurut nilai"),
        _("Putusan pleno"),
        _("Bintang menurut pleno"),
        _("Alasan"),
    ]
    widths = [22, 30, 24, 22, 24, 24, *[14] * len(per_stage), 12, 11, 12, 22, 12, 40]
    sheet = Table(book, _("Usulan"), heads + per_stage + last, widths)
    for nomination in rows:
        sheet.write(_nomination_cells(nomination, stages, places.get(nomination.pk)))
    return sheet.row - 1


def _nomination_cells(nomination: Any, stages: list[tuple[str, str, list[int]]], place: int | None) -> list[Any]:
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
    cells += [final.score, place, final.stars] if final else [None, None, None]
    cells += [OUTCOMES[word.outcome], word.stars, word.reason] if word else [None, None, None]
    return cells
