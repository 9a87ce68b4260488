"""Tables of a workbook, written from top to bottom so that memory does not grow with their rows."""

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from django.utils import timezone
from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from core.formats import date_long
from core.workbooks import neutral
from reports.models import Report
from reports.rendering.papers import day_of
from scoring.enums import Outcome

SCORE_FORMAT, TIME_FORMAT, DAY_FORMAT = "0.00", "dd-mm-yyyy hh:mm", "dd-mm-yyyy"
BOOK = {"constant_memory": True, "default_date_format": TIME_FORMAT}
OUTCOMES = {Outcome.RECOMMENDED: "Direkomendasikan", Outcome.NOT_RECOMMENDED: "Tidak direkomendasikan"}


class Tell(Protocol):
    """How far a report is: so many of so many, 0 when nobody knows of how many."""

    def __call__(self, done: int, total: int = 0) -> None: ...


def among_met(hidden: Collection[int]) -> str:
    """What a file says to who has a conflict in its round; nothing to everybody else."""
    if not hidden:
        return ""
    return _(
        "Anda mempunyai benturan kepentingan pada periode ini: peringkat dihitung di antara usulan yang tampil bagi"
        " Anda, sehingga dapat berbeda dari peringkat resmi."
    )


def write_about(book: Workbook, report: Report, counts: list[tuple[str, int]], note: str) -> None:
    """The last sheet: of which period, for whom, when, how much, and what to know when reading it.

    Nothing in the workbook tells the hour: the same content of one day is the same file.
    """
    day = day_of(report)
    book.set_properties({"created": day})
    sheet = Table(book, _("Keterangan"), [_("Hal"), _("Isi")], [28, 70])
    sheet.write([_("Periode"), report.period.name])
    sheet.write([_("Diminta oleh"), report.created_by.name])
    sheet.write([_("Dibuat"), date_long(day.date())])
    for label, number in counts:
        sheet.write([label, number])
    sheet.write([_("Catatan"), note])


class Table:
    """One sheet with its head, written from top to bottom; texts cannot turn into formulas."""

    def __init__(self, book: Workbook, title: str, heads: list[str], widths: list[int]) -> None:
        self._sheet = book.add_worksheet(title)
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self._number, self._time, self._day = (
            book.add_format({"num_format": form}) for form in (SCORE_FORMAT, TIME_FORMAT, DAY_FORMAT)
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
            elif isinstance(value, date):
                self._sheet.write_datetime(self.row, place, value, self._day)
            elif isinstance(value, Decimal):
                self._sheet.write_number(self.row, place, float(value), self._number)
            elif isinstance(value, int):
                self._sheet.write_number(self.row, place, value)
            elif value:
                self._sheet.write_string(self.row, place, neutral(str(value)))
        self.row += 1
