"""Sensitivity: equal to the exact arithmetic where both say the same, worked by hand, and laws."""

from dataclasses import replace
from decimal import Decimal
from random import Random

import numpy as np
import pytest
from hypothesis import strategies as st

from scoring.maths.bulk import SheetValues, hundredths
from scoring.maths.final import band_for
from scoring.maths.instrument import InstrumentSpec
from scoring.maths.ranking import Contender, rank
from scoring.maths.sheets import SheetScores
from scoring.maths.stages import stage_result, tie_keys
from scoring.maths.statistics.bootstrap import _draws, _ranges, redraw
from scoring.maths.statistics.panel import ELIMINATED, RUNNING, Counting, FixedStage, Panel, standing
from scoring.maths.statistics.reading import bands_of, sheet_stage
from scoring.maths.statistics.scenarios import Scenario, sensitivity
from tests.scoring.maths_examples import OVOP, PENGABDIAN, ovop_scores
from tests.scoring.test_maths_properties import law, scores_for

Sheets = list[tuple[int, int, dict[str, Decimal]]]  # entry, assessor, scores


def panel_of(spec: InstrumentSpec, sheets: Sheets, size: int) -> Panel:
    """A panel of one stage with its official outcomes, from the exact arithmetic."""
    people = sorted({who for _, who, _ in sheets})
    stage = sheet_stage(
        spec,
        "penilaian",
        1.0,
        [SheetValues(entry, who, {c: hundredths(v) for c, v in scores.items()}) for entry, who, scores in sheets],
        entries={number: number for number in range(size)},
        assessors={who: number for number, who in enumerate(people)},
    )
    outcomes, ranks = official(spec, sheets, size)
    return Panel(size, (stage,), bands_of(spec.bands), np.array(outcomes), np.array(ranks))


def official(spec: InstrumentSpec, sheets: Sheets, size: int) -> tuple[list[int], list[int]]:
    spec = replace(spec, min_assessors=1)
    outcomes, contenders = [], []
    for entry in range(size):
        own = [SheetScores(str(who), scores) for number, who, scores in sheets if number == entry]
        result = stage_result(spec, own)
        band = band_for(spec.bands, result.score)
        outcomes.append((band.stars if band else 0) if result.passed else ELIMINATED)
        if result.passed:
            contenders.append(Contender(str(entry), result.score, tie_keys(spec, result)))
    ranks = {int(placing.entry): placing.rank for placing in rank(contenders)}
    return outcomes, [ranks.get(entry, 0) for entry in range(size)]


def test_the_order_of_the_plenary_holds_where_exactly_these_share_a_place():
    sheets = [(entry, 0, ovop_scores(total)) for entry, total in enumerate((80, 90, 80, 80))]
    panel = panel_of(OVOP, sheets, 4)

    def ranks(*ties: tuple[int, ...]) -> list[int]:
        return standing(replace(panel, ties=ties), Counting()).ranks.tolist()

    assert ranks() == [2, 1, 2, 2]
    assert ranks((3, 0, 2)) == [3, 1, 4, 2]
    assert ranks((3, 0), (0, 1), (1, 0, 2, 3)) == [2, 1, 2, 2]


@st.composite
def panels(draw, specs=(OVOP, PENGABDIAN)):
    """Up to six entries with one to four of five assessors each."""
    spec, size = draw(st.sampled_from(specs)), draw(st.integers(1, 6))
    sheets = []
    for entry in range(size):
        judges = draw(st.lists(st.integers(0, 4), min_size=1, max_size=4, unique=True))
        sheets += [(entry, who, draw(scores_for(spec))) for who in judges]
    return spec, sheets, size


@law(panels())
def test_the_official_way_of_counting_gives_the_official_result(case):
    panel = panel_of(*case)
    found = standing(panel, Counting())
    assert found.outcomes.tolist() == panel.outcomes.tolist()
    assert found.ranks.tolist() == panel.ranks.tolist()


