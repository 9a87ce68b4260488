"""What a mistyped word may have been meant to be."""

import re
from dataclasses import dataclass

from django.db import connection

LEAST_LETTERS = 3
LONG = 5
MEANT = 12  # so many words at most for a typed one; a pattern of more reads as slowly as a whole table
LETTERS = re.compile(r"[^\W\d_]+")


def words_of(text: str) -> list[str]:
    """The words of a text in capitals, without numbers and without those of one or two letters."""
    words = re.findall(r"[^\W_]+", text.upper())
    return list(dict.fromkeys(word for word in words if len(word) >= LEAST_LETTERS))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Regular expressions, one for each word: `strict` takes a word that is known as it is, `loose` forgives it too."""

    strict: list[str]
    loose: list[str]


def wanted_words(text: str) -> Wanted:
    """What the words of a text may have been meant to be. One query.

    One error is forgiven in a word, two letters exchanged among them, and two errors in a word of five letters or more
    that no word with one error resembles.
    A word with a digit is taken as it is.
    """
    words = words_of(text)
    meant: dict[str, list[tuple[int, str]]] = {word: [] for word in words}
    with connection.cursor() as cursor:
        letters = [word for word in words if LETTERS.fullmatch(word)]
        cursor.execute("SELECT typed, errors, word FROM sentra_words_like(%s)", [letters])
        for typed, errors, word in cursor:
            meant[typed].append((errors, word))
    loose = ["|".join([typed, *_near(typed, sorted(found))]) for typed, found in meant.items()]
    strict = [typed if (0, typed) in meant[typed] else pattern for typed, pattern in zip(words, loose, strict=True)]
    return Wanted(strict, loose)


def _near(typed: str, found: list[tuple[int, str]]) -> list[str]:
    near = [word for errors, word in found if errors == 1]
    if not near and len(typed) >= LONG:
        near = [word for errors, word in found if errors > 1]
    return near[:MEANT]
