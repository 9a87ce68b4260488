"""The columns of the tables that go out and come in as spreadsheets: one line per column.

A column with a `field` is read on import and stands in the template; one without is printed only. `lists` names the
list that the cell is chosen from (`sentra.selectors.lists.RegionLists`); then `field` only says whether it is required.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import formats
from core.fields import (
    EAST,
    NORTH,
    SOUTH,
    WEST,
    CoordinateField,
    DayField,
    IdentifierField,
    LineField,
    ParagraphField,
    RupiahField,
    WholeNumberField,
)
from core.identifiers import Kind, display
from sentra.enums import SCALES, TableKind
from sentra.models import Ikm, Product, Sentra
from sentra.selectors.lists import ikm_text, kbli_text, place_text, sentra_text


@dataclass(frozen=True, slots=True)
class Reader:
    """Who an export is for: the regions in which the person is an officer, and the villages that need their code.

    `whole`: the person asked for whole NPWP.
    """

    own_regions: frozenset[str] = frozenset()
    twins: frozenset[str] = frozenset()
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    label: Any
    field: forms.Field | None = None
    lists: str = ""
    help: Any = ""
    example: str = ""
    width: int = 22
    value: Callable[[Any, Reader], Any] | None = None
    shape: str = ""
    """how the cell is formatted where no field says so"""

    @property
    def required(self) -> bool:
        return self.field is not None and self.field.required

    @property
    def form(self) -> str:
        """How the cell is formatted: text, number, money or day."""
        kinds = ((RupiahField, "money"), (WholeNumberField, "number"), (DayField, "day"))
        year = self.name.endswith("year")
        return self.shape or next((form for kind, form in kinds if isinstance(self.field, kind) and not year), "text")

    def cell(self, row: Any, reader: Reader) -> str | int | date:
        """What an export prints of a record."""
        found = self.value(row, reader) if self.value else getattr(row, self.name)
        return found if isinstance(found, int | date) else str("" if found is None else found)


@dataclass(frozen=True, slots=True)
class Table:
    kind: str
    model: type[Any]
    sheet: str
    joins: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def read(self) -> tuple[Column, ...]:
        """What the template has."""
        return tuple(column for column in self.columns if column.field)


def line(limit: int, *, required: bool = True) -> LineField:
    return LineField(max_length=limit, required=required)


def choice(*, required: bool = True) -> forms.CharField:
    return forms.CharField(required=required)


def _number(kind: Kind, name: str) -> Callable[[Any, Reader], str]:
    return lambda row, _reader: display(kind, getattr(row, name))


def _npwp(row: Ikm, reader: Reader) -> str:
    """It may be a person's NIK, so it is whole for the officers of its own region alone, and only when they ask."""
    whole = reader.whole and row.sentra.region_id in reader.own_regions
    return row.npwp if whole else formats.mask_id(row.npwp)


def _village(row: Sentra, reader: Reader) -> str:
    return place_text(row.village, set(reader.twins)) if row.village else ""


PHONE = _("Contoh: 0812-3456-7890 atau 0285-421234.")
PICK = _("Pilih dari daftar.")

SENTRA = Table(
    TableKind.SENTRA,
    Sentra,
    "Sentra",
    ("region__parent", "commodity", "district", "village"),
    (
        Column("name", _("Nama sentra"), line(160), example="Sentra Batik Kauman", width=32),
        Column("commodity", _("Komoditas"), choice(), "commodity", PICK, value=lambda row, _: row.commodity.name),
        Column("unit_count", _("Jumlah unit usaha"), WholeNumberField(min_value=1, max_value=100_000),
               help=_("Semua IKM anggota sentra, menurut SK; sentra baru paling sedikit 5."), example="42", width=12),
        Column("district", _("Kecamatan/distrik"), choice(), "district", PICK, value=lambda row, _: row.district.label),
        Column("village", _("Desa/kelurahan"), choice(required=False), "village",
               _("Pilih dari daftar sesudah memilih kecamatan."), value=_village),
        Column("village_unlisted", _("Desa/kelurahan belum terdaftar"), line(120, required=False),
               help=_("Isi hanya bila desa/kelurahan tidak ada dalam daftar.")),
        Column("address", _("Alamat"), line(250), example="Jalan Hayam Wuruk 1", width=36),
        Column("sk_number", _("Nomor SK"), IdentifierField(Kind.SK), example="188/82/KEP/2024"),
        Column("sk_date", _("Tanggal SK"), DayField(), help=_("Contoh: 21-05-2024 atau 21 Mei 2024."),
               example="21-05-2024", width=14),
        Column("sk_signatory", _("Pejabat penanda tangan SK"), line(120), help=_("Jabatan dan nama."),
               example="Wali Kota Pekalongan"),
        Column("contact_name", _("Nama narahubung"), line(120), example="Sri Wahyuni"),
        Column("contact_phone", _("Telepon narahubung"), IdentifierField(Kind.PHONE), help=PHONE,
               example="0812-3456-7890", width=18, value=_number(Kind.PHONE, "contact_phone")),
        Column("contact_email", _("Surel narahubung"), forms.EmailField(required=False), example="sri@contoh.id"),
        Column("latitude", _("Lintang"), CoordinateField(required=False, min_value=SOUTH, max_value=NORTH),
               help=_("Bila ada, seperti pada aplikasi peta."), example="-6.8886", width=14),
        Column("longitude", _("Bujur"), CoordinateField(required=False, min_value=WEST, max_value=EAST),
               help=_("Bila ada, seperti pada aplikasi peta."), example="109.6753", width=14),
        Column("region", _("Kabupaten/kota"), value=lambda row, _: row.region.label),
        Column("province", _("Provinsi"), value=lambda row, _: row.region.parent.label),
        Column("ikm_count", _("IKM terdaftar"), value=lambda row, _: row.ikm_count or 0, width=12),
    ),
)  # fmt: skip