@law(panels())
def test_dropping_somebody_equals_never_having_had_the_sheets(case):
    spec, sheets, size = case
    panel = panel_of(spec, sheets, size)
    for number, who in enumerate(sorted({who for _, who, _ in sheets})):
        left = [row for row in sheets if row[1] != who]
        found = standing(panel, Counting(without=number))
        for entry in range(size):
            own = [SheetScores(str(w), scores) for e, w, scores in left if e == entry]
            if not own:
                assert found.outcomes[entry] == panel.outcomes[entry]
                continue
            result = stage_result(replace(spec, min_assessors=1), own)
            band = band_for(spec.bands, result.score)
            assert found.outcomes[entry] == ((band.stars if band else 0) if result.passed else ELIMINATED)


@law(panels())
def test_dropping_somebody_who_is_absent_changes_nothing(case):
    panel = panel_of(*case)
    found = standing(panel, Counting(without=99))
    assert found.outcomes.tolist() == panel.outcomes.tolist()
    assert found.ranks.tolist() == panel.ranks.tolist()


@law(panels(), st.randoms())
def test_the_order_of_sheets_does_not_matter(case, random: Random):
    spec, sheets, size = case
    one = sensitivity(panel_of(spec, sheets, size))
    other = sensitivity(panel_of(spec, random.sample(sheets, len(sheets)), size))
    assert (one.scenarios, one.changed, one.moved) == (other.scenarios, other.changed, other.moved)
    assert np.array_equal(one.adjusted, other.adjusted, equal_nan=True)
    first, second = (redraw(panel_of(spec, rows, size), seed=7, replicates=20) for rows in (sheets, sheets[::-1]))
    assert np.array_equal(first.low, second.low, equal_nan=True)
    assert first.same.tolist() == second.same.tolist()


@law(panels())
def test_ranges_hold_the_official_result_and_every_change(case):
    panel = panel_of(*case)
    found = sensitivity(panel)
    assert (found.lowest <= panel.outcomes).all()
    assert (found.highest >= panel.outcomes).all()
    assert (found.best_rank <= panel.ranks).all()
    assert (found.worst_rank >= panel.ranks).all()
    hit = {entry for entries in found.changed for entry in entries}
    steady = set(np.flatnonzero((found.lowest == panel.outcomes) & (found.highest == panel.outcomes)).tolist())
    assert hit == set(range(panel.size)) - steady


@law(panels(), st.integers(1, 7))
def test_the_side_of_the_cap_is_part_of_what_changes(case, cap):
    bare = panel_of(*case)
    panel = replace(bare, cap=cap)
    assert standing(panel, Counting()).inside.tolist() == panel.inside.tolist()
    found, without = sensitivity(panel), sensitivity(bare)
    assert not (found.always_inside & ~panel.inside).any()
    assert not (panel.inside & ~found.ever_inside).any()
    crossing = set(np.flatnonzero(found.always_inside != found.ever_inside).tolist())
    hit, bare_hit = ({entry for entries in one.changed for entry in entries} for one in (found, without))
    assert hit == bare_hit | crossing


@law(panels(), st.integers(1, 7))
def test_draws_within_the_cap_are_those_of_a_plain_ranking(case, cap):
    panel = replace(panel_of(*case), cap=cap)
    drawn = redraw(panel, seed=3, replicates=1)
    ranges = {one.code: _ranges(panel.size, one) for one in panel.sheet_stages}
    random = np.random.Generator(np.random.PCG64(3))
    final, outcomes = _draws(panel, np.arange(panel.size), ranges, random, 1)
    keys = [
        None if outcomes[entry, 0] == ELIMINATED else (-final[entry, 0], panel.ranks[entry] or panel.size + 1)
        for entry in range(panel.size)
    ]
    ranked = [key for key in keys if key is not None]
    inside = [key is not None and sum(other < key for other in ranked) < cap for key in keys]
    assert drawn.inside.tolist() == inside


