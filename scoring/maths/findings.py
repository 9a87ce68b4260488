"""A visit on the spot: checked claims to one official score, and how many interviews it takes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any

from scoring.maths.exact import mean, number_from, round_half_up
from scoring.maths.problems import Problem, parsing, refuse_if
from scoring.maths.stages import TooFew


@dataclass(frozen=True, slots=True)
class FieldSpec:
    code: str
    credits: Mapping[str, Decimal]  # by finding, 0 to 1
    times: Decimal
    min_claims: int
    knock_out_kind: str
    knock_out_finding: str
    interviews_min: int
    interviews_share: Decimal
    interviews_max: int


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of the candidate; its finding is None until it has been checked."""

    kind: str
    finding: str | None


@dataclass(frozen=True, slots=True)
class FindingsResult:
    checked: int
    score: Decimal
    eliminated: bool


def field_from_dict(data: Mapping[str, Any]) -> FieldSpec:
    """Read a field document. InvalidInput(field_malformed) when its shape is wrong."""
    with parsing("field_malformed"):
        return FieldSpec(
            code=data["code"],
            credits={finding: number_from(credit) for finding, credit in data["credits"].items()},
            times=number_from(data["score"]["times"]),
            min_claims=int(data["score"]["min_claims"]),
            knock_out_kind=data["knock_out"]["claim_kind"],
            knock_out_finding=data["knock_out"]["finding"],
            interviews_min=int(data["interviews"]["min"]),
            interviews_share=number_from(data["interviews"]["share_of_beneficiaries"]),
            interviews_max=int(data["interviews"]["max"]),
        )


def findings_result(spec: FieldSpec, claims: Iterable[Claim]) -> FindingsResult | TooFew:
    """The mean credit of the checked claims × 100, rounded once; one disproved eligibility claim eliminates.

    InvalidInput for a finding that the document does not know.
    """
    checked = [(claim.kind, claim.finding) for claim in claims if claim.finding is not None]
    refuse_if(Problem("finding_unknown", finding) for _, finding in checked if finding not in spec.credits)
    needed = max(spec.min_claims, 1)
    if len(checked) < needed:
        return TooFew(len(checked), needed)
    mean_credit = mean(Fraction(spec.credits[finding]) for _, finding in checked)
    return FindingsResult(
        checked=len(checked),
        score=round_half_up(mean_credit * Fraction(spec.times)),
        eliminated=(spec.knock_out_kind, spec.knock_out_finding) in checked,
    )


def required_interviews(spec: FieldSpec, beneficiaries: int) -> int:
    """A share of the beneficiaries, rounded up, within the limits, and never more than there are."""
    share = ceil(Fraction(spec.interviews_share) * beneficiaries)
    return min(max(spec.interviews_min, share), spec.interviews_max, beneficiaries)
