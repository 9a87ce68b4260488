"""All results of a category computed again from the sheets, for comparison and for places; nothing is written here.

The official path stays `services.tally`, nomination by nomination. This one lets PostgreSQL form the sums and finishes
them in whole numbers (`scoring.maths.bulk`): other arithmetic, so equal answers say something.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from scoring.enums import StageKind
from scoring.maths.bulk import BulkResult, FinalRule, StageRule
from scoring.maths.exact import round_half_up
from scoring.maths.problems import InvalidInput
from scoring.maths.ranking import Contender, rank
from scoring.maths.stages import TooFew
from scoring.models import Stage
from scoring.selectors.matrix import sheets_by_nomination, stage_claims, stage_sums, stored_results
from scoring.selectors.stages import bands_of, category_stages, stage_spec
from scoring.services.tally import Outcome, findings_outcome, sheets_outcome

Counted = BulkResult | Outcome


@dataclass(slots=True)
class Recounted:
    """One nomination from its sheets and visits: what each stage gives, and the final score when all that count have
    passed."""

    nomination: int
    stages: dict[str, Counted] = field(default_factory=dict)  # by code
    missing: dict[str, TooFew | InvalidInput] = field(default_factory=dict)
    score: Decimal | None = None
    stars: int | None = None
    rank: int | None = None
    panel_decides: bool = False

    @property
    def passed(self) -> bool:
        return not any(result.failures for result in self.stages.values())

    @property
    def tie_keys(self) -> tuple[Fraction, ...]:
        """The exact keys of all stages in the order of the stages."""
        return tuple(key for result in self.stages.values() for key in keys_of(result))


def keys_of(result: Counted) -> tuple[Fraction, ...]:
    """The exact keys of one stage; a visit has none."""
    if isinstance(result, BulkResult):
        return result.tie_keys
    return tuple(Fraction(key) for key in result.detail.get("tie_keys", ()))


class Difference(NamedTuple):
    """One number that was recorded otherwise than it is computed now."""

    nomination: int
    reference: str
    stage: str  # "" for the final result
    what: str
    stored: str
    computed: str


def recount(period_id: int, category_id: int, nominations: Collection[int] | None = None) -> dict[int, Recounted]:
    """Every nomination of a category that has sheets or a visit, best first; places among those with a final score.

    One query, and two per stage of sheets or one per stage of visits; two more where sheets have answers left out.
    """
    stages = category_stages(period_id, category_id)
    chosen = None if nominations is None else list(nominations)
    found: dict[int, Recounted] = {}
    for stage in stages:
        for nomination, result in _stage_results(stage, chosen):
            row = found.get(nomination) or found.setdefault(nomination, Recounted(nomination))
            if isinstance(result, TooFew | InvalidInput):
                row.missing[stage.code] = result
            else:
                row.stages[stage.code] = result
    rule = FinalRule({stage.code: stage.weight for stage in stages}, bands_of(stages))
    for row in found.values():
        _finish(row, rule)
    return _placed(found)


def differences(period_id: int, category_id: int) -> tuple[int, list[Difference]]:
    """How many recorded results were compared, and every number that is not what the sheets give now.

    The queries of `recount` and two more.
    """
    stages = {stage.pk: stage for stage in category_stages(period_id, category_id)}
    counted = recount(period_id, category_id)
    compared, found = 0, []
    for stored in stored_results(stages.values()):
        compared += 1
        found += _stage_differences(stored, stages[stored["stage_id"]], counted.get(stored["nomination_id"]), stages)
    return compared, found


def _stage_results(
    stage: Stage, nominations: list[int] | None
) -> Iterator[tuple[int, Counted | TooFew | InvalidInput]]:
    if stage.kind == StageKind.FINDINGS:
        for nomination, claims in stage_claims(stage, nominations):
            yield nomination, findings_outcome(stage, claims)
        return
    spec = stage_spec(stage)
    rule, partial = StageRule(spec), []
    for sums in stage_sums(stage, spec, nominations):
        result = rule.result(sums)
        if result is None:
            partial.append(sums.entry)
        else:
            yield sums.entry, result
    yield from _partial_results(stage, partial)


def _partial_results(stage: Stage, nominations: list[int]) -> Iterator[tuple[int, Outcome | TooFew | InvalidInput]]:
    """Sheets on which something does not apply, or is missing: these few go through the official arithmetic."""
    for nomination, sheets in sheets_by_nomination(stage, nominations) if nominations else ():
        try:
            yield nomination, sheets_outcome(stage, sheets)
        except InvalidInput as error:
            yield nomination, error


def _finish(row: Recounted, rule: FinalRule) -> None:
    """A stage without weight may be missing: it was left out, or it is still to come."""
    if not row.passed or not rule.weights.keys() <= row.stages.keys():
        return
    row.score = rule.score({code: result.score for code, result in row.stages.items()})
    row.stars = rule.stars(row.score) if row.score is not None else None


def _placed(found: dict[int, Recounted]) -> dict[int, Recounted]:
    scored = [row for row in found.values() if row.score is not None]
    ordered: dict[int, Recounted] = {}
    for placing in rank(Contender(str(row.nomination), row.score, row.tie_keys) for row in scored):
        row = found[int(placing.entry)]
        row.rank, row.panel_decides = placing.rank, placing.panel_decides
        ordered[row.nomination] = row
    return ordered | {pk: row for pk, row in sorted(found.items()) if pk not in ordered}


def _stage_differences(
    stored: Mapping[str, Any], stage: Stage, row: Recounted | None, stages: Mapping[int, Stage]
) -> Iterator[Difference]:
    result = row.stages.get(stage.code) if row else None
    pairs = _stage_pairs(stored, result)
    if row and stored["stage_id"] == next(reversed(stages)) and stored["final_score"] is not None:
        pairs |= {
            "final_score": (str(stored["final_score"]), str(row.score)),
            "final_stars": (str(stored["final_stars"]), str(row.stars)),
        }
    for what, (recorded, computed) in pairs.items():
        if recorded != computed:
            where = "" if what.startswith("final") else stage.code
            yield Difference(stored["nomination_id"], stored["reference"], where, what, recorded, computed)


def _stage_pairs(stored: Mapping[str, Any], result: Counted | None) -> dict[str, tuple[str, str]]:
    """Recorded and computed, as text, of everything that decides."""
    if result is None:
        return {"score": (str(stored["score"]), "None")}
    pairs = {
        "score": (str(stored["score"]), str(result.score)),
        "sheet_count": (str(stored["sheet_count"]), str(result.count)),
        "passed": (str(stored["passed"]), str(not result.failures)),
    }
    if isinstance(result, BulkResult):
        pairs["spread"] = (str(stored["spread"]), str(round_half_up(result.spread)))
    else:
        pairs["spread"] = (str(stored["spread"]), str(result.spread))
        pairs["input_hash"] = (stored["input_hash"], result.input_hash)
    recorded = stored["detail"].get("tie_keys", ())
    pairs["tie_keys"] = (" ".join(recorded), " ".join(str(key) for key in keys_of(result)))
    return pairs
