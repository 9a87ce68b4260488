"""Where two texts differ, word by word, for people who have to choose or to merge."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

WORD = re.compile(r"\n+|\S+[^\S\n]*")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words; `own` says that the other text does not have it at this place."""

    text: str
    own: bool


def side_by_side(left: str, right: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts in pieces. Joined again, the pieces of a side are its text without leading blanks."""
    words = WORD.findall(left), WORD.findall(right)
    bare = [[word.strip() or word for word in side] for side in words]
    pieces: tuple[list[Piece], list[Piece]] = ([], [])
    # Repeated words are not junk here: a text of forty "dan" is compared like any other.
    for kind, *ends in SequenceMatcher(None, *bare, autojunk=False).get_opcodes():
        for side, (start, end) in enumerate(((ends[0], ends[1]), (ends[2], ends[3]))):
            if start < end:
                pieces[side].append(Piece("".join(words[side][start:end]), own=kind != "equal"))
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
