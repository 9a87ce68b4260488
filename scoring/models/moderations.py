"""What the panel said about scorers who are far apart."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from nominations.models import one_of
from scoring.enums import ModerationDecision
from scoring.models.instruments import Stage


class Moderation(models.Model):
    """One version of the record on a discrepancy. Append-only: the newest version is the one that holds.

    A draft (`submitted` false) is the chair's and the overseers' alone. `input_hash` names the very sheets that were
    talked about: once a sheet changes, the record no longer settles anything.
    """

    nomination = models.ForeignKey("nominations.Nomination", on_delete=models.PROTECT, related_name="moderations")
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="moderations")
    version = models.PositiveSmallIntegerField()
    submitted = models.BooleanField()
    discussion = models.TextField(max_length=4000)
    participants = models.ManyToManyField("accounts.User", related_name="+")
    decision = models.CharField(max_length=8)
    spread = models.DecimalField(max_digits=6, decimal_places=2)
    input_hash = models.CharField(max_length=64)
    recorded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["nomination", "stage", "version"], name="scoring_moderation_once"),
            one_of("decision", ModerationDecision, "scoring_moderation_decision"),
            models.CheckConstraint(condition=~Q(discussion=""), name="scoring_moderation_discussion"),
        ]
