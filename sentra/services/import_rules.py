"""What is particular to each table of an import: how a row finds its record, and the rules of its form."""

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from reference.models import Region
from sentra import messages
from sentra.enums import Likeness, RecordKind, Scale, TableKind
from sentra.models import Ikm, Product, Sentra
from sentra.presenters.duplicates import reason_text
from sentra.presenters.notices import kbli_oddities
from sentra.rules import MIN_UNITS, name_key
from sentra.selectors.choices import KbliLinks, kbli_links
from sentra.selectors.duplicates import MARKS, told_apart_in
from sentra.selectors.register import record_that_counts
from sentra.services.import_cells import Line
from sentra.services.import_likeness import Candidate, LookAlikes, Match

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

    def similar(self, record: Any, row: int, changed: Collection[str]) -> Iterator[Oddity]:
        """Another record that this one looks like, in the register or further up in the file; at most one per cell."""
        raise NotImplementedError

    def renamed(self, before: Any, after: Any) -> Iterator[Oddity]:
        yield from ()


def _stands(values: Mapping[str, Any], existing: Any, name: str) -> Any:
    """The value that the record would have: of the file, or what stands there when the file lacks the column."""
    return values[name] if name in values else getattr(existing, name, None)


class LookAlikeRules(TableRules):
    """Rows are compared as the form compares a record; nothing is read while no row is new or newly named."""

    record_kind: RecordKind
    group: tuple[str, ...] = ()  # the columns that two records have in common if they can be one

    def __init__(self, region: Region, actor: Any, *, lock: bool) -> None:
        super().__init__(region, actor, lock=lock)
        self.lines: list[Line] = []

    def similar(self, record: Any, row: int, changed: Collection[str]) -> Iterator[Oddity]:
        columns = {Likeness.NAME: "name"} | {m: c.removesuffix("_id") for m, c in MARKS[self.record_kind].items()}
        compared = [name for name in columns.values() if name in changed]
        if not compared:
            return
        one = self._candidate(record, row)
        cells: dict[str, Match] = {}
        for match in self._look_alikes.of(one, self._told_apart.get(record.pk, ())):
            place = next((columns[reason] for reason in match.reasons if columns[reason] in compared), compared[0])
            cells.setdefault(place, match)
        self._look_alikes.add(one)
        yield from ((place, _similar_text(match)) for place, match in cells.items())

    @cached_property
    def _look_alikes(self) -> LookAlikes:
        """One query."""
        attributes = ("pk", *self.group, "name", *MARKS[self.record_kind].values())
        rows = self.model.objects.filter(region=self.region).order_by("pk").values_list(*attributes, named=True)
        return LookAlikes(map(self._candidate, rows), filter(None, map(self._drafted, self.lines)))

    @cached_property
    def _told_apart(self) -> dict[int, set[int]]:
        """One query."""
        return told_apart_in(self.record_kind, self.region.pk)

    def _candidate(self, record: Any, row: int = 0) -> Candidate:
        marks = {mark: getattr(record, column) for mark, column in MARKS[self.record_kind].items()}
        group = tuple(getattr(record, column) for column in self.group)
        return Candidate(record.name, marks, group, record.pk, row)

    def _drafted(self, line: Line) -> Candidate | None:
        """A row as far as its values go."""
        if not line.values.get("name"):
            return None
        existing = self.existing.get(self.key(line.values)) if self.has_key(line.values) else None
        values = {m: line.values.get(c.removesuffix("_id")) for m, c in MARKS[self.record_kind].items()}
        marks = {mark: getattr(value, "pk", value) for mark, value in values.items()}
        return Candidate(line.values["name"], marks, pk=existing and existing.pk)


def _similar_text(match: Match) -> str:
    if match.other.row:
        text = _("Data ini mirip dengan “%(name)s” pada baris %(row)d: %(why)s. Pastikan keduanya memang berbeda.")
    else:
        text = _("Data ini mirip dengan “%(name)s” yang sudah terdaftar: %(why)s. Pastikan keduanya memang berbeda.")
    why = reason_text(match.score, match.reasons)
    return text % {"name": match.other.name, "row": match.other.row, "why": why}


