"""The seal changes with whatever can change the result, and with nothing else."""

from dataclasses import replace
from decimal import Decimal
from hashlib import sha256

import pytest

from scoring.maths.hashing import input_hash, instrument_hash
from scoring.maths.instrument import instrument_from_dict
from scoring.maths.problems import InvalidInput
from scoring.maths.sheets import SheetScores
from tests.scoring.maths_examples import OVOP, PENGABDIAN, document, ovop_scores, ovop_sheets

D = Decimal
SHEETS = ovop_sheets([60, 70, 80])
RULE = instrument_hash(OVOP)
SEAL = input_hash(RULE, SHEETS)


def test_a_seal_can_be_recomputed_anywhere() -> None:
    """Written out once by hand: JSON with sorted keys, no spaces, numbers as whole numbers or fractions."""
    text = '{"instrument":"X","sheets":{"1":{"J1":"7/2","J2":"4"},"2":{"J1":"0","J2":"5"}}}'
    sheets = [
        SheetScores("2", {"J2": D("5.0"), "J1": D("-0")}),
        SheetScores("1", {"J1": D("3.50"), "J2": D(4)}),
    ]
    assert input_hash("X", sheets) == sha256(text.encode()).hexdigest()


def test_order_and_spelling_do_not_matter() -> None:
    respelled = [
        SheetScores(sheet.assessor, {code: value + D("0.00") for code, value in reversed(list(sheet.scores.items()))})
        for sheet in reversed(SHEETS)
    ]
    assert input_hash(RULE, respelled) == SEAL
    assert instrument_hash(instrument_from_dict(document("ovop_default_1"))) == RULE


def test_sheets_that_do_not_count_do_not_matter() -> None:
    draft = SheetScores("draft", {"A1": D(1)}, submitted=False)
    recused = SheetScores("recused", ovop_scores(100), recused=True)
    assert input_hash(RULE, [draft, *SHEETS, recused]) == SEAL


def test_every_counting_score_and_every_assessor_matters() -> None:
    first, *rest = SHEETS
    changed = replace(first, scores={**first.scores, "A1": first.scores["A1"] + 1})
    assert input_hash(RULE, [changed, *rest]) != SEAL
    assert input_hash(RULE, [replace(first, assessor="9"), *rest]) != SEAL
    assert input_hash(RULE, [replace(first, recused=True), *rest]) != SEAL
    assert input_hash(RULE, rest) != SEAL


def test_the_rule_matters() -> None:
    others = [
        PENGABDIAN,
        replace(OVOP, pass_mark=D(60)),
        replace(OVOP, bands=OVOP.bands[:2]),
        replace(OVOP, min_assessors=2),
        replace(OVOP, tie_break=("panel",)),
        replace(OVOP, code="OVOP-DEFAULT-2"),
    ]
    hashes = {instrument_hash(spec) for spec in others}
    assert len(hashes | {RULE}) == len(others) + 1
    assert input_hash(instrument_hash(others[1]), SHEETS) != SEAL


def test_two_sheets_of_one_assessor_cannot_be_sealed() -> None:
    with pytest.raises(InvalidInput, match="assessor_repeated 0"):
        input_hash(RULE, [*SHEETS, SHEETS[0]])
