"""One page of a ranking: the places are those of the whole category, yet only what stands on the page is read.

For who has a conflict the category is what she or he may meet: places, caps and totals show no gap.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from nominations.models import Nomination
from reference.enums import RegionLevel
from reference.models import Region
from scoring.maths.ranking import Contender, Placing, rank, within_caps
from scoring.models import FinalResult
from scoring.selectors.plenary import caps_of, tie_orders

PAGE_SIZE = 50
# Besides them always the best score, whose row carries the totals.
SCORES_ON_PAGE = """
SELECT score, better::int, before::int, is_on_page, all_chosen::int, all_seen::int
FROM (
    SELECT *, chosen > 0 AND before < %s AND before + chosen > %s AS is_on_page
    FROM (
        SELECT score, chosen, sum(number) OVER above - number AS better, sum(chosen) OVER above - chosen AS before,
               sum(chosen) OVER () AS all_chosen, sum(number) OVER () AS all_seen
        FROM ({counted}) counted
        WINDOW above AS (ORDER BY score DESC)
    ) summed
) levels
WHERE is_on_page OR better = 0
ORDER BY score DESC
"""
UNDECIDED = "undecided"  # beside the outcomes of the plenary


class Narrowing(NamedTuple):
    """What the reader may not meet, and what she or he asked for; "" asks for everything."""

    hidden: Collection[int] = ()
    province: str = ""
    outcome: str = ""

    @property
    def chosen(self) -> Q:
        found = Q(nomination__isnull=False)
        if self.province:
            found &= Q(nomination__region__parent=self.province)
        if self.outcome == UNDECIDED:
            found &= Q(nomination__recommendation=None)
        elif self.outcome:
            found &= Q(nomination__recommendation__outcome=self.outcome)
        return found


class Level(NamedTuple):
    """One score: how many have a better one, and how many of the chosen ones do; the totals are of all scores."""

    score: Decimal
    better: int
    before: int
    is_on_page: bool
    all_chosen: int
    all_seen: int


@dataclass(frozen=True, slots=True)
class RankingPage:
    """`rows`: nomination, rank, panel_decides, final and recommendation; `chosen` of `seen` are what was asked for."""

    rows: list[dict[str, Any]]
    chosen: int
    seen: int


def ranking_page(period_id: int, category_id: int, narrowing: Narrowing, *, first: int = 0) -> RankingPage:
    """The rows from place `first` of the chosen ones on, in the order of `scoring.maths.ranking`. Four queries.

    Keys part only what has the same score: whoever has another one is counted, and not read.
    """
    finals = _finals(period_id, category_id, narrowing.hidden)
    counted = (
        finals.order_by().values("score").annotate(number=Count("pk"), chosen=Count("pk", filter=narrowing.chosen))
    )
    query, parameters = counted.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(SCORES_ON_PAGE.format(counted=query), [first + PAGE_SIZE, first, *parameters])
        found = [Level(*row) for row in cursor]
    if not found:
        return RankingPage([], 0, 0)
    on_page = {level.score: level.better for level in found if level.is_on_page}
    before = min((level.before for level in found if level.is_on_page), default=0)
    orders = tie_orders(period_id, narrowing.hidden).get(category_id, [])
    placings = _placings(finals.filter(score__in=on_page), on_page, narrowing, orders)
    rows = _rows(placings[first - before :][:PAGE_SIZE])
    return RankingPage(rows, found[0].all_chosen, found[0].all_seen)


def provinces_in(period_id: int, category_id: int, narrowing: Narrowing) -> list[tuple[str, str]]:
    """Code and name of the provinces of those whom the reader may meet, by name. One query."""
    found = _finals(period_id, category_id, narrowing.hidden).filter(nomination__region__parent=OuterRef("pk"))
    rows = Region.objects.filter(Exists(found), level=RegionLevel.PROVINCE).order_by("name")
    return list(rows.values_list("pk", "name"))


def _finals(period_id: int, category_id: int, hidden: Collection[int] = ()) -> QuerySet[FinalResult]:
    rows = FinalResult.objects.filter(nomination__period=period_id, nomination__category=category_id)
    return rows.exclude(nomination__in=hidden)


def outside_caps(period_id: int, category_id: int, *, binding: bool = False, hidden: Collection[int] = ()) -> set[int]:
    """Who has no place within the caps of the category, or those that bind. One query, and where there are caps three
    over all of it. What is `hidden` from a reader takes no place."""
    caps = caps_of(period_id, category_id, binding=binding)
    if not caps:
        return set()
    finals = _finals(period_id, category_id, hidden)
    regions = {str(pk): region for pk, region in finals.values_list("nomination", "nomination__region")}
    placings = rank(_contenders(finals, Narrowing())[0], tie_orders(period_id, hidden).get(category_id, []))
    return {int(entry) for entry in regions.keys() - within_caps(placings, caps, regions)}


def _placings(
    finals: QuerySet[FinalResult], on_page: dict[Decimal, int], narrowing: Narrowing, orders: list[list[str]]
) -> list[tuple[Placing, int]]:
    """Chosen placings within their score, with how many have a better one. One query."""
    equals: dict[Decimal, list[Contender]] = {score: [] for score in on_page}
    contenders, chosen = _contenders(finals, narrowing)
    for one in contenders:
        equals[one.score].append(one)
    return [
        (placing, better)
        for score, better in on_page.items()
        for placing in rank(equals[score], orders)
        if placing.entry in chosen
    ]


# The same few numbers come again and again, and reading one takes ten times as long as finding it.
_fraction = lru_cache(maxsize=4096)(Fraction)


def _contenders(finals: QuerySet[FinalResult], narrowing: Narrowing) -> tuple[list[Contender], set[str]]:
    """These finalists with the keys of all their stages, and which of them are chosen. One query."""
    keys: dict[tuple[str, Decimal], list[Fraction]] = defaultdict(list)
    chosen = set()
    rows = finals.annotate(chosen=ExpressionWrapper(narrowing.chosen, BooleanField()))
    results = "nomination__stage_results"
    columns = ("nomination", "score", "chosen", f"{results}__detail__tie_keys")
    for pk, score, is_chosen, given in rows.order_by(f"{results}__stage__order").values_list(*columns):
        keys[str(pk), score] += [_fraction(key) for key in given or ()]
        if is_chosen:
            chosen.add(str(pk))
    return [Contender(entry, score, tuple(own)) for (entry, score), own in keys.items()], chosen


def _rows(placings: list[tuple[Placing, int]]) -> list[dict[str, Any]]:
    """One query."""
    nominations = Nomination.objects.select_related("region", "final_result", "recommendation")
    by_id = nominations.in_bulk([int(placing.entry) for placing, _better in placings])
    return [
        {
            "nomination": one,
            "rank": better + placing.rank,
            "panel_decides": placing.panel_decides,
            "final": one.final_result,
            "recommendation": getattr(one, "recommendation", None),
        }
        for placing, better in placings
        for one in [by_id[int(placing.entry)]]
    ]
