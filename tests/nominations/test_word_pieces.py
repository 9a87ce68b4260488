"""What the difference of two texts shows."""

import pytest

from nominations.presenters.changes import word_pieces


@pytest.mark.parametrize(
    ("old", "new", "pieces"),
    [
        ("satu dua", "satu dua", [("same", "satu dua")]),
        ("satu dua", "satu\n dua ", [("same", "satu\n dua ")]),
        ("satu dua tiga", "satu tiga", [("same", "satu "), ("del", "dua "), ("same", "tiga")]),
        ("", "baru", [("ins", "baru")]),
        ("lama", "", [("del", "lama ")]),
        ("12", "14", [("del", "12 "), ("ins", "14")]),
        ("akhir.", "akhir. Lagi.", [("same", "akhir. "), ("ins", "Lagi.")]),
        ("<b>", "<i>", [("del", "<b> "), ("ins", "<i>")]),
    ],
)
def test_words_that_left_and_words_that_came(old, new, pieces):
    assert [(piece.kind, piece.text) for piece in word_pieces(old, new)] == pieces
