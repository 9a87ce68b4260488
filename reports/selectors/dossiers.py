"""The submissions of one category, with what was handed in."""

from typing import Any

from django.db.models import Prefetch, QuerySet

from nominations.enums import Status
from nominations.models import DossierItem, Nomination, Snapshot

# Before they count as handed in, or taken back: not for a bundle.
NOT_BUNDLED = (Status.DRAFT, Status.WITHDRAWN, Status.RETURNED)


def bundled_nominations(user: Any, period_id: int, category_id: int | None) -> QuerySet[Nomination]:
    """What the person may open as a dossier and what was submitted. No query."""
    rows = Nomination.objects.visible_to(user).filter(period=period_id, category=category_id)
    return rows.exclude(status__in=NOT_BUNDLED)


def with_papers(nominations: QuerySet[Nomination]) -> list[Nomination]:
    """With their snapshots' files and the documents that count, in the order of the requirements. Three queries."""
    snapshots = Snapshot.objects.defer("data").select_related("pdf").order_by("number")
    items = DossierItem.objects.filter(superseded_at=None).select_related("file", "requirement")
    rows = nominations.select_related("region__parent")
    return list(
        rows.prefetch_related(
            Prefetch("snapshots", snapshots), Prefetch("items", items.order_by("requirement__order"))
        ).order_by("reference", "pk")
    )
