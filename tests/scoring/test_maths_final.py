"""Stage scores to the final score and its stars."""

from decimal import Decimal
from fractions import Fraction

import pytest

from scoring.maths.final import band_for, final_score, weight_problems
from scoring.maths.findings import Claim, FindingsResult, findings_result
from scoring.maths.instrument import InstrumentSpec
from scoring.maths.problems import InvalidInput, Problem
from scoring.maths.sheets import SheetScores
from scoring.maths.stages import StageResult, stage_result
from tests.scoring.maths_examples import FIELD, JURI, OVOP, PENGABDIAN, ovop_sheets, scale_scores, sheets_of

D = Decimal
UPAKARTI = {"substansi": D("0.40"), "pembuktian_lapangan": D("0.20"), "juri": D("0.40")}


def given(spec: InstrumentSpec, *values: str) -> list[SheetScores]:
    return sheets_of(*(scale_scores(spec, one) for one in values))


def upakarti(substance: str, field: str, jury: str) -> str:
    return str(final_score(UPAKARTI, dict(zip(UPAKARTI, map(D, (substance, field, jury)), strict=True))))


@pytest.mark.parametrize(
    ("substance", "field", "jury", "final"),
    [
        ("74.25", "78.57", "77.17", "76.28"),  # 29.7 + 15.714 + 30.868 = 76.282
        ("74.26", "78.57", "77.17", "76.29"),  # 29.704 + 15.714 + 30.868 = 76.286; rounded terms would give 76.28
        ("70.00", "50.00", "80.00", "70.00"),  # 28 + 10 + 32
        ("70.01", "70.01", "70.02", "70.01"),  # 28.004 + 14.002 + 28.008 = 70.014
        ("80.00", "80.00", "79.99", "80.00"),  # 32 + 16 + 31.996 = 79.996
        ("0.00", "0.00", "0.00", "0.00"),
        ("100.00", "100.00", "100.00", "100.00"),
    ],
)
def test_upakarti_final_by_hand(substance: str, field: str, jury: str, final: str) -> None:
    assert upakarti(substance, field, jury) == final


def test_upakarti_from_sheets_to_final_by_hand() -> None:
    substance = stage_result(PENGABDIAN, given(PENGABDIAN, "4 3 3.5 4 4 3 3", "4 4 3 3.5 4.5 4 3.5"))
    jury = stage_result(JURI, given(JURI, "4 4 4 3 3", "4.5 4 3.5 4 4", "4 3.5 4 3.5 4"))
    findings = ["terbukti"] * 5 + ["terbukti_sebagian", "tidak_terbukti"]  # 5.5 of 7
    field = findings_result(FIELD, [Claim("beneficiary", finding) for finding in findings])
    assert isinstance(substance, StageResult)
    assert isinstance(jury, StageResult)
    assert isinstance(field, FindingsResult)
    scores = {"substansi": substance.score, "pembuktian_lapangan": field.score, "juri": jury.score}
    assert scores == {"substansi": D("74.25"), "pembuktian_lapangan": D("78.57"), "juri": D("77.17")}
    assert final_score(UPAKARTI, scores) == D("76.28")


def test_a_stage_that_weighs_nothing_needs_no_score_and_changes_nothing() -> None:
    weights = {"penilaian": D(1), "lapangan": D(0)}
    assert final_score(weights, {"penilaian": D("79.99")}) == D("79.99")
    assert final_score(weights, {"penilaian": D("79.99"), "lapangan": D("10.00")}) == D("79.99")


@pytest.mark.parametrize(
    ("scores", "problem"),
    [
        ({"a": "70.00"}, Problem("stage_score_missing", "b")),
        ({"a": "70.00", "b": "70.00", "c": "70.00"}, Problem("stage_unknown", "c")),
        ({"a": "70.00", "b": "70.005"}, Problem("stage_score_not_official", "b")),
        ({"a": "70.00", "b": "100.01"}, Problem("stage_score_not_official", "b")),
        ({"a": "70.00", "b": "-0.01"}, Problem("stage_score_not_official", "b")),
        ({"a": "70.00", "b": "NaN"}, Problem("stage_score_not_official", "b")),
    ],
)
def test_there_is_no_final_score_from_wrong_stage_scores(scores: dict[str, str], problem: Problem) -> None:
    with pytest.raises(InvalidInput) as refused:
        final_score({"a": D("0.5"), "b": D("0.5")}, {stage: D(score) for stage, score in scores.items()})
    assert refused.value.problems == (problem,)


def test_weights_add_up_to_one() -> None:
    assert weight_problems(UPAKARTI) == []
    assert weight_problems({"a": D("0.4"), "b": D("0.59")}) == [Problem("weights_not_one", "0.99")]
    assert weight_problems({"a": D("1.1"), "b": D("-0.1")}) == [Problem("weight_negative", "b")]
    assert weight_problems({}) == [Problem("weights_not_one", "0")]
    with pytest.raises(InvalidInput, match=r"weights_not_one 0\.99"):
        final_score({"a": D("0.99")}, {"a": D(70)})


@pytest.mark.parametrize(
    ("score", "stars"),
    [
        ("0.00", None),
        ("29.00", None),
        ("59.99", None),
        ("60.00", 1),
        ("69.99", 1),
        ("70.00", 2),
        ("79.99", 2),
        ("80.00", 3),
        ("100.00", 3),
    ],
)
def test_stars_by_half_open_bands(score: str, stars: int | None) -> None:
    band = band_for(OVOP.bands, D(score))
    assert (band.stars if band else None) == stars
    assert band_for(reversed(OVOP.bands), D(score)) == band


@pytest.mark.parametrize(
    ("totals", "mean", "stars"),
    [
        ([80, 80, 80], "80", 3),
        ([80, 80, 79], "239/3", 2),
        ([80] * 199 + [79], "79.995", 3),  # officially 80.00: rounded first, then banded
        ([80] * 198 + [79], "15919/199", 2),  # 79.99497…, officially 79.99
        ([70, 70, 70], "70", 2),
        ([70, 70, 69], "209/3", 1),
        ([60, 60, 60], "60", 1),
        ([60, 60, 59], "179/3", None),
        ([29, 29, 29], "29", None),
    ],
)
def test_stars_follow_the_rounded_score(totals: list[int], mean: str, stars: int | None) -> None:
    result = stage_result(OVOP, ovop_sheets(totals))
    assert isinstance(result, StageResult)
    assert result.mean == Fraction(mean)
    band = band_for(OVOP.bands, final_score({"penilaian": D(1)}, {"penilaian": result.score}))
    assert (band.stars if band else None) == stars


def test_an_award_without_bands_has_no_stars() -> None:
    assert band_for(JURI.bands, D(100)) is None
