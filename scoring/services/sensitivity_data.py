"""The figures of one report: closed results into arrays, arrays through every scenario, answers into plain JSON."""

from decimal import Decimal
from fractions import Fraction
from math import isnan
from typing import TYPE_CHECKING, Any

from scoring.enums import StageKind
from scoring.maths.ranking import Contender, rank
from scoring.models import DATA_FORMAT, Stage
from scoring.selectors.matrix import score_sheets, stored_results
from scoring.selectors.plenary import cap_of, tie_orders
from scoring.selectors.stages import bands_of, category_stages, stage_spec
from scoring.services.recount import differences

if TYPE_CHECKING:  # numpy is wanted in workers only
    from scoring.maths.statistics.panel import Panel, SheetStage
    from scoring.maths.statistics.severity import SeverityFit

REPLICATES = 1000
NAMED_DIFFERENCES = 20
TAIL = 0.05  # as the bounds of `scoring.maths.statistics.bootstrap`
Closed = dict[int, dict[str, Any]]


def report_data(period_id: int, category_id: int, *, seed: int, replicates: int = REPLICATES) -> dict[str, Any]:
    """Everything that a report says, with ids instead of names. Queries: those of `differences`, the cap, the ties and
    two per stage.

    Memory: one number per score and a few per nomination and scenario, 10,000 nominations included; see `redraw`.
    """
    from scoring.maths.statistics.bootstrap import redraw  # noqa: PLC0415 - numpy is wanted in workers only
    from scoring.maths.statistics.scenarios import sensitivity  # noqa: PLC0415

    stages = category_stages(period_id, category_id)
    closed = closed_results(stages)
    orders = tie_orders(period_id).get(category_id, [])
    panel, people = build_panel(stages, closed, cap_of(period_id, category_id), orders)
    found, drawn = sensitivity(panel), redraw(panel, seed=seed, replicates=replicates)
    compared, wrong = differences(period_id, category_id)
    return {
        "format": DATA_FORMAT,
        "seed": str(seed),
        "replicates": replicates,
        "stars": bool(panel.bands),
        "cap": panel.cap,
        "bands": [[minimum, stars] for minimum, stars in panel.bands],
        "scenarios": [
            {
                "kind": one.kind,
                "stage": one.stage,
                "subject": people[one.subject] if isinstance(one.subject, int) else one.subject,
                "shift": one.shift,
                "changed": len(changed),
                "moved": moved,
            }
            for one, changed, moved in zip(found.scenarios, found.changed, found.moved, strict=True)
        ],
        "stages": [_stage_figures(stage, found.fits, panel, people) for stage in stages],
        "rows": _rows(list(closed), closed, panel, found, drawn),
        "recount": {
            "compared": compared,
            "differences": len(wrong),
            "named": [list(one) for one in wrong[:NAMED_DIFFERENCES]],
        },
    }


def closed_results(stages: list[Stage]) -> Closed:
    """What is recorded, by nomination: the results of the closed stages and the final one. One query."""
    closed: Closed = {}
    for row in stored_results(stages):
        known = closed.setdefault(
            row["nomination_id"],
            {"stages": {}, "keys": [], "score": row["final_score"], "stars": row["final_stars"]},
        )
        known["stages"][row["stage_id"]] = (row["score"], row["passed"])
        known["keys"] += row["detail"].get("tie_keys", ())
    return closed


def build_panel(
    stages: list[Stage], closed: Closed, cap: int | None, orders: list[list[str]]
) -> "tuple[Panel, list[int]]":
    """The category as arrays, and the assessors' ids by number. Two queries per stage of sheets.

    `orders`: what the plenary said about ties, the newest last.
    """
    import numpy as np  # noqa: PLC0415 - as above

    from scoring.maths.statistics.panel import Panel  # noqa: PLC0415
    from scoring.maths.statistics.reading import bands_of as float_bands  # noqa: PLC0415

    numbers = {nomination: number for number, nomination in enumerate(closed)}
    people: dict[int, int] = {}
    made = [
        _sheet_stage(stage, closed, numbers, people) if stage.kind == StageKind.SHEETS else _fixed_stage(stage, closed)
        for stage in stages
    ]
    ranks = _official_ranks(closed, orders)
    panel = Panel(
        len(closed),
        tuple(made),
        float_bands(bands_of(stages)),
        np.array([_outcome(one) for one in closed.values()], dtype=np.int64),
        np.array([ranks.get(nomination, 0) for nomination in closed], dtype=np.int64),
        cap,
        _ties(orders, numbers),
    )
    return panel, list(people)


def _sheet_stage(stage: Stage, closed: Closed, numbers: dict[int, int], people: dict[int, int]) -> "SheetStage":
    from scoring.maths.statistics.reading import sheet_stage  # noqa: PLC0415

    there = {nomination: numbers[nomination] for nomination, one in closed.items() if stage.pk in one["stages"]}
    sheets = [sheet for sheet in score_sheets(stage) if sheet.entry in there]
    for sheet in sheets:
        people.setdefault(sheet.assessor, len(people))
    spec = stage_spec(stage)
    return sheet_stage(spec, stage.code, float(stage.weight), sheets, entries=there, assessors=people)


def _fixed_stage(stage: Stage, known: Closed) -> Any:
    import numpy as np  # noqa: PLC0415

    from scoring.maths.statistics.panel import FixedStage  # noqa: PLC0415

    results = [one["stages"].get(stage.pk) for one in known.values()]
    scores = np.array([np.nan if one is None or one[0] is None else float(one[0]) for one in results])
    failed = np.array([one is not None and not one[1] for one in results], dtype=np.bool_)
    closed = np.array([one is not None for one in results], dtype=np.bool_)
    return FixedStage(stage.code, float(stage.weight), scores, failed, closed)


