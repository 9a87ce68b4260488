"""Samples of a nomination and their way."""

from typing import Any

from django.db.models import QuerySet

from scoring.models import Assignment, SampleReceipt
from scoring.rules import seal
from scoring.selectors.assignments import live_assignment, with_facts


def samples_of(nomination_id: int) -> list[SampleReceipt]:
    """The samples of a nomination with their steps. Three queries."""
    rows = SampleReceipt.objects.filter(nomination=nomination_id).select_related("created_by")
    return list(rows.prefetch_related("events__actor"))


def sample_rows() -> QuerySet[SampleReceipt]:
    """Samples with all that their page shows; three queries when read."""
    rows = SampleReceipt.objects.select_related("created_by", "pdf", "nomination__region", "nomination__category")
    return rows.select_related("nomination__period__award").prefetch_related("events__actor")


def open_assignments(user: Any, nomination_id: int) -> list[Assignment]:
    """The user's live assignments on a nomination with their facts; a blind one opens no sample. One query."""
    return list(with_facts(live_assignment(user, nomination_id).filter(stage__blind=False)))


def first_broken_step(receipt: SampleReceipt) -> int | None:
    """Number of the first step that does not follow from the one before; None for a sound chain. No further query."""
    previous, holder = "", None
    for expected, event in enumerate(sorted(receipt.events.all(), key=lambda event: event.number), start=1):
        event.receipt = receipt
        follows = event.number == expected and event.previous_hash == previous and holder in (None, event.given_by)
        if not follows or event.hash != seal(event.sealed_content(), previous):
            return event.number
        previous, holder = event.hash, event.taken_by
    return None


def waiting_receipts(limit: int = 100, attempts: int = 5) -> list[int]:
    """Receipts without their printed form that have not failed too often. One query on a partial index."""
    waiting = SampleReceipt.objects.filter(pdf=None, pdf_attempts__lt=attempts)
    return list(waiting.order_by("id").values_list("pk", flat=True)[:limit])
