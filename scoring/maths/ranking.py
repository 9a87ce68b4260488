"""Official scores to places, with ties broken in the declared order and no other."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from math import lcm
from operator import attrgetter

from scoring.maths.final import band_for
from scoring.maths.instrument import Band


@dataclass(frozen=True, slots=True)
class Contender:
    entry: str
    score: Decimal  # official, rounded
    tie_keys: tuple[Fraction, ...] = ()  # exact, higher wins, the first that differs decides


@dataclass(frozen=True, slots=True)
class Placing:
    """A place. Contenders whom the declared rules cannot separate share it until the panel has given them an order."""

    entry: str
    rank: int
    panel_decides: bool  # still shared
    decided: bool = False  # was shared, and the panel has given the order


def rank(contenders: Iterable[Contender], orders: Iterable[Sequence[str]] = ()) -> list[Placing]:
    """Places from the best on: 1, 2, 2, 4. Within a shared place, by entry, which means nothing.

    `orders` are the panel's, from the best on. One counts when exactly its entries share a place; of several for the
    same entries, the last.
    """
    given = {frozenset(order): list(order) for order in orders}
    standing_of = _standings(sorted(contenders, key=attrgetter("entry")))
    placings: list[Placing] = []
    for _, equals in groupby(sorted(standing_of, key=standing_of.__getitem__, reverse=True), standing_of.__getitem__):
        entries = list(equals)
        place = len(placings) + 1
        order = given.get(frozenset(entries)) if len(entries) > 1 else None
        if order:
            placings += [Placing(entry, place + n, panel_decides=False, decided=True) for n, entry in enumerate(order)]
        else:
            placings += [Placing(entry, place, panel_decides=len(entries) > 1) for entry in entries]
    return placings


def _standings(contenders: Sequence[Contender]) -> dict[str, tuple[Decimal, list[int]]]:
    """Score and tie keys by entry. The keys over their common denominator: whole numbers compare at once."""
    common = lcm(*{key.denominator for one in contenders for key in one.tie_keys})
    return {
        one.entry: (one.score, [key.numerator * (common // key.denominator) for key in one.tie_keys])
        for one in contenders
    }


def stars_under(bands: Iterable[Band], scores: Mapping[str, Decimal]) -> dict[str, int | None]:
    """The stars that each final score would have under these bands, by the one rule that gives the official ones."""
    given = tuple(bands)
    return {entry: band.stars if (band := band_for(given, score)) else None for entry, score in scores.items()}


@dataclass(frozen=True, slots=True)
class Cap:
    """At most so many of those whose region begins with the same characters: 0 all, 2 of a province, 5 of a regency."""

    most: int
    shared: int = 0


def within_caps(placings: Iterable[Placing], caps: Iterable[Cap], regions: Mapping[str, str]) -> set[str]:
    """Who has a place within every cap; all without one. From the best on: who is outside takes nobody's place.

    `placings` in the order of `rank`, `regions` by entry. A tie across a cap is within: the panel breaks it.
    """
    limits = list(caps)
    used: Counter[tuple[int, str]] = Counter()
    inside: set[str] = set()
    for _, equals in groupby(placings, attrgetter("rank")):
        keys = {one.entry: [(cap.shared, regions[one.entry][: cap.shared]) for cap in limits] for one in equals}
        free = [
            entry
            for entry, own in keys.items()
            if all(used[key] < cap.most for key, cap in zip(own, limits, strict=True))
        ]
        inside.update(free)
        used.update(key for entry in free for key in set(keys[entry]))
    return inside
