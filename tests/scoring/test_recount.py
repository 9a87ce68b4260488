"""All results at once equal the official path, nomination by nomination."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from scoring.enums import Finding
from scoring.maths.bulk import BulkResult, FinalRule, StageRule, Sums, columns_of, hundredths, indicator_weights
from scoring.maths.exact import round_half_up
from scoring.maths.final import band_for, final_score
from scoring.maths.instrument import InstrumentSpec
from scoring.maths.sheets import SheetScores
from scoring.maths.stages import TooFew, stage_result, tie_keys
from scoring.models import FinalResult, Score, Sheet, StageResult
from scoring.rules import Answer
from scoring.selectors.stages import stage_spec, stages_of
from scoring.services.recount import differences, recount
from scoring.services.tally import final_outcome, stage_outcome
from tests.scoring import panels, scenes
from tests.scoring.maths_examples import OVOP
from tests.scoring.test_maths_properties import cases, law, official


def sums_of(spec: InstrumentSpec, sheets: list[SheetScores]) -> Sums:
    """What the database would sum up."""
    weights, columns = indicator_weights(spec), columns_of(spec)
    values = [{code: hundredths(value) for code, value in sheet.scores.items()} for sheet in sheets]
    totals = [sum(weights[code] * value for code, value in one.items()) for one in values]
    return Sums(
        entry=1,
        sheets=len(sheets),
        total=sum(totals),
        highest=max(totals, default=0),
        lowest=min(totals, default=0),
        answered=sum(map(len, values)),
        columns=[sum(one.weights.get(code, 0) * v for sheet in values for code, v in sheet.items()) for one in columns],
    )


@law(cases)
def test_sums_give_what_the_sheets_give(case: tuple[InstrumentSpec, list[SheetScores]]) -> None:
    spec, sheets = case
    expected, result = stage_result(spec, sheets), StageRule(spec).result(sums_of(spec, sheets))
    assert isinstance(result, BulkResult)
    assert not isinstance(expected, TooFew)
    assert (result.count, result.score, result.spread) == (len(sheets), expected.score, expected.spread)
    assert str(result.score) == str(expected.score)
    assert result.discrepant == expected.discrepant
    assert result.failures == tuple((problem.code, problem.where) for problem in expected.failures)
    assert result.tie_keys == tie_keys(spec, expected)


@law(official, official)
def test_final_scores_equal_the_official_ones(first: Decimal, second: Decimal) -> None:
    weights, scores = {"a": Decimal("0.375"), "b": Decimal("0.625")}, {"a": first, "b": second}
    rule = FinalRule(weights, OVOP.bands)
    score = rule.score(scores)
    assert score == final_score(weights, scores)
    band = band_for(OVOP.bands, score)
    assert rule.stars(score) == (band.stars if band else None)


def test_a_stage_without_weight_needs_no_score() -> None:
    rule = FinalRule({"a": Decimal(1), "lapangan": Decimal(0)}, ())
    assert rule.score({"a": Decimal("79.99")}) == Decimal("79.99")
    assert rule.score({"lapangan": Decimal(80)}) is None


def assert_as_official(first: Any, nominations: list[Any]) -> None:
    """Every stage of every nomination, and the final result where all have passed."""
    counted, stages = recount(first.period_id, first.category_id), stages_of(first)
    for nomination in nominations:
        row, results = counted.get(nomination.pk), []
        for stage in stages:
            outcome = stage_outcome(nomination, stage)
            got = row.stages.get(stage.code) if row else None
            if isinstance(outcome, TooFew):
                assert got is None
                continue
            assert (got.count, got.score, got.discrepant) == (
                outcome.count,
                outcome.score,
                outcome.discrepant,
            )
            assert got.failures == outcome.failures
            if isinstance(got, BulkResult):
                assert round_half_up(got.spread) == outcome.spread
                assert [str(key) for key in got.tie_keys] == outcome.detail["tie_keys"]
            results.append(StageResult(stage=stage, score=outcome.score, passed=not outcome.failures))
        counting = [result for result in results if result.stage.weight]
        if len(counting) == sum(bool(s.weight) for s in stages) and all(result.passed for result in results):
            final = final_outcome(stages, results)
            assert (row.score, row.stars) == (final.score, final.stars)
        elif row:
            assert row.score is row.rank is None


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_ovop_recount_equals_the_official_path(seed: int) -> None:
    first = scenes.ovop()
    rows = panels.copies_of(first, 25)
    panels.random_panel(scenes.stage_of(first), rows, panels.people(7), panels.seeded(seed))
    assert_as_official(first, rows)
    placed = [row for row in recount(first.period_id, first.category_id).values() if row.rank]
    standing = [(row.score, row.tie_keys) for row in placed]
    assert [row.rank for row in placed] == [1 + sum(other > own for other in standing) for own in standing]
    assert any(row.panel_decides for row in placed)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_upakarti_recount_equals_the_official_path(seed: int) -> None:
    """Two stages of sheets with weights and minimum scores, and a visit between them."""
    first, random = scenes.upakarti(), panels.seeded(seed)
    visited = scenes.upakarti(name="Yayasan Lain")
    scenes.score_stage(visited, [scenes.even_answers(scenes.stage_of(visited), "4.5")] * 2)
    scenes.close(visited)
    scenes.visit(visited, random.choice(list(Finding)))
    rows, scorers = panels.copies_of(first, 20), panels.people(6)
    for code in ("substansi", "juri"):
        panels.random_panel(scenes.stage_of(first, code), [*rows, first], scorers, random)
    panels.random_panel(scenes.stage_of(first, "juri"), [visited], scorers, random, most=6)
    assert_as_official(first, [*rows, first, visited])


@pytest.mark.django_db
def test_whole_category_and_one_nomination_cost_few_queries() -> None:
    first = scenes.ovop()
    rows = panels.copies_of(first, 30)
    panels.random_panel(scenes.stage_of(first), rows, panels.people(7), panels.seeded(5))
    with CaptureQueriesContext(connection) as captured:
        everything = recount(first.period_id, first.category_id)
    assert len(captured) == 4  # the stages, sheets twice, visits
    with CaptureQueriesContext(connection) as captured:
        one = recount(first.period_id, first.category_id, [pk := next(iter(everything))])
    assert len(captured) == 4
    assert one[pk].stages == everything[pk].stages
    candidate = scenes.upakarti()
    with CaptureQueriesContext(connection) as captured:
        recount(candidate.period_id, candidate.category_id, [candidate.pk])
    assert len(captured) == 6


@pytest.mark.django_db
def test_a_sheet_that_lacks_an_answer_gives_no_result() -> None:
    first = scenes.ovop()
    rows, scorers = panels.copies_of(first, 1), panels.people(3)
    marks = panels.random_marks(scenes.stage_of(first), panels.seeded(1))
    full = [marks(), marks(), marks()]
    full[1].pop("A1")
    panels.add_sheets(
        scenes.stage_of(first), [(rows[0], who, m, "active", True) for who, m in zip(scorers, full, strict=True)]
    )
    row = recount(first.period_id, first.category_id)[rows[0].pk]
    assert row.stages == {}
    assert [problem.where for problem in row.missing["penilaian"].problems] == ["A1"]


@pytest.mark.django_db
def test_differences_name_what_was_changed_behind_the_application() -> None:
    first, second = scenes.ovop_in_plenary(), scenes.ovop_in_plenary()
    assert differences(first.period_id, first.category_id) == (4, [])  # each has a visit that was left out
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no trigger stands in the way
    sheet = Sheet.objects.filter(nomination=second).first()
    Score.objects.filter(sheet=sheet, indicator__code="C1").update(value=1)
    compared, found = differences(first.period_id, first.category_id)
    assert compared == 4
    assert {one.nomination for one in found} == {second.pk}
    assert found[0].reference == second.reference
    assert {"score", "spread", "tie_keys", "final_score"} <= {one.what for one in found}
    FinalResult.objects.filter(nomination=first).update(stars=1)
    assert ("final_stars", "1", "3") in {one[3:] for one in differences(first.period_id, first.category_id)[1]}


@pytest.mark.django_db
def test_recount_knows_what_does_not_apply() -> None:
    """Tie-breaks of groups too: with and without exclusions the same as the official path."""
    first = scenes.ovop()
    stage = scenes.stage_of(first)
    scenes.allow_na(stage, "A1", "B1", *[one.code for one in stage_spec(stage).indicators if one.group == "C"])
    stage = scenes.stage_of(first)
    full = scenes.full_answers(stage, min)
    left_out = [code for code in full if code in ("A1", "B1") or code[0] == "C"]
    part = full | dict.fromkeys(left_out, Answer(None, "Tidak ada.", na=True))
    scenes.score_stage(first, [full, part, scenes.full_answers(stage, max)])
    second = scenes.ovop()
    scenes.score_stage(second, [part] * 3)
    assert_as_official(first, [first, second])
