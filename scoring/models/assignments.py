"""Who judges what, and the word of each scorer on conflicts."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from nominations.models import one_of
from scoring.enums import AssignmentStatus
from scoring.models.instruments import Stage
from scoring.querysets import AssignmentQuerySet


class Assignment(models.Model):
    """Who judges which nomination in which stage. A trigger refuses a live one on a conflicted pair."""

    nomination = models.ForeignKey("nominations.Nomination", on_delete=models.PROTECT, related_name="assignments")
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="assignments")
    assessor = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="assignments")
    status = models.CharField(max_length=8, default=AssignmentStatus.ACTIVE)
    assigned_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField(db_default=Now())
    removal_reason = models.CharField(max_length=250, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["assessor", "status", "-id"], name="scoring_assignment_desk")]
        constraints = [
            models.UniqueConstraint(fields=["nomination", "stage", "assessor"], name="scoring_assignment_once"),
            one_of("status", AssignmentStatus, "scoring_assignment_status"),
            models.CheckConstraint(
                condition=~Q(status__in=[AssignmentStatus.REMOVED, AssignmentStatus.DECLINED]) | ~Q(removal_reason=""),
                name="scoring_assignment_removal_reason",
            ),
        ]


class AssignmentRemoval(models.Model):
    """That an assignment was ended by somebody else than its scorer, and why; the row stays when she or he comes back.

    `removed_by` None: the portal, when a role was over. `sheet_version`: of the draft that counts no more, 0 without.
    Append-only.
    """

    nomination = models.ForeignKey("nominations.Nomination", on_delete=models.PROTECT, related_name="removals")
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="removals")
    assessor = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=250)
    sheet_version = models.PositiveIntegerField()
    removed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    removed_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="scoring_assignmentremoval_reason")]


class ConflictDeclaration(models.Model):
    """A scorer's word on a nomination, given before the file opens. Append-only.

    A conflict that shows only later is a second row: it outweighs the earlier word.
    """

    nomination = models.ForeignKey("nominations.Nomination", on_delete=models.PROTECT, related_name="declarations")
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    has_conflict = models.BooleanField()
    reason = models.CharField(max_length=500, blank=True)
    declared_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["nomination", "user", "has_conflict"], name="scoring_conflictdeclaration_once"
            ),
            models.CheckConstraint(
                condition=Q(has_conflict=False) | ~Q(reason=""), name="scoring_conflictdeclaration_reason"
            ),
        ]
