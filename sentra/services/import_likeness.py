"""Which rows of a file look like another record of the region or another row: the rule of the forms, in memory.

A register of 10,000 names is not compared name by name. Two names of a score s have at least s of their trigrams in
common, so they share one of the rarest ones of each; only such names are looked at, and those with the same number.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from sentra.enums import Likeness
from sentra.rules import LIKELY_BY_NAME, MOST_HOLDERS, likeness, numbers_in

Marks = Mapping[Likeness, Any]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record of the register or a row of the file. Only records of one `group` can be one; `row` 0 is registered."""

    name: str
    marks: Marks
    group: tuple[str, ...] = ()
    pk: int | None = None
    row: int = 0


@dataclass(frozen=True, slots=True)
class Match:
    other: Candidate
    score: float
    reasons: list[Likeness]


def trigrams(name: str) -> set[str]:
    """As PostgreSQL's pg_trgm takes them: of each word, in small letters, with two blanks before and one behind."""
    padded = (f"  {word} " for word in re.findall(r"[^\W_]+", name.lower()))
    return {word[place : place + 3] for word in padded for place in range(len(word) - 2)}


class LookAlikes:
    """Finds for each row what it looks like among the register and the rows before it. No query."""

    def __init__(self, register: Iterable[Candidate], file: Iterable[Candidate]) -> None:
        """`file` are all its rows, because what many have in common says nothing; those of a record have its `pk`."""
        known = list(register)
        everybody = [*known, *file]
        counted = [*known, *(one for one in everybody if one.pk is None)]
        self._holders = Counter((mark, value) for one in counted for mark, value in one.marks.items())
        times = Counter(gram for one in everybody for gram in trigrams(one.name))
        # The rarest first. A name is one number, with the bit of each trigram that it has.
        self._places = {gram: place for place, (gram, _times) in enumerate(reversed(times.most_common()))}
        self._by_name: dict[Any, dict[int, list[tuple[Candidate, int]]]] = defaultdict(lambda: defaultdict(list))
        self._by_mark: dict[Any, list[Candidate]] = defaultdict(list)
        self._seen: set[Any] = set()
        for one in known:
            self.add(one)

    def add(self, one: Candidate) -> None:
        for mark in self._telling(one):
            self._by_mark[one.group, mark, one.marks[mark]].append(one)
        grams, bits = self._read(one.name)
        key = (one.group, numbers_in(one.name))
        if (key, bits) in self._seen:
            return
        self._seen.add((key, bits))
        for gram in _rarest(grams):
            self._by_name[key][gram].append((one, bits))

    def of(self, one: Candidate, told_apart: Iterable[int] = ()) -> list[Match]:
        """What the row is probably a duplicate of: the same taxpayer first, then the closest name."""
        grams, bits = self._read(one.name)
        by_name = self._by_name.get((one.group, numbers_in(one.name)), {})
        enough = ceil(LIKELY_BY_NAME * len(grams))
        near = {
            id(other): other
            for gram in _rarest(grams)
            for other, its in by_name.get(gram, ())
            if (bits & its).bit_count() >= enough
        }
        for mark in self._telling(one):
            near |= {id(other): other for other in self._by_mark.get((one.group, mark, one.marks[mark]), ())}
        skipped = {one.pk, *told_apart} - {None}
        found = [self._match(one, bits, other) for other in near.values() if other.pk not in skipped]
        return sorted((match for match in found if match.reasons), key=_weight)

    def _match(self, one: Candidate, bits: int, other: Candidate) -> Match:
        score = _score(bits, self._read(other.name)[1])
        same = {m: self._holders[m, value] for m, value in one.marks.items() if value and value == other.marks[m]}
        return Match(other, score, likeness(score, (one.name, other.name), same))

    def _telling(self, one: Candidate) -> list[Likeness]:
        return [m for m, value in one.marks.items() if value and self._holders[m, value] <= MOST_HOLDERS]

    def _read(self, name: str) -> tuple[list[int], int]:
        """The places of the trigrams, and the number of these bits."""
        places = [self._places[gram] for gram in trigrams(name)]
        return sorted(places), sum(1 << place for place in places)


def _rarest(places: list[int]) -> list[int]:
    return places[: len(places) - ceil(LIKELY_BY_NAME * len(places)) + 1]


def _weight(match: Match) -> tuple[bool, float, int, int]:
    """Two workers have to agree, so what weighs the same follows its order."""
    return Likeness.NPWP not in match.reasons, -match.score, match.other.row, match.other.pk or 0


def _score(one: int, other: int) -> float:
    return (one & other).bit_count() / max((one | other).bit_count(), 1)
