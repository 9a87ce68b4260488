"""Official scores to places, with ties broken in the declared order and no other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

from scoring.maths.final import band_for
from scoring.maths.instrument import Band


@dataclass(frozen=True, slots=True)
class Contender:
    entry: str
    score: Decimal  # official, rounded
    tie_keys: tuple[Fraction, ...] = ()  # exact, higher wins, the first that differs decides

    @property
    def standing(self) -> tuple[Decimal, tuple[Fraction, ...]]:
        return self.score, self.tie_keys


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
    by_entry = sorted(contenders, key=lambda contender: contender.entry)
    by_standing = sorted(by_entry, key=lambda contender: contender.standing, reverse=True)
    placings: list[Placing] = []
    for _, equals in groupby(by_standing, key=lambda contender: contender.standing):
        entries = [contender.entry for contender in equals]
        place = len(placings) + 1
        order = given.get(frozenset(entries)) if len(entries) > 1 else None
        if order:
            placings += [Placing(entry, place + n, panel_decides=False, decided=True) for n, entry in enumerate(order)]
        else:
            placings += [Placing(entry, place, panel_decides=len(entries) > 1) for entry in entries]
    return placings


def stars_under(bands: Iterable[Band], scores: Mapping[str, Decimal]) -> dict[str, int | None]:
    """The stars that each final score would have under these bands, by the one rule that gives the official ones."""
    given = tuple(bands)
    return {entry: band.stars if (band := band_for(given, score)) else None for entry, score in scores.items()}


def within_cap(placings: Iterable[Placing], cap: int | None) -> set[str]:
    """Who has a place within the cap; all without one. A tie across the cap is within: the panel has to break it."""
    return {placing.entry for placing in placings if cap is None or placing.rank <= cap}
