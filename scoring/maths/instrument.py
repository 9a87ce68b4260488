"""An instrument as numbers: which values may be given, what they weigh, and the limits of a stage."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from scoring.maths.exact import number_from
from scoring.maths.problems import parsing

Method = Literal["options", "scale"]
PANEL = "panel"
GROUP_PREFIX = "group:"
FINEST_SCALE = 100  # steps; more is a slip of the pen, not a scale that a person can use


@dataclass(frozen=True, slots=True)
class Indicator:
    """One line of the sheet. A value adds weight × value ÷ the instrument's divisor."""

    code: str
    aspect: str
    group: str
    weight: Decimal
    values: tuple[Decimal, ...]
    na_allowed: bool = False  # may be left out of a sheet as not applicable
    note_required_at: tuple[Decimal, ...] = ()  # values that need a written reason, each once, rising


@dataclass(frozen=True, slots=True)
class Scale:
    minimum: Decimal
    maximum: Decimal
    step: Decimal
    note_required_at: tuple[Decimal, ...]

    def values(self) -> tuple[Decimal, ...]:
        """Every value from minimum to maximum; none when the steps do not fit."""
        if not (0 <= self.minimum < self.maximum and self.step > 0):
            return ()
        steps, rest = divmod(self.maximum - self.minimum, self.step)
        if rest or steps > FINEST_SCALE:
            return ()
        return tuple(self.minimum + self.step * count for count in range(int(steps) + 1))


@dataclass(frozen=True, slots=True)
class Band:
    """Stars from this rounded score on, up to the next band."""

    stars: int
    minimum: Decimal
    coach: str


@dataclass(frozen=True, slots=True)
class MinAspectScore:
    """An aspect that weighs at least so much must have at least this mean score."""

    weight_at_least: Decimal
    score: Decimal


@dataclass(frozen=True, slots=True)
class InstrumentSpec:
    code: str
    method: Method
    indicators: tuple[Indicator, ...]
    scale: Scale | None
    min_assessors: int
    discrepancy_threshold: Decimal | None
    pass_mark: Decimal | None
    min_aspect_score: MinAspectScore | None
    bands: tuple[Band, ...]
    tie_break: tuple[str, ...]

    @property
    def divisor(self) -> Decimal:
        """What weight × value is divided by: the top of the scale, so that the best sheet has 100."""
        return self.scale.maximum if self.scale else Decimal(1)

    @property
    def groups(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(indicator.group for indicator in self.indicators))


def instrument_from_dict(data: Mapping[str, Any]) -> InstrumentSpec:
    """Read an instrument document. InvalidInput(instrument_malformed) when its shape is wrong.

    Whether the instrument makes sense is the question of `checks.instrument_problems`.
    """
    with parsing("instrument_malformed"):
        scale = _scale(data["scale"]) if data["method"] == "scale" else None
        return InstrumentSpec(
            code=data["code"],
            method=_method(data["method"]),
            indicators=_scale_indicators(data, scale) if scale else _option_indicators(data),
            scale=scale,
            min_assessors=int(data["min_assessors"]),
            discrepancy_threshold=_optional_number(data.get("discrepancy_threshold")),
            pass_mark=_optional_number(data.get("pass_mark")),
            min_aspect_score=_min_aspect_score(data.get("min_aspect_score")),
            bands=tuple(
                Band(int(band["stars"]), number_from(band["min"]), band["coach"]) for band in data.get("bands", ())
            ),
            tie_break=tuple(data.get("tie_break", ())),
        )


def _method(name: str) -> Method:
    if name == "options":
        return "options"
    if name == "scale":
        return "scale"
    raise ValueError(f"unknown method: {name!r}")


def _scale(data: Mapping[str, Any]) -> Scale:
    return Scale(
        minimum=number_from(data["min"]),
        maximum=number_from(data["max"]),
        step=number_from(data["step"]),
        note_required_at=tuple(number_from(value) for value in data.get("note_required_at", ())),
    )


def _option_indicators(data: Mapping[str, Any]) -> tuple[Indicator, ...]:
    return tuple(
        Indicator(
            code=indicator["code"],
            aspect=aspect["code"],
            group=aspect["group"],
            weight=Decimal(1),
            values=tuple(number_from(option["points"]) for option in indicator["options"]),
            na_allowed=_flag(indicator, "na_allowed"),
            note_required_at=_noted(indicator["options"], "points"),
        )
        for aspect in data["aspects"]
        for indicator in aspect["indicators"]
    )


def _scale_indicators(data: Mapping[str, Any], scale: Scale) -> tuple[Indicator, ...]:
    """On a scale the aspect itself is scored: it is its own and only indicator, and its own group.

    What the scale asks a note for, every aspect does, and each its own anchors besides.
    """
    values = scale.values()
    return tuple(
        Indicator(
            code=aspect["code"],
            aspect=aspect["code"],
            group=aspect["code"],
            weight=number_from(aspect["weight"]),
            values=values,
            na_allowed=_flag(aspect, "na_allowed"),
            note_required_at=_noted(aspect.get("anchors", ()), "value", scale.note_required_at),
        )
        for aspect in data["aspects"]
    )


def _noted(choices: Iterable[Mapping[str, Any]], number: str, besides: Iterable[Decimal] = ()) -> tuple[Decimal, ...]:
    own = (number_from(choice[number]) for choice in choices if _flag(choice, "note_required"))
    return tuple(sorted({*own, *besides}))


def _min_aspect_score(data: Mapping[str, Any] | None) -> MinAspectScore | None:
    if data is None:
        return None
    return MinAspectScore(number_from(data["weight_at_least"]), number_from(data["score"]))


def _flag(data: Mapping[str, Any], name: str) -> bool:
    value = data.get(name, False)
    if not isinstance(value, bool):
        raise TypeError(f"{name} is not true or false: {value!r}")
    return value


def _optional_number(value: object) -> Decimal | None:
    return None if value is None else number_from(value)
