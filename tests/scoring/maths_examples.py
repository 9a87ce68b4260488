"""The shipped instruments as the maths reads them, and sheets made from them."""

import json
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import scoring
from scoring.maths.findings import field_from_dict
from scoring.maths.instrument import InstrumentSpec, instrument_from_dict
from scoring.maths.sheets import SheetScores

INSTRUMENTS = Path(scoring.__file__).parent / "data" / "instruments"


def document(name: str) -> dict[str, Any]:
    return json.loads((INSTRUMENTS / f"{name}.json").read_text(encoding="utf-8"))


OVOP = instrument_from_dict(document("ovop_default_1"))
PENGABDIAN = instrument_from_dict(document("upakarti_pengabdian_1"))
KEPELOPORAN = instrument_from_dict(document("upakarti_kepeloporan_1"))
JURI = instrument_from_dict(document("upakarti_juri_1"))
FIELD = field_from_dict(document("upakarti_field_1"))
SHIPPED = [OVOP, PENGABDIAN, KEPELOPORAN, JURI]


def scale_scores(spec: InstrumentSpec, values: str) -> dict[str, Decimal]:
    """`"4 3.5 5"`: one value per indicator, in the order of the instrument."""
    return {indicator.code: Decimal(value) for indicator, value in zip(spec.indicators, values.split(), strict=True)}


def ovop_scores(total: int) -> dict[str, Decimal]:
    """A complete OVOP sheet with this total: aspect C takes what it can, then B, then A."""
    scores = {indicator.code: min(indicator.values) for indicator in OVOP.indicators}
    for indicator in reversed(OVOP.indicators):
        missing = total - sum(scores.values()) + scores[indicator.code]
        scores[indicator.code] = max(value for value in indicator.values if value <= missing)
    assert sum(scores.values()) == total
    return scores


def sheets_of(*scores: dict[str, Decimal]) -> list[SheetScores]:
    """One submitted sheet per assessor: assessor 0, 1, …"""
    return [SheetScores(str(number), given) for number, given in enumerate(scores)]


def ovop_sheets(totals: Iterable[int]) -> list[SheetScores]:
    return sheets_of(*(ovop_scores(total) for total in totals))
