"""Where two texts differ, word by word, for people who have to choose or to merge."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

WORD = re.compile(r"\n+|\S+[^\S\n]*")
LINE = re.compile(r"\n+|[^\n]+")
# The matcher's time grows with the equal pairs: a thousand times the same word on both sides makes a million of them.
MOST_PAIRS = 100_000


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words; `own` says that the other text does not have it at this place."""

    text: str
    own: bool


def side_by_side(left: str, right: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts in pieces. Joined again, the pieces of a side are its text without leading blanks.

    By words; by lines where the same few words repeat too often to be matched; as wholes where lines do, too.
    """
    for unit in (WORD, LINE):
        parts = unit.findall(left), unit.findall(right)
        bare = [[part.strip() or part for part in side] for side in parts]
        counts = [Counter(side) for side in bare]
        if sum(number * counts[1][part] for part, number in counts[0].items()) <= MOST_PAIRS:
            return _matched(parts, bare)
    return [Piece(left.lstrip(), own=True)], [Piece(right.lstrip(), own=True)]


def _matched(parts: tuple[list[str], list[str]], bare: list[list[str]]) -> tuple[list[Piece], list[Piece]]:
    pieces: tuple[list[Piece], list[Piece]] = ([], [])
    # Repeated words are not junk here: a text of forty "dan" is compared like any other.
    for kind, *ends in SequenceMatcher(None, *bare, autojunk=False).get_opcodes():
        for side, (start, end) in enumerate(((ends[0], ends[1]), (ends[2], ends[3]))):
            if start < end:
                pieces[side].append(Piece("".join(parts[side][start:end]), own=kind != "equal"))
    return pieces


@dataclass(frozen=True, slots=True)
class Row:
    """One field of a record in both readings."""

    label: str
    left: list[Piece]
    right: list[Piece]


def compare(fields: Iterable[tuple[str, str, str]]) -> list[Row]:
    """One row per field (label, left, right) whose two texts differ."""
    return [Row(label, *side_by_side(left, right)) for label, left, right in fields if left != right]
