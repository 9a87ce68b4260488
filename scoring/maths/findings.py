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
    """The rule of a visit. Without credits the findings give no score: they are reported to the plenary as they are."""

    code: str
    credits: Mapping[str, Decimal]  # by finding, 0 to 1; empty: no score
    times: Decimal
    min_claims: int
    knock_out_kind: str
    knock_out_finding: str
    interviews_min: int
    interviews_share: Decimal
    interviews_max: int
    interviews_of_beneficiaries: bool
    note_required_at: frozenset[str]
    required_facts: tuple[str, ...]
    photos_min: int


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of the candidate; its finding is None until it has been checked."""

    kind: str
    finding: str | None


@dataclass(frozen=True, slots=True)
class FindingsResult:
    checked: int
    score: Decimal | None
    eliminated: bool


def field_from_dict(data: Mapping[str, Any]) -> FieldSpec:
    """Read a field document. InvalidInput(field_malformed) when its shape is wrong."""
    with parsing("field_malformed"):
        score, knock_out, interviews = data["score"], data["knock_out"] or {}, data["interviews"]
        of_beneficiaries = "share_of_beneficiaries" in interviews
        return FieldSpec(
            code=data["code"],
            credits={finding: number_from(credit) for finding, credit in data["credits"].items()} if score else {},
            times=number_from(score["times"]) if score else Decimal(),
            min_claims=int(score["min_claims"] if score else data["min_claims"]),
            knock_out_kind=knock_out["claim_kind"] if knock_out else "",
            knock_out_finding=knock_out["finding"] if knock_out else "",
            interviews_min=int(interviews["min"]),
            interviews_share=number_from(interviews["share_of_beneficiaries"]) if of_beneficiaries else Decimal(),
            interviews_max=int(interviews["max"]) if of_beneficiaries else int(interviews["min"]),
            interviews_of_beneficiaries=of_beneficiaries,
            note_required_at=frozenset(data.get("note_required_at", ())),
            required_facts=tuple(data.get("required_facts", ())),
            photos_min=int(data.get("photos_min", 0)),
        )


def findings_result(spec: FieldSpec, claims: Iterable[Claim]) -> FindingsResult | TooFew:
    """The mean credit of the checked claims × 100, rounded once; one disproved eligibility claim eliminates.

    No score where findings are only reported. InvalidInput for a finding that the document does not know.
    """
    checked = [(claim.kind, claim.finding) for claim in claims if claim.finding is not None]
    needed = max(spec.min_claims, 1)
    if len(checked) < needed:
        return TooFew(len(checked), needed)
    if not spec.credits:
        return FindingsResult(checked=len(checked), score=None, eliminated=False)
    refuse_if(Problem("finding_unknown", finding) for _, finding in checked if finding not in spec.credits)
    mean_credit = mean(Fraction(spec.credits[finding]) for _, finding in checked)
    return FindingsResult(
        checked=len(checked),
        score=round_half_up(mean_credit * Fraction(spec.times)),
        eliminated=(spec.knock_out_kind, spec.knock_out_finding) in checked,
    )


def required_interviews(spec: FieldSpec, beneficiaries: int) -> int:
    """A share of the beneficiaries, rounded up, within the limits, and never more than there are.

    Where anybody may be interviewed, the smallest number that the document asks for.
    """
    if not spec.interviews_of_beneficiaries:
        return spec.interviews_min
    share = ceil(Fraction(spec.interviews_share) * beneficiaries)
    return min(max(spec.interviews_min, share), spec.interviews_max, beneficiaries)
