"""Tables that come in and go out as spreadsheets: the job, what was found, and what was written."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from sentra.enums import OPEN, ExportFormat, ExportKind, ExportState, FindingKind, ImportState, TableKind
from sentra.querysets import ExportQuerySet, ImportQuerySet


class RegisterImport(models.Model):
    """One uploaded table of one region. The row is the job: a worker claims it by `claimed_at`.

    `digest` is the sha256 of everything the officer saw; what would now be written must have the same. `problem` is
    what hinders the file as a whole, in words for the officer.
    """

    region = models.ForeignKey("reference.Region", on_delete=models.PROTECT, related_name="imports")
    kind = models.CharField("tabel", max_length=10, choices=TableKind)
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField("keadaan", max_length=10, choices=ImportState, default=ImportState.READING)
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    errors = models.PositiveIntegerField(default=0)
    warnings = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True)
    digest = models.CharField(max_length=64, blank=True)
    report = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    applied_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = "impor"
        verbose_name_plural = "impor"
        indexes = [models.Index(fields=["region", "-id"], name="sentra_import_by_region")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=TableKind.values), name="sentra_registerimport_kind"),
            models.CheckConstraint(condition=Q(state__in=ImportState.values), name="sentra_registerimport_state"),
            models.UniqueConstraint(
                fields=["region"], condition=Q(state__in=OPEN), name="sentra_registerimport_one_open"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ImportState.APPLIED, ImportState.UNDONE])
                | Q(applied_at__isnull=False, applied_by__isnull=False),
                name="sentra_registerimport_applied_by",
            ),
        ]

    def __str__(self) -> str:
        return f"Impor {self.get_kind_display()} {self.pk}"


class ImportFinding(models.Model):
    """What the check says of one cell; `text` stands alone, the place is beside it."""

    job = models.ForeignKey(RegisterImport, on_delete=models.CASCADE, related_name="findings")
    kind = models.CharField(max_length=8, choices=FindingKind)
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=80)
    cell = models.CharField(max_length=12)
    text = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["job", "kind", "-id"], name="sentra_finding_by_kind")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=FindingKind.values), name="sentra_importfinding_kind")
        ]

    def __str__(self) -> str:
        return f"{self.cell}: {self.text}"


class ImportEffect(models.Model):
    """A record that an import created (`before` is null) or changed, and the version it got: history, and undo."""

    job = models.ForeignKey(RegisterImport, on_delete=models.CASCADE, related_name="effects")
    record_id = models.BigIntegerField()
    version = models.PositiveIntegerField()
    before = models.JSONField(null=True, encoder=DjangoJSONEncoder)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "record_id"], name="sentra_importeffect_once")]

    def __str__(self) -> str:
        return f"{self.job_id}: {self.record_id}"


class RegisterExport(models.Model):
    """A table that is too long for one answer. `params` are those of the list; `scope` the rights it was made with."""

    kind = models.CharField(max_length=10, choices=ExportKind)
    format = models.CharField(max_length=4, choices=ExportFormat)
    params = models.JSONField(default=dict)
    scope = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=ExportState, default=ExportState.WRITING)
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = "unduhan"
        verbose_name_plural = "unduhan"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ExportKind.values), name="sentra_registerexport_kind"),
            models.CheckConstraint(condition=Q(format__in=ExportFormat.values), name="sentra_registerexport_format"),
            models.CheckConstraint(condition=Q(state__in=ExportState.values), name="sentra_registerexport_state"),
            models.CheckConstraint(
                condition=~Q(state=ExportState.READY) | Q(file__isnull=False), name="sentra_registerexport_has_file"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"
