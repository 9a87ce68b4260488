"""Reminders to scorers who are late."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class ScorerReminder(models.Model):
    """That a scorer was reminded of open sheets or visits, with the words that went along. Append-only.

    `late` counts those that were over and those that had three days left or less."""

    period = models.ForeignKey("nominations.Period", on_delete=models.PROTECT, related_name="+")
    scorer = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="score_reminders")
    introduction = models.TextField(max_length=1000)
    late = models.PositiveIntegerField()
    sent_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["scorer", "-at"], name="scoring_reminder_of")]
        constraints = [models.CheckConstraint(condition=Q(late__gte=1), name="scoring_scorerreminder_late")]
