"""The calibration rounds of a period as a workbook: how far each scorer stands from the panel. Practice only."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from reports.models import Report
from reports.rendering.tables import BOOK, Table, Tell, write_about
from scoring.models import Stage
from scoring.presenters.calibration import anchor_blocks, middle_of, scorer_rows, values_of
from scoring.rules import questions_in
from scoring.selectors.calibration import readable_rounds, round_of


def write_calibration(target: Path, report: Report, tell: Tell) -> int:
    """Write the rounds that the person who asked may open; returns the number of practice sheets.

    One query and at most three for each round.
    """
    with Workbook(str(target), BOOK) as book:
        scorers, sheets, values = _scorers(book), _sheets(book), _values(book)
        for stage in readable_rounds(report.created_by, report.period_id):
            _write_round(stage, scorers, sheets, values)
            tell(sheets.row - 1)
        note = _(
            "Lembar latihan tidak pernah dihitung. Pembanding ialah nilai acuan ketua panel, atau median lembar yang"
            " terkirim bila tidak ada acuan. Kalibrasi yang usulannya berbenturan dengan Anda tidak dimuat."
        )
        write_about(book, report, [(_("Lembar latihan"), sheets.row - 1)], note)
    return sheets.row - 1


def _scorers(book: Workbook) -> Table:
    heads = [_("Kategori"), _("Tahap"), _("Penilai"), _("Lembar"), _("Penyimpangan rata-rata")]
    return Table(book, _("Penilai"), heads, [24, 28, 30, 9, 15])


def _sheets(book: Workbook) -> Table:
    heads = [_("Kategori"), _("Tahap"), _("Nomor usulan"), _("Usulan"), _("Penilai"), _("Keadaan")]
    heads += [_("Jumlah nilai"), _("Pembanding"), _("Jenis pembanding"), _("Penyimpangan"), _("Alasan")]
    return Table(book, _("Lembar latihan"), heads, [24, 28, 22, 30, 30, 18, 10, 12, 12, 14, 40])


def _values(book: Workbook) -> Table:
    heads = [_("Tahap"), _("Nomor usulan"), _("Indikator"), _("Penilai"), _("Nilai"), _("Pembanding")]
    return Table(book, _("Indikator"), [*heads, _("Penyimpangan")], [28, 22, 50, 30, 9, 12, 14])


def _write_round(stage: Stage, scorers: Table, sheets: Table, values: Table) -> None:
    found = round_of(stage.pk)
    if found is None:  # taken away meanwhile
        return
    questions = questions_in(stage.instrument.definition)
    blocks = anchor_blocks(found, questions)
    for row in scorer_rows(blocks):
        place = [stage.category.label, stage.label]
        scorers.write([*place, row["name"], row["sheets"], Decimal(row["gap"])])
    for block in blocks:
        middle = middle_of(block["sent"], block["reference"])
        _write_sheets(stage, block, middle["total"], sheets)
        about = block["anchor"].snapshot.data["reference"]
        for question in questions:
            for sheet in block["sent"]:
                given, against = values_of(sheet).get(question.code), middle["values"].get(question.code)
                gap = given - against if given is not None and against is not None else None
                label = f"{question.code} {question.label}"
                values.write([stage.label, about, label, sheet.assessor.name, given, against, gap])


def _write_sheets(stage: Stage, block: dict[str, Any], middle: Decimal, sheets: Table) -> None:
    data = block["anchor"].snapshot.data
    place = [stage.category.label, stage.label, data["reference"], data["title"]]
    kind = _("Acuan") if block["reference"] else _("Median")
    for sheet in block["sent"]:
        cells = [sheet.assessor.name, _("Terkirim"), sheet.total, middle, kind, sheet.total - middle]
        sheets.write([*place, *cells])
    for name in block["missing"]:
        sheets.write([*place, name, _("Belum mengirim")])
    for sheet in block["recused"]:
        sheets.write([*place, sheet.assessor.name, _("Benturan"), None, None, None, None, sheet.conflict_reason])
