"""What the decree's annex is made from: the rankings with two signatures."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any, NamedTuple

from nominations.models import Category
from scoring.enums import Outcome
from scoring.models import RankingEntry, RankingSnapshot
from scoring.selectors.rankings import entries_in_force


class Sealed(NamedTuple):
    """A category's sealed ranking and who is recommended in it, the most stars first."""

    category: Category
    ranking: RankingSnapshot
    entries: list[RankingEntry]


def sealed_categories(period_id: int) -> list[Sealed]:
    """The categories of a period whose ranking two persons signed, in their order. One query."""
    rows = entries_in_force().filter(ranking__period=period_id, outcome=Outcome.RECOMMENDED)
    joined = rows.select_related(
        "ranking__category",
        "nomination__region__parent",
        "nomination__product_entry__ikm",
        "nomination__product_entry__sentra",
        "nomination__candidate_entry",
        "nomination__decision__decree",
    ).defer("ranking__content", "ranking__names")
    ordered = sorted(joined, key=lambda one: (one.ranking.category.order, one.ranking_id, -(one.stars or 0), one.rank))
    return [Sealed(ranking.category, ranking, entries) for ranking, entries in _grouped(ordered)]


def _grouped(entries: Iterable[RankingEntry]) -> list[tuple[RankingSnapshot, list[RankingEntry]]]:
    groups: list[tuple[Any, list[RankingEntry]]] = []
    for _key, members in groupby(entries, key=lambda one: one.ranking_id):
        own = list(members)
        groups.append((own[0].ranking, own))
    return groups
