"""Two texts side by side: nothing is lost from either, and what is marked is what differs."""

from hypothesis import given
from hypothesis import strategies as st

from core.comparison import Piece, compare, side_by_side

words = st.lists(st.sampled_from(["batik", "tulis", "dan", "alam", "\n", "\n\n"]), max_size=40).map(" ".join)


def joined(pieces: list[Piece], *, only_shared: bool = False) -> str:
    return "".join(piece.text for piece in pieces if not (only_shared and piece.own))


@given(words, words)
def test_each_side_is_its_whole_text_and_the_unmarked_words_are_the_same(left, right):
    one, other = side_by_side(left, right)
    assert (joined(one).split(), joined(other).split()) == (left.split(), right.split())
    assert joined(one, only_shared=True).split() == joined(other, only_shared=True).split()


def test_only_the_words_that_differ_are_marked():
    one, other = side_by_side("Motif pesisir dari Buaran.", "Motif asli pesisir Buaran.")
    assert [(p.text.strip(), p.own) for p in one] == [
        ("Motif", False), ("pesisir", False), ("dari", True), ("Buaran.", False),
    ]  # fmt: skip
    assert [(p.text.strip(), p.own) for p in other if p.own] == [("asli", True)]


def test_a_word_before_a_line_end_is_the_same_word():
    one, other = side_by_side("satu dua", "satu\ndua")
    assert [p.text for p in one + other if p.own] == ["\n"]


def test_fields_that_agree_have_no_row():
    assert [row.label for row in compare([("Nama", "a", "a"), ("Alamat", "a", "b")])] == ["Alamat"]


def test_a_word_a_thousand_times_is_compared_by_lines():
    left, right = "a " * 1500 + "\nsama", "a " * 1499 + "\nsama"
    one, other = side_by_side(left, right)
    assert [piece.own for piece in one] == [piece.own for piece in other] == [True, False]
    assert (joined(one), joined(other)) == (left, right)


def test_what_repeats_by_words_and_by_lines_is_shown_whole():
    left, right = "a\n" * 1500, "\na" * 1499
    one, other = side_by_side(left, right)
    assert [piece.own for piece in one + other] == [True, True]
    assert (joined(one).split(), joined(other).split()) == (left.split(), right.split())
