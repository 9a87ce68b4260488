"""Tables that go out only: figures of the years, permits, and what a search has found."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.identifiers import Kind, display
from sentra.enums import CHECK_LABELS, PERMIT_LABELS, STATE_LABELS, CheckHow, ExportKind, PermitKind, PermitState
from sentra.models import Permit, SentraYear
from sentra.rendering.columns import TABLES, Column, Reader, Table
from sentra.rules import ENDING_KINDS, NUMBER_KINDS, permit_state
from sentra.selectors.lists import sentra_text
from sentra.selectors.search import Hit


def _place(*, sentra: Callable[[Any], Any]) -> tuple[Column, Column]:
    """Kabupaten/kota and province of a row, by the way to its sentra."""
    return (
        Column("region", gettext_lazy("Kabupaten/kota"), value=lambda row, _: sentra(row).region.label),
        Column("province", gettext_lazy("Provinsi"), value=lambda row, _: sentra(row).region.parent.label),
    )


def _number(row: Permit, _reader: Reader) -> str:
    kind = Kind.CERTIFICATE if row.in_process else NUMBER_KINDS.get(PermitKind(row.kind), Kind.CERTIFICATE)
    return display(kind, row.number)


def _state(row: Permit, _reader: Reader) -> str:
    if row.in_process:
        return _("Masih dalam proses")
    state = permit_state(row.expires_on, localdate())
    if state is PermitState.NO_END and PermitKind(row.kind) in ENDING_KINDS:
        return _("Tanggal akhir belum dicatat")
    return str(STATE_LABELS[state])


def _check_of(row: Any) -> dict[str, Any] | None:
    """The newest comparison that is about the permit as it stands."""
    return next((check for check in row.compared if check["value"] == row.checked_value), None)


def _checked(row: Permit, _reader: Reader) -> str:
    check = _check_of(row)
    if check is None:
        return _("Belum dicocokkan")
    how = str(CHECK_LABELS[CheckHow(check["how"])])
    return f"{how}: {check['note']}" if check["note"] else how


def _checked_on(row: Permit, _reader: Reader) -> date | str:
    check = _check_of(row)
    return localdate(datetime.fromisoformat(check["at"])) if check else ""


def _checked_by(row: Permit, _reader: Reader) -> str:
    check = _check_of(row)
    return check["by"] if check else ""


YEARS = Table(
    ExportKind.YEAR,
    SentraYear,
    "Angka tahunan",
    ("sentra__region__parent", "sentra__commodity"),
    (
        Column("sentra", gettext_lazy("Sentra"), value=lambda row, _: sentra_text(row.sentra), width=36),
        Column("year", gettext_lazy("Tahun"), width=8),
        Column("units", gettext_lazy("Unit usaha"), shape="number", width=12),
        Column("workers", gettext_lazy("Tenaga kerja"), shape="number", width=12),
        Column("production_amount", gettext_lazy("Jumlah produksi"), shape="number"),
        Column("production_unit", gettext_lazy("Satuan produksi"), width=14),
        Column("turnover", gettext_lazy("Omzet (Rp)"), shape="money"),
        Column("export_value", gettext_lazy("Nilai ekspor (Rp)"), shape="money"),
        *_place(sentra=lambda row: row.sentra),
    ),
)

PERMITS = Table(
    ExportKind.PERMIT,
    Permit,
    "Izin",
    ("ikm__sentra__region__parent", "ikm__sentra__commodity", "product"),
    (
        Column("ikm", gettext_lazy("IKM"), value=lambda row, _: row.ikm.name, width=32),
        Column("nib", gettext_lazy("NIB"), value=lambda row, _: row.ikm.nib, width=18),
        Column("kind", gettext_lazy("Jenis"), value=lambda row, _: str(PERMIT_LABELS[PermitKind(row.kind)])),
        Column("subject", gettext_lazy("Perihal"), width=30),
        Column("number", gettext_lazy("Nomor"), value=_number, width=24),
        Column("mark_class", gettext_lazy("Kelas merek"), width=10),
        Column("product", gettext_lazy("Untuk produk"),
               value=lambda row, _: row.product.name if row.product else gettext_lazy("Semua produk"), width=30),
        Column("issuer", gettext_lazy("Penerbit"), width=28),
        Column("issued_on", gettext_lazy("Tanggal terbit"), shape="day", width=14),
        Column("expires_on", gettext_lazy("Berlaku sampai"), shape="day", width=14),
        Column("state", gettext_lazy("Keadaan"), value=_state),
        Column("check", gettext_lazy("Pencocokan"), value=_checked),
        Column("checked_on", gettext_lazy("Dicocokkan pada"), value=_checked_on, shape="day", width=16),
        Column("checked_by", gettext_lazy("Dicocokkan oleh"), value=_checked_by),
        Column("sentra", gettext_lazy("Sentra"), value=lambda row, _: sentra_text(row.ikm.sentra), width=36),
        *_place(sentra=lambda row: row.ikm.sentra),
    ),
)  # fmt: skip

EXPORTS = {**TABLES, ExportKind.YEAR: YEARS, ExportKind.PERMIT: PERMITS}


def _kind(row: Hit, _reader: Reader) -> str:
    return str(ExportKind(row.kind.value).label)


FOUND = Table(
    "search",
    Hit,
    "Hasil pencarian",
    (),
    (
        Column("kind", gettext_lazy("Data"), value=_kind, width=10),
        Column("name", gettext_lazy("Nama"), width=40),
        Column("detail", gettext_lazy("Keterangan"), width=50),
        Column("place", gettext_lazy("Kabupaten/kota"), width=30),
    ),
)
