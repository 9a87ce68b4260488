"""Who stands before the plenary, in which order, and what it has said."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from nominations.models import Nomination
from reference.models import Commodity, Region
from scoring.enums import CapPer, Outcome
from scoring.maths.instrument import Band
from scoring.maths.ranking import Cap, Contender, Placing, rank, stars_under, within_caps
from scoring.models import (
    AgendaItem,
    AwardCap,
    FinalResult,
    PlenarySession,
    Recommendation,
    StageResult,
    TieDecision,
)
from scoring.rules import SHARED_CODE, cap_key


def sessions() -> QuerySet[PlenarySession]:
    return PlenarySession.objects.select_related("period__award", "recorded_by", "chair", "current")


def agenda_of(session: PlenarySession) -> list[AgendaItem]:
    """The agenda in its order, with category and region. One query."""
    rows = AgendaItem.objects.filter(session=session).select_related("nomination__category", "nomination__region")
    return list(rows.order_by("order", "pk"))


def finalists(period_id: int) -> list[Nomination]:
    """Nominations of a period with a final result, by category, with all that ranking and page need. Two queries."""
    results = StageResult.objects.select_related("stage").order_by("stage__order")
    rows = Nomination.objects.filter(period=period_id, final_result__isnull=False)
    rows = rows.select_related("category", "region__parent", "period__award", "final_result", "recommendation__session")
    return list(rows.prefetch_related(Prefetch("stage_results", results)).order_by("category__order", "category", "pk"))


def tie_decisions(period_id: int) -> list[TieDecision]:
    """What the plenary of a period said about ties, the newest last, with the category. One query."""
    return list(TieDecision.objects.filter(session__period=period_id).select_related("category").order_by("pk"))


def orders_of(decisions: Iterable[TieDecision], hidden: Collection[int] = ()) -> dict[int, list[list[str]]]:
    """The orders by category, the newest last. No query.

    Without what is `hidden` from a reader: the others stand among each other as the plenary said.
    """
    orders: dict[int, list[list[str]]] = defaultdict(list)
    for one in decisions:
        orders[one.category_id].append([str(entry) for entry in one.entries if int(entry) not in hidden])
    return orders


def tie_orders(period_id: int, hidden: Collection[int] = ()) -> dict[int, list[list[str]]]:
    """`orders_of` a whole period. One query."""
    return orders_of(tie_decisions(period_id), hidden)


def ranked_categories(
    nominations: list[Nomination], orders: Mapping[int, list[list[str]]] | None = None
) -> list[dict[str, Any]]:
    """Per category the nominations in their places; ties stay where the declared keys end. No query.

    `nominations` from `finalists`, `orders` from `tie_orders`. The keys of all stages count in the order of the stages.
    Without the nominations that a reader may not meet, the places are those among the others: nothing shows a gap.
    """
    ranked = []
    for category, members in groupby(nominations, key=lambda nomination: nomination.category):
        by_id = {str(nomination.pk): nomination for nomination in members}
        given = orders.get(category.pk, []) if orders else []
        placings = rank((_contender(nomination) for nomination in by_id.values()), given)
        rows = [_row(by_id[placing.entry], placing) for placing in placings]
        has_stars = any(row["final"].stars for row in rows)
        ranked.append({"category": category, "rows": rows, "has_stars": has_stars})
    return ranked


def places_of(period_id: int, hidden: Collection[int] = ()) -> dict[int, int]:
    """The place of every finalist in its category, as `ranked_categories` gives it, without its rows. Three queries.

    With what is `hidden` from a reader, the places are those among the others.
    """
    keys: dict[int, list[Fraction]] = defaultdict(list)
    results = StageResult.objects.filter(nomination__period=period_id, nomination__final_result__isnull=False)
    results = results.exclude(nomination__in=hidden)
    for pk, given in results.order_by("stage__order").values_list("nomination", "detail__tie_keys"):
        keys[pk] += [Fraction(key) for key in given or ()]
    groups: dict[int, list[Contender]] = defaultdict(list)
    finals = FinalResult.objects.filter(nomination__period=period_id).exclude(nomination__in=hidden)
    for pk, category, score in finals.values_list("nomination", "nomination__category", "score"):
        groups[category].append(Contender(str(pk), score, tuple(keys[pk])))
    orders = tie_orders(period_id, hidden)
    return {
        int(placing.entry): placing.rank
        for category, contenders in groups.items()
        for placing in rank(contenders, orders.get(category, []))
    }


def what_if(
    nominations: list[Nomination], orders: list[list[str]], bands: Iterable[Band], caps: tuple[list[Cap], list[Cap]]
) -> list[dict[str, Any]]:
    """What other bands and other caps would change among the finalists of one category. No query.

    `caps` before and after. Only rows that change, in their places.
    """
    by_id = {str(nomination.pk): nomination for nomination in nominations}
    placings = rank((_contender(nomination) for nomination in nominations), orders)
    stars = stars_under(bands, {pk: one.final_result.score for pk, one in by_id.items()})
    regions = {pk: one.region_id for pk, one in by_id.items()}
    inside = [within_caps(placings, given, regions) for given in caps]
    rows = [
        {
            "nomination": by_id[placing.entry],
            "rank": placing.rank,
            "before": (by_id[placing.entry].final_result.stars, placing.entry in inside[0]),
            "after": (stars[placing.entry], placing.entry in inside[1]),
        }
        for placing in placings
    ]
    return [row for row in rows if row["before"] != row["after"]]


def _contender(nomination: Nomination) -> Contender:
    keys = [key for result in nomination.stage_results.all() for key in result.detail.get("tie_keys", ())]
    return Contender(str(nomination.pk), nomination.final_result.score, tuple(Fraction(key) for key in keys))


def _row(nomination: Nomination, placing: Placing) -> dict[str, Any]:
    return {
        "nomination": nomination,
        "rank": placing.rank,
        "panel_decides": placing.panel_decides,
        "decided": placing.decided,
        "final": nomination.final_result,
        "stage_scores": [result.score for result in nomination.stage_results.all() if result.score is not None],
        "recommendation": getattr(nomination, "recommendation", None),
    }


def caps_of(period_id: int, category_id: int, *, binding: bool = False) -> list[Cap]:
    """What limits one category by itself: its own caps and those of the whole period, the lowest of each kind.

    `binding`: without hints. All of a category are of one commodity, so a cap for each commodity is one for all of
    them. One query.
    """
    rows = AwardCap.objects.filter(Q(category=None) | Q(category=category_id), period=period_id)
    rows = rows.filter(binding=True) if binding else rows
    least: dict[int, int] = {}
    for per, most in rows.order_by("-max_awards").values_list("per", "max_awards"):
        least[SHARED_CODE.get(CapPer(per), 0)] = most
    return [Cap(most, shared) for shared, most in sorted(least.items())]


def cap_of(period_id: int, category_id: int) -> int | None:
    """How many of a category may be recommended at most, wherever they come from. One query."""
    return next((cap.most for cap in caps_of(period_id, category_id) if not cap.shared), None)


@dataclass(frozen=True, slots=True)
class CapState:
    """A cap, and how many are recommended by what it counts together, see `rules.cap_key`.

    `names` of the provinces, regencies or commodities for which a quota is full.
    """

    cap: AwardCap
    used: Mapping[str, int]
    names: Mapping[str, str]

    @property
    def total(self) -> int:
        return sum(self.used.values())

    def is_full(self, key: str) -> bool:
        return self.used.get(key, 0) >= self.cap.max_awards


def cap_states(period_id: int, hidden: Collection[int] = ()) -> list[CapState]:
    """The caps of a period, the whole one first, with what is recommended so far. Two queries, two more for the names
    where a quota is full.

    What is `hidden` from a reader counts nowhere.
    """
    caps = AwardCap.objects.filter(period=period_id).select_related("category").order_by("category__order", "per", "pk")
    recommended = Recommendation.objects.filter(nomination__period=period_id, outcome=Outcome.RECOMMENDED)
    recommended = recommended.exclude(nomination__in=hidden)
    fields = ("nomination__category", "nomination__category__commodity", "nomination__region")
    rows = list(recommended.values_list(*fields))
    found = []
    for cap in sorted(caps, key=lambda cap: cap.category_id is not None):
        own = (row for row in rows if cap.category_id in (None, row[0]))
        used = Counter(cap_key(cap.per, region=region, commodity=commodity) for _category, commodity, region in own)
        full = {key for key, count in used.items() if cap.per and count >= cap.max_awards}
        found.append((cap, used, full))
    names = _names({key for _cap, _used, full in found for key in full})
    return [CapState(cap, used, {key: names[key] for key in sorted(full)}) for cap, used, full in found]


def _names(keys: set[str]) -> dict[str, str]:
    """Of regions by code and of commodities by key: no key is of both. Two queries, none without keys."""
    regions = {one.pk: one.label for one in Region.objects.filter(pk__in=keys)}
    commodities = {one.pk: one.name for one in Commodity.objects.filter(pk__in=keys)}
    return {"": _("yang tanpa komoditas")} | regions | commodities
