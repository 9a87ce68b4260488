"""Maps of equal tiles with the table beside them. They show no borders: every region has the same size."""

from dataclasses import dataclass
from decimal import Decimal
from math import cos, radians
from textwrap import wrap
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from core.formats import number_id
from reference.models import Region
from reference.presenters import province_tiles
from reports.selectors import ProvinceRow, RegionRow

# Upper limits of the five classes, both ends included.
SHARES = (0, 25, 50, 75, 100)
NUMBERS = (0, 1, 2, 4, None)
COLUMNS = 5
SIDE, GAP = 44, 4
WIDE, HIGH, LINE = 132, 60, 17
BOX_WIDE, BOX_HIGH, MARGIN, FOOT = 640, 420, 40, 40  # the foot holds the scale
KILOMETRES = 111.2  # in a degree of latitude
LEAST_SPAN = 0.02  # degrees: one sentra is not drawn as if it filled the box
BARS = (200, 100, 50, 20, 10, 5, 2, 1)


@dataclass(frozen=True, slots=True)
class Shape:
    """One tile: where, how dark, what it says, and where it leads; empty when nowhere."""

    x: int
    y: int
    width: int
    height: int
    step: int
    lines: tuple[str, ...]
    title: str
    url: str

    @property
    def texts(self) -> list[tuple[int, int, str]]:
        """Lines of text with the middle of each."""
        space = self.height / (len(self.lines) + 1)
        middle = self.x + self.width // 2
        return [(middle, round(self.y + space * n + 4), line) for n, line in enumerate(self.lines, start=1)]


def country_map(provinces: list[ProvinceRow], *, linked: bool = True) -> dict[str, Any]:
    """A tile per province, shaded by the share of its kabupaten and kota that nominated. No query.

    Not `linked` for those who may not open the pages of the regions.
    """
    rows = {row.region.code: row for row in provinces}
    shapes = [_province_tile(tile, rows[tile.code], linked) for tile in province_tiles() if tile.code in rows]
    limits = [
        _("%(first)d–%(last)d%%") % {"first": SHARES[n - 1] + 1, "last": SHARES[n]} for n in range(1, len(SHARES))
    ]
    return {"shapes": shapes, "width": 15 * (SIDE + GAP), "height": 7 * (SIDE + GAP), "legend": ["0%", *limits]}


def _province_tile(tile: Any, row: ProvinceRow, linked: bool) -> Shape:
    return Shape(
        x=tile.col * (SIDE + GAP),
        y=tile.row * (SIDE + GAP),
        width=SIDE,
        height=SIDE,
        step=step_of(row.share, SHARES),
        lines=(tile.abbr, f"{row.share}%"),
        title=_("%(name)s: %(nominated)d dari %(all)d kabupaten/kota mengusulkan")
        % {"name": row.region.label, "nominated": row.nominated, "all": row.all},
        url=reverse("region_page", args=[row.region.code]) if linked else "",
    )


def province_map(rows: list[RegionRow]) -> dict[str, Any]:
    """A tile per kabupaten or kota in the order of the codes, shaded by what it has nominated. No query."""
    tiles = [
        (row.region, step_of(row.nominated, NUMBERS), _("%(number)d usulan") % {"number": row.nominated})
        for row in rows
    ]
    legend = [_("%(number)s usulan") % {"number": text} for text in ("0", "1", "2", "3–4", "5+")]
    return _region_tiles(tiles, legend)


def state_map(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The same by how far each is: `region`, `step` and `text` of `presenters.dashboard.region_states`. No query."""
    tiles = sorted(((row["region"], row["step"], row["text"]) for row in rows), key=lambda tile: tile[0].code)
    legend = [_("belum ada usulan"), _("baru konsep"), _("sudah mengajukan"), _("memenuhi anjuran")]
    return _region_tiles(tiles, legend)


def _region_tiles(tiles: list[tuple[Region, int, str]], legend: list[str]) -> dict[str, Any]:
    shapes = [
        Shape(
            x=n % COLUMNS * (WIDE + GAP),
            y=n // COLUMNS * (HIGH + GAP),
            width=WIDE,
            height=HIGH,
            step=step,
            lines=(*wrap(region.label, LINE), text),
            title=f"{region.label}: {text}",
            url=reverse("region_page", args=[region.code]),
        )
        for n, (region, step, text) in enumerate(tiles)
    ]
    height = (len(tiles) + COLUMNS - 1) // COLUMNS * (HIGH + GAP)
    return {"shapes": shapes, "width": COLUMNS * (WIDE + GAP), "height": height, "legend": legend}


@dataclass(frozen=True, slots=True)
class Dot:
    """A place with the sentra there; `label` has the numbers of those in the table beside."""

    x: float
    y: float
    title: str
    label: str


def point_map(points: list[tuple[int, str, Decimal, Decimal]], numbers: dict[int, int]) -> dict[str, Any] | None:
    """Sentra where they lie to each other, north above, as large as the box allows; None without a point. No query.

    `points` as `selectors.points_of`, `numbers` by key of a sentra. There is no outline of regions to draw them into.
    """
    if not points:
        return None
    south, north = (float(end(latitude for _pk, _name, latitude, _longitude in points)) for end in (min, max))
    west, east = (float(end(longitude for *_rest, longitude in points)) for end in (min, max))
    narrowing = cos(radians((south + north) / 2))  # of a degree of longitude against one of latitude
    wide, high = max((east - west) * narrowing, LEAST_SPAN), max(north - south, LEAST_SPAN)
    scale = min((BOX_WIDE - 2 * MARGIN) / wide, (BOX_HIGH - 2 * MARGIN) / high)
    height = round(high * scale + 2 * MARGIN)
    left, top = (west + east) / 2 * narrowing * scale - BOX_WIDE / 2, (south + north) / 2 * scale + height / 2
    places: dict[tuple[float, float], list[tuple[int, str]]] = {}
    for pk, name, latitude, longitude in points:
        place = (
            round(float(longitude) * narrowing * scale - left, 1),
            round(top - float(latitude) * scale, 1),
        )
        places.setdefault(place, []).append((pk, name))
    dots = [
        Dot(
            *place,
            title=", ".join(name for _pk, name in found),
            label=", ".join(str(numbers[pk]) for pk, _name in found if pk in numbers),
        )
        for place, found in places.items()
    ]
    kilometre = scale / KILOMETRES
    bar = next((km for km in BARS if km * kilometre <= BOX_WIDE / 3), BARS[-1])
    return {
        "dots": dots,
        "width": BOX_WIDE,
        "height": height + FOOT,
        "bar": bar,
        "bar_width": round(bar * kilometre, 1),
    }


def step_of(value: int, limits: tuple[int | None, ...]) -> int:
    """The class of a value, 0 to 4."""
    return next(n for n, limit in enumerate(limits) if limit is None or value <= limit)


def region_figures(row: RegionRow) -> list[dict[str, Any]]:
    return [
        {"label": _("Sentra"), "value": number_id(row.sentra)},
        {"label": _("IKM"), "value": number_id(row.ikm)},
        {"label": _("Produk"), "value": number_id(row.products)},
        {"label": _("Usulan periode berjalan"), "value": number_id(row.nominated), "url": reverse("nomination_list")},
    ]
