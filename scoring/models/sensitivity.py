"""Which results would change under another way of counting: one report, made by a worker and kept."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from nominations.models import one_of
from scoring.enums import ReportState
from scoring.querysets import ReportQuerySet

DATA_FORMAT = 2  # of `SensitivityReport.data`: one more whenever a key comes, goes or changes its meaning


class SensitivityReport(models.Model):
    """The closed results of one category under all scenarios. `input_hash` says which results; it is the seed, too.

    `data` as `scoring.services.sensitivity_data.report_data` makes it, in the format that `data["format"]` names: a
    report of another one stays, but pages no longer read it. A ready report stays as it is; only its PDF is added.
    """

    period = models.ForeignKey("nominations.Period", on_delete=models.PROTECT, related_name="+")
    category = models.ForeignKey("nominations.Category", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, default=ReportState.WANTED)
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    requested_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)
    input_hash = models.CharField(max_length=64, blank=True)
    data = models.JSONField(null=True)
    pdf = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")

    objects = ReportQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["period", "category", "-id"], name="scoring_sensitivity_newest")]
        constraints = [
            one_of("state", ReportState, "scoring_sensitivityreport_state"),
            models.UniqueConstraint(
                fields=["period", "category"],
                condition=Q(state=ReportState.WANTED),
                name="scoring_sensitivityreport_one_wanted",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReportState.READY)
                | Q(data__isnull=False, finished_at__isnull=False) & ~Q(input_hash=""),
                name="scoring_sensitivityreport_ready_has_data",
            ),
        ]

    @property
    def is_readable(self) -> bool:
        """Whether pages and print know the format of its figures."""
        return bool(self.data) and self.data.get("format") == DATA_FORMAT
