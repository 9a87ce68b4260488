"""Workbooks that go out: templates, exports, and an import's rows with what has to be repaired."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from io import BytesIO, StringIO
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from core.formats import file_size, number_id
from core.workbooks import Sheet, column_letters, neutral
from reference.models import Region
from sentra.rendering.columns import FOUND_COLUMN, NOTE_COLUMN, Column, Reader, Table
from sentra.rules import MAX_IMPORT_ROWS
from sentra.selectors.lists import RegionLists

LIST_SHEET, HELP_SHEET = "Daftar", "Petunjuk"
FORMATS = {
    "text": {"num_format": "@"},
    "number": {"num_format": "#,##0"},
    "money": {"num_format": "#,##0"},
    "day": {"num_format": "dd-mm-yyyy"},
}
HEAD = {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#DCE6F2", "border": 1, "num_format": "@"}
CSV_MARK = "\ufeff"


def template_workbook(table: Table, lists: RegionLists) -> bytes:
    """The empty table of one region with its lists and how to fill it in. Its lists cost their queries."""
    stream = BytesIO()
    with Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet(table.sheet)
        _write_head(book, sheet, table.read)
        _write_help(book, table, lists.region)
        choices = _write_lists(book, table, lists)
        for place, column in enumerate(table.read):
            sheet.set_column(place, place, column.width, book.add_format(FORMATS[column.form]))
            if column.lists:
                options = {"validate": "list", "source": choices[column.name], **_hint(column)}
                sheet.data_validation(1, place, MAX_IMPORT_ROWS, place, options)
        sheet.activate()
    return stream.getvalue()


def _hint(column: Column) -> dict[str, str]:
    """What Excel says beside the cell, and when something else is typed; its titles take 32 characters."""
    return {
        "input_title": str(column.label)[:32],
        "input_message": str(column.help)[:255],
        "error_title": str(column.label)[:32],
        "error_message": _("Pilih isi yang ada dalam daftar."),
    }


def _write_head(book: Workbook, sheet: Worksheet, columns: Iterable[Column], *more: str) -> None:
    style = book.add_format(HEAD)
    for place, label in enumerate([*(str(column.label) for column in columns), *more]):
        sheet.write_string(0, place, label, style)
    sheet.freeze_panes(1, 0)


def _write_help(book: Workbook, table: Table, region: Region) -> None:
    sheet = book.add_worksheet(HELP_SHEET)
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    lines = [
        _("Templat %(table)s – %(region)s") % {"table": table.sheet, "region": region.full_label},
        _("Isi lembar %(sheet)s mulai baris 2, satu baris untuk satu data. Jangan mengubah judul kolom.")
        % {"sheet": table.sheet},
        _("Paling banyak %(rows)s baris dan %(largest)s. Rumus, sel gabungan, dan makro tidak diterima.")
        % {"rows": number_id(MAX_IMPORT_ROWS), "largest": file_size(settings.UPLOAD_MAX_BYTES)},
        _("Data yang sudah terdaftar akan diubah menurut berkas ini; Anda melihat semua perubahan sebelum disimpan."),
    ]
    for number, text in enumerate(lines):
        sheet.write_string(number, 0, text, bold if number == 0 else None)
    top = len(lines) + 1
    for place, (label, width) in enumerate(((_("Kolom"), 30), (_("Wajib"), 8), (_("Isi"), 60), (_("Contoh"), 32))):
        sheet.set_column(place, place, width)
        sheet.write_string(top, place, label, bold)
    for number, column in enumerate(table.read, start=top + 1):
        texts = (str(column.label), _("ya") if column.required else "", str(column.help), column.example)
        for place, text in enumerate(texts):
            sheet.write_string(number, place, text, wrap)


def _write_lists(book: Workbook, table: Table, lists: RegionLists) -> dict[str, str]:
    """Fill the hidden sheet of lists; the formula of each column's dropdown."""
    sheet = book.add_worksheet(LIST_SHEET)
    sheet.hide()
    sources, place = {}, 0
    for column in (column for column in table.read if column.lists):
        if column.lists == "village":
            sources[column.name] = _write_villages(sheet, table, lists, place)
            place += 2
        else:
            options = lists[column.lists].options
            _write_column(sheet, place, options)
            letters = column_letters(place)
            sources[column.name] = f"={LIST_SHEET}!${letters}$1:${letters}${max(len(options), 1)}"
            place += 1
    return sources


