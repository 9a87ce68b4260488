"""Reference data as forms and pictures need it."""

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

from reference.selectors import regencies_by_province

TILES = Path(__file__).resolve().parent / "data" / "province_tiles.csv"


class Tile(NamedTuple):
    """The place of a province on the map of equal tiles, 15 columns by 7 rows, counted from 0."""

    code: str
    abbr: str
    col: int
    row: int


def regency_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Choices of a `<select>` with one `<optgroup>` per province. One query."""
    return [
        (province.label, [(regency.code, regency.label) for regency in regencies])
        for province, regencies in regencies_by_province()
    ]


@cache
def province_tiles() -> tuple[Tile, ...]:
    """The tile of every province, by code. No query."""
    with TILES.open(encoding="utf-8", newline="") as file:
        return tuple(Tile(row["code"], row["abbr"], int(row["col"]), int(row["row"])) for row in csv.DictReader(file))
