"""Reading instruments, and refusing those that make no sense."""

import copy
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from scoring.maths.checks import floor_and_ceiling, instrument_problems
from scoring.maths.final import weight_problems
from scoring.maths.instrument import Band, Indicator, InstrumentSpec, MinAspectScore, instrument_from_dict
from scoring.maths.problems import InvalidInput, Problem
from tests.scoring.maths_examples import FIELD, JURI, KEPELOPORAN, OVOP, PENGABDIAN, SHIPPED, document

D = Decimal


def with_indicator(spec: InstrumentSpec, position: int, **changes: Any) -> InstrumentSpec:
    indicators = list(spec.indicators)
    indicators[position] = replace(indicators[position], **changes)
    return replace(spec, indicators=tuple(indicators))


@pytest.mark.parametrize("spec", SHIPPED, ids=lambda spec: spec.code)
def test_shipped_instruments_make_sense(spec: InstrumentSpec) -> None:
    assert instrument_problems(spec) == []


def test_ovop_has_25_indicators_82_options_and_29_to_100_points() -> None:
    assert len(OVOP.indicators) == 25
    assert sum(len(indicator.values) for indicator in OVOP.indicators) == 82
    assert floor_and_ceiling(OVOP) == (29, 100)
    best = {
        group: sum(max(indicator.values) for indicator in OVOP.indicators if indicator.group == group)
        for group in OVOP.groups
    }
    assert best == {"A": 30, "B": 25, "C": 45}


def test_an_upakarti_scale_offers_half_points_from_0_to_5() -> None:
    halves = tuple(D(half) / 2 for half in range(11))
    for spec in (PENGABDIAN, KEPELOPORAN, JURI):
        assert all(indicator.values == halves for indicator in spec.indicators)
        assert floor_and_ceiling(spec) == (0, 100)


def test_a_scale_from_1_to_5_has_a_floor_of_20() -> None:
    spec = instrument_from_dict(document("upakarti_juri_1") | {"scale": {"min": "1", "max": "5", "step": "1"}})
    assert instrument_problems(spec) == []
    assert floor_and_ceiling(spec) == (20, 100)


def test_rules_around_the_scores_are_read() -> None:
    assert OVOP.bands == (Band(3, D(80), "pusat"), Band(2, D(70), "provinsi"), Band(1, D(60), "kabupaten_kota"))
    assert OVOP.tie_break == ("group:C", "group:A", "group:B", "panel")
    assert (OVOP.min_assessors, OVOP.discrepancy_threshold, OVOP.pass_mark) == (3, 15, None)
    assert (PENGABDIAN.min_assessors, PENGABDIAN.discrepancy_threshold, PENGABDIAN.pass_mark) == (2, 15, 70)
    assert PENGABDIAN.min_aspect_score == KEPELOPORAN.min_aspect_score == MinAspectScore(D(15), D(2))
    assert (PENGABDIAN.tie_break, KEPELOPORAN.tie_break) == (("A5", "A2"), ("B7", "B2"))
    assert (JURI.min_assessors, JURI.discrepancy_threshold, JURI.bands) == (3, 20, ())
    assert FIELD.credits == {"terbukti": 1, "terbukti_sebagian": D("0.5"), "tidak_terbukti": 0}


