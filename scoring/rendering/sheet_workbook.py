"""One scorer's sheet as a workbook: to be filled in without a line, and to be read back.

`SHEET` holds one row per indicator, `HELP` says how, and the hidden `MARK` says which sheet, version and instrument it
is. No query anywhere; the library is loaded when it is needed.
"""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from io import BytesIO
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from core import workbooks
from core.fields import ParagraphField
from core.formats import number_id
from core.workbooks import Cell, WorkbookRefused, column_letters, neutral
from scoring.maths.instrument import Indicator, InstrumentSpec
from scoring.models import NOTE_LENGTH
from scoring.rules import NA_LABEL, NOTHING, Answer, Question, plain_number

SHEET, HELP, MARK = "Nilai", "Petunjuk", "tanda"
CODE, LABEL, VALUE, NOTE, CHOICES = range(5)
WIDTHS = (8, 44, 16, 50, 70)
MARK_FIELDS = ("assignment", "version", "instrument")
MAX_BYTES = 1024 * 1024
NA_WORDS = {"tidak berlaku", "tb", "n/a", "na"}
NUMBER = re.compile(r"\d{1,4}(?:[.,]\d{1,2})?")


class Mark(NamedTuple):
    """Which sheet the workbook was made from."""

    assignment: int
    version: int
    instrument: str  # sha256


class Filled(NamedTuple):
    """What a workbook says: whose, the answers, and every mistake with its cell. With mistakes nothing may be saved."""

    mark: Mark
    answers: dict[str, Answer]
    mistakes: list[str]


def write_workbook(
    spec: InstrumentSpec, questions: Iterable[Question], answers: Mapping[str, Answer], mark: Mark, title: str
) -> bytes:
    """The sheet with what is stored, its options and a list of the allowed values in each cell."""
    from xlsxwriter import Workbook  # noqa: PLC0415 - as in core.workbooks

    stream, labels = BytesIO(), {one.code: one for one in questions}
    with Workbook(stream, {"in_memory": True}) as book:
        sheet, extra, hidden = book.add_worksheet(SHEET), book.add_worksheet(HELP), book.add_worksheet(MARK)
        head = book.add_format({"bold": True, "bg_color": "#DCE6F2", "border": 1, "valign": "top"})
        fixed = book.add_format({"text_wrap": True, "valign": "top"})
        own = book.add_format({"text_wrap": True, "valign": "top", "locked": False, "bg_color": "#FFF8E1", "border": 1})
        for place, text in enumerate((_("Kode"), _("Indikator"), _("Nilai"), _("Catatan"), _("Pilihan"))):
            sheet.write_string(0, place, text, head)
            sheet.set_column(place, place, WIDTHS[place])
        for row, indicator in enumerate(spec.indicators, start=1):
            question, answer = labels[indicator.code], answers.get(indicator.code, NOTHING)
            sheet.write_string(row, CODE, indicator.code, fixed)
            sheet.write_string(row, LABEL, question.label, fixed)
            _write_value(sheet, row, answer, own)
            sheet.write_string(row, NOTE, neutral(answer.note), own)
            sheet.write_string(row, CHOICES, _choices(spec, indicator, question), fixed)
            sheet.data_validation(row, VALUE, row, VALUE, _allowed(hidden, row, indicator))
        sheet.freeze_panes(1, 2)
        sheet.protect()
        _write_help(extra, title)
        for place, (name, value) in enumerate(zip(MARK_FIELDS, mark, strict=True)):
            hidden.write_string(0, place, name)
            hidden.write_string(1, place, str(value))
        hidden.hide()
    return stream.getvalue()


def _write_value(sheet: Any, row: int, answer: Answer, style: Any) -> None:
    if answer.na:
        sheet.write_string(row, VALUE, str(NA_LABEL), style)
    elif answer.value is None:
        sheet.write_blank(row, VALUE, None, style)
    else:
        sheet.write_number(row, VALUE, float(answer.value), style)


def _choices(spec: InstrumentSpec, indicator: Indicator, question: Question) -> str:
    if spec.scale:
        text = _("%(low)s sampai %(high)s, tiap %(step)s") % {
            "low": number_id(spec.scale.minimum),
            "high": number_id(spec.scale.maximum),
            "step": number_id(spec.scale.step),
        }
        text = "\n".join([text, *(f"{number_id(plain_number(mark))}: {label}" for mark, label in question.options)])
    else:
        text = "\n".join(f"{number_id(plain_number(points))}: {label}" for points, label in question.options)
    text = f"{text}\n{NA_LABEL}" if indicator.na_allowed else text
    noted = ", ".join(number_id(plain_number(value)) for value in sorted(set(indicator.note_required_at)))
    return "\n".join([text, _("Wajib catatan untuk nilai %(values)s") % {"values": noted}]) if noted else text


