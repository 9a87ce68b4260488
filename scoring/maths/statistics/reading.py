"""Plain sheets into arrays."""

from collections.abc import Iterable, Mapping

import numpy as np

from scoring.maths.bulk import SheetValues
from scoring.maths.instrument import GROUP_PREFIX, PANEL, Band, InstrumentSpec
from scoring.maths.statistics.panel import SheetStage


def sheet_stage(
    spec: InstrumentSpec,
    code: str,
    weight: float,
    sheets: Iterable[SheetValues],
    *,
    entries: Mapping[int, int],
    assessors: Mapping[int, int],
) -> SheetStage:
    """A stage from its sheets. `entries` and `assessors` give each its number; sheets of other entries are left out."""
    place = {one.code: number for number, one in enumerate(spec.indicators)}
    kept = [sheet for sheet in sheets if sheet.entry in entries]
    values = np.full((len(kept), len(place)), np.nan)
    for row, sheet in enumerate(kept):
        for indicator, hundredths in sheet.hundredths.items():
            values[row, place[indicator]] = hundredths / 100
    rule = spec.min_aspect_score
    return SheetStage(
        code=code,
        weight=weight,
        entries=np.array([entries[sheet.entry] for sheet in kept], dtype=np.int64),
        assessors=np.array([assessors[sheet.assessor] for sheet in kept], dtype=np.int64),
        values=values,
        weights=np.array([float(one.weight) for one in spec.indicators]),
        tops=np.array([float(max(one.values)) for one in spec.indicators]),
        aspects=tuple(one.aspect for one in spec.indicators),
        keys=tuple(_places(spec, place, key) for key in spec.tie_break if key != PANEL),
        heavy=tuple(place[one.code] for one in spec.indicators if rule and one.weight >= rule.weight_at_least),
        heavy_minimum=float(rule.score) if rule else 0,
        pass_mark=None if spec.pass_mark is None else float(spec.pass_mark),
    )


def bands_of(bands: Iterable[Band]) -> tuple[tuple[float, int], ...]:
    return tuple(sorted((float(band.minimum), band.stars) for band in bands))


def _places(spec: InstrumentSpec, place: Mapping[str, int], key: str) -> tuple[int, ...]:
    if key.startswith(GROUP_PREFIX):
        group = key.removeprefix(GROUP_PREFIX)
        return tuple(place[one.code] for one in spec.indicators if one.group == group)
    return (place[key],)
