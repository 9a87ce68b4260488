"""Official scores to places, with ties broken in the declared order and no other."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby


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
    """A place. Contenders whom the declared rules cannot separate share it, and the panel decides."""

    entry: str
    rank: int
    panel_decides: bool


def rank(contenders: Iterable[Contender]) -> list[Placing]:
    """Places from the best on: 1, 2, 2, 4. Within a shared place, by entry, which means nothing."""
    by_entry = sorted(contenders, key=lambda contender: contender.entry)
    by_standing = sorted(by_entry, key=lambda contender: contender.standing, reverse=True)
    placings: list[Placing] = []
    for _, equals in groupby(by_standing, key=lambda contender: contender.standing):
        entries = [contender.entry for contender in equals]
        place = len(placings) + 1
        placings += [Placing(entry, place, panel_decides=len(entries) > 1) for entry in entries]
    return placings
