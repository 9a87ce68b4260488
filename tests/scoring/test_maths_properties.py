"""Laws that hold for every sheet, against a second calculation that shares nothing with the first.

The oracle works in whole numbers only: half points and hundredths, with Python's integer division.
"""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal, getcontext, localcontext
from fractions import Fraction
from itertools import count
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring.maths.exact import round_half_up
from scoring.maths.final import final_score
from scoring.maths.hashing import input_hash
from scoring.maths.instrument import InstrumentSpec
from scoring.maths.problems import InvalidInput
from scoring.maths.ranking import Contender, rank
from scoring.maths.sheets import SheetScores, group_totals, running_total, sheet_total
from scoring.maths.stages import StageResult, TooFew, stage_result, tie_keys
from tests.scoring.maths_examples import JURI, KEPELOPORAN, OVOP, PENGABDIAN, SHIPPED

D = Decimal
Values = dict[str, Decimal]


def law(*strategies: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A law is checked on many cases, and never against the clock of a busy machine."""
    untimed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    return lambda test: untimed(given(*strategies)(test))


def scores_for(spec: InstrumentSpec) -> st.SearchStrategy[Values]:
    return st.fixed_dictionaries({one.code: st.sampled_from(one.values) for one in spec.indicators})


def panels_for(spec: InstrumentSpec) -> st.SearchStrategy[list[SheetScores]]:
    enough = st.lists(scores_for(spec), min_size=spec.min_assessors, max_size=6)
    return enough.map(lambda panel: [SheetScores(str(number), scores) for number, scores in enumerate(panel)])


specs = st.sampled_from(SHIPPED)
cases = specs.flatmap(lambda spec: st.tuples(st.just(spec), panels_for(spec)))
single_cases = specs.flatmap(lambda spec: st.tuples(st.just(spec), scores_for(spec)))


def result_of(spec: InstrumentSpec, sheets: list[SheetScores]) -> StageResult:
    result = stage_result(spec, sheets)
    assert isinstance(result, StageResult)
    return result


def oracle_tenths(spec: InstrumentSpec, scores: Values) -> int:
    """The total × 10: points × 10, or weight × half points (÷ 2 ÷ 5 × 10 cancels out)."""
    if spec is OVOP:
        return 10 * sum(int(value) for value in scores.values())
    return sum(int(one.weight) * int(scores[one.code] * 2) for one in spec.indicators)


def oracle_hundredths(numerator: int, denominator: int) -> int:
    """numerator ÷ denominator in hundredths, half up."""
    whole, rest = divmod(100 * numerator, denominator)
    return whole + (2 * rest >= denominator)


@law(single_cases)
def test_totals_equal_the_oracle_and_stay_within_their_range(case: tuple[InstrumentSpec, Values]) -> None:
    spec, scores = case
    total = sheet_total(spec, scores)
    assert total * 10 == oracle_tenths(spec, scores)
    assert (29 if spec is OVOP else 0) <= total <= 100
    assert sum(group_totals(spec, scores).values()) == total


@law(cases)
def test_stage_scores_equal_the_oracle(case: tuple[InstrumentSpec, list[SheetScores]]) -> None:
    spec, sheets = case
    result = result_of(spec, sheets)
    tenths = [oracle_tenths(spec, dict(sheet.scores)) for sheet in sheets]
    hundredths = oracle_hundredths(sum(tenths), 10 * len(tenths))
    assert result.score * 100 == hundredths
    assert str(result.score) == f"{hundredths // 100}.{hundredths % 100:02}"
    assert result.spread * 10 == max(tenths) - min(tenths)
    limit = {OVOP.code: 150, PENGABDIAN.code: 150, KEPELOPORAN.code: 150, JURI.code: 200}[spec.code]
    assert result.discrepant == (max(tenths) - min(tenths) > limit)


@law(cases)
def test_passing_equals_the_oracle(case: tuple[InstrumentSpec, list[SheetScores]]) -> None:
    spec, sheets = case
    result = result_of(spec, sheets)
    if spec in (OVOP, JURI):
        assert result.passed
        return
    heavy = [one.code for one in spec.indicators if one.weight >= 15]
    weak = [code for code in heavy if sum(int(sheet.scores[code] * 2) for sheet in sheets) < 4 * len(sheets)]
    assert result.passed == (result.score >= 70 and not weak)


@law(cases)
def test_the_mean_of_totals_is_the_total_of_means(case: tuple[InstrumentSpec, list[SheetScores]]) -> None:
    spec, sheets = case
    result = result_of(spec, sheets)
    parts = [Fraction(one.weight) * result.means[one.code] for one in spec.indicators]
    assert sum(parts) / Fraction(spec.divisor) == result.mean
    by_group = replace(spec, tie_break=tuple(f"group:{group}" for group in spec.groups))
    assert sum(tie_keys(by_group, result)) == result.mean


@law(cases, st.randoms())
def test_the_order_of_sheets_does_not_matter(case: tuple[InstrumentSpec, list[SheetScores]], random: Random) -> None:
    spec, sheets = case
    shuffled = random.sample(sheets, len(sheets))
    assert stage_result(spec, shuffled) == stage_result(spec, sheets)
    assert input_hash("rule", shuffled) == input_hash("rule", sheets)


@law(single_cases, st.integers(1, 7))
def test_equal_sheets_have_their_own_total_as_mean(case: tuple[InstrumentSpec, Values], assessors: int) -> None:
    spec, scores = case
    spec = replace(spec, min_assessors=1)
    result = result_of(spec, [SheetScores(str(number), scores) for number in range(assessors)])
    assert result.mean == sheet_total(spec, scores)
    assert result.spread == 0


@law(cases)
def test_the_whole_panel_twice_gives_the_same_result(case: tuple[InstrumentSpec, list[SheetScores]]) -> None:
    spec, sheets = case
    once = result_of(spec, sheets)
    twice = result_of(spec, sheets + [replace(sheet, assessor=f"again {sheet.assessor}") for sheet in sheets])
    assert (twice.mean, twice.score, twice.spread, twice.means) == (once.mean, once.score, once.spread, once.means)
    assert (twice.failures, tie_keys(spec, twice)) == (once.failures, tie_keys(spec, once))


@law(cases, st.data())
def test_a_recused_or_open_sheet_has_no_influence(
    case: tuple[InstrumentSpec, list[SheetScores]], data: st.DataObject
) -> None:
    spec, sheets = case
    recused, submitted = data.draw(st.sampled_from([(True, True), (True, False), (False, False)]))
    other = SheetScores("other", data.draw(scores_for(spec)), submitted=submitted, recused=recused)
    assert stage_result(spec, [other, *sheets]) == stage_result(spec, sheets)
    assert input_hash("rule", [other, *sheets]) == input_hash("rule", sheets)


@law(cases, st.data())
def test_recusal_equals_never_having_scored(
    case: tuple[InstrumentSpec, list[SheetScores]], data: st.DataObject
) -> None:
    spec, sheets = case
    leaver = data.draw(st.sampled_from(sheets))
    stayers = [sheet for sheet in sheets if sheet is not leaver]
    result = stage_result(spec, [*stayers, replace(leaver, recused=True)])
    assert result == stage_result(spec, stayers)
    assert isinstance(result, TooFew) == (len(stayers) < spec.min_assessors)


@law(cases, st.data())
def test_a_better_value_never_lowers_the_score(
    case: tuple[InstrumentSpec, list[SheetScores]], data: st.DataObject
) -> None:
    spec, sheets = case
    before = result_of(spec, sheets)
    indicator = data.draw(st.sampled_from(spec.indicators))
    raised, *others = sheets
    better = data.draw(st.sampled_from([one for one in indicator.values if one >= raised.scores[indicator.code]]))
    after = result_of(spec, [replace(raised, scores={**raised.scores, indicator.code: better}), *others])
    assert after.mean >= before.mean
    assert after.score >= before.score
    assert (after.mean > before.mean) == (better > raised.scores[indicator.code])


@law(st.fractions(min_value=0, max_value=100))
def test_rounding_is_the_nearest_hundredth_and_halves_go_up(value: Fraction) -> None:
    rounded = round_half_up(value)
    assert rounded * 100 == oracle_hundredths(value.numerator, value.denominator)
    assert rounded.as_tuple().exponent == -2
    assert Fraction(-1, 200) < Fraction(rounded) - value <= Fraction(1, 200)


official = st.integers(0, 10_000).map(lambda hundredths: D(hundredths).scaleb(-2))


@law(official, official, official)
def test_the_final_score_equals_the_oracle(substance: Decimal, field: Decimal, jury: Decimal) -> None:
    weights = {"substansi": D("0.40"), "pembuktian_lapangan": D("0.20"), "juri": D("0.40")}
    final = final_score(weights, {"substansi": substance, "pembuktian_lapangan": field, "juri": jury})
    thousandths = 4 * int(substance * 100) + 2 * int(field * 100) + 4 * int(jury * 100)
    assert final * 100 == oracle_hundredths(thousandths, 1000)
    assert min(substance, field, jury) <= final <= max(substance, field, jury)


contenders = st.lists(st.tuples(st.integers(60, 63), st.integers(0, 2), st.integers(0, 2)), max_size=12).map(
    lambda rows: [Contender(str(n), D(s), (Fraction(a), Fraction(b))) for n, (s, a, b) in zip(count(), rows)]
)


@law(contenders, st.randoms())
def test_a_rank_is_one_more_than_those_who_stand_higher(field: list[Contender], random: Random) -> None:
    placings = rank(random.sample(field, len(field)))
    assert placings == rank(field)
    standing = {one.entry: (one.score, *one.tie_keys) for one in field}
    assert sorted(placing.entry for placing in placings) == sorted(standing)
    for placing in placings:
        own = standing[placing.entry]
        assert placing.rank == 1 + sum(other > own for other in standing.values())
        assert placing.panel_decides == (sum(other == own for other in standing.values()) > 1)


@law(cases)
def test_the_precision_of_the_caller_changes_nothing(case: tuple[InstrumentSpec, list[SheetScores]]) -> None:
    spec, sheets = case
    expected = stage_result(spec, sheets)
    with localcontext(getcontext()) as caller:
        caller.prec = 1
        assert stage_result(spec, sheets) == expected


def sparing(spec: InstrumentSpec) -> InstrumentSpec:
    return replace(spec, indicators=tuple(replace(one, na_allowed=True) for one in spec.indicators))


def sheets_with_na(spec: InstrumentSpec) -> st.SearchStrategy[tuple[InstrumentSpec, Values, frozenset[str]]]:
    """A complete sheet on which at least one indicator applies."""
    codes = [one.code for one in spec.indicators]
    left_out = st.frozensets(st.sampled_from(codes), max_size=len(codes) - 1)
    cut = st.tuples(scores_for(spec), left_out)
    return cut.map(lambda pair: (sparing(spec), {c: v for c, v in pair[0].items() if c not in pair[1]}, pair[1]))


na_cases = specs.flatmap(sheets_with_na)


@law(na_cases)
def test_case_18_an_excluded_indicator_leaves_both_sides(case: tuple[InstrumentSpec, Values, frozenset[str]]) -> None:
    """By hand in whole numbers: half points reached × weight, of those that could be reached."""
    spec, scores, na = case
    left = [one for one in spec.indicators if one.code not in na]
    reached = sum(int(2 * one.weight) * int(2 * scores[one.code]) for one in left)
    reachable = sum(int(2 * one.weight) * int(2 * max(one.values)) for one in left)
    assert sheet_total(spec, scores, na) == Fraction(100 * reached, reachable)
    assert running_total(spec, scores, na) == sheet_total(spec, scores, na)
    assert 0 <= sheet_total(spec, scores, na) <= 100


@law(na_cases, st.data())
def test_case_19_not_applicable_never_counts_as_zero(
    case: tuple[InstrumentSpec, Values, frozenset[str]], data: st.DataObject
) -> None:
    """Leaving out an indicator lifts the total exactly when it stood below the rest, and a zero never does better."""
    spec, scores, na = case
    if len(scores) < 2:
        return
    code = data.draw(st.sampled_from(sorted(scores)))
    one = next(indicator for indicator in spec.indicators if indicator.code == code)
    rest = {other: value for other, value in scores.items() if other != code}
    before, after = sheet_total(spec, scores, na), sheet_total(spec, rest, na | {code})
    rate = 100 * Fraction(scores[code]) / Fraction(max(one.values))
    assert (after > before) == (rate < after)
    assert (after == before) == (rate == after)
    if min(one.values) == 0:
        assert sheet_total(spec, rest | {code: min(one.values)}, na) <= after


@law(na_cases)
def test_case_20_a_sheet_of_best_values_has_100_whatever_is_left_out(
    case: tuple[InstrumentSpec, Values, frozenset[str]],
) -> None:
    spec, scores, na = case
    best = {one.code: max(one.values) for one in spec.indicators if one.code in scores}
    assert sheet_total(spec, best, na) == 100


@law(specs.flatmap(lambda spec: st.lists(sheets_with_na(spec), min_size=3, max_size=5)))
def test_a_panel_with_exclusions_means_the_rescaled_totals(
    panel: list[tuple[InstrumentSpec, Values, frozenset[str]]],
) -> None:
    spec = replace(panel[0][0], tie_break=tuple(f"group:{group}" for group in panel[0][0].groups))
    sheets = [SheetScores(str(number), scores, na=na) for number, (_spec, scores, na) in enumerate(panel)]
    result = result_of(spec, sheets)
    totals = [sheet_total(spec, scores, na) for _spec, scores, na in panel]
    assert result.mean == sum(totals) / len(totals)
    assert result.spread == max(totals) - min(totals)
    for one in spec.indicators:
        given = [scores[one.code] for _spec, scores, na in panel if one.code not in na]
        assert result.means.get(one.code) == (sum(map(Fraction, given)) / len(given) if given else None)
    for group, key in zip(spec.groups, tie_keys(spec, result), strict=True):
        most = sum(one.weight * max(one.values) for one in spec.indicators if one.group == group) / spec.divisor
        assert 0 <= key <= Fraction(most)
        if all(one.code in na for _spec, _scores, na in panel for one in spec.indicators if one.group == group):
            assert key == result.mean * Fraction(most) / 100, "unscored groups stand at the rate of the rest"


@law(cases)
def test_without_exclusions_groups_add_up_to_the_mean(case: tuple[InstrumentSpec, list[SheetScores]]) -> None:
    spec, sheets = case
    assert sum(result_of(sparing(spec), sheets).groups.values()) == result_of(spec, sheets).mean


@law(single_cases)
def test_an_exclusion_changes_the_seal(case: tuple[InstrumentSpec, Values]) -> None:
    spec, scores = case
    code = spec.indicators[0].code
    rest = {other: value for other, value in scores.items() if other != code}
    assert input_hash("rule", [SheetScores("1", rest, na=frozenset({code}))]) != input_hash(
        "rule", [SheetScores("1", rest)]
    )


@law(single_cases)
def test_an_instrument_without_permission_refuses_exclusions(case: tuple[InstrumentSpec, Values]) -> None:
    spec, scores = case
    code = spec.indicators[0].code
    with pytest.raises(InvalidInput, match="na_not_allowed"):
        sheet_total(spec, {other: value for other, value in scores.items() if other != code}, {code})
    with pytest.raises(InvalidInput, match="na_with_score"):
        sheet_total(sparing(spec), scores, {code})
    with pytest.raises(InvalidInput, match="all_not_applicable"):
        sheet_total(sparing(spec), {}, {one.code for one in spec.indicators})
