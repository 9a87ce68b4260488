"""Rows into the maths, and its answer back. Nothing else computes a total."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from nominations.models import Nomination
from scoring.enums import AssignmentStatus, SheetStatus, StageKind
from scoring.maths.exact import round_half_up
from scoring.maths.final import band_for, final_score
from scoring.maths.findings import Claim, findings_result
from scoring.maths.hashing import input_hash, instrument_hash
from scoring.maths.sheets import SheetScores
from scoring.maths.stages import TooFew, stage_result, tie_keys
from scoring.models import FieldClaim, FieldVisit, Sheet, Stage, StageResult
from scoring.rules import seal
from scoring.selectors.sheets import confirmed_visit, counted_sheets
from scoring.selectors.stages import bands_of, field_spec, stage_spec


@dataclass(frozen=True, slots=True)
class Outcome:
    """A stage as the maths sees it now; what closing it would record."""

    score: Decimal | None  # None: findings that are only reported
    count: int  # sheets, or checked claims
    input_hash: str
    spread: Decimal | None = None
    discrepant: bool = False
    failures: tuple[tuple[str, str], ...] = ()  # (code, where); empty means passed
    detail: dict[str, Any] = field(default_factory=dict)


def stage_outcome(nomination: Nomination, stage: Stage) -> Outcome | TooFew:
    """Compute one stage from its submitted sheets, or from its confirmed visit. Two queries."""
    if stage.kind == StageKind.FINDINGS:
        return visit_outcome(stage, confirmed_visit(nomination, stage.pk))
    return sheets_outcome(stage, counted_sheets(nomination, stage.pk))


def sheets_outcome(stage: Stage, rows: Iterable[Sheet]) -> Outcome | TooFew:
    """A stage of sheets from the rows of `selectors.sheets.with_answers`. No query when the instrument is joined."""
    spec = stage_spec(stage)
    sheets = [scores_of(sheet) for sheet in rows]
    result = stage_result(spec, sheets)
    if isinstance(result, TooFew):
        return result
    rule = instrument_hash(spec)
    failures = tuple((problem.code, problem.where) for problem in result.failures)
    return Outcome(
        score=result.score,
        count=len(result.totals),
        input_hash=input_hash(rule, sheets),
        spread=round_half_up(result.spread),
        discrepant=result.discrepant,
        failures=failures,
        detail={
            "totals": {assessor: str(round_half_up(total)) for assessor, total in result.totals.items()},
            "means": {code: str(round_half_up(value)) for code, value in result.means.items()},
            "tie_keys": [str(key) for key in tie_keys(spec, result)],
            "failures": [list(failure) for failure in failures],
            "instrument_hash": rule,
        },
    )


def scores_of(sheet: Sheet) -> SheetScores:
    """One sheet for the maths. No query for rows of `selectors.sheets.with_answers`."""
    return SheetScores(
        assessor=str(sheet.assessor_id),
        scores={score.indicator.code: score.value for score in sheet.scores.all() if score.value is not None},
        submitted=sheet.status == SheetStatus.SUBMITTED,
        recused=sheet.assignment.status != AssignmentStatus.ACTIVE,
        na=frozenset(score.indicator.code for score in sheet.scores.all() if score.not_applicable),
    )


def visit_outcome(stage: Stage, visit: FieldVisit | None) -> Outcome | TooFew:
    """A stage of findings from its confirmed visit, with the claims in order. No query when both are joined."""
    return TooFew(0, stage.min_assessors) if visit is None else findings_outcome(stage, list(visit.claims.all()))


def findings_outcome(stage: Stage, claims: list[FieldClaim]) -> Outcome | TooFew:
    """A stage of findings from the claims of its confirmed visit, in order. No query when the instrument is joined."""
    spec = field_spec(stage)
    result = findings_result(spec, [Claim(claim.kind, claim.finding or None) for claim in claims])
    if isinstance(result, TooFew):
        return result
    knock_out = (spec.knock_out_kind, spec.knock_out_finding)
    disproved = [c.label for c in claims if c.finding and (c.kind, c.finding) == knock_out]
    failures = tuple(("knocked_out", label) for label in disproved)
    assert stage.instrument is not None  # noqa: S101 - field_spec has read it
    return Outcome(
        score=result.score,
        count=result.checked,
        input_hash=seal(
            {"instrument": stage.instrument.sha256, "claims": [[c.order, c.kind, c.finding] for c in claims]}
        ),
        failures=failures,
        detail={"checked": result.checked, "claims": len(claims), "failures": [list(one) for one in failures]},
    )


@dataclass(frozen=True, slots=True)
class Final:
    score: Decimal
    stars: int | None
    input_hash: str


def final_outcome(stages: list[Stage], results: Iterable[StageResult]) -> Final:
    """The weighted sum of the closed stages and its stars. Raises InvalidInput when a stage is missing. No query.

    A stage without score is no input of it.
    """
    by_stage = {result.stage.code: result for result in results if result.score is not None}
    weights = {stage.code: stage.weight for stage in stages}
    score = final_score(weights, {code: result.score for code, result in by_stage.items()})
    band = band_for(bands_of(stages), score)
    return Final(
        score=score,
        stars=band.stars if band else None,
        input_hash=seal(
            {
                "weights": {code: str(Fraction(weight)) for code, weight in weights.items()},
                "stages": {code: result.input_hash for code, result in by_stage.items()},
            }
        ),
    )
