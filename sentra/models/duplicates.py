"""Records that may be one and the same, and what became of them."""

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from sentra.enums import RecordKind
from sentra.querysets import RegisterQuerySet


class DuplicatePair(models.Model):
    """Two records of one region that look alike, and why. A pair that was told apart by a person is remembered."""

    kind = models.CharField(max_length=10)
    region = models.ForeignKey("reference.Region", on_delete=models.PROTECT, related_name="+")
    first = models.BigIntegerField()
    second = models.BigIntegerField()
    score = models.DecimalField(max_digits=3, decimal_places=2)
    reasons = ArrayField(models.CharField(max_length=10))
    found_at = models.DateTimeField(db_default=Now())
    dismissed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    dismissed_at = models.DateTimeField(null=True)

    objects = RegisterQuerySet.as_manager()

    class Meta:
        verbose_name = "kemungkinan data ganda"
        verbose_name_plural = "kemungkinan data ganda"
        indexes = [
            models.Index(fields=["region", "-id"], condition=Q(dismissed_at=None), name="sentra_pair_open"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in RecordKind]), name="sentra_pair_kind"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="sentra_pair_order"),
            models.UniqueConstraint(fields=["kind", "first", "second"], name="sentra_pair_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.first} – {self.second}"


class DuplicateSearch(models.Model):
    """Up to which change the records of a kind were compared with the others of their region."""

    kind = models.CharField(max_length=10, primary_key=True)
    upto = models.DateTimeField(null=True)
    upto_id = models.BigIntegerField(default=0)


class Merge(models.Model):
    """One record merged into another: what moved and what stood there before, enough to undo it.

    `moved` is a list of {model, field, rows, before}, rows being primary key → version (None where a row has none),
    before being primary key → values that a row gave up for its place below the winner.
    `fields` is field → [value before, value after] of the record that stayed.
    """

    kind = models.CharField(max_length=10)
    region = models.ForeignKey("reference.Region", on_delete=models.PROTECT, related_name="+")
    winner = models.BigIntegerField()
    loser = models.BigIntegerField()
    winner_name = models.CharField(max_length=160)
    loser_name = models.CharField(max_length=160)
    moved = models.JSONField(default=list)
    fields = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    merged_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    merged_at = models.DateTimeField(db_default=Now())
    undone_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    objects = RegisterQuerySet.as_manager()

    class Meta:
        verbose_name = "penggabungan data"
        verbose_name_plural = "penggabungan data"
        indexes = [models.Index(fields=["region", "-id"], name="sentra_merge_by_region")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in RecordKind]), name="sentra_merge_kind"),
            models.CheckConstraint(condition=~Q(winner=F("loser")), name="sentra_merge_two_records"),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="sentra_merge_undone_by",
            ),
            models.UniqueConstraint(
                fields=["kind", "loser"], condition=Q(undone_at=None), name="sentra_merge_one_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.loser_name} → {self.winner_name}"
