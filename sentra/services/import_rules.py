"""What is particular to each table of an import: how a row finds its record, and the rules of its form."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from reference.models import KbliCommodity, Region
from sentra import messages
from sentra.enums import Scale, TableKind
from sentra.models import Ikm, Product, Sentra
from sentra.rules import MIN_UNITS, name_key
from sentra.selectors.register import record_that_counts
from sentra.services.import_cells import Line

BATCH = 2000
Oddity = tuple[str, str]


class TableRules:
    """`existing` holds the records that the rows of the file mean, by key; `parent` is the column of the owner."""

    parent = ""
    key_column = "name"
    model: type[Any]

    def __init__(self, region: Region, actor: Any, *, lock: bool) -> None:
        self.region, self.actor, self.lock = region, actor, lock
        self.existing: dict[Any, Any] = {}
        self._names: dict[Any, tuple[int, str]] = {}

    def rows(self) -> QuerySet[Any]:
        """In the order of their keys, so that two imports lock in the same order."""
        rows = self.model.objects.order_by("pk")
        return rows.select_for_update(of=("self",)) if self.lock else rows

    def load(self, lines: list[Line]) -> None:
        raise NotImplementedError

    def has_key(self, values: Mapping[str, Any]) -> bool:
        return bool(values.get(self.key_column)) and (not self.parent or values.get(self.parent) is not None)

    def key(self, values: Mapping[str, Any]) -> Any:
        raise NotImplementedError

    def problems(self, values: Mapping[str, Any], existing: Any) -> Iterator[Oddity]:
        """Every rule over several values, or over the register."""
        raise NotImplementedError

    def start(self, values: Mapping[str, Any]) -> Any:
        """A new record in its place, still empty."""
        raise NotImplementedError

    def oddities(self, record: Any, changed: Any) -> Iterator[Oddity]:
        """What is saved after the officer has looked at it."""
        yield from ()

    def similar(self, record: Any, row: int) -> Iterator[Oddity]:
        """Another record of almost the same name, in the register or further up in the file."""
        key = self._name_key(record)
        if key in self._names:
            other_row, name = self._names[key]
            if other_row:
                text = _("Nama ini mirip dengan “%(name)s” pada baris %(row)d. Pastikan keduanya memang berbeda.")
            else:
                text = _("Nama ini mirip dengan “%(name)s” yang sudah terdaftar. Pastikan keduanya memang berbeda.")
            yield "name", text % {"name": name, "row": other_row}
        else:
            self._names[key] = (row, record.name)

    def renamed(self, before: Any, after: Any) -> Iterator[Oddity]:
        yield from ()

    def _name_key(self, record: Any) -> Any:
        return name_key(record.name)

    def _remember_names(self, rows: QuerySet[Any], *owner: str) -> None:
        for *owners, name in rows.values_list(*owner, "name"):
            self._names[(*owners, name_key(name)) if owner else name_key(name)] = (0, name)


def _stands(values: Mapping[str, Any], existing: Any, name: str) -> Any:
    """The value that the record would have: of the file, or what stands there when the file lacks the column."""
    return values[name] if name in values else getattr(existing, name, None)


class SentraRules(TableRules):
    """A sentra is found by commodity and name, as the database compares names."""

    model = Sentra

    def load(self, lines: list[Line]) -> None:
        rows = self.rows().filter(region=self.region).select_related("region", "commodity", "district", "village")
        self.existing = {(row.commodity_id, row.low): row for row in rows.annotate(low=Lower("name"))}
        self._remember_names(Sentra.objects.filter(region=self.region))

    def has_key(self, values: Mapping[str, Any]) -> bool:
        return super().has_key(values) and values.get("commodity") is not None

    def key(self, values: Mapping[str, Any]) -> Any:
        return values["commodity"].pk, values["name"].lower()

    def problems(self, values: Mapping[str, Any], existing: Any) -> Iterator[Oddity]:
        if "village" in values and values.get("district") and "village_unlisted" in values:
            text = messages.place_problem(values["district"], values["village"], values["village_unlisted"])
            yield from [("village", text)] if text else []
        if values.get("sk_date") and (text := messages.sk_date_problem(values["sk_date"])):
            yield "sk_date", text
        if (_stands(values, existing, "latitude") is None) != (_stands(values, existing, "longitude") is None):
            yield "latitude", _("Isi lintang dan bujur, atau kosongkan keduanya.")

    def start(self, values: Mapping[str, Any]) -> Sentra:
        return Sentra(region=self.region)

    def oddities(self, record: Sentra, changed: Any) -> Iterator[Oddity]:
        if "unit_count" in changed and not record.has_enough_units:
            text = _("Kurang dari %(least)d unit usaha (PP 29/2018): produknya belum dapat diusulkan.")
            yield "unit_count", text % {"least": MIN_UNITS}


class IkmRules(TableRules):
    """An IKM is found by its NIB, which is one in the country."""

    model = Ikm
    parent = "sentra"
    key_column = "nib"

    def __init__(self, region: Region, actor: Any, *, lock: bool) -> None:
        super().__init__(region, actor, lock=lock)
        self.elsewhere: set[str] = set()
        self.merged: dict[str, Ikm] = {}
        self.fitting: set[tuple[int, str]] = set()

    def load(self, lines: list[Line]) -> None:
        nibs = sorted({line.values["nib"] for line in lines if line.values.get("nib")})
        joined = self.rows().select_related("sentra__region", "sentra__commodity", "kbli")
        for start in range(0, len(nibs), BATCH):
            batch = nibs[start : start + BATCH]
            self.existing |= {row.nib: row for row in joined.filter(nib__in=batch, sentra__region=self.region)}
            taken = Ikm.everything.filter(nib__in=batch)
            self.elsewhere |= set(taken.exclude(sentra__region=self.region).values_list("nib", flat=True))
            merged = taken.filter(sentra__region=self.region).exclude(merged_into=None)
            self.merged |= {row.nib: row for row in merged}
        self.fitting = set(KbliCommodity.objects.current().values_list("kbli", "commodity"))
        self._remember_names(Ikm.objects.filter(sentra__region=self.region))

    def key(self, values: Mapping[str, Any]) -> Any:
        return values["nib"]

    def has_key(self, values: Mapping[str, Any]) -> bool:
        return bool(values.get("nib"))

    def problems(self, values: Mapping[str, Any], existing: Any) -> Iterator[Oddity]:
        if values.get("nib") in self.elsewhere:
            yield "nib", messages.nib_is_elsewhere()
        if gone := self.merged.get(values.get("nib", "")):
            text = _("NIB ini milik data yang sudah digabung. Tulis NIB data yang dipakai, %(name)s (%(nib)s).")
            kept = record_that_counts(gone)
            yield "nib", text % {"name": kept.name, "nib": kept.nib}
        if existing and values.get("sentra") not in (None, existing.sentra):
            text = _("NIB ini sudah terdaftar untuk %(ikm)s pada %(sentra)s, bukan pada sentra di baris ini.")
            yield "nib", text % {"ikm": existing.name, "sentra": existing.sentra.name}
        if values.get("established_year") and (text := messages.year_problem(values["established_year"])):
            yield "established_year", text

    def start(self, values: Mapping[str, Any]) -> Ikm:
        return Ikm(sentra=values["sentra"])

    def oddities(self, record: Ikm, changed: Any) -> Iterator[Oddity]:
        if "kbli" in changed and (record.kbli_id, record.sentra.commodity_id) not in self.fitting:
            text = _("KBLI %(code)s tidak termasuk kode untuk komoditas %(commodity)s. Cocokkan dengan NIB.")
            code = f"{record.kbli.code} ({record.kbli.edition})"
            yield "kbli", text % {"code": code, "commodity": record.sentra.commodity.name}
        if {"workers", "investment"} & set(changed) and record.scale is Scale.LARGE:
            text = _("Berskala besar menurut Permenperin 64/2016: produknya tidak dapat diusulkan.")
            yield ("workers" if "workers" in changed else "investment"), text

    def renamed(self, before: Ikm, after: Ikm) -> Iterator[Oddity]:
        """The NIB may have been typed wrongly and mean somebody else."""
        if name_key(before.name) != name_key(after.name):
            text = _("NIB ini milik %(name)s. Pastikan baris ini memang tentang IKM yang sama.")
            yield "name", text % {"name": before.name}


class ProductRules(TableRules):
    """A product is found by its IKM and its name."""

    model = Product
    parent = "ikm"

    def load(self, lines: list[Line]) -> None:
        owners = sorted({line.values["ikm"].pk for line in lines if line.values.get("ikm")})
        for start in range(0, len(owners), BATCH):
            rows = self.rows().filter(ikm__in=owners[start : start + BATCH]).select_related("ikm")
            self.existing |= {(row.ikm_id, row.low): row for row in rows.annotate(low=Lower("name"))}
            self._remember_names(Product.objects.filter(ikm__in=owners[start : start + BATCH]), "ikm_id")

    def key(self, values: Mapping[str, Any]) -> Any:
        return values["ikm"].pk, values["name"].lower()

    def problems(self, values: Mapping[str, Any], existing: Any) -> Iterator[Oddity]:
        price, unit = (_stands(values, existing, name) for name in ("price", "price_unit"))
        if text := messages.price_problem(price, unit or ""):
            yield "price", text

    def start(self, values: Mapping[str, Any]) -> Product:
        return Product(ikm=values["ikm"])

    def _name_key(self, record: Product) -> Any:
        return record.ikm_id, name_key(record.name)


RULES: dict[str, type[TableRules]] = {
    TableKind.SENTRA: SentraRules,
    TableKind.IKM: IkmRules,
    TableKind.PRODUCT: ProductRules,
}
