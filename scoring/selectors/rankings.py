"""Signed rankings: which version holds, and what it says."""

import json
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from scoring.models import ConflictDeclaration, FinalResult, RankingCorrection, RankingEntry, RankingSnapshot


def in_force() -> QuerySet[RankingSnapshot]:
    """The newest version with two signatures per period and category, unless a confirmed correction opened it again."""
    newest = RankingSnapshot.objects.filter(
        period=OuterRef("period"), category=OuterRef("category"), signed_by_2__isnull=False
    ).order_by("-version")
    corrected = RankingCorrection.objects.filter(ranking=OuterRef("pk"), confirmed_at__isnull=False)
    return RankingSnapshot.objects.filter(~Exists(corrected), pk=Subquery(newest.values("pk")[:1]))


def is_sealed(period_id: int, category_id: int) -> bool:
    """Whether nothing of this category may change now. One query."""
    return in_force().filter(period=period_id, category=category_id).exists()


def entries_in_force() -> QuerySet[RankingEntry]:
    """What the signed rankings say of each nomination."""
    return RankingEntry.objects.filter(ranking__in=in_force())


def versions_of(period_id: int, category_id: int) -> list[RankingSnapshot]:
    """All versions with signatures and correction, newest first, without their content. One query."""
    rows = RankingSnapshot.objects.filter(period=period_id, category=category_id).defer("content", "names")
    people = ("signed_by_1", "signed_by_2", "correction__opened_by", "correction__confirmed_by")
    return list(rows.select_related(*people).order_by("-version"))


def signed_versions(period_id: int) -> list[RankingSnapshot]:
    """All versions of a period with signatures and correction, by category, the newest first. One query."""
    rows = RankingSnapshot.objects.filter(period=period_id).defer("content", "names")
    people = ("category", "signed_by_1", "signed_by_2", "correction")
    return list(rows.select_related(*people).order_by("category__order", "category", "-version"))


def ranked_pairs(user: Any) -> list[dict[str, Any]]:
    """Periods and categories that have finalists whom the person may meet, newest period first. One query."""
    conflict = ConflictDeclaration.objects.filter(user=user, has_conflict=True, nomination=OuterRef("nomination"))
    rows = FinalResult.objects.filter(~Exists(conflict)).values(
        "nomination__period", "nomination__period__name", "nomination__category", "nomination__category__label"
    )
    order = ("-nomination__period__year", "nomination__period__award", "nomination__category__order")
    return list(rows.distinct().order_by(*order))


def newest_versions() -> dict[tuple[int, int], RankingSnapshot]:
    """The newest version per period and category, with its correction. One query."""
    rows = RankingSnapshot.objects.defer("content", "names").select_related("correction")
    newest = rows.order_by("period_id", "category_id", "-version").distinct("period_id", "category_id")
    return {(row.period_id, row.category_id): row for row in newest}


def version_before(ranking: RankingSnapshot) -> RankingSnapshot | None:
    """The version that this one follows. One query."""
    rows = RankingSnapshot.objects.filter(period=ranking.period_id, category=ranking.category_id)
    return rows.filter(version__lt=ranking.version, signed_by_2__isnull=False).order_by("-version").first()


def result_in(ranking: RankingSnapshot) -> list[dict[str, Any]]:
    """The rows of the result as they were signed. No query."""
    rows: list[dict[str, Any]] = json.loads(ranking.content).get("result", [])
    return rows
