"""Many sheets to one official stage score."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from scoring.maths.exact import round_half_up
from scoring.maths.instrument import InstrumentSpec, instrument_from_dict
from scoring.maths.problems import InvalidInput, Problem
from scoring.maths.sheets import SheetScores
from scoring.maths.stages import StageResult, TooFew, median_score, stage_result
from tests.scoring.maths_examples import (
    JURI,
    KEPELOPORAN,
    OVOP,
    PENGABDIAN,
    document,
    ovop_scores,
    ovop_sheets,
    scale_scores,
    sheets_of,
)

D = Decimal


def result_of(spec: InstrumentSpec, sheets: list[SheetScores]) -> StageResult:
    result = stage_result(spec, sheets)
    assert isinstance(result, StageResult)
    return result


@pytest.mark.parametrize(
    ("totals", "middle"),
    [
        (["81.25"], "81.25"),
        (["100", "29", "82"], "82.00"),
        (["80.01", "80.02"], "80.02"),  # 80.015 goes up, as a score does
        (["90", "10", "80", "85"], "82.50"),
        (["70", "70", "70"], "70.00"),
    ],
)
def test_median_of_the_totals_as_they_are_recorded(totals, middle):
    assert str(median_score(map(D, totals))) == middle
    assert str(median_score(map(D, reversed(totals)))) == middle


def pengabdian(*values: str) -> StageResult:
    return result_of(PENGABDIAN, sheets_of(*(scale_scores(PENGABDIAN, one) for one in values)))


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [
        ("0.005", "0.01"),
        ("0.0049999999999999999999999999999999999999", "0.00"),
        ("1.005", "1.01"),  # as binary fractions, this and the next would go down
        ("2.675", "2.68"),
        ("59.994999", "59.99"),
        ("59.995", "60.00"),
        ("69.9949", "69.99"),  # by way of 3 decimals it would be 70.00
        ("99.995", "100.00"),
        ("200/3", "66.67"),
        ("100/3", "33.33"),
    ],
)
def test_the_one_rounding_is_half_up_to_two_decimals(exact: str, rounded: str) -> None:
    assert str(round_half_up(Fraction(exact))) == rounded


def test_the_stage_score_is_the_mean_rounded_once() -> None:
    result = result_of(OVOP, ovop_sheets([60, 70, 71]))
    assert result.mean == Fraction(67)
    result = result_of(OVOP, ovop_sheets([60, 70, 70]))
    assert (result.mean, result.score, result.spread) == (Fraction(200, 3), D("66.67"), 10)
    assert result.totals == {"0": 60, "1": 70, "2": 70}


def test_sheets_are_not_rounded_before_the_mean() -> None:
    """Totals 0, 25/3 and 25/3: the mean 50/9 is 5.56; the mean of 0, 8.33 and 8.33 would be 5.55."""
    data = document("upakarti_juri_1") | {
        "scale": {"min": "0", "max": "3", "step": "1"},
        "aspects": [{"code": "K1", "weight": 75}, {"code": "K2", "weight": 25}],
    }
    spec = instrument_from_dict(data)
    none, third = scale_scores(spec, "0 0"), scale_scores(spec, "0 1")
    assert result_of(spec, sheets_of(none, third, third)).score == D("5.56")


def test_upakarti_substance_by_hand() -> None:
    result = pengabdian("4 3 3.5 4 4 3 3", "4 4 3 3.5 4.5 4 3.5")  # 71.5 and 77
    assert (result.score, result.spread, result.discrepant, result.passed) == (D("74.25"), D("5.5"), False, True)
    assert result.means["A3"] == Fraction("3.25")


def test_upakarti_jury_by_hand() -> None:
    jurors = ("4 4 4 3 3", "4.5 4 3.5 4 4", "4 3.5 4 3.5 4")  # 74, 81, 76.5
    result = result_of(JURI, sheets_of(*(scale_scores(JURI, one) for one in jurors)))
    assert (result.score, result.spread) == (D("77.17"), 7)


def test_case_23_drafts_and_recused_assessors_do_not_count() -> None:
    counting = ovop_sheets([60, 70, 71])
    ignored = [
        SheetScores("draft", {"A1": D(3)}, submitted=False),
        SheetScores("recused", ovop_scores(100), recused=True),
        SheetScores("recused draft", {}, submitted=False, recused=True),
    ]
    assert stage_result(OVOP, [*ignored, *counting]) == stage_result(OVOP, counting)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_few_sheets_give_no_score(count: int) -> None:
    sheets = [*ovop_sheets([60] * count), SheetScores("draft", {}, submitted=False)]
    assert stage_result(OVOP, sheets) == TooFew(counted=count, needed=3)


def test_no_sheet_is_too_few_whatever_the_instrument_says() -> None:
    assert stage_result(replace(OVOP, min_assessors=0), []) == TooFew(counted=0, needed=1)


def test_a_stage_can_ask_for_other_limits_than_its_instrument() -> None:
    spec = replace(OVOP, min_assessors=1, pass_mark=D("60.01"))
    result = result_of(spec, ovop_sheets([60]))
    assert result.failures == (Problem("below_pass_mark", "60.01"),)


def test_a_wrong_counting_sheet_stops_the_calculation() -> None:
    incomplete = ovop_scores(60)
    del incomplete["A1"]
    with pytest.raises(InvalidInput, match="score_missing A1"):
        stage_result(OVOP, sheets_of(ovop_scores(60), ovop_scores(60), incomplete))


def test_an_assessor_counts_once() -> None:
    sheets = ovop_sheets([60, 60, 60])
    with pytest.raises(InvalidInput, match="assessor_repeated 0"):
        stage_result(OVOP, [*sheets, sheets[0]])
    assert isinstance(stage_result(OVOP, [*sheets, replace(sheets[0], submitted=False)]), StageResult)


@pytest.mark.parametrize(("highest", "discrepant"), [(74, False), (75, False), (76, True)])
def test_case_31_a_spread_above_the_threshold_is_a_discrepancy(highest: int, discrepant: bool) -> None:
    result = result_of(OVOP, ovop_sheets([60, 65, highest]))
    assert (result.spread, result.discrepant) == (highest - 60, discrepant)


def test_case_31_no_threshold_no_discrepancy() -> None:
    assert not result_of(replace(OVOP, discrepancy_threshold=None), ovop_sheets([29, 65, 100])).discrepant


def test_the_pass_mark_is_met_by_the_rounded_score() -> None:
    seventy, less = "3.5 3.5 3.5 3.5 3.5 3.5 3.5", "3.5 3.5 3.5 3.5 3.5 3.5 3"
    assert pengabdian(seventy, seventy).passed
    below = pengabdian(seventy, less)
    assert (below.score, below.failures) == (D("69.50"), (Problem("below_pass_mark", "70.00"),))
    nearly = pengabdian(*[seventy] * 199, less)  # 70 - 1/200 = 69.995, officially 70.00
    assert (nearly.mean, nearly.score, nearly.passed) == (Fraction("69.995"), D("70.00"), True)


@pytest.mark.parametrize(
    ("sheets", "failures"),
    [
        (("5 1.5 5 5 5 5 5", "5 2.5 5 5 5 5 5"), ()),  # A2, weight 15: mean 2 is enough
        (("5 1.5 5 5 5 5 5", "5 2 5 5 5 5 5"), (Problem("aspect_below_minimum", "A2"),)),
        (("0 5 5 5 5 5 5", "0 5 5 5 5 5 5"), ()),  # A1 weighs 10: the rule is not about it
        (
            ("5 1 1 5 5 5 5", "5 1 1 5 5 5 5"),
            (Problem("aspect_below_minimum", "A2"), Problem("aspect_below_minimum", "A3")),
        ),
    ],
)
def test_a_heavy_aspect_below_2_fails_whatever_the_score(
    sheets: tuple[str, ...], failures: tuple[Problem, ...]
) -> None:
    result = pengabdian(*sheets)
    assert result.score > 70
    assert (result.failures, result.passed) == (failures, not failures)


def test_kepeloporan_has_five_heavy_aspects() -> None:
    ones = scale_scores(KEPELOPORAN, "1 1 1 1 1 1 1")
    failures = result_of(KEPELOPORAN, sheets_of(ones, ones)).failures
    assert [problem.where for problem in failures] == ["70.00", "B3", "B4", "B5", "B6", "B7"]
