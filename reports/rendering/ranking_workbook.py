"""The ranking of a period as a workbook: a row per place, and who has signed which version."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from reports.models import Report
from reports.rendering.tables import BOOK, OUTCOMES, Table, Tell, among_met, write_about
from reports.selectors.scores import scored_nominations, stages_in
from scoring.presenters.medians import final_median, stage_median
from scoring.presenters.rankings import state_of
from scoring.selectors.people import recused_nominations
from scoring.selectors.plenary import finalists, ranked_categories, tie_orders
from scoring.selectors.rankings import signed_versions

STAGE_WIDTH = 14


def write_ranking(target: Path, report: Report, tell: Tell) -> int:
    """Write the workbook with the rights of the person who asked; returns the number of places. Seven queries.

    Rows that the person may not meet are left out, and the places are those among the others, as on the page.
    """
    seen = set(scored_nominations(report.created_by, report.period_id).order_by().values_list("pk", flat=True))
    hidden = recused_nominations(report.created_by, report.period_id)
    met = [one for one in finalists(report.period_id) if one.pk in seen]
    ranked = ranked_categories(met, tie_orders(report.period_id, hidden))
    with Workbook(str(target), BOOK) as book:
        count = _write_places(book, ranked, stages_in(report.period_id))
        tell(count, count)
        if not hidden:
            _write_signatures(book, report.period_id)
        note = _(
            "Peringkat dihitung dalam kategorinya. Baris yang seri berbagi peringkat sampai pleno memutuskan. Median"
            " adalah nilai tengah lembar nilai dan hanya pembanding; nilai resmi adalah rata-rata."
        )
        write_about(book, report, [(_("Baris peringkat"), count)], f"{note} {among_met(hidden)}".strip())
    return count


def _write_places(book: Workbook, ranked: list[dict[str, Any]], stages: list[tuple[str, str, list[int]]]) -> int:
    heads = [_("Kategori"), _("Peringkat"), _("Seri"), _("Nomor usulan"), _("Usulan"), _("Provinsi")]
    heads += [_("Kabupaten/kota"), *_stage_heads(stages), _("Nilai akhir"), _("Nilai akhir dengan median")]
    heads += [_("Bintang menurut nilai"), _("Putusan pleno"), _("Bintang menurut pleno"), _("Alasan")]
    widths = [24, 11, 8, 22, 30, 22, 24, *[STAGE_WIDTH] * len(stages) * 2, 12, 12, 12, 22, 12, 40]
    table = Table(book, _("Peringkat"), heads, widths)
    for group in ranked:
        for row in group["rows"]:
            table.write(_cells(group["category"].label, row, stages))
    return table.row - 1


def _stage_heads(stages: list[tuple[str, str, list[int]]]) -> list[str]:
    return [text for _code, label, _ids in stages for text in (label, _("Median %(stage)s") % {"stage": label})]


def _cells(category: str, row: dict[str, Any], stages: list[tuple[str, str, list[int]]]) -> list[Any]:
    nomination, word = row["nomination"], row["recommendation"]
    results = {result.stage_id: result for result in nomination.stage_results.all()}
    cells = [category, row["rank"], _("Ya") if row["panel_decides"] else "", nomination.reference, nomination.title]
    cells += [nomination.region.parent.name, nomination.region.label]
    for _code, _label, ids in stages:
        result = next((results[pk] for pk in ids if pk in results), None)
        cells += [result.score if result else None, stage_median(result)]
    cells += [row["final"].score, final_median(results.values()), row["final"].stars]
    return cells + ([OUTCOMES[word.outcome], word.stars, word.reason] if word else [None, None, None])


def _write_signatures(book: Workbook, period_id: int) -> None:
    heads = [_("Kategori"), _("Versi"), _("Keadaan"), _("Ketua panel"), _("Ditandatangani")]
    heads += [_("Admin kementerian"), _("Disegel"), _("Sidik (SHA-256)")]
    table = Table(book, _("Segel"), heads, [24, 8, 28, 28, 17, 28, 17, 68])
    for one in signed_versions(period_id):
        second = one.signed_by_2.name if one.signed_by_2 else ""
        state = state_of(one)["label"]
        cells = [one.category.label, one.version, state, one.signed_by_1.name, one.signed_at_1]
        table.write([*cells, second, one.signed_at_2, one.sha256])
