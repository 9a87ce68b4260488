"""Two programs, one result: the check of a bundle computes what the portal's arithmetic computes."""

import json
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scoring.maths.exact import round_half_up
from scoring.maths.final import band_for
from scoring.maths.instrument import instrument_from_dict
from scoring.maths.sheets import SheetScores
from scoring.maths.stages import TooFew, stage_result, tie_keys
from scoring.verify import Instrument, Ranking, half_up

FOLDER = Path(__file__).resolve().parents[2] / "scoring" / "data" / "instruments"
NAMES = ["ovop_default_1", "upakarti_pengabdian_1", "upakarti_juri_1"]


def document_of(name: str) -> dict[str, Any]:
    """A shipped instrument in which every indicator may be left out as not applicable."""
    document: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text())
    for aspect in document["aspects"]:
        for one in aspect.get("indicators", [aspect]):
            one["na_allowed"] = True
    return document


def sheets_of(draw: Callable[..., Any], document: dict[str, Any]) -> list[dict[str, Decimal | None]]:
    spec = instrument_from_dict(document)
    choice = {one.code: st.one_of(st.sampled_from(one.values), st.none()) for one in spec.indicators}
    sheets = draw(st.lists(st.fixed_dictionaries(choice), min_size=max(spec.min_assessors, 1), max_size=5))
    assume(all(any(value is not None for value in sheet.values()) for sheet in sheets))
    return sheets


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_check_and_the_portal_agree_on_every_stage(name: str, data: Any) -> None:
    document = document_of(name)
    spec, check = instrument_from_dict(document), Instrument(document)
    given_sheets = sheets_of(data.draw, document)
    official = stage_result(
        spec,
        [
            SheetScores(
                assessor=str(number),
                scores={code: value for code, value in sheet.items() if value is not None},
                na=frozenset(code for code, value in sheet.items() if value is None),
            )
            for number, sheet in enumerate(given_sheets)
        ],
    )
    assert not isinstance(official, TooFew)
    exact = [{code: None if value is None else Fraction(value) for code, value in one.items()} for one in given_sheets]
    totals = [check.total("lembar", sheet) for sheet in exact]
    assert totals == list(official.totals.values())
    mean = sum(totals) / len(totals)
    assert half_up(mean) == Fraction(official.score)
    assert half_up(max(totals) - min(totals)) == Fraction(round_half_up(official.spread))
    assert [check.tie_key(key, exact, mean) for key in check.tie_break] == list(tie_keys(spec, official))
    band = band_for(spec.bands, official.score)
    assert check.stars(half_up(mean)) == (band.stars if band else None)
    mark = None if spec.pass_mark is None else str(spec.pass_mark)
    assert Ranking.passes(check, {"pass_mark": mark}, half_up(mean), exact) == official.passed
