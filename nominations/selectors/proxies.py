"""Proxy entries as they bear on nominations: an entry counts only in the rounds that it names."""

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, prefetch_related_objects

from accounts.models import ProxyEntry
from nominations.models import Nomination, Period, ProxyAct, ProxyRound


def proxy_of(user: Any, nomination: Nomination) -> ProxyEntry | None:
    """The open entry by which this admin acts for the nomination's region in its round.

    One query for an admin while an entry of that region is open, once in a request; none for anybody else once the
    roles are known.
    """
    entry = user.proxy_for(nomination.region_id)
    return entry if entry and covers(entry, nomination.period_id) else None


def covers(entry: ProxyEntry, period_id: int) -> bool:
    """One query, and none when the same entry is asked about again."""
    prefetch_related_objects([entry], "rounds")
    return any(named.period_id == period_id for named in entry.rounds.all())


def proxied_periods(user: Any, region_code: str) -> QuerySet[Period]:
    """Rounds in which this admin acts for the region; no round for anybody else. At most one query when read."""
    entry = user.proxy_for(region_code)
    return Period.objects.filter(pk__in=ProxyRound.objects.filter(entry=entry).values("period"))


def entries_with_rounds() -> QuerySet[ProxyEntry]:
    """All entries with region, people, letter and rounds. Two queries when read."""
    rounds = ProxyRound.objects.select_related("period").order_by("period__name")
    rows = ProxyEntry.objects.select_related("region__parent", "opened_by", "closed_by", "letter")
    return rows.prefetch_related(Prefetch("rounds", rounds))


def with_proxy_acts(rows: QuerySet[Nomination]) -> QuerySet[Nomination]:
    """Adds `was_helped`: whether anything was done in the region's name. No query of its own."""
    return rows.annotate(was_helped=Exists(ProxyAct.objects.filter(nomination=OuterRef("pk"))))


def proxy_acts(nomination: Nomination) -> QuerySet[ProxyAct]:
    """What was done with the dossier in the region's name, newest first. One query when read."""
    return nomination.proxy_acts.select_related("entry", "actor").order_by("-id")
