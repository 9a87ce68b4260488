"""Files that a worker makes of what the rooms below hold."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from reports.enums import ReportKind, ReportState
from reports.querysets import ReportQuerySet


class Report(models.Model):
    """One file that somebody asked for. The row is the job: a worker claims it by `claimed_at`.

    `scope` is a digest of what the person could see when it was written; who sees less now does not get it any more.
    `rows` is how many rows went out. Only `file` is dropped after a day; the row stays as the history of what left.
    """

    kind = models.CharField("laporan", max_length=20, choices=ReportKind)
    period = models.ForeignKey("nominations.Period", on_delete=models.PROTECT, related_name="reports")
    scope = models.CharField(max_length=64, blank=True)
    state = models.CharField("keadaan", max_length=8, choices=ReportState, default=ReportState.WRITING)
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(null=True)
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = "laporan"
        verbose_name_plural = "laporan"
        indexes = [models.Index(fields=["created_by", "-id"], name="reports_report_of")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ReportKind.values), name="reports_report_kind"),
            models.CheckConstraint(condition=Q(state__in=ReportState.values), name="reports_report_state"),
            models.CheckConstraint(
                condition=~Q(state=ReportState.READY) | Q(rows__isnull=False), name="reports_report_ready_has_rows"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"
