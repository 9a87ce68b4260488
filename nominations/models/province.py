"""What a province says of the nominations of its kabupaten and kota, and the reminders that they were sent."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from nominations.models.dossiers import Nomination
from nominations.models.periods import Period
from nominations.querysets import CorrespondenceQuerySet


class ProvinceComment(models.Model):
    """Advice of the province to the district. Append-only."""

    nomination = models.ForeignKey(Nomination, on_delete=models.PROTECT, related_name="comments")
    author = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    author_label = models.CharField(max_length=200)
    body = models.TextField(max_length=2000)
    at = models.DateTimeField(db_default=Now())

    objects = CorrespondenceQuerySet.as_manager()

    class Meta:
        verbose_name = "catatan provinsi"
        verbose_name_plural = "catatan provinsi"
        indexes = [models.Index(fields=["nomination", "-id"], name="nominations_provincecomment_of")]
        constraints = [models.CheckConstraint(condition=~Q(body=""), name="nominations_provincecomment_body")]


class ProvinceObjection(models.Model):
    """While one stands, a nomination is not declared eligible. Lifted once, never removed."""

    nomination = models.ForeignKey(Nomination, on_delete=models.PROTECT, related_name="objections")
    reason = models.TextField(max_length=1000)
    author = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())
    lifted_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)

    objects = CorrespondenceQuerySet.as_manager()

    class Meta:
        verbose_name = "keberatan provinsi"
        verbose_name_plural = "keberatan provinsi"
        constraints = [
            models.UniqueConstraint(
                fields=["nomination"], condition=Q(lifted_at=None), name="nominations_provinceobjection_one_standing"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="nominations_provinceobjection_reason"),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None) | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="nominations_provinceobjection_lifted_by",
            ),
        ]


class RegionReminder(models.Model):
    """That a kabupaten or kota was reminded to nominate, with the note that went along. Append-only."""

    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="+")
    region = models.ForeignKey("reference.Region", on_delete=models.PROTECT, related_name="reminders")
    introduction = models.TextField(max_length=1000)
    recipients = models.PositiveSmallIntegerField()
    sent_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "pengingat daerah"
        verbose_name_plural = "pengingat daerah"
        indexes = [models.Index(fields=["region", "-at"], name="nominations_regionreminder_of")]
        constraints = [
            models.CheckConstraint(condition=Q(recipients__gte=1), name="nominations_regionreminder_somebody")
        ]
