"""Where reference data comes from: the pinned package with the Kemendagri regions, and the CSV files of this app."""

import csv
import gzip
import json
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from reference.enums import RegionLevel
from reference.rules import kind_of, level_of, parent_of

FOLDER = Path(__file__).resolve().parent.parent / "data"

# The package departs from Kepmendagri 300.2.2-2138/2025, as amended by 300.2.2-2430/2025, in these two names.
NAME_CORRECTIONS = {
    "71.09": "Kabupaten Kepulauan Siau Tagulandang Biaro",
    "32.05.38": "Bl. Limbangan",
}


class RegionRow(NamedTuple):
    code: str
    level: int
    parent: str | None
    name: str
    kind: str
    short_name: str
    timezone: str
    tz_label: str
    postal_code: str


class CommodityRow(NamedTuple):
    code: str
    name: str
    order: int


class KbliRow(NamedTuple):
    code: str
    edition: int
    title: str
    commodity: str
    relevance: str
    note: str


class ReferenceData(NamedTuple):
    """Everything that is in force; what is missing here is retired by the load."""

    regions: list[RegionRow]
    successors: dict[str, str]
    commodities: list[CommodityRow]
    kbli: list[KbliRow]


COMMODITIES = [
    CommodityRow("makanan_minuman", "Makanan dan minuman", 1),
    CommodityRow("tenun", "Kain tenun", 2),
    CommodityRow("batik", "Kain batik", 3),
    CommodityRow("anyaman", "Anyaman", 4),
    CommodityRow("gerabah", "Gerabah", 5),
]


def read_reference_data() -> ReferenceData:
    """Read the package and the files. No query.

    Raises KeyError for a province that `province_meta.csv` lacks: its time zone must not be guessed.
    """
    return ReferenceData(
        regions=_regions(),
        successors={row["code"]: row["successor"] for row in _read_csv("region_successors.csv")},
        commodities=COMMODITIES,
        kbli=[
            KbliRow(
                row["code"], int(row["kbli_version"]), row["title"], row["commodity"], row["relevance"], row["note"]
            )
            for row in _read_csv("kbli_ovop.csv")
        ],
    )


def _regions() -> list[RegionRow]:
    # The package's own listing words a path for each of the 91,599 regions and takes four times as long.
    names = _read_packaged("wilayah") | _read_packaged("desa")
    postal_codes = _read_packaged("kodepos")
    provinces = {row["code"]: row for row in _read_csv("province_meta.csv")}
    return [_region_row(code, name, provinces[code[:2]], postal_codes.get(code, "")) for code, name in names.items()]


def _region_row(code: str, name: str, province: dict[str, str], postal_code: str) -> RegionRow:
    level = level_of(code)
    return RegionRow(
        code=code,
        level=level,
        parent=parent_of(code),
        name=NAME_CORRECTIONS.get(code, name),
        kind=str(kind_of(code)),
        short_name=province["short_name"] if level == RegionLevel.PROVINCE else "",
        timezone=province["timezone"],
        tz_label=province["tz_label"],
        postal_code=postal_code,
    )


def _read_packaged(name: str) -> dict[str, str]:
    """What the package knows by region code."""
    packed = resources.files("lokal").joinpath("data", f"{name}.json.gz").read_bytes()
    found: dict[str, str] = json.loads(gzip.decompress(packed))
    return found


def _read_csv(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
