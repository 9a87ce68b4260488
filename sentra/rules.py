"""Facts in, answers out: scale of an industry, size of a sentra."""

import re
from collections.abc import Collection

from sentra.enums import Likeness, Scale

MIN_UNITS = 5  # PP 29/2018: a sentra has at least five business units
EARLIEST_YEAR = 1800
SMALL_WORKERS = 19
BILLION = 1_000_000_000
LIKELY_BY_NAME = 0.8
LIKELY_WITH_MARK = 0.5


def industry_scale(workers: int, investment: int) -> Scale:
    """Scale from workers and investment in rupiah without land and buildings (Permenperin 64/2016).

    Small: at most 19 workers and less than Rp1 miliar. Medium: at most 19 workers and Rp1 miliar or more, or at least
    20 workers and at most Rp15 miliar. Else large.
    """
    if workers <= SMALL_WORKERS:
        return Scale.SMALL if investment < BILLION else Scale.MEDIUM
    return Scale.MEDIUM if investment <= 15 * BILLION else Scale.LARGE


def likeness(score: float, names: tuple[str, str], same: Collection[Likeness]) -> list[Likeness]:
    """Why two records are probably one: names that are nearly the same, or similar ones with something in common.

    Empty when they are not. Names that differ in a number, as "Kelompok 2" and "Kelompok 3" do, are different on
    purpose. `score` is the trigram similarity of the names, 0 to 1.
    """
    first, second = (re.findall(r"[0-9]+", name) for name in names)
    if first != second or score < (LIKELY_WITH_MARK if same else LIKELY_BY_NAME):
        return []
    return [Likeness.NAME, *same]