@law(panels())
def test_equal_sheets_are_steady_in_every_draw(case):
    spec, sheets, size = case
    same = [(entry, who, next(s for e, _, s in sheets if e == entry)) for entry, who, _ in sheets]
    panel = panel_of(spec, same, size)
    drawn = redraw(panel, seed=1, replicates=10)
    assert (drawn.same == 1).all()
    capped = redraw(replace(panel, cap=1), seed=1, replicates=10)
    assert (capped.same == 1).all()
    assert (capped.inside == replace(panel, cap=1).inside).all()
    scores = standing(panel, Counting()).scores
    there = ~np.isnan(scores)
    assert drawn.low[there].tolist() == drawn.high[there].tolist() == scores[there].tolist()
    assert not any(sensitivity(panel).changed[: len({who for _, who, _ in sheets})])


def by_hand() -> Panel:
    """Entry 0: 90, 90, 60, mean 80.00: three stars, just so. Entry 1: 92, 91, 93. Assessors 0, 1, 2 judged both."""
    rows = [(0, 0, 90), (0, 1, 90), (0, 2, 60), (1, 0, 92), (1, 1, 91), (1, 2, 93)]
    return panel_of(OVOP, [(entry, who, ovop_scores(total)) for entry, who, total in rows], 2)


def test_by_hand():
    panel = by_hand()
    stars = [band_for(OVOP.bands, Decimal(score)).stars for score in (80, 92)]
    assert panel.outcomes.tolist() == stars
    found = sensitivity(panel)
    changed = dict(zip(found.scenarios, found.changed, strict=True))
    for who, mean in ((0, 75), (1, 75), (2, 90)):
        other = band_for(OVOP.bands, Decimal(mean)).stars != stars[0]
        assert changed[Scenario("without", subject=who)] == ((0,) if other else ())
    assert found.median.tolist() == [90, 92]
    # Means over both entries: 91, 90.5 and 76.5; of the whole panel 86.
    fit = found.fits["penilaian"]
    assert [one.leniency for one in fit.assessors] == pytest.approx([5, 4.5, -9.5])
    assert found.adjusted.tolist() == [80, 92]  # everybody judged both: nobody gains or loses
    assert found.worst_rank.tolist() == [2, 1]


def even(mark: str) -> dict[str, Decimal]:
    return {one.code: Decimal(mark) for one in PENGABDIAN.indicators}


def test_places_that_swap_across_the_cap_are_a_change():
    """86.67 and 83.33 with one award to give: without the first assessor 80 and 85."""
    rows = [(0, 0, "5"), (0, 1, "4"), (0, 2, "4"), (1, 0, "4"), (1, 1, "4.5"), (1, 2, "4")]
    bare = panel_of(PENGABDIAN, [(entry, who, even(mark)) for entry, who, mark in rows], 2)
    assert not any(sensitivity(bare).changed), "without a cap both are in the ranking, whatever happens"
    panel = replace(bare, cap=1)
    found = sensitivity(panel)
    changed = dict(zip(found.scenarios, found.changed, strict=True))
    assert changed[Scenario("without", subject=0)] == (0, 1)
    assert changed[Scenario("without", subject=2)] == ()
    assert found.always_inside.tolist() == [False, False]
    assert found.ever_inside.tolist() == [True, True]
    drawn = redraw(panel, seed=5, replicates=200)
    assert 0.05 < drawn.inside[1] < 0.95
    assert drawn.same.tolist() == pytest.approx([drawn.inside[0], 1 - drawn.inside[1]])


def test_who_loses_all_sheets_keeps_the_place_within_the_cap():
    rows = [(0, 0, "5"), (1, 1, "4"), (1, 2, "4.5"), (2, 1, "4"), (2, 2, "4")]
    panel = replace(panel_of(PENGABDIAN, [(entry, who, even(mark)) for entry, who, mark in rows], 3), cap=1)
    found = sensitivity(panel)
    changed = dict(zip(found.scenarios, found.changed, strict=True))
    assert changed[Scenario("without", subject=0)] == ()