def _allowed(hidden: Any, row: int, indicator: Indicator) -> dict[str, Any]:
    """A list of cells, for a list of words would be cut at decimal commas by an Indonesian Excel."""
    line = row + 3
    cells = [float(value) for value in indicator.values] + ([str(NA_LABEL)] if indicator.na_allowed else [])
    for place, value in enumerate(cells):
        hidden.write(line, place, value)
    last = column_letters(len(cells) - 1)
    return {
        "validate": "list",
        "source": f"={MARK}!$A${line + 1}:${last}${line + 1}",
        "error_message": _("Pilih nilai yang ada dalam daftar."),
    }


def _write_help(sheet: Any, title: str) -> None:
    sheet.set_column(0, 0, 100)
    for number, text in enumerate(
        (
            title,
            _("Isi kolom Nilai dan Catatan pada lembar %(sheet)s. Kolom lain jangan diubah.") % {"sheet": SHEET},
            _("Nilai yang belum dapat diberikan boleh dikosongkan. “Tidak berlaku” selalu memerlukan catatan."),
            _("Unggah berkas ini di halaman tempat Anda mengunduhnya. Isinya menjadi konsep; kirimlah di portal."),
            _("Bila lembar nilai di portal berubah sesudah berkas ini diunduh, keduanya diperlihatkan berdampingan."),
        )
    ):
        sheet.write_string(number, 0, text)


def read_workbook(data: bytes, spec: InstrumentSpec) -> Filled:
    """What was filled in. Raises WorkbookRefused for a file that is no workbook of ours."""
    workbooks.check_workbook(data, SHEET)
    mark = _mark(data)
    sheet = workbooks.read_sheet(data, title=SHEET, max_rows=len(spec.indicators) + 50, max_columns=len(WIDTHS))
    known = {indicator.code: indicator for indicator in spec.indicators}
    answers: dict[str, Answer] = {}
    mistakes: list[str] = []
    for number, cells in sheet.rows:
        line = [*cells, *[Cell(None, "n")] * (len(WIDTHS) - len(cells))]
        code = str(line[CODE].value or "").strip()
        if code not in known:
            mistakes.append(_("A%(row)d: kode “%(code)s” tidak ada dalam instrumen.") % {"row": number, "code": code})
        elif code in answers:
            mistakes.append(_("A%(row)d: kode %(code)s tertulis dua kali.") % {"row": number, "code": code})
        else:
            answers[code] = _answer(known[code], line, number, mistakes)
    missing = [code for code in known if code not in answers]
    if missing:
        mistakes.append(_("Baris untuk %(codes)s tidak ada lagi.") % {"codes": ", ".join(missing)})
    if sheet.too_long:
        mistakes.append(_("Berkas ini mempunyai lebih banyak baris daripada lembar nilai."))
    return Filled(mark, answers, mistakes)


def _mark(data: bytes) -> Mark:
    try:
        sheet = workbooks.read_sheet(data, title=MARK, max_rows=1, max_columns=len(MARK_FIELDS), hidden=True)
        texts = [str(cell.value) for cell in sheet.rows[0][1]]
        return Mark(int(texts[0]), int(texts[1]), texts[2])
    except (WorkbookRefused, IndexError, ValueError) as error:
        raise WorkbookRefused(
            _("Berkas ini bukan lembar nilai dari portal. Unduh lembar nilai, lalu isi berkas itu.")
        ) from error


def _answer(indicator: Indicator, line: list[Cell], row: int, mistakes: list[str]) -> Answer:
    note = _note(line[NOTE], row, mistakes)
    cell = line[VALUE]
    text = "" if cell.value is None else str(cell.value).strip()
    place = {"cell": f"{column_letters(VALUE)}{row}", "code": indicator.code}
    if not text:
        return Answer(None, note)
    if cell.kind in ("f", "e"):
        mistakes.append(_("%(cell)s (%(code)s): tulis nilainya, bukan rumus.") % place)
        return Answer(None, note)
    if text.casefold() in NA_WORDS:
        if not indicator.na_allowed:
            mistakes.append(_("%(cell)s (%(code)s): indikator ini harus dinilai.") % place)
        return Answer(None, note, na=indicator.na_allowed)
    value = _number(text)
    if value not in indicator.values:
        allowed = ", ".join(number_id(plain_number(one)) for one in indicator.values)
        mistakes.append(
            _("%(cell)s (%(code)s): “%(value)s” tidak ada dalam pilihan (%(allowed)s).")
            % {**place, "value": text[:20], "allowed": allowed}
        )
        return Answer(None, note)
    return Answer(value, note)


def _number(text: str) -> Decimal | None:
    if not NUMBER.fullmatch(text):
        return None
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None


def _note(cell: Cell, row: int, mistakes: list[str]) -> str:
    place = f"{column_letters(NOTE)}{row}"
    if cell.kind in ("f", "e"):
        mistakes.append(_("%(cell)s: tulis catatannya, bukan rumus.") % {"cell": place})
        return ""
    note = ParagraphField(required=False).clean(workbooks.plain("" if cell.value is None else str(cell.value)))
    if len(note) > NOTE_LENGTH:
        mistakes.append(
            _("%(cell)s: catatan paling banyak %(max)d huruf, tertulis %(length)d.")
            % {"cell": place, "max": NOTE_LENGTH, "length": len(note)}
        )
    return note
