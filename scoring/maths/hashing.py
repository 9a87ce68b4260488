"""A seal on what a result was made from: the same rule and the same counting sheets, the same hash."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from hashlib import sha256

from scoring.maths.instrument import InstrumentSpec
from scoring.maths.sheets import SheetScores
from scoring.maths.stages import counting_sheets


def instrument_hash(spec: InstrumentSpec) -> str:
    """The whole rule: code, values, weights, limits, bands, tie-break."""
    return _sha256(asdict(spec))


def input_hash(instrument: str, sheets: Iterable[SheetScores]) -> str:
    """The rule (its `instrument_hash`) and the sheets that count, in whatever order they come."""
    given = {one.assessor: {**one.scores, **dict.fromkeys(one.na, "na")} for one in counting_sheets(sheets)}
    return _sha256({"instrument": instrument, "sheets": given})


def _sha256(content: object) -> str:
    text = json.dumps(content, default=_plain, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


@lru_cache(maxsize=1024)  # few values, very many sheets
def _plain(number: object) -> str:
    """3, 3.0 and 3.00 are one number, so they get one spelling."""
    if not isinstance(number, Decimal):
        raise TypeError(f"not part of a result: {number!r}")
    return str(Fraction(number))