class SentraRules(LookAlikeRules):
    """A sentra is found by commodity and name, as the database compares names."""

    model = Sentra
    record_kind = RecordKind.SENTRA
    group = ("commodity_id",)

    def load(self, lines: list[Line]) -> None:
        rows = self.rows().filter(region=self.region).select_related("region", "commodity", "district", "village")
        self.existing = {(row.commodity_id, row.low): row for row in rows.annotate(low=Lower("name"))}
        self.lines = lines

    def has_key(self, values: Mapping[str, Any]) -> bool:
        return super().has_key(values) and values.get("commodity") is not None

    def key(self, values: Mapping[str, Any]) -> Any:
        return values["commodity"].pk, values["name"].lower()

    def problems(self, values: Mapping[str, Any], existing: Any) -> Iterator[Oddity]:
        if "village" in values and values.get("district") and "village_unlisted" in values:
            text = messages.place_problem(values["district"], values["village"], values["village_unlisted"])
            yield from [("village", text)] if text else []
        if values.get("unit_count") and not existing and (text := messages.units_problem(values["unit_count"])):
            yield "unit_count", text
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


class IkmRules(LookAlikeRules):
    """An IKM is found by its NIB, which is one in the country."""

    model = Ikm
    record_kind = RecordKind.IKM
    parent = "sentra"
    key_column = "nib"

    def __init__(self, region: Region, actor: Any, *, lock: bool) -> None:
        super().__init__(region, actor, lock=lock)
        self.elsewhere: set[str] = set()
        self.merged: dict[str, Ikm] = {}
        self.kbli_links: KbliLinks = {}

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
        self.kbli_links = kbli_links()
        self.lines = lines

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
        if "kbli" in changed:
            for text in kbli_oddities(record.kbli, record.sentra.commodity, self.kbli_links):
                yield "kbli", text
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

    def __init__(self, region: Region, actor: Any, *, lock: bool) -> None:
        super().__init__(region, actor, lock=lock)
        self._names: dict[tuple[int, str], tuple[int, str]] = {}

    def load(self, lines: list[Line]) -> None:
        owners = sorted({line.values["ikm"].pk for line in lines if line.values.get("ikm")})
        for start in range(0, len(owners), BATCH):
            rows = (
                self.rows()
                .filter(ikm__in=owners[start : start + BATCH])
                .select_related("ikm")
                .annotate(low=Lower("name"))
            )
            self.existing |= {(row.ikm_id, row.low): row for row in rows}
            self._names |= {(row.ikm_id, name_key(row.name)): (0, row.name) for row in rows}

    def key(self, values: Mapping[str, Any]) -> Any:
        return values["ikm"].pk, values["name"].lower()

    def problems(self, values: Mapping[str, Any], existing: Any) -> Iterator[Oddity]:
        price, unit = (_stands(values, existing, name) for name in ("price", "price_unit"))
        if text := messages.price_problem(price, unit or ""):
            yield "price", text

    def start(self, values: Mapping[str, Any]) -> Product:
        return Product(ikm=values["ikm"])

    def similar(self, record: Product, row: int, changed: Collection[str]) -> Iterator[Oddity]:
        """A new product of almost the same name at the same IKM."""
        key = record.ikm_id, name_key(record.name)
        if record.pk:
            return
        if key not in self._names:
            self._names[key] = (row, record.name)
            return
        other_row, name = self._names[key]
        if other_row:
            text = _("Nama ini mirip dengan “%(name)s” pada baris %(row)d. Pastikan keduanya memang berbeda.")
        else:
            text = _("Nama ini mirip dengan “%(name)s” yang sudah terdaftar. Pastikan keduanya memang berbeda.")
        yield "name", text % {"name": name, "row": other_row}


RULES: dict[str, type[TableRules]] = {
    TableKind.SENTRA: SentraRules,
    TableKind.IKM: IkmRules,
    TableKind.PRODUCT: ProductRules,
}
