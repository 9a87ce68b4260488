"""Places: by official score, then by the declared keys, then by the panel."""

from decimal import Decimal
from fractions import Fraction

from scoring.maths.ranking import Contender, Placing, rank
from scoring.maths.stages import StageResult, stage_result, tie_keys
from tests.scoring.maths_examples import OVOP, PENGABDIAN, ovop_scores, ovop_sheets, scale_scores, sheets_of

D = Decimal


def contender(entry: str, score: str, *keys: int | Fraction) -> Contender:
    return Contender(entry, D(score), tuple(Fraction(key) for key in keys))


def places(*contenders: Contender) -> dict[str, tuple[int, bool]]:
    return {placing.entry: (placing.rank, placing.panel_decides) for placing in rank(contenders)}


def test_the_higher_score_stands_first() -> None:
    assert rank([contender("a", "70.00"), contender("b", "70.01")]) == [
        Placing("b", 1, panel_decides=False),
        Placing("a", 2, panel_decides=False),
    ]


def test_the_first_key_that_differs_decides_and_later_ones_do_not() -> None:
    assert places(contender("a", "80", 30, 1, 1), contender("b", "80", 31, 0, 0)) == {"b": (1, False), "a": (2, False)}
    assert places(contender("a", "80", 30, 9), contender("b", "80", 30, 8)) == {"a": (1, False), "b": (2, False)}


def test_keys_are_compared_exactly() -> None:
    third = Fraction(100, 3)
    nearly = third - Fraction(1, 10**30)
    assert places(contender("a", "80", nearly), contender("b", "80", third)) == {"b": (1, False), "a": (2, False)}


def test_keys_never_overrule_the_score() -> None:
    assert places(contender("a", "79.99", 45), contender("b", "80.00", 1)) == {"b": (1, False), "a": (2, False)}


def test_who_cannot_be_separated_shares_a_place_and_the_panel_decides() -> None:
    assert places(contender("a", "90"), contender("d", "85", 3), contender("c", "85", 3), contender("b", "85", 2)) == {
        "a": (1, False),
        "c": (2, True),
        "d": (2, True),
        "b": (4, False),
    }


def test_nobody_to_rank() -> None:
    assert rank([]) == []


def test_ovop_ties_go_to_aspect_c_then_a() -> None:
    """Both have 60.00 from every assessor; the one with more in C stands first, then the one with more in A."""
    strong_in_c = ovop_scores(60)
    less_c_more_a = strong_in_c | {"C8": strong_in_c["C8"] - 2, "A1": D(2), "A2": D(2)}
    less_c_more_b = strong_in_c | {"C8": strong_in_c["C8"] - 2, "B1": D(2), "B2": D(2)}
    standings = {}
    for entry, scores in {"x": less_c_more_b, "y": less_c_more_a, "z": strong_in_c}.items():
        result = stage_result(OVOP, sheets_of(scores, scores, scores))
        assert isinstance(result, StageResult)
        assert result.score == 60
        standings[entry] = Contender(entry, result.score, tie_keys(OVOP, result))
    assert places(*standings.values()) == {"z": (1, False), "y": (2, False), "x": (3, False)}


def test_tie_keys_are_exact_means_in_the_declared_order() -> None:
    result = stage_result(OVOP, ovop_sheets([29, 100, 60]))
    assert isinstance(result, StageResult)
    # C: 12, 45 and 43; A: 10, 30 and 10; B: 7, 25 and 7
    assert tie_keys(OVOP, result) == (Fraction(100, 3), Fraction(50, 3), Fraction(39, 3))

    result = stage_result(
        PENGABDIAN, sheets_of(*(scale_scores(PENGABDIAN, f"3 {a2} 3 3 {a5} 3 3") for a2, a5 in ((3, 4), (2.5, 4.5))))
    )
    assert isinstance(result, StageResult)
    assert tie_keys(PENGABDIAN, result) == (Fraction("4.25"), Fraction("2.75"))
