"""An instrument in words: what stands on the sheet beside the numbers of `instrument`."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple


class Question(NamedTuple):
    """An indicator in words."""

    code: str
    label: str
    guidance: Mapping[str, str]  # by commodity
    options: list[tuple[Decimal, str]]  # points with their anchor; none on a scale
    anchors: list[tuple[Decimal, str]]  # of some marks of a scale


def questions_in(definition: Mapping[str, Any]) -> list[Question]:
    """The indicators of an instrument document in order; on a scale the aspect itself is one. No query."""
    return [
        Question(
            one["code"],
            one["label"],
            one.get("guidance", {}),
            [(Decimal(str(option["points"])), option["label"]) for option in one.get("options", ())],
            [(Decimal(str(anchor["value"])), anchor["label"]) for anchor in one.get("anchors", ())],
        )
        for aspect in definition["aspects"]
        for one in aspect.get("indicators", [aspect])
    ]