def _write_villages(sheet: Worksheet, table: Table, lists: RegionLists, place: int) -> str:
    """Two columns, kecamatan and village, in order; the dropdown shows the part that belongs to the row's kecamatan."""
    groups, districts = lists.villages(), lists["district"].options
    pairs = [
        (district, village)
        for district, code in zip(districts, lists["district"].codes, strict=True)
        for village in groups[code].options
    ]
    _write_column(sheet, place, [district for district, _village in pairs])
    _write_column(sheet, place + 1, [village for _district, village in pairs])
    names = [column.name for column in table.read]
    chosen = f"${column_letters(names.index('district'))}2"
    heads, first = (f"{LIST_SHEET}!${column_letters(place)}$1", f"{LIST_SHEET}!${column_letters(place + 1)}$1")
    heads = f"{heads}:${column_letters(place)}${max(len(pairs), 1)}"
    return f"=OFFSET({first},MATCH({chosen},{heads},0)-1,0,COUNTIF({heads},{chosen}),1)"


def _write_column(sheet: Worksheet, place: int, texts: list[str]) -> None:
    for number, text in enumerate(texts):
        sheet.write_string(number, place, text)


def write_xlsx(target: Path | IO[bytes], table: Table, rows: Iterable[Any], reader: Reader) -> None:
    """The table with its head; memory does not grow with the rows."""
    target = str(target) if isinstance(target, Path) else target
    with Workbook(target, {"constant_memory": True}) as book:
        sheet = book.add_worksheet(table.sheet)
        styles = [book.add_format(FORMATS[column.form]) for column in table.columns]
        for place, column in enumerate(table.columns):
            sheet.set_column(place, place, column.width)
        _write_head(book, sheet, table.columns)
        for number, row in enumerate(rows, start=1):
            for place, column in enumerate(table.columns):
                _write_cell(sheet, number, place, column.cell(row, reader), styles[place])


def _write_cell(sheet: Worksheet, row: int, place: int, value: Any, style: Any = None) -> None:
    if isinstance(value, datetime | date):
        sheet.write_datetime(row, place, value, style)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        sheet.write_number(row, place, value, style)
    elif value not in (None, ""):
        sheet.write_string(row, place, neutral(str(value)), style)


def csv_lines(table: Table, rows: Iterable[Any], reader: Reader) -> Iterator[str]:
    """UTF-8 with its mark and semicolons: what Excel with Indonesian settings opens by a double click."""
    buffer = StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    buffer.write(CSV_MARK)
    writer.writerow([str(column.label) for column in table.columns])
    for row in rows:
        yield _taken(buffer)
        writer.writerow([_csv_text(column.cell(row, reader)) for column in table.columns])
    yield _taken(buffer)


def _taken(buffer: StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def _csv_text(value: str | int | date) -> str:
    if isinstance(value, date):
        return f"{value:%d-%m-%Y}"
    return neutral(value) if isinstance(value, str) else str(value)


def report_workbook(table: Table, sheet: Sheet, head: str, notes: Mapping[int, list[str]]) -> bytes:
    """The rows of an import as they came, with a last column that says what was found in each."""
    stream = BytesIO()
    ours = (NOTE_COLUMN, FOUND_COLUMN)
    places = [place for place, cell in enumerate(sheet.head) if cell.value and str(cell.value) not in ours]
    with Workbook(stream, {"constant_memory": True}) as book:
        page = book.add_worksheet(table.sheet)
        text, day = book.add_format(FORMATS["text"]), book.add_format(FORMATS["day"])
        note = book.add_format({"text_wrap": True, "font_color": "#9C1C1C"})
        page.set_column(0, len(places) - 1, 22, text)
        page.set_column(len(places), len(places), 70)
        _write_head(book, page, (), *(str(sheet.head[place].value) for place in places), head)
        for number, cells in sheet.rows:
            for target, place in enumerate(places):
                value = cells[place].value if place < len(cells) else None
                style = day if isinstance(value, datetime | date) else text if isinstance(value, str) else None
                _write_cell(page, number - 1, target, value, style)
            if number in notes:
                page.write_string(number - 1, len(places), "\n".join(notes[number]), note)
    return stream.getvalue()
