"""Assignments that are proposed, applied and undone together."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from nominations.models import one_of
from scoring.enums import RunKind, RunState
from scoring.models.instruments import Stage
from scoring.querysets import RunQuerySet


class AssignmentRun(models.Model):
    """One proposal for a period: by the solver, from a table, or an exchange of two people. The row is the job.

    `report` is for the page. Its `basis` are the facts that the proposal rests on, a short seal by nomination: other
    facts at the moment of applying refuse it, and `changed` then names them. `problem` says why a worker could not
    finish, in words. Without `created_by` the portal itself proposes replacements for people who stepped back.
    """

    kind = models.CharField(max_length=10)
    period = models.ForeignKey("nominations.Period", on_delete=models.PROTECT, related_name="assignment_runs")
    stage_code = models.SlugField(blank=True)
    per_nomination = models.PositiveSmallIntegerField(null=True)
    mix = models.BooleanField(default=True)
    seed = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10)
    report = models.JSONField(default=dict)
    problem = models.CharField(max_length=500, blank=True)
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    applied_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("kind", RunKind, "scoring_assignmentrun_kind"),
            one_of("state", RunState, "scoring_assignmentrun_state"),
            models.CheckConstraint(
                condition=~Q(state__in=[RunState.APPLIED, RunState.UNDOING, RunState.UNDONE])
                | Q(applied_by__isnull=False, applied_at__isnull=False),
                name="scoring_assignmentrun_applied_by",
            ),
            models.CheckConstraint(
                condition=~Q(state=RunState.UNDONE) | Q(undone_by__isnull=False, undone_at__isnull=False),
                name="scoring_assignmentrun_undone_by",
            ),
            models.CheckConstraint(
                condition=~Q(state=RunState.APPLYING, applied_by=None) & ~Q(state=RunState.UNDOING, undone_by=None),
                name="scoring_assignmentrun_decided_by",
            ),
            models.CheckConstraint(
                condition=~Q(state=RunState.READING, file=None), name="scoring_assignmentrun_reading_has_file"
            ),
        ]

    @property
    def automatic(self) -> bool:
        return self.created_by_id is None

    @property
    def outdated(self) -> bool:
        """A worker was to apply it and found other facts than those of the proposal."""
        return bool(self.report.get("changed"))


class AssignmentMove(models.Model):
    """One change of a run: a person gets a nomination, or gives it up. `was_…` is what undoing brings back."""

    run = models.ForeignKey(AssignmentRun, on_delete=models.PROTECT, related_name="moves")
    nomination = models.ForeignKey("nominations.Nomination", on_delete=models.PROTECT, related_name="+")
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="+")
    assessor = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    gives = models.BooleanField()
    was_status = models.CharField(max_length=8, blank=True)
    was_reason = models.CharField(max_length=250, blank=True)
    kept = models.BooleanField(default=False)  # undoing left it, because the work had begun

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "nomination", "stage", "assessor"], name="scoring_assignmentmove_once"
            )
        ]
