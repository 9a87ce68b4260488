"""The tables of a dashboard as a workbook: what its reader's page shows, a sheet for each table."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from reports.models import Report
from reports.rendering.tables import BOOK, Table, Tell, write_about
from reports.selectors import share_of

FIRST, OTHER = 36, 18  # widths of columns
CENT = Decimal("0.01")


class Sheet(NamedTuple):
    """One table of the page: its name, the heads of its columns, its rows."""

    title: str
    heads: list[str]
    rows: list[list[Any]]


def write_tables(target: Path, report: Report, parts: dict[str, Any], tell: Tell) -> int:
    """Write what `reports.services.dashboard.open_dashboard` gave; returns the number of rows. No query."""
    sheets = [sheet for sheet in _sheets(parts) if sheet.rows]
    with Workbook(str(target), BOOK) as book:
        for sheet in sheets:
            table = Table(book, sheet.title, sheet.heads, [FIRST, *[OTHER] * (len(sheet.heads) - 1)])
            for row in sheet.rows:
                table.write(row)
        count = sum(len(sheet.rows) for sheet in sheets)
        note = _("Isinya sama dengan tabel pada dasbor Anda saat berkas ini dibuat.")
        if parts.get("verified_only"):
            note += " " + _("Hanya usulan yang lolos verifikasi.")
        write_about(book, report, [(_("Baris"), count)], note)
        tell(count, count)
    return count


def _sheets(parts: dict[str, Any]) -> Iterator[Sheet]:
    """In the order of the page; a table that the reader does not have has no sheet."""
    yield _schedule(parts["schedule"])
    if own := parts.get("own"):
        yield Sheet(_("Penilaian Anda"), _share_heads(_("Tahap"), _("Terkirim"), _("Tugas")), _shares(own["bars"]))
    yield from _of_district(parts)
    if "funnel" in parts:
        yield _funnel(parts["funnel"])
        rows = [[row["label"], row["number"]] for row in parts["standstill"]]
        yield Sheet(_("Tidak ikut tahap berikutnya"), [_("Keadaan"), _("Usulan")], rows)
    yield from _coverage(parts)
    if trend := parts.get("trend"):
        yield _trend(trend["rows"])
    rows = [[row["label"], row["number"], row.get("note")] for row in parts.get("returns", ())]
    yield Sheet(_("Pengembalian"), [_("Hal"), _("Banyaknya"), _("Keterangan")], rows)
    yield _spread(parts.get("spread", ()))


def _schedule(schedule: list[dict[str, Any]]) -> Sheet:
    heads = [_("Tahap"), _("Keadaan"), _("Dibuka"), _("Batas akhir"), _("Sisa waktu"), _("Diperpanjang")]
    rows = [
        [
            row["label"],
            row["state"]["label"],
            row["opens_at"],
            row["closes_at"],
            row["left"],
            _("Ya") if row["extended"] else "",
        ]
        for row in schedule
    ]
    return Sheet(_("Sisa waktu"), heads, rows)


def _of_district(parts: dict[str, Any]) -> Iterator[Sheet]:
    heads = [_("Usulan"), _("Keadaan"), _("Batas akhir"), _("Catatan verifikator")]
    rows = [
        [row["nomination"].title, row["state"]["label"], row["closes_at"], row["reason"]]
        for row in parts.get("unfinished", ())
    ]
    yield Sheet(_("Menunggu Anda"), heads, rows)
    heads = _share_heads(_("Komoditas"), _("Sentra yang diajukan"), _("Sentra"))
    yield Sheet(_("Sentra Anda"), heads, _shares(parts.get("standing") or ()))
    if "standing" not in parts:
        rows = [[row["label"], row["part"]] for row in parts.get("categories_sent", ())]
        yield Sheet(_("Usulan per kategori"), [_("Kategori"), _("Usulan")], rows)


def _funnel(funnel: list[dict[str, Any]]) -> Sheet:
    heads = [_("Tahap"), _("Usulan"), _("Bagian dari tahap sebelumnya (%)")]
    before = [None, *(row["part"] for row in funnel)]
    rows = [
        [row["label"], row["part"], share_of(row["part"], last) if last else None]
        for row, last in zip(funnel, before, strict=False)
    ]
    return Sheet(_("Perjalanan usulan"), heads, rows)


def _coverage(parts: dict[str, Any]) -> Iterator[Sheet]:
    """The country by provinces and categories, or a province by its kabupaten and kota."""
    nominating, regions = _("Mengusulkan"), _("Kabupaten/kota")
    if coverage := parts.get("coverage"):
        rows = _shares([*coverage["shown"], *coverage["silent"]])
        yield Sheet(_("Cakupan provinsi"), _share_heads(_("Provinsi"), nominating, regions), rows)
    if "states" in parts:
        heads = [regions, _("Diajukan (%(what)s)") % {"what": parts["counted_what"]}, _("Anjuran"), _("Keadaan")]
        rows = [
            [row["label"], row["part"], row["whole"], "" if row["part"] else row["text"]] for row in parts["states"]
        ]
        yield Sheet(_("Cakupan kabupaten dan kota"), heads, rows)
    if heat := parts.get("heat"):
        heads = [_("Provinsi"), *(_("%(category)s (%%)") % {"category": one} for one in heat["columns"])]
        rows = [[row["label"], *(cell["share"] for cell in row["cells"])] for row in heat["rows"]]
        rows += [[label, *[0] * len(heat["columns"])] for label in heat["silent"]] if rows else []
        yield Sheet(_("Kategori menurut provinsi"), heads, rows)
    heads = _share_heads(_("Kategori"), nominating, regions)
    yield Sheet(_("Menurut kategori"), heads, _shares(parts.get("categories", ())))


def _trend(days: list[dict[str, Any]]) -> Sheet:
    heads = [_("Hari"), _("Konsep"), _("Diajukan"), _("Konsep sampai hari itu"), _("Diajukan sampai hari itu")]
    numbers = ("begun", "sent", "all_begun", "all_sent")
    rows = [[date.fromisoformat(day["at"]), *(day[name] for name in numbers)] for day in days]
    return Sheet(_("Konsep dan pengajuan"), heads, rows)


def _spread(spread: Iterable[dict[str, Any]]) -> Sheet:
    heads = [_("Kategori"), _("Usulan"), _("Terendah"), _("Kuartil bawah"), _("Median"), _("Kuartil atas")]
    rows = []
    for one in (row["summary"] for row in spread):
        lower, median, upper = (Decimal(number).quantize(CENT) for number in one.quartiles)
        middle = (lower, median, upper) if one.number > 1 else (None, median, None)
        rows.append([one.category, one.number, one.lowest, *middle, one.highest])
    return Sheet(_("Sebaran nilai akhir"), [*heads, _("Tertinggi")], rows)


def _share_heads(what: str, part: str, whole: str) -> list[str]:
    return [what, part, whole, _("Bagian (%)")]


def _shares(rows: Iterable[dict[str, Any]]) -> list[list[Any]]:
    return [[row["label"], row["part"], row["whole"], row["share"]] for row in rows]