def _outcome(one: dict[str, Any]) -> int:
    from scoring.maths.statistics.panel import ELIMINATED, RUNNING  # noqa: PLC0415

    if not all(passed for _, passed in one["stages"].values()):
        return ELIMINATED
    return RUNNING if one["score"] is None else one["stars"] or 0


def _official_ranks(closed: Closed, orders: list[list[str]]) -> dict[int, int]:
    contenders = [
        Contender(str(nomination), one["score"], tuple(Fraction(key) for key in one["keys"]))
        for nomination, one in closed.items()
        if one["score"] is not None
    ]
    return {int(placing.entry): placing.rank for placing in rank(contenders, orders)}


def _ties(orders: list[list[str]], numbers: dict[int, int]) -> tuple[tuple[int, ...], ...]:
    """By number, the newest for the same entries; without those of which somebody has no closed result any more."""
    by_id = [[int(entry) for entry in order] for order in orders]
    known = {frozenset(order): order for order in by_id if numbers.keys() >= set(order)}
    return tuple(tuple(numbers[entry] for entry in order) for order in known.values())


def _rows(ids: list[int], closed: Closed, panel: "Panel", found: Any, drawn: Any) -> list[dict[str, Any]]:
    """One row per nomination, best first, then those without a place."""
    why: dict[int, list[int]] = {}
    for number, entries in enumerate(found.changed):
        for entry in entries:
            why.setdefault(entry, []).append(number)
    rows = [
        {
            "id": nomination,
            "score": _text(closed[nomination]["score"]),
            "outcome": int(panel.outcomes[entry]),
            "rank": int(panel.ranks[entry]),
            "outcomes": [int(found.lowest[entry]), int(found.highest[entry])],
            "inside": bool(panel.inside[entry]),
            "inside_range": [bool(found.always_inside[entry]), bool(found.ever_inside[entry])],
            "ranks": [int(found.best_rank[entry]), int(found.worst_rank[entry])],
            "median": _number(found.median[entry]),
            "adjusted": _number(found.adjusted[entry]),
            "drawn": [_number(drawn.low[entry]), _number(drawn.high[entry])],
            "drawn_outcomes": [int(drawn.lowest[entry]), int(drawn.highest[entry])],
            "drawn_inside": None if panel.cap is None else round(float(drawn.inside[entry]), 3),
            "drawn_crosses": _crosses(panel, drawn, entry),
            "same": round(float(drawn.same[entry]), 3),
            "redrawn": _redrawn(panel, drawn, entry),
            "why": why.get(entry, []),
        }
        for entry, nomination in enumerate(ids)
    ]
    return sorted(rows, key=lambda row: (row["rank"] or len(rows) + 1, row["id"]))


def _crosses(panel: "Panel", drawn: Any, entry: int) -> bool:
    """Whether more than one draw in twenty puts the entry on the other side of the cap."""
    if panel.cap is None:
        return False
    share = float(drawn.inside[entry])
    return (1 - share if panel.inside[entry] else share) > TAIL


def _redrawn(panel: "Panel", drawn: Any, entry: int) -> bool:
    official = panel.outcomes[entry]
    return bool(drawn.lowest[entry] != official or drawn.highest[entry] != official or _crosses(panel, drawn, entry))


def _stage_figures(stage: Stage, fits: "dict[str, SeverityFit]", panel: "Panel", people: list[int]) -> dict[str, Any]:
    """Agreement and the assessors of one stage; a visit has neither."""
    figures: dict[str, Any] = {"code": stage.code, "label": stage.label, "sheets": 0}
    made = next((one for one in panel.sheet_stages if one.code == stage.code), None)
    if made is None or not len(made.entries):
        return figures
    fit = fits[stage.code]
    return figures | {
        "sheets": len(made.entries),
        "groups": fit.groups,
        "linked": fit.linked,
        "alpha": _alpha(made.entries, made.totals, "interval"),
        "indicators": _indicator_figures(stage, made),
        "assessors": [
            {
                "id": people[number],
                "sheets": one.sheets,
                "mean": _number(one.mean),
                "leniency": _number(one.leniency),
                "error": _number(one.error),
                "consistency": _number(one.consistency),
            }
            for number, one in enumerate(fit.assessors)
            if one.sheets
        ],
    }


def _indicator_figures(stage: Stage, made: "SheetStage") -> list[dict[str, Any]]:
    """Agreement per indicator: points of options and marks of a scale say which is better, not by how much."""
    import numpy as np  # noqa: PLC0415

    figures = []
    for place, indicator in enumerate(stage_spec(stage).indicators):
        given = ~np.isnan(made.values[:, place])
        alpha = _alpha(made.entries[given], made.values[given, place], "ordinal")
        figures.append({"code": indicator.code, "aspect": indicator.aspect, "alpha": alpha})
    return figures


def _alpha(units: Any, values: Any, metric: Any) -> float | None:
    from scoring.maths.statistics.agreement import krippendorff  # noqa: PLC0415

    return _number(krippendorff(units, values, metric).alpha, 3)


def _text(number: Decimal | None) -> str | None:
    return None if number is None else str(number)


def _number(value: float | None, places: int = 2) -> float | None:
    """JSON knows no NaN."""
    return None if value is None or isnan(value) else round(float(value), places)
