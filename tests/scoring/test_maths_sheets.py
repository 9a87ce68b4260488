"""One sheet: what may be given, and its exact total."""

from copy import deepcopy
from decimal import Decimal
from fractions import Fraction

import pytest

from scoring.maths.document import document_problems
from scoring.maths.instrument import InstrumentSpec, instrument_from_dict
from scoring.maths.problems import InvalidInput, Problem
from scoring.maths.sheets import group_totals, note_required, sheet_problems, sheet_total
from tests.scoring.maths_examples import JURI, KEPELOPORAN, OVOP, PENGABDIAN, document, ovop_scores, scale_scores

D = Decimal


@pytest.mark.parametrize(
    ("spec", "values", "total"),
    [
        # 10×4/5 + 15×3/5 + 15×3.5/5 + 15×4/5 + 25×4/5 + 10×3/5 + 10×3/5 = 8 + 9 + 10.5 + 12 + 20 + 6 + 6
        (PENGABDIAN, "4 3 3.5 4 4 3 3", "71.5"),
        # 8 + 12 + 9 + 10.5 + 22.5 + 8 + 7
        (PENGABDIAN, "4 4 3 3.5 4.5 4 3.5", "77"),
        # 10×0.5/5 + 10×1.5/5 + 15×2.5/5 + 15×3.5/5 + 20×4.5/5 + 15×5/5 + 15×0/5 = 1 + 3 + 7.5 + 10.5 + 18 + 15 + 0
        (KEPELOPORAN, "0.5 1.5 2.5 3.5 4.5 5 0", "55"),
        # 27 + 16 + 14 + 12 + 12
        (JURI, "4.5 4 3.5 4 4", "81"),
        (JURI, "0 0 0 0 0", "0"),
        (JURI, "5 5 5 5 5", "100"),
    ],
)
def test_case_18_weighted_total_equals_the_calculation_by_hand(spec: InstrumentSpec, values: str, total: str) -> None:
    assert sheet_total(spec, scale_scores(spec, values)) == Fraction(total)


def test_case_18_ovop_total_is_the_sum_of_the_chosen_points() -> None:
    # A: 5×2 + 2×3 + 1 + 2 + 3 = 22; B: 2 + 2 + 3 + 2 + 3 + 3 + 1 = 16; C: 6 + 4 + 6 + 4 + 3 + 2 + 3 + 2 = 30
    values = "2 2 2 2 2 3 3 1 2 3  2 2 3 2 3 3 1  6 4 6 4 3 2 3 2"
    scores = scale_scores(OVOP, values)
    assert group_totals(OVOP, scores) == {"A": 22, "B": 16, "C": 30}
    assert sheet_total(OVOP, scores) == 68


@pytest.mark.parametrize(
    ("spec", "code", "value", "problem"),
    [
        (OVOP, "A1", "0", "score_out_of_range"),
        (OVOP, "A1", "4", "score_out_of_range"),
        (OVOP, "A1", "1.5", "score_not_allowed"),
        (OVOP, "C7", "2", "score_not_allowed"),
        (OVOP, "C7", "-1", "score_out_of_range"),
        (JURI, "J1", "0.25", "score_not_allowed"),
        (JURI, "J1", "5.5", "score_out_of_range"),
        (JURI, "J1", "-0.5", "score_out_of_range"),
        (JURI, "J1", "NaN", "score_not_a_number"),
        (JURI, "J1", "sNaN", "score_not_a_number"),
        (JURI, "J1", "Infinity", "score_not_a_number"),
        (JURI, "J1", "-Infinity", "score_not_a_number"),
        (JURI, "J9", "3", "indicator_unknown"),
    ],
)
def test_case_17_a_score_outside_the_list_is_refused(spec: InstrumentSpec, code: str, value: str, problem: str) -> None:
    complete = {indicator.code: max(indicator.values) for indicator in spec.indicators}
    scores = complete | {code: D(value)}
    assert sheet_problems(spec, scores) == [Problem(problem, code)]
    for compute in (sheet_total, group_totals):
        with pytest.raises(InvalidInput) as refused:
            compute(spec, scores)
        assert refused.value.problems == (Problem(problem, code),)


def test_cases_16_and_19_a_missing_score_is_an_error_and_never_a_zero() -> None:
    scores = scale_scores(JURI, "4 4 4 4 4")
    del scores["J2"], scores["J5"]
    assert sheet_problems(JURI, scores) == [Problem("score_missing", "J2"), Problem("score_missing", "J5")]
    with pytest.raises(InvalidInput, match="score_missing J2; score_missing J5"):
        sheet_total(JURI, scores)


def test_every_problem_of_a_sheet_is_told_at_once() -> None:
    scores = scale_scores(JURI, "4 9 4 4 0.1") | {"X": D(1)}
    del scores["J1"]
    assert {(problem.code, problem.where) for problem in sheet_problems(JURI, scores)} == {
        ("score_missing", "J1"),
        ("score_out_of_range", "J2"),
        ("score_not_allowed", "J5"),
        ("indicator_unknown", "X"),
    }


def test_case_22_the_running_total_of_a_complete_sheet_is_its_total() -> None:
    for total in (29, 60, 83, 100):
        scores = ovop_scores(total)
        assert sum(group_totals(OVOP, scores).values()) == sheet_total(OVOP, scores) == total


def test_a_draft_has_the_totals_of_what_was_given() -> None:
    assert group_totals(OVOP, {}) == {"A": 0, "B": 0, "C": 0}
    assert group_totals(OVOP, {"A1": D(3), "A10": D(2), "C7": D(5)}) == {"A": 5, "B": 0, "C": 5}


def test_the_spelling_of_a_number_does_not_matter() -> None:
    assert sheet_total(JURI, scale_scores(JURI, "4.50 4.0 3.500 4 4E0")) == 81


@pytest.mark.parametrize("value", ["0", "0.0", "1", "1.00", "5"])
def test_the_ends_of_the_upakarti_scale_need_a_note(value: str) -> None:
    assert all(note_required(one, D(value)) for one in JURI.indicators)


@pytest.mark.parametrize("value", ["0.5", "1.5", "2", "3", "4", "4.5"])
def test_the_middle_of_the_upakarti_scale_needs_no_note(value: str) -> None:
    assert not any(note_required(one, D(value)) for one in JURI.indicators)


def test_ovop_options_explain_themselves() -> None:
    assert not any(note_required(indicator, value) for indicator in OVOP.indicators for value in indicator.values)


def test_an_option_or_an_anchor_may_ask_for_a_note() -> None:
    """Where the document says so, and nowhere else; an anchor adds to what its scale asks."""
    options = deepcopy(document("ovop_default_1"))
    options["aspects"][0]["indicators"][0]["options"][0]["note_required"] = True
    spec = instrument_from_dict(options)
    asked = [(one.code, value) for one in spec.indicators for value in one.values if note_required(one, value)]
    assert asked == [("A1", min(spec.indicators[0].values))]
    scale = deepcopy(document("upakarti_juri_1"))
    scale["aspects"][1]["anchors"] = [{"value": 3, "label": "Cukup", "note_required": True}]
    first, second, *_rest = instrument_from_dict(scale).indicators
    assert not note_required(first, D(3))
    assert note_required(second, D(3))
    assert note_required(second, D(5))
    scale["aspects"][1]["anchors"][0]["note_required"] = "ya"
    assert Problem("note_required_wrong", f"{second.code}.anchors #1") in document_problems(scale)
