"""A round of practice before a stage: the same few dossiers scored by everybody. Nothing of it ever counts."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from nominations.models import one_of
from scoring.enums import CalibrationStatus, RoundStatus
from scoring.models.instruments import Stage


class CalibrationRound(models.Model):
    """One round per stage. `required`: nobody begins with the stage before it was opened and, while it is open, before
    the own sheets are in."""

    stage = models.OneToOneField(Stage, on_delete=models.PROTECT, related_name="calibration")
    status = models.CharField(max_length=8, default=RoundStatus.DRAFT)
    required = models.BooleanField(default=False)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    opened_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            one_of("status", RoundStatus, "scoring_calibrationround_status"),
            models.CheckConstraint(
                condition=Q(status=RoundStatus.DRAFT, opened_at=None, ended_at=None)
                | Q(status=RoundStatus.OPEN, opened_at__isnull=False, ended_at=None)
                | Q(status=RoundStatus.ENDED, opened_at__isnull=False, ended_at__isnull=False),
                name="scoring_calibrationround_steps",
            ),
        ]


class CalibrationAnchor(models.Model):
    """A frozen submission that everybody scores."""

    round = models.ForeignKey(CalibrationRound, on_delete=models.CASCADE, related_name="anchors")
    snapshot = models.ForeignKey("nominations.Snapshot", on_delete=models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["round", "snapshot"], name="scoring_calibrationanchor_once"),
            models.UniqueConstraint(fields=["round", "order"], name="scoring_calibrationanchor_order"),
        ]


class CalibrationSheet(models.Model):
    """One person's practice sheet. `answers`: value as text, then the note, by indicator code.

    The reference sheet is the chair's: what the others are compared with, where there is one.
    """

    anchor = models.ForeignKey(CalibrationAnchor, on_delete=models.CASCADE, related_name="sheets")
    assessor = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    is_reference = models.BooleanField(default=False)
    status = models.CharField(max_length=10, default=CalibrationStatus.DRAFT)
    version = models.PositiveIntegerField(default=0)
    answers = models.JSONField(default=dict)
    total = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    saved_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    conflict_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [models.Index(fields=["assessor", "status"], name="scoring_calibration_desk")]
        constraints = [
            models.UniqueConstraint(
                fields=["anchor", "assessor", "is_reference"], name="scoring_calibrationsheet_once"
            ),
            models.UniqueConstraint(
                fields=["anchor"], condition=Q(is_reference=True), name="scoring_calibrationsheet_one_reference"
            ),
            one_of("status", CalibrationStatus, "scoring_calibrationsheet_status"),
            models.CheckConstraint(
                condition=~Q(status=CalibrationStatus.SUBMITTED) | Q(submitted_at__isnull=False, total__isnull=False),
                name="scoring_calibrationsheet_submitted_has_total",
            ),
            models.CheckConstraint(
                condition=~Q(status=CalibrationStatus.RECUSED) | ~Q(conflict_reason=""),
                name="scoring_calibrationsheet_recusal_has_reason",
            ),
        ]
