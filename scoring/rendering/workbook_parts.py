"""What the workbooks of sheets and visits have in common: their looks, lists of allowed values, and the hidden mark.

The hidden sheet `MARK` says which work, version and instrument a workbook was made from, and holds the allowed values
below. No query anywhere; the library is loaded when it is needed.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from core import workbooks
from core.workbooks import Cell, WorkbookRefused, column_letters

HELP, MARK = "Petunjuk", "tanda"
MARK_FIELDS = ("assignment", "version", "instrument")
MAX_BYTES = 1024 * 1024


class Mark(NamedTuple):
    """Which sheet or visit the workbook was made from."""

    assignment: int
    version: int
    instrument: str  # sha256


class Styles(NamedTuple):
    """`head`, what is fixed, and what may be filled in: as text, so that no spreadsheet makes a number of a time."""

    head: Any
    fixed: Any
    own: Any
    own_text: Any


def styles(book: Any) -> Styles:
    own = {"text_wrap": True, "valign": "top", "locked": False, "bg_color": "#FFF8E1", "border": 1}
    return Styles(
        book.add_format({"bold": True, "bg_color": "#DCE6F2", "border": 1, "valign": "top"}),
        book.add_format({"text_wrap": True, "valign": "top"}),
        book.add_format(own),
        book.add_format(own | {"num_format": "@"}),
    )


def write_head(sheet: Any, texts: Iterable[str], widths: Iterable[int], style: Any) -> None:
    """The head stays in sight, and only what may be filled in can be changed."""
    for place, (text, width) in enumerate(zip(texts, widths, strict=True)):
        sheet.write_string(0, place, text, style)
        sheet.set_column(place, place, width)
    sheet.freeze_panes(1, 2)
    sheet.protect()


def write_help(sheet: Any, lines: Iterable[str]) -> None:
    sheet.set_column(0, 0, 100)
    for number, text in enumerate(lines):
        sheet.write_string(number, 0, text)


def write_mark(hidden: Any, mark: Mark) -> None:
    for place, (name, value) in enumerate(zip(MARK_FIELDS, mark, strict=True)):
        hidden.write_string(0, place, name)
        hidden.write_string(1, place, str(value))
    hidden.hide()


def allowed(hidden: Any, line: int, values: Sequence[Any]) -> dict[str, Any]:
    """A list of cells, for a list of words would be cut at decimal commas by an Indonesian Excel."""
    for place, value in enumerate(values):
        hidden.write(line, place, value)
    last = column_letters(len(values) - 1)
    return {
        "validate": "list",
        "source": f"={MARK}!$A${line + 1}:${last}${line + 1}",
        "error_message": _("Pilih nilai yang ada dalam daftar."),
    }


def read_mark(data: bytes, refusal: str) -> Mark:
    """Raises WorkbookRefused with these words for a workbook that is none of ours."""
    try:
        sheet = workbooks.read_sheet(data, title=MARK, max_rows=1, max_columns=len(MARK_FIELDS), hidden=True)
        texts = [str(cell.value) for cell in sheet.rows[0][1]]
        return Mark(int(texts[0]), int(texts[1]), texts[2])
    except (WorkbookRefused, IndexError, ValueError) as error:
        raise WorkbookRefused(refusal) from error


def full_line(cells: list[Cell], width: int) -> list[Cell]:
    """A row of the workbook with an empty cell where it ends early."""
    return [*cells, *[Cell(None, "n")] * (width - len(cells))]
