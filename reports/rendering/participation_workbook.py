"""Who nominated and who did not, by region, province and category, beside another round."""

from pathlib import Path

from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from reference.models import Region
from reports.models import Report
from reports.rendering.tables import BOOK, Table, Tell, write_about
from reports.selectors import share_of
from reports.selectors.participation import (
    Tally,
    added,
    category_tallies,
    compared_period,
    province_category_counts,
    region_tallies,
)

COUNTS = [13] * 6


def write_participation(target: Path, report: Report, tell: Tell) -> int:
    """Write the workbook; returns the number of kabupaten and kota. Eleven queries at most."""
    user = report.created_by
    regions = region_tallies(report.period, user)
    other = compared_period(report)
    with Workbook(str(target), BOOK) as book:
        _write_regions(book, regions)
        tell(len(regions), len(regions))
        _write_provinces(book, regions)
        _write_categories(book, report)
        _write_crossed(book, report, regions)
        if other:
            _write_comparison(book, report, regions, region_tallies(other, user), other.name)
        note = _("Hasil penetapan kosong sampai hasil dibuka. Usulan yang ditarik tidak dihitung.")
        write_about(book, report, [(_("Kabupaten dan kota"), len(regions))], note)
    return len(regions)


def _heads() -> list[str]:
    return [_("Konsep"), _("Diajukan"), _("Menunggu putusan"), _("Tidak memenuhi syarat"), _("Lolos"), _("Ditetapkan")]


def _counts(tally: Tally) -> list[int | None]:
    return [tally.drafts, tally.sent, tally.waiting, tally.ineligible, tally.passed, tally.granted]


def _write_regions(book: Workbook, regions: list[tuple[Region, Tally]]) -> None:
    heads = [_("Kode"), _("Kabupaten/kota"), _("Provinsi"), _("Mengusulkan"), *_heads()]
    table = Table(book, _("Kabupaten dan kota"), heads, [9, 34, 26, 13, *COUNTS])
    for region, tally in regions:
        nominated = _("Ya") if tally.sent else _("Belum")
        table.write([region.pk, region.label, region.parent.label, nominated, *_counts(tally)])


def _write_provinces(book: Workbook, regions: list[tuple[Region, Tally]]) -> None:
    """Provinces by the share of their kabupaten and kota that nominated, the least first."""
    of: dict[str, list[Tally]] = {}
    labels: dict[str, str] = {}
    for region, tally in regions:
        of.setdefault(region.parent_id, []).append(tally)
        labels[region.parent_id] = region.parent.label
    heads = [_("Kode"), _("Provinsi"), _("Kabupaten/kota"), _("Mengusulkan"), _("Bagian (%)"), *_heads()]
    table = Table(book, _("Provinsi"), heads, [9, 30, 15, 13, 11, *COUNTS])
    rows = [(code, len(rows), sum(bool(one.sent) for one in rows), added(rows)) for code, rows in of.items()]
    for code, all_of_it, nominated, tally in sorted(rows, key=lambda row: (row[2] / row[1], row[0])):
        share = share_of(nominated, all_of_it)
        table.write([code, labels[code], all_of_it, nominated, share, *_counts(tally)])


def _write_categories(book: Workbook, report: Report) -> None:
    table = Table(book, _("Kategori"), [_("Kategori"), *_heads()], [30, *COUNTS])
    for category, tally in category_tallies(report.period, report.created_by):
        table.write([category.label, *_counts(tally)])


def _write_crossed(book: Workbook, report: Report, regions: list[tuple[Region, Tally]]) -> None:
    """How many each province sent in each category."""
    categories = [row for row, _tally in category_tallies(report.period, report.created_by)]
    counts = province_category_counts(report.period, report.created_by)
    heads = [_("Kode"), _("Provinsi"), *(row.label for row in categories)]
    table = Table(book, _("Provinsi dan kategori"), heads, [9, 30, *[18] * len(categories)])
    for code, label in {region.parent_id: region.parent.label for region, _tally in regions}.items():
        table.write([code, label, *(counts.get((code, row.pk), 0) for row in categories)])


def _write_comparison(
    book: Workbook,
    report: Report,
    now: list[tuple[Region, Tally]],
    then: list[tuple[Region, Tally]],
    other: str,
) -> None:
    """The sums of this round and of the other, and what each province sent in both."""
    names = [other, report.period.name, _("Selisih")]
    sums = Table(book, _("Dua periode"), [_("Hal"), *names], [34, 18, 18, 12])
    nominated = [sum(bool(one.sent) for _region, one in rows) for rows in (then, now)]
    sums.write([_("Kabupaten/kota yang mengusulkan"), *_with_difference(*nominated)])
    old, new = (added([one for _region, one in rows]) for rows in (then, now))
    for head, *both in zip(_heads(), _counts(old), _counts(new), strict=True):
        sums.write([head, *_with_difference(*both)])

    provinces = Table(book, _("Dua periode per provinsi"), [_("Kode"), _("Provinsi"), *names], [9, 30, 18, 18, 12])
    sent: dict[tuple[str, str], list[int]] = {}
    for column, rows in enumerate((then, now)):
        for region, tally in rows:
            sent.setdefault((region.parent_id, region.parent.label), [0, 0])[column] += tally.sent
    for province, both in sent.items():
        provinces.write([*province, *_with_difference(*both)])


def _with_difference(first: int | None, second: int | None) -> list[int | None]:
    return [first, second, None if first is None or second is None else second - first]
