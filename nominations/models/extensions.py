"""Later deadlines: for one region, or for one nomination alone."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from nominations.models.dossiers import Nomination
from nominations.models.periods import Window
from nominations.querysets import ExtensionQuerySet


class Extension(models.Model):
    """A later close of a window with its reason, for exactly one of a region and a nomination.

    One for a nomination opens that dossier alone; nothing new is started by it. Given, replaced and taken back by
    `nominations.services.extensions`; the row stays.
    """

    window = models.ForeignKey(Window, on_delete=models.CASCADE, related_name="extensions", verbose_name="jadwal")
    region = models.ForeignKey(
        "reference.Region", on_delete=models.PROTECT, null=True, verbose_name="wilayah", related_name="+"
    )
    nomination = models.ForeignKey(
        Nomination, on_delete=models.PROTECT, null=True, verbose_name="usulan", related_name="extensions"
    )
    closes_at = models.DateTimeField("ditutup")
    reason = models.CharField("alasan", max_length=250)
    given_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    given_at = models.DateTimeField(db_default=Now())
    withdrawn_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawal_reason = models.CharField(max_length=250, blank=True)

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        verbose_name = "perpanjangan"
        verbose_name_plural = "perpanjangan"
        constraints = [
            models.CheckConstraint(
                condition=Q(region__isnull=False, nomination=None) | Q(region=None, nomination__isnull=False),
                name="nominations_extension_one_target",
            ),
            models.UniqueConstraint(
                fields=["window", "region"], condition=Q(withdrawn_at=None), name="nominations_extension_once"
            ),
            models.UniqueConstraint(
                fields=["window", "nomination"],
                condition=Q(withdrawn_at=None),
                name="nominations_extension_nomination_once",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawal_reason="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawal_reason="")),
                name="nominations_extension_withdrawal_has_reason",
            ),
        ]
