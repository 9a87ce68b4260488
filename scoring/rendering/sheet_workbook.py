"""One scorer's sheet as a workbook: to be filled in without a line, and to be read back. One row per indicator."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from io import BytesIO
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from core import workbooks
from core.fields import ParagraphField
from core.formats import number_id
from core.workbooks import Cell, column_letters, neutral
from scoring.maths.instrument import Indicator, InstrumentSpec
from scoring.models import NOTE_LENGTH
from scoring.rendering.workbook_parts import (
    HELP,
    MARK,
    Mark,
    allowed,
    full_line,
    read_mark,
    styles,
    write_head,
    write_help,
    write_mark,
)
from scoring.rules import NA_LABEL, NOTHING, Answer, Question, plain_number

SHEET = "Nilai"
CODE, LABEL, VALUE, NOTE, CHOICES = range(5)
WIDTHS = (8, 44, 16, 50, 70)
NA_WORDS = {"tidak berlaku", "tb", "n/a", "na"}
NUMBER = re.compile(r"\d{1,4}(?:[.,]\d{1,2})?")


class Filled(NamedTuple):
    """What a workbook says: whose, the answers, and every mistake with its cell. With mistakes nothing may be saved."""

    mark: Mark
    answers: dict[str, Answer]
    mistakes: list[str]


def write_workbook(
    spec: InstrumentSpec, questions: Iterable[Question], answers: Mapping[str, Answer], mark: Mark, title: str
) -> bytes:
    """The sheet with what is stored, its options and a list of the allowed values in each cell."""
    stream, labels = BytesIO(), {one.code: one for one in questions}
    with Workbook(stream, {"in_memory": True}) as book:
        sheet, extra, hidden = book.add_worksheet(SHEET), book.add_worksheet(HELP), book.add_worksheet(MARK)
        look = styles(book)
        heads = (_("Kode"), _("Indikator"), _("Nilai"), _("Catatan"), _("Pilihan"))
        write_head(sheet, heads, WIDTHS, look.head)
        for row, indicator in enumerate(spec.indicators, start=1):
            question, answer = labels[indicator.code], answers.get(indicator.code, NOTHING)
            sheet.write_string(row, CODE, indicator.code, look.fixed)
            sheet.write_string(row, LABEL, question.label, look.fixed)
            _write_value(sheet, row, answer, look.own)
            sheet.write_string(row, NOTE, neutral(answer.note), look.own_text)
            sheet.write_string(row, CHOICES, _choices(spec, indicator, question), look.fixed)
            cells = [float(value) for value in indicator.values] + ([str(NA_LABEL)] if indicator.na_allowed else [])
            sheet.data_validation(row, VALUE, row, VALUE, allowed(hidden, row + 3, cells))
        write_help(extra, _help(title))
        write_mark(hidden, mark)
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
    noted = ", ".join(number_id(plain_number(value)) for value in indicator.note_required_at)
    return "\n".join([text, _("Wajib catatan untuk nilai %(values)s") % {"values": noted}]) if noted else text


def _help(title: str) -> list[str]:
    return [
        title,
        _("Isi kolom Nilai dan Catatan pada lembar %(sheet)s. Kolom lain jangan diubah.") % {"sheet": SHEET},
        _("Nilai yang belum dapat diberikan boleh dikosongkan. “Tidak berlaku” selalu memerlukan catatan."),
        _("Unggah berkas ini di halaman tempat Anda mengunduhnya. Isinya menjadi konsep; kirimlah di portal."),
        _("Bila lembar nilai di portal berubah sesudah berkas ini diunduh, keduanya diperlihatkan berdampingan."),
    ]


def read_workbook(data: bytes, spec: InstrumentSpec) -> Filled:
    """What was filled in. Raises WorkbookRefused for a file that is no workbook of ours."""
    workbooks.check_workbook(data, SHEET)
    mark = read_mark(data, _("Berkas ini bukan lembar nilai dari portal. Unduh lembar nilai, lalu isi berkas itu."))
    sheet = workbooks.read_sheet(data, title=SHEET, max_rows=len(spec.indicators) + 50, max_columns=len(WIDTHS))
    known = {indicator.code: indicator for indicator in spec.indicators}
    answers: dict[str, Answer] = {}
    mistakes: list[str] = []
    for number, cells in sheet.rows:
        line = full_line(cells, len(WIDTHS))
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
