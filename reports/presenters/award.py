"""The page that says what an award is judged by."""

from typing import Any

from nominations.enums import RequirementLevel
from reports.selectors.awards import Criteria


def award_page(criteria: Criteria) -> dict[str, Any]:
    """`plans`: per set of stages the categories that share it; `documents`: what a nomination brings. No query."""
    plans: dict[tuple[Any, ...], dict[str, Any]] = {}
    by_category: dict[Any, list[Any]] = {}
    for stage in criteria.stages:
        by_category.setdefault(stage.category, []).append(stage)
    for category, stages in by_category.items():
        key = tuple((stage.label, stage.instrument_id, stage.weight, stage.pass_mark) for stage in stages)
        plan = plans.setdefault(key, {"categories": [], "stages": [_stage(stage) for stage in stages]})
        plan["categories"].append(category.label)
    return {
        "period": criteria.period,
        "plans": list(plans.values()),
        "documents": [
            {
                "label": one.label,
                "required": one.level == RequirementLevel.REQUIRED,
                "categories": [category.label for category in one.categories.all()],
            }
            for one in criteria.requirements
        ],
    }


def _stage(stage: Any) -> dict[str, Any]:
    definition = stage.instrument.definition if stage.instrument else {}
    return {
        "label": stage.label,
        "weight": round(stage.weight * 100),
        "pass_mark": stage.pass_mark,
        "aspects": _aspects(definition),
        "bands": definition.get("bands") or [],
    }


def _aspects(definition: dict[str, Any]) -> list[dict[str, Any]]:
    """`points`: the most that an aspect can give, or its weight on a scale."""
    return [
        {
            "label": aspect["label"],
            "points": aspect.get("weight") or sum(_most(one) for one in aspect.get("indicators", [])),
            "indicators": [one["label"] for one in aspect.get("indicators", [])],
        }
        for aspect in definition.get("aspects", [])
    ]


def _most(indicator: dict[str, Any]) -> int:
    return max((option["points"] for option in indicator.get("options", [])), default=0)
