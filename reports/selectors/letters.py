"""What a region is told of its nominations once the results are released."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db.models import Count, Prefetch, QuerySet

from nominations.enums import GRANTED, NOT_LIVE, Action, Status
from nominations.models import Nomination, Snapshot, StatusChange
from reference.models import Region
from scoring.maths.instrument import Indicator, InstrumentSpec
from scoring.maths.sheets import ceiling
from scoring.models import Decree, StageResult
from scoring.selectors.stages import stage_spec

ENDED_BY = {
    Status.INELIGIBLE: Action.DECLARE_INELIGIBLE,
    Status.ELIMINATED: Action.ELIMINATE,
    Status.NOT_RECOMMENDED: Action.NOT_RECOMMEND,
}


@dataclass(frozen=True, slots=True)
class Part:
    """An aspect or an indicator: what it is called and which share of its points it has, in percent."""

    label: str
    share: int


@dataclass(frozen=True, slots=True)
class StageWord:
    """A closed stage of sheets. No scorer can be told from it: the values are means of all sheets that count."""

    result: StageResult
    aspects: list[Part]
    indicators: list[Part]


def sent_nominations(user: Any, period_id: int) -> QuerySet[Nomination]:
    """Nominations that the person may open and that were submitted at least once. No query."""
    return (
        Nomination.objects.visible_to(user)
        .filter(period=period_id, reference__isnull=False)
        .exclude(status__in=NOT_LIVE)
    )


@dataclass(frozen=True, slots=True)
class ReadyLetter:
    """A region's letter that tells of so many outcomes."""

    period: int
    period_name: str
    region: str
    outcomes: int


def ready_letters(since: datetime) -> list[ReadyLetter]:
    """Letters that have something to tell, in periods with a decree that was released since then. One query."""
    released = Decree.objects.filter(released_at__gte=since)
    rows = Nomination.objects.filter(
        status__in=[*ENDED_BY, *GRANTED],
        reference__isnull=False,
        period__in=released.values("period"),
        period__results_released_at__isnull=False,
    )
    columns = ("period", "period__name", "region")
    counted = rows.order_by(*columns).values(*columns).annotate(outcomes=Count("pk"))
    return [ReadyLetter(*row) for row in counted.values_list(*columns, "outcomes")]


def regions_of(nominations: QuerySet[Nomination]) -> list[Region]:
    """Their kabupaten and kota by code, with the province. One query."""
    codes = nominations.order_by().values("region")
    return list(Region.objects.filter(pk__in=codes).select_related("parent").order_by("pk"))


def with_outcomes(nominations: QuerySet[Nomination]) -> list[Nomination]:
    """With results, reasons and stars. Six queries."""
    results = StageResult.objects.select_related("stage__instrument").order_by("stage__order")
    snapshots = Snapshot.objects.defer("data").prefetch_related("ineligibility_reasons").order_by("number")
    changes = StatusChange.objects.filter(action__in=ENDED_BY.values()).order_by("pk")
    rows = nominations.select_related("category", "region__parent", "period", "decision", "final_result")
    return list(
        rows.prefetch_related(
            Prefetch("stage_results", results), Prefetch("snapshots", snapshots), Prefetch("status_changes", changes)
        ).order_by("category__order", "reference")
    )


def reason_of(nomination: Nomination) -> str:
    """The words with which it ended; empty when it goes on or was granted. No query after `with_outcomes`."""
    action = ENDED_BY.get(Status(nomination.status))
    reasons = [change.reason for change in nomination.status_changes.all() if change.action == action]
    return reasons[-1] if reasons else ""


def stage_words(nomination: Nomination) -> list[StageWord]:
    """Its closed stages of sheets. No query after `with_outcomes`."""
    return [_word(result) for result in nomination.stage_results.all() if "means" in result.detail]


def _word(result: StageResult) -> StageWord:
    spec = stage_spec(result.stage)
    document = result.stage.instrument.definition if result.stage.instrument else {}
    means = {code: Fraction(text) for code, text in result.detail["means"].items()}
    aspects: dict[str, list[Indicator]] = {}
    for one in spec.indicators:
        if one.code in means:
            aspects.setdefault(one.aspect, []).append(one)
    labels = {part["code"]: part["label"] for part in document.get("aspects", ())}
    parts = {
        part["code"]: part["label"] for one in document.get("aspects", ()) for part in one.get("indicators", [one])
    }
    return StageWord(
        result=result,
        aspects=[Part(labels.get(code, code), _share(spec, own, means)) for code, own in aspects.items()],
        indicators=[
            Part(parts.get(one.code, one.code), _share(spec, [one], means)) for own in aspects.values() for one in own
        ],
    )


def _share(spec: InstrumentSpec, indicators: list[Indicator], means: dict[str, Any]) -> int:
    points = sum(Fraction(one.weight) * means[one.code] for one in indicators) / Fraction(spec.divisor)
    best = ceiling(spec, indicators)
    return round(100 * points / best) if best else 0
