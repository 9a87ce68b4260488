"""From the cells of a sheet to values: what a spreadsheet does to numbers and dates, and choices from lists."""

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from string import ascii_uppercase
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.fields import DayField, IdentifierField, WholeNumberField, word_errors
from core.workbooks import Cell, Sheet, column_letters, plain
from sentra.enums import FindingKind
from sentra.rendering.columns import FOUND_COLUMN, NOTE_COLUMN, Column, Table
from sentra.selectors.lists import RegionLists, fold, retired

MASKED = re.compile(r"[0-9]+\*+[0-9]+")
EXACT_DIGITS = 15  # a spreadsheet keeps no more of a number and fills up with zeros


@dataclass(frozen=True, slots=True)
class Finding:
    kind: FindingKind
    row: int
    column: str
    cell: str
    text: str


@dataclass(slots=True)
class Line:
    """One row of the sheet: its values by column name, and what is wrong or odd about it."""

    row: int
    values: dict[str, Any] = field(default_factory=dict)
    masked: dict[str, str] = field(default_factory=dict)
    """numbers as an export masks them, by column name: the row leaves them as they are"""
    errors: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[tuple[str, str]] = field(default_factory=list)


class CellProblem(Exception):
    """The cell cannot be taken; the text is for the officer."""


class SheetReader:
    """Reads the sheet of one table by its head; the columns may stand in any order."""

    def __init__(self, table: Table, lists: RegionLists, sheet: Sheet) -> None:
        self.table, self.lists, self.sheet = table, lists, sheet
        self.places: dict[str, int] = {}
        self.head_findings: list[Finding] = []
        self._read_head()
        self.fields = {column.name: _own_field(column) for column in table.read}

    @property
    def columns(self) -> list[Column]:
        """The columns that the file has, a kecamatan before its villages."""
        return [column for column in self.table.read if column.name in self.places]

    def finding(self, kind: FindingKind, row: int, name: str, text: str) -> Finding:
        """About the cell of that column, or about the whole row when the file lacks the column."""
        label = next((str(column.label) for column in self.table.read if column.name == name), "")
        place = self.places.get(name)
        return Finding(kind, row, label, "" if place is None else f"{column_letters(place)}{row}", text)

    def lines(self) -> Iterator[Line]:
        for number, cells in self.sheet.rows:
            line = Line(number)
            for column in self.columns:
                place = self.places[column.name]
                self._read_cell(line, column, cells[place] if place < len(cells) else Cell(None, "n"))
            yield line

    def merged_findings(self) -> Iterator[Finding]:
        """Only the first of merged cells has a value, so the others would look empty."""
        for area in self.sheet.merged:
            first = area.partition(":")[0]
            text = _("Sel %(area)s digabung. Pisahkan sel itu, lalu isi setiap baris.") % {"area": area}
            yield Finding(FindingKind.ERROR, int(first.lstrip(ascii_uppercase)), "", first, text)

    def _read_head(self) -> None:
        known = {fold(str(column.label)): column for column in self.table.columns}
        for place, cell in enumerate(self.sheet.head):
            text = str(cell.value or "").strip()
            column = known.get(fold(text))
            if column is None and text and text not in (NOTE_COLUMN, FOUND_COLUMN):
                self._refuse_head(
                    place, _("Judul kolom “%(text)s” tidak dikenal. Hapus kolom ini.") % {"text": text[:80]}
                )
            elif column and column.name in self.places:
                self._refuse_head(place, _("Judul kolom “%(text)s” ada dua kali.") % {"text": text})
            elif column and column.field:
                self.places[column.name] = place
        for column in self.table.read:
            if column.required and column.name not in self.places:
                text = _("Kolom “%(label)s” tidak ada. Gunakan judul kolom seperti pada templat.")
                self._refuse_head(None, text % {"label": column.label})

    def _refuse_head(self, place: int | None, text: str) -> None:
        cell = "" if place is None else f"{column_letters(place)}1"
        self.head_findings.append(Finding(FindingKind.ERROR, 1, "", cell, text))

    def _read_cell(self, line: Line, column: Column, cell: Cell) -> None:
        try:
            given = typed(column, cell)
            if column.lists:
                line.values[column.name] = self._chosen(column, str(given), line)
            elif isinstance(column.field, IdentifierField) and MASKED.fullmatch(str(given)):
                line.masked[column.name] = given
            else:
                self._cleaned(line, column, given, is_number=cell.kind == "n" and cell.value is not None)
        except CellProblem as problem:
            line.errors.append((column.name, str(problem)))

    def _cleaned(self, line: Line, column: Column, given: Any, *, is_number: bool) -> None:
        own = self.fields[column.name]
        own.warnings = ()
        try:
            line.values[column.name] = own.clean(given)
        except ValidationError as error:
            hint = _(
                "Sel ini berisi bilangan, sehingga angka 0 di depan hilang."
                " Ubah format sel menjadi Teks, lalu ketik ulang."
            )
            text = " ".join(error.messages)
            raise CellProblem(f"{text} {hint}" if is_number and isinstance(own, IdentifierField) else text) from error
        line.warnings += [(column.name, text) for text in own.warnings]

    def _chosen(self, column: Column, text: str, line: Line) -> Any:
        if not text:
            if column.required:
                raise CellProblem(_("%(label)s belum dipilih.") % {"label": column.label})
            return None
        if column.lists == "village":
            district = line.values.get("district")
            if district is None:
                return None  # the kecamatan's own error is enough
            choices = self.lists.villages()[district.pk]
        else:
            choices = self.lists[column.lists]
        found = choices.find(text)
        if len(found) == 1:
            return next(iter(found))
        if not found:
            raise CellProblem(
                _("“%(text)s” tidak ada dalam daftar. Pilih dari daftar pada templat.") % {"text": text[:80]}
            )
        many = _("“%(text)s” dapat berarti lebih dari satu pilihan. Tulis lengkap salah satunya: %(options)s.")
        raise CellProblem(many % {"text": text[:80], "options": "; ".join(found.values())})


