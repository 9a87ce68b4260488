"""What was submitted, frozen."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from nominations.models.dossiers import Nomination


class Snapshot(models.Model):
    """What was submitted, frozen: canonical JSON with its sha256, and a PDF made afterwards by a worker."""

    nomination = models.ForeignKey(Nomination, on_delete=models.PROTECT, related_name="snapshots")
    number = models.PositiveSmallIntegerField()
    data = models.JSONField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(db_default=Now())
    pdf = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, null=True)
    pdf_attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["nomination", "number"], name="nominations_snapshot_once"),
            models.CheckConstraint(condition=Q(sha256__regex="^[0-9a-f]{64}$"), name="nominations_snapshot_sha256"),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(pdf=None), name="nominations_snapshot_no_pdf")]