IKM = Table(
    TableKind.IKM,
    Ikm,
    "IKM",
    ("sentra__region__parent", "sentra__commodity", "kbli"),
    (
        Column("sentra", _("Sentra"), choice(), "sentra", PICK, width=36, value=lambda row, _: sentra_text(row.sentra)),
        Column("name", _("Nama IKM"), line(160), example="Batik Pesisir Makmur", width=32),
        Column("owner_name", _("Nama penanggung jawab"), line(120), example="Ahmad Fauzi"),
        Column("established_year", _("Tahun mulai usaha"), WholeNumberField(), help=_("Empat angka."), example="2012",
               width=12),
        Column("nib", _("NIB"), IdentifierField(Kind.NIB), help=_("Nomor Induk Berusaha, 13 angka."),
               example="9120001234567", width=18),
        Column("npwp", _("NPWP"), IdentifierField(Kind.NPWP),
               help=_("15 atau 16 angka, seperti pada kartu NPWP. Yang disamarkan pada unduhan dibiarkan."),
               example="0013000666091000", width=20, value=_npwp),
        Column("kbli", _("KBLI"), choice(), "kbli", _("Pilih kode dan edisi dari daftar, seperti pada NIB."), width=44,
               value=lambda row, _: kbli_text(row.kbli)),
        Column("workers", _("Jumlah tenaga kerja"), WholeNumberField(min_value=1, max_value=1_000_000),
               help=_("Termasuk pemilik yang ikut bekerja."), example="8", width=12),
        Column("investment", _("Nilai investasi (Rp)"), RupiahField(min_value=0, max_value=10**15),
               help=_("Dalam rupiah, tanpa tanah dan bangunan tempat usaha."), example="250.000.000"),
        Column("address", _("Alamat"), line(250), example="Jalan Hayam Wuruk 2", width=36),
        Column("phone", _("Telepon"), IdentifierField(Kind.PHONE), help=PHONE, example="0285-421234", width=18,
               value=_number(Kind.PHONE, "phone")),
        Column("scale", _("Skala"), value=lambda row, _: SCALES[row.scale], width=12),
        Column("region", _("Kabupaten/kota"), value=lambda row, _: row.sentra.region.label),
        Column("province", _("Provinsi"), value=lambda row, _: row.sentra.region.parent.label),
    ),
)  # fmt: skip

PRODUCT = Table(
    TableKind.PRODUCT,
    Product,
    "Produk",
    ("ikm__sentra__region__parent", "ikm__sentra__commodity"),
    (
        Column("ikm", _("IKM"), choice(), "ikm", PICK, width=44, value=lambda row, _: ikm_text(row.ikm)),
        Column("name", _("Nama produk"), line(160), example="Batik Tulis Jlamprang", width=32),
        Column("description", _("Uraian produk"), ParagraphField(max_length=2000),
               help=_("Bahan, cara membuat, dan ciri khas produk."), example="Kain katun, dibatik tulis.", width=60),
        Column("story", _("Cerita produk"), ParagraphField(max_length=3000, required=False),
               help=_("Asal-usul, makna motif, atau tradisi."), example="Motif pesisir sejak 1950-an.", width=60),
        Column("monthly_capacity", _("Kapasitas produksi per bulan"), line(120), help=_("Jumlah dan satuannya."),
               example="200 lembar"),
        Column("markets", _("Jangkauan pasar"), line(250), example="Pekalongan dan Semarang", width=36),
        Column("price", _("Harga (Rp)"), RupiahField(required=False, min_value=1, max_value=10**12),
               help=_("Harga jual yang lazim, dalam rupiah."), example="350.000"),
        Column("price_unit", _("Satuan harga"), line(40, required=False), help=_("Wajib bila harga diisi."),
               example="per lembar"),
        Column("sentra", _("Sentra"), value=lambda row, _: sentra_text(row.ikm.sentra), width=36),
        Column("region", _("Kabupaten/kota"), value=lambda row, _: row.ikm.sentra.region.label),
        Column("province", _("Provinsi"), value=lambda row, _: row.ikm.sentra.region.parent.label),
    ),
)  # fmt: skip

TABLES = {table.kind: table for table in (SENTRA, IKM, PRODUCT)}
NOTE_COLUMN = _("Yang perlu diperbaiki")
FOUND_COLUMN = _("Hasil pemeriksaan")