def test_weights_move_what_hangs_on_one_aspect():
    """The better half of the sheet weighs more, so the total rises, and the other way round; never beyond 100."""
    found = sensitivity(by_hand())
    aspects = [one for one in found.scenarios if one.kind == "aspect"]
    assert {one.shift for one in aspects} == {-0.1, 0.1}
    best = panel_of(OVOP, [(0, who, {o.code: max(o.values) for o in OVOP.indicators}) for who in range(3)], 1)
    stage = best.sheet_stages[0]
    for scenario in aspects:
        mine = np.array([aspect == scenario.subject for aspect in stage.aspects])
        assert stage.totals_with(stage.weights * np.where(mine, 1 + scenario.shift, 1)) == pytest.approx(100)


def test_what_does_not_apply_leaves_the_total():
    scores = {one.code: max(one.values) for one in OVOP.indicators}
    scores.pop("A1")
    stage = sheet_stage(
        OVOP,
        "penilaian",
        1.0,
        [SheetValues(5, 9, {code: hundredths(value) for code, value in scores.items()})],
        entries={5: 0},
        assessors={9: 0},
    )
    assert stage.totals.tolist() == [100]


def two_stages() -> Panel:
    """Entries: through; eliminated in the first stage; waiting for the second."""
    marks = {0: "4.5", 1: "2", 2: "4.5"}
    sheets = [
        SheetValues(entry, who, {one.code: int(Decimal(mark) * 100) for one in PENGABDIAN.indicators})
        for entry, mark in marks.items()
        for who in (0, 1)
    ]
    spec = replace(PENGABDIAN, pass_mark=Decimal(70))
    first = sheet_stage(spec, "substansi", 0.4, sheets, entries={0: 0, 1: 1, 2: 2}, assessors={0: 0, 1: 1})
    visit = FixedStage(
        "lapangan", 0.6, np.array([80, np.nan, np.nan]), np.zeros(3, dtype=np.bool_), np.array([True, False, False])
    )
    return Panel(3, (first, visit), (), np.array([0, ELIMINATED, RUNNING]), np.array([1, 0, 0]))


def test_stages_that_are_missing_or_failed():
    panel = two_stages()
    found = standing(panel, Counting())
    assert found.outcomes.tolist() == panel.outcomes.tolist()
    assert found.scores[0] == pytest.approx(84.0)  # 0.4 × 90 + 0.6 × 80
    stages = [one for one in sensitivity(panel).scenarios if one.kind == "stage"]
    assert [(one.stage, one.shift) for one in stages] == [
        ("substansi", -0.1),
        ("substansi", 0.1),
        ("lapangan", -0.1),
        ("lapangan", 0.1),
    ]
    lighter = standing(panel, Counting(stage_weights={"substansi": 0.36 / 0.96, "lapangan": 0.6 / 0.96}))
    assert lighter.scores[0] == pytest.approx(83.75)
    drawn = redraw(panel, seed=3, replicates=5)
    assert drawn.same.tolist() == [1, 1, 1]


def test_draws_depend_on_the_seed_alone():
    panel = by_hand()
    one, same, other = (redraw(panel, seed=seed, replicates=200) for seed in (5, 5, 6))
    assert one.same.tolist() == same.same.tolist()
    assert (one.low.tolist(), one.high.tolist()) == (same.low.tolist(), same.high.tolist())
    assert one.same.tolist() != other.same.tolist()
    assert 60 <= one.low[0] < 80 < one.high[0] <= 90


def test_no_agreement_on_severity_without_links():
    rows = [(0, 0, 90), (0, 1, 80), (1, 2, 70), (1, 3, 90)]
    found = sensitivity(panel_of(OVOP, [(e, w, ovop_scores(t)) for e, w, t in rows], 2))
    assert not any(one.kind == "severity" for one in found.scenarios)
    assert np.isnan(found.adjusted).all()
    assert found.fits["penilaian"].groups == 2
