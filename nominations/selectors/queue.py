"""What waits for the Sekretariat."""

from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from nominations.enums import DocumentStage, ItemVerdict, Status
from nominations.models import DossierItem, Nomination, Snapshot, VerificationDesk, VerificationItem
from nominations.querysets import NominationQuerySet

QUEUE = (Status.SUBMITTED, Status.UNDER_VERIFICATION, Status.RETURNED)
COUNTED = 3000  # a queue is never that long; the bound keeps the counting cheap when it is


def queue_of(user: Any) -> NominationQuerySet:
    """Dossiers that may be in the queue, with `submission` (how often it was sent) and who checks or checked it last.

    No query; the filters of the queue use these columns.
    """
    newest = Snapshot.objects.filter(nomination=OuterRef("pk")).order_by("-number")
    desk = VerificationDesk.objects.filter(snapshot__nomination=OuterRef("pk")).order_by("-snapshot__number")
    return (
        Nomination.objects.visible_to(user)
        .filter(submitted_at__isnull=False)
        .annotate(
            newest_snapshot=Subquery(newest.values("pk")[:1]),
            submission=Subquery(newest.values("number")[:1]),
            checker=Subquery(desk.values("checker")[:1]),
            checker_name=Subquery(desk.values("checker__name")[:1]),
        )
    )


def with_progress(rows: QuerySet[Nomination]) -> QuerySet[Nomination]:
    """Columns `documents` and `accepted`: how many documents count, and how many parts are accepted. No query."""
    items = DossierItem.objects.filter(
        nomination=OuterRef("pk"), superseded_at=None, requirement__stage=DocumentStage.NOMINATION
    )
    marks = VerificationItem.objects.filter(snapshot=OuterRef("newest_snapshot"), verdict=ItemVerdict.ACCEPTED)
    return rows.annotate(documents=_count(items, "nomination"), accepted=_count(marks, "snapshot"))


def _count(rows: QuerySet[Any], group: str) -> Coalesce:
    counted = rows.order_by().values(group).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))


def queue_counts() -> dict[str, int]:
    """How many dossiers are in each state of the queue, together at most COUNTED. One query."""
    rows = Nomination.objects.filter(status__in=QUEUE).order_by()[:COUNTED]
    return rows.aggregate(**{str(status): Count("pk", filter=Q(status=status)) for status in QUEUE})