@pytest.mark.parametrize("name", ["ovop_stages_1", "upakarti_stages_1"])
def test_shipped_stage_weights_add_up_to_one(name: str) -> None:
    stages = [stage for stage in document(name)["stages"] if stage["active"]]
    assert weight_problems({stage["code"]: D(stage["weight"]) for stage in stages}) == []
    assert {stage["code"]: stage["scorer_role"] for stage in stages if stage["scorer_role"] != "assessor"} == (
        {"juri": "juror"} if name == "upakarti_stages_1" else {}
    )


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (replace(OVOP, indicators=()), [Problem("indicators_missing")]),
        (with_indicator(OVOP, 1, code="A1"), [Problem("indicator_repeated", "A1")]),
        (with_indicator(OVOP, 0, values=(D(3),)), [Problem("options_too_few", "A1")]),
        (with_indicator(OVOP, 0, values=(D(-1), D(3))), [Problem("option_negative", "A1")]),
        (with_indicator(OVOP, 0, values=(D(1), D("1.0"), D(3))), [Problem("option_repeated", "A1 1")]),
        (with_indicator(OVOP, 0, values=(D(1), D(4))), [Problem("total_not_100", "101")]),
        (with_indicator(JURI, 0, weight=D("29.9")), [Problem("total_not_100", "999/10")]),
        (with_indicator(JURI, 0, weight=D(0)), [Problem("weight_not_positive", "J1")]),
        (replace(OVOP, min_assessors=0), [Problem("min_assessors_too_few", "0")]),
        (replace(OVOP, discrepancy_threshold=D(71)), [Problem("discrepancy_threshold_unreachable", "71")]),
        (replace(OVOP, pass_mark=D(29)), [Problem("pass_mark_unreachable", "29")]),
        (replace(OVOP, pass_mark=D("100.01")), [Problem("pass_mark_unreachable", "100.01")]),
        (replace(OVOP, min_aspect_score=MinAspectScore(D(15), D(2))), [Problem("min_aspect_score_needs_scale")]),
        (
            replace(JURI, min_aspect_score=MinAspectScore(D(15), D("5.5"))),
            [Problem("min_aspect_score_unreachable", "5.5")],
        ),
        (
            replace(JURI, min_aspect_score=MinAspectScore(D(31), D(2))),
            [Problem("min_aspect_score_meets_no_aspect", "31")],
        ),
        (replace(OVOP, bands=(Band(1, D(29), ""),)), [Problem("band_unreachable", "1")]),
        (replace(OVOP, bands=(Band(1, D("100.01"), ""),)), [Problem("band_unreachable", "1")]),
        (replace(OVOP, bands=(Band(1, D(60), ""), Band(1, D(70), ""))), [Problem("band_repeated", "1")]),
        (replace(OVOP, bands=(Band(2, D(60), ""), Band(1, D(60), ""))), [Problem("band_not_above_lower", "2")]),
        (replace(OVOP, tie_break=("group:D", "panel")), [Problem("tie_break_unknown", "group:D")]),
        (replace(OVOP, tie_break=("C1", "C1")), [Problem("tie_break_repeated", "C1")]),
        (replace(OVOP, tie_break=("panel", "group:C")), [Problem("tie_break_panel_not_last")]),
    ],
    ids=lambda value: value[0].code if isinstance(value, list) else "",
)
def test_an_instrument_that_makes_no_sense_is_described(spec: InstrumentSpec, expected: list[Problem]) -> None:
    assert instrument_problems(spec) == expected


@pytest.mark.parametrize(
    "scale",
    [
        {"min": "0", "max": "5", "step": "0"},
        {"min": "0", "max": "5", "step": "-1"},
        {"min": "0", "max": "5", "step": "0.3"},
        {"min": "5", "max": "5", "step": "1"},
        {"min": "-1", "max": "5", "step": "1"},
        {"min": "0", "max": "5", "step": "0.000000001"},
    ],
    ids=str,
)
def test_a_scale_whose_steps_do_not_fit_is_described(scale: dict[str, str]) -> None:
    spec = instrument_from_dict(document("upakarti_juri_1") | {"scale": scale})
    assert instrument_problems(spec) == [Problem("scale_invalid")]


def test_a_note_can_only_be_asked_at_a_value_of_the_scale() -> None:
    data = document("upakarti_juri_1")
    data["scale"]["note_required_at"] = ["0", "0.25"]
    assert instrument_problems(instrument_from_dict(data)) == [Problem("note_value_not_on_scale", "0.25")]


def test_an_indicator_on_a_scale_is_its_own_aspect_and_group() -> None:
    marks = tuple(D(half) / 2 for half in range(11))
    noted = (D(0), D(1), D(5))
    assert JURI.indicators[0] == Indicator("J1", "J1", "J1", D(30), marks, note_required_at=noted)
    assert OVOP.indicators[5].aspect == "A.II"
    assert OVOP.indicators[5].group == "A"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("method", "guess"),
        ("pass_mark", 70.0),
        ("pass_mark", "NaN"),
        ("pass_mark", "Infinity"),
        ("pass_mark", "tujuh puluh"),
        ("pass_mark", True),
        ("min_assessors", "dua"),
        ("aspects", None),
        ("aspects", [{"code": "A1"}]),
        ("scale", {}),
        ("scale", "0-5"),
        ("bands", [{"stars": 1}]),
    ],
)
def test_a_wrongly_shaped_document_is_refused(key: str, value: object) -> None:
    data = copy.deepcopy(document("upakarti_pengabdian_1")) | {key: value}
    with pytest.raises(InvalidInput) as refused:
        instrument_from_dict(data)
    assert [problem.code for problem in refused.value.problems] == ["instrument_malformed"]


def test_a_document_without_a_required_part_is_refused() -> None:
    for key in ("code", "method", "aspects", "scale", "min_assessors"):
        data = document("upakarti_juri_1")
        del data[key]
        with pytest.raises(InvalidInput, match=key):
            instrument_from_dict(data)
