"""Samples of products, and who has had them in hand."""

from datetime import UTC
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from nominations.models import one_of
from scoring.enums import CustodyKind


class SampleReceipt(models.Model):
    """A sample that arrived. What is written here stays; where it is now says the newest custody event."""

    nomination = models.ForeignKey("nominations.Nomination", on_delete=models.PROTECT, related_name="samples")
    number = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=40, unique=True)
    description = models.CharField(max_length=200)
    count = models.PositiveSmallIntegerField()
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    pdf = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    pdf_attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["nomination", "number"], name="scoring_samplereceipt_once"),
            models.CheckConstraint(condition=Q(count__gte=1), name="scoring_samplereceipt_count"),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(pdf=None), name="scoring_sample_no_pdf")]

    def __str__(self) -> str:
        return self.code


class CustodyEvent(models.Model):
    """A step of a sample: who gave it, who took it. A hash chain; the database refuses one that does not follow."""

    receipt = models.ForeignKey(SampleReceipt, on_delete=models.PROTECT, related_name="events")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12)
    given_by = models.CharField(max_length=160)
    taken_by = models.CharField(max_length=160, blank=True)
    at = models.DateTimeField()
    place = models.CharField(max_length=160)
    condition = models.CharField(max_length=300)
    deviates = models.BooleanField(default=False)
    note = models.CharField(max_length=1000, blank=True)
    actor = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(db_default=Now())
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["receipt", "number"], name="scoring_custodyevent_once"),
            one_of("kind", CustodyKind, "scoring_custodyevent_kind"),
            models.CheckConstraint(
                condition=Q(kind=CustodyKind.DESTROYED, taken_by="")
                | (~Q(kind=CustodyKind.DESTROYED) & ~Q(taken_by="")),
                name="scoring_custodyevent_taker",
            ),
        ]

    def sealed_content(self) -> dict[str, Any]:
        """What `hash` covers besides the hash of the event before."""
        receipt = self.receipt
        return {
            "sample": [receipt.code, receipt.description, receipt.count],
            "number": self.number,
            "kind": str(self.kind),
            "given_by": self.given_by,
            "taken_by": self.taken_by,
            "at": self.at.astimezone(UTC).isoformat(),
            "place": self.place,
            "condition": self.condition,
            "deviates": self.deviates,
            "note": self.note,
            "actor": self.actor_id,
        }
