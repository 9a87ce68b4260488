"""How the closed scores of a period are distributed, as a workbook. No nomination is named in it."""

from pathlib import Path

from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from reports.models import Report
from reports.rendering.tables import BOOK, Table, Tell, write_about
from scoring.presenters.progress import facts_of, histogram
from scoring.selectors.distribution import score_spreads


def write_distribution(target: Path, report: Report, tell: Tell) -> int:
    """Write what the page of the distribution shows to who asked; returns the number of ranges. Seven queries."""
    with Workbook(str(target), BOOK) as book:
        heads = [_("Kategori"), _("Nilai"), _("Usulan"), _("Terendah"), _("Median"), _("Rata-rata"), _("Tertinggi")]
        summary = Table(book, _("Ringkasan"), heads, [24, 30, 10, 10, 10, 10, 10])
        ranges = Table(
            book, _("Sebaran"), [_("Kategori"), _("Nilai"), _("Rentang"), _("Banyaknya usulan")], [24, 30, 26, 18]
        )
        for spread in score_spreads(report.created_by, report.period_id):
            chart = histogram(spread)
            what = [chart["category"], chart["title"]]
            summary.write([*what, *(value for _label, value in facts_of(spread.scores))])
            for bar in chart["rows"]:
                ranges.write([*what, bar["label"], bar["count"]])
            tell(ranges.row - 1)
        note = _(
            "Nilai resmi tahap yang sudah ditutup dan nilai akhir. Usulan yang tidak boleh Anda lihat tidak dihitung."
        )
        write_about(book, report, [(_("Rentang"), ranges.row - 1)], note)
    return ranges.row - 1
