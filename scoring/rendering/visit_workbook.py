"""The record of a visit as a workbook: to be filled in on the way without a line, and to be read back.

Three sheets: the visit as a whole, its claims, its interviews. What is read are fields of the form on the page, so that
one form checks both; each field knows its cell.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from io import BytesIO
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from core import workbooks
from core.workbooks import Cell, column_letters, neutral
from scoring.rendering.workbook_parts import (
    HELP,
    MARK,
    Mark,
    Styles,
    allowed,
    full_line,
    read_mark,
    styles,
    write_head,
    write_help,
    write_mark,
)

FACTS, CLAIMS, INTERVIEWS = "Kunjungan", "Klaim", "Wawancara"
LISTED = 3  # the line of the hidden sheet with the findings


class Line(NamedTuple):
    """One row: its code, what is said about it, and what may be filled in, by the names of the form's fields."""

    code: str
    fixed: Sequence[str]
    fields: Mapping[str, str]


class Part(NamedTuple):
    """One sheet of the workbook."""

    title: str
    heads: Sequence[str]
    widths: Sequence[int]
    lines: Sequence[Line]
    listed: int | None = None  # the column of findings


class Filled(NamedTuple):
    """Whose it is, the fields as typed, their cells, and what could not be read. With mistakes nothing is saved."""

    mark: Mark
    data: dict[str, str]
    cells: dict[str, str]
    mistakes: list[str]


def write_workbook(parts: Iterable[Part], findings: Sequence[str], mark: Mark, title: str) -> bytes:
    """The record with what is stored, and a list of the findings in each cell of one."""
    stream = BytesIO()
    with Workbook(stream, {"in_memory": True}) as book:
        sheets = [(part, book.add_worksheet(part.title)) for part in parts]
        extra, hidden = book.add_worksheet(HELP), book.add_worksheet(MARK)
        look, listed = styles(book), allowed(hidden, LISTED, findings)
        for part, sheet in sheets:
            _write_part(sheet, part, look, listed)
        write_help(extra, _help(title))
        write_mark(hidden, mark)
    return stream.getvalue()


def _write_part(sheet: Any, part: Part, look: Styles, listed: dict[str, Any]) -> None:
    write_head(sheet, part.heads, part.widths, look.head)
    for row, line in enumerate(part.lines, start=1):
        for place, text in enumerate((line.code, *line.fixed)):
            sheet.write_string(row, place, neutral(text), look.fixed)
        for place, text in enumerate(line.fields.values(), start=1 + len(line.fixed)):
            sheet.write_string(row, place, neutral(text), look.own_text)
        if part.listed is not None:
            sheet.data_validation(row, part.listed, row, part.listed, listed)


def _help(title: str) -> list[str]:
    return [
        title,
        _("Isi kolom berwarna pada lembar %(sheets)s. Kolom lain jangan diubah.")
        % {"sheets": f"{FACTS}, {CLAIMS}, {INTERVIEWS}"},
        _("Yang belum diketahui boleh dikosongkan. Foto dan klaim tambahan dikirim lewat halaman kunjungan."),
        _("Unggah berkas ini di halaman tempat Anda mengunduhnya. Isinya menjadi konsep; kirimlah di portal."),
        _("Bila catatan di portal berubah sesudah berkas ini diunduh, keduanya diperlihatkan berdampingan."),
    ]


def read_workbook(data: bytes, parts: Iterable[Part], findings: Mapping[str, str]) -> Filled:
    """What was filled in. `parts` as they would be written now; `findings`: the form's values by their words.

    Raises WorkbookRefused for a file that is no workbook of ours.
    """
    workbooks.check_workbook(data, FACTS)
    refusal = _("Berkas ini bukan catatan kunjungan dari portal. Unduh catatan kunjungan, lalu isi berkas itu.")
    filled = Filled(read_mark(data, refusal), {}, {}, [])
    for part in parts:
        _read_part(data, part, findings, filled)
    return filled


def _read_part(data: bytes, part: Part, findings: Mapping[str, str], filled: Filled) -> None:
    width = len(part.heads)
    sheet = workbooks.read_sheet(data, title=part.title, max_rows=len(part.lines) + 50, max_columns=width)
    waiting = {line.code: line for line in part.lines}
    for number, cells in sheet.rows:
        row = full_line(cells, width)
        line = waiting.pop(str(row[0].value or "").strip(), None)
        if line is None:
            text = _("%(sheet)s!A%(row)d: kode “%(code)s” tidak dikenal atau tertulis dua kali.")
            filled.mistakes.append(text % {"sheet": part.title, "row": number, "code": str(row[0].value or "")[:20]})
            continue
        for place, name in enumerate(line.fields, start=1 + len(line.fixed)):
            filled.cells[name] = f"{part.title}!{column_letters(place)}{number}"
            filled.data[name] = _read(row[place], filled, name, findings if place == part.listed else None)
    if waiting:
        text = _("%(sheet)s: baris %(codes)s tidak ada. Unduh berkasnya lagi, lalu salin isian Anda.")
        filled.mistakes.append(text % {"sheet": part.title, "codes": ", ".join(waiting)})


def _read(cell: Cell, filled: Filled, name: str, listed: Mapping[str, str] | None) -> str:
    """A cell as it would be typed on the page; a formula or an unknown finding is a mistake."""
    if cell.kind in ("f", "e"):
        filled.mistakes.append(_("%(cell)s: tulis isinya, bukan rumus.") % {"cell": filled.cells[name]})
        return ""
    text = _typed(cell.value)
    if listed is None or not text:
        return text
    known = {words.casefold(): value for words, value in listed.items()}
    if text.casefold() not in known:
        words = _("%(cell)s: “%(text)s” tidak ada dalam pilihan (%(allowed)s).")
        facts = {"cell": filled.cells[name], "text": text[:20], "allowed": ", ".join(listed)}
        filled.mistakes.append(words % facts)
    return known.get(text.casefold(), "")


def _typed(value: Any) -> str:
    """Dates and times, should a spreadsheet have made them, as the form reads them."""
    if isinstance(value, datetime | date):
        return f"{value:%d-%m-%Y}"
    if isinstance(value, time):
        return f"{value:%H.%M}"
    return "" if value is None else workbooks.plain(str(value)).strip()
