"""Scorers who are far apart, as a workbook: a row per case, per sheet, and per value of an indicator that differs."""

from pathlib import Path

from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from reports.models import Report
from reports.rendering.tables import BOOK, Table, Tell, write_about
from scoring.enums import SheetStatus
from scoring.presenters.moderations import differences, moderation_state
from scoring.selectors.assignments import owed_by
from scoring.selectors.moderations import far_apart
from scoring.selectors.panel import leads_of
from scoring.services.moderations import Discrepancy, discrepancies_of

AT_ONCE = 200


def write_discrepancies(target: Path, report: Report, tell: Tell) -> int:
    """Write what the page of discrepancies shows to who asked; returns the number of cases.

    Three queries and at most seven for every `AT_ONCE` cases.
    """
    found = far_apart(report.created_by, period_id=report.period_id)
    leads = {category: lead.user.name for category, lead in leads_of(report.period_id).items()}
    with Workbook(str(target), BOOK) as book:
        cases, sheets, values = _cases(book), _sheets(book), _values(book)
        for start in range(0, len(found), AT_ONCE):
            rows = discrepancies_of(found[start : start + AT_ONCE])
            owed = owed_by(report.created_by, [row.nomination for row in rows])
            for row in rows:
                if row.nomination.pk not in owed:
                    cases.write(_case(row, leads.get(row.nomination.category_id, "")))
                    _write_scores(row, sheets, values)
            tell(cases.row - 1)
        note = _(
            "Usulan yang nilai penilainya berbeda lebih dari ambang instrumen. Lembar yang dibuka kembali dihitung"
            " menurut nilai terakhir yang dikirim."
        )
        write_about(book, report, [(_("Usulan dan tahap"), cases.row - 1), (_("Lembar"), sheets.row - 1)], note)
    return cases.row - 1


def _cases(book: Workbook) -> Table:
    heads = [_("Kategori"), _("Tahap"), _("Nomor usulan"), _("Usulan"), _("Kabupaten/kota"), _("Selisih")]
    heads += [_("Keadaan"), _("Sedang dibuka kembali"), _("Penanggung jawab"), _("Pembahasan")]
    return Table(book, _("Selisih"), heads, [24, 28, 22, 30, 24, 10, 30, 14, 28, 60])


def _case(row: Discrepancy, lead: str) -> list[object]:
    state = moderation_state(row.moderation, moderated=row.moderated, reopened=row.reopened)
    one, said = row.nomination, row.moderation.discussion if row.moderation else ""
    cells = [one.category.label, row.stage.label, one.reference, one.title, one.region.label, row.spread]
    return [*cells, state["label"], _("Ya") if row.reopened else "", lead, said]


def _sheets(book: Workbook) -> Table:
    heads = [_("Nomor usulan"), _("Tahap"), _("Penilai"), _("Jumlah nilai"), _("Keadaan")]
    return Table(book, _("Lembar"), heads, [22, 28, 30, 13, 34])


def _values(book: Workbook) -> Table:
    heads = [_("Nomor usulan"), _("Tahap"), _("Indikator"), _("Penilai"), _("Nilai")]
    return Table(book, _("Indikator berbeda"), heads, [22, 28, 50, 30, 14])


def _write_scores(row: Discrepancy, sheets: Table, values: Table) -> None:
    place = [row.nomination.reference, row.stage.label]
    for sheet, total in row.given:
        state = _("Dibuka kembali, belum dikirim lagi") if sheet.status == SheetStatus.DRAFT else _("Terkirim")
        sheets.write([*place, sheet.assessor.name, total, state])
    for one in differences(row.sheets):
        for (name, shown), score in zip(one["values"], one["scores"], strict=True):
            values.write([*place, one["label"], name, shown if score.value is None else score.value])
