"""The visit on the spot."""

from dataclasses import replace
from decimal import Decimal

import pytest

from scoring.maths.findings import Claim, FindingsResult, field_from_dict, findings_result, required_interviews
from scoring.maths.problems import InvalidInput
from scoring.maths.stages import TooFew
from tests.scoring.maths_examples import FIELD, document

D = Decimal


def claims(proved: int, partly: int, disproved: int) -> list[Claim]:
    findings = ["terbukti"] * proved + ["terbukti_sebagian"] * partly + ["tidak_terbukti"] * disproved
    return [Claim("beneficiary", finding) for finding in findings]


@pytest.mark.parametrize(
    ("counts", "score"),
    [
        ((1, 0, 0), "100.00"),
        ((0, 1, 0), "50.00"),
        ((0, 0, 1), "0.00"),
        ((5, 1, 1), "78.57"),  # 5.5 of 7 = 78.5714…
        ((2, 0, 1), "66.67"),
        ((1, 1, 14), "9.38"),  # 1.5 of 16 = 9.375
    ],
)
def test_the_score_is_the_mean_credit_of_checked_claims(counts: tuple[int, int, int], score: str) -> None:
    result = findings_result(FIELD, claims(*counts))
    assert result == FindingsResult(checked=sum(counts), score=D(score), eliminated=False)


def test_claims_that_were_not_checked_do_not_count() -> None:
    unchecked = [Claim("eligibility", None), Claim("beneficiary", None)]
    assert findings_result(FIELD, claims(5, 1, 1) + unchecked) == findings_result(FIELD, claims(5, 1, 1))


def test_without_enough_checked_claims_there_is_no_score() -> None:
    assert findings_result(FIELD, [Claim("eligibility", None)]) == TooFew(counted=0, needed=1)
    assert findings_result(replace(FIELD, min_claims=3), claims(2, 0, 0)) == TooFew(counted=2, needed=3)
    assert findings_result(replace(FIELD, min_claims=0), []) == TooFew(counted=0, needed=1)


@pytest.mark.parametrize(
    ("kind", "finding", "eliminated"),
    [
        ("eligibility", "tidak_terbukti", True),
        ("eligibility", "terbukti_sebagian", False),
        ("eligibility", "terbukti", False),
        ("eligibility", None, False),
        ("beneficiary", "tidak_terbukti", False),
    ],
)
def test_only_a_disproved_eligibility_claim_eliminates(kind: str, finding: str | None, eliminated: bool) -> None:
    result = findings_result(FIELD, [*claims(9, 0, 0), Claim(kind, finding)])
    assert isinstance(result, FindingsResult)
    assert result.eliminated is eliminated


@pytest.mark.parametrize("finding", ["mungkin", ""])
def test_an_unknown_finding_is_refused(finding: str) -> None:
    with pytest.raises(InvalidInput, match=f"finding_unknown {finding}".strip()):
        findings_result(FIELD, [*claims(1, 0, 0), Claim("beneficiary", finding)])


@pytest.mark.parametrize(
    ("beneficiaries", "interviews"),
    [(0, 0), (3, 3), (5, 5), (6, 5), (50, 5), (51, 6), (60, 6), (61, 7), (150, 15), (151, 15), (9999, 15)],
)
def test_interviews_are_a_tenth_but_5_to_15_and_no_more_than_there_are(beneficiaries: int, interviews: int) -> None:
    assert required_interviews(FIELD, beneficiaries) == interviews


@pytest.mark.parametrize("key", ["code", "credits", "score", "knock_out", "interviews"])
def test_a_wrongly_shaped_document_is_refused(key: str) -> None:
    data = document("upakarti_field_1")
    del data[key]
    with pytest.raises(InvalidInput, match="field_malformed"):
        field_from_dict(data)


def test_findings_without_a_score_are_counted_alone() -> None:
    spec = field_from_dict(document("ovop_field_1"))
    result = findings_result(spec, claims(8, 1, 3))
    assert result == FindingsResult(checked=12, score=None, eliminated=False)
    assert findings_result(spec, claims(9, 0, 0)) == TooFew(counted=9, needed=10)