def _own_field(column: Column) -> Any:
    """A copy, because a field keeps the oddities of the last value."""
    own = copy.deepcopy(column.field)
    own.label = column.label
    word_errors(own)
    return own


def typed(column: Column, cell: Cell) -> Any:
    """What the officer meant to type into a cell. Raises CellProblem when the spreadsheet has spoilt it."""
    value = cell.value
    if cell.kind == "f":
        raise CellProblem(_("Sel ini berisi rumus. Salin sel itu, lalu tempel sebagai nilai."))
    if cell.kind == "e" or isinstance(value, bool):
        raise CellProblem(_("Sel ini berisi %(value)s. Ketik ulang isinya.") % {"value": value})
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        if isinstance(column.field, DayField):
            return value.date() if isinstance(value, datetime) else value
        raise CellProblem(
            _("Excel mengubah isi sel ini menjadi tanggal. Ubah format sel menjadi Teks, lalu ketik ulang.")
        )
    if isinstance(value, int | float):
        return _typed_number(column, value)
    return plain(str(value)).strip()


def _typed_number(column: Column, value: float) -> Any:
    if value != value or value in (float("inf"), float("-inf")) or int(value) != value:
        if isinstance(column.field, WholeNumberField):
            raise CellProblem(_("Isi dengan angka bulat, tanpa koma."))
        return str(value).replace(".", ",")
    if isinstance(column.field, WholeNumberField):
        return int(value)
    text = str(int(value))
    if isinstance(column.field, IdentifierField) and len(text) > EXACT_DIGITS:
        raise CellProblem(
            _("Excel membulatkan bilangan yang lebih dari 15 angka. Ubah format sel menjadi Teks, lalu ketik ulang.")
        )
    return text


def retired_problem(columns: list[Column], values: Mapping[str, Any], before: Any) -> tuple[str, str] | None:
    """A choice that is not offered any more stays only where it was."""
    for column in columns:
        value = values.get(column.name)
        if column.lists and value is not None and retired(value) and getattr(before, column.name, None) != value:
            return column.name, _("“%(text)s” sudah tidak berlaku. Pilih dari daftar pada templat.") % {"text": value}
    return None
