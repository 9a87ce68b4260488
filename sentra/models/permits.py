"""Permits of an IKM, and who compared which number with what."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from sentra.enums import CheckedNumber, CheckHow, PermitKind
from sentra.models.register import Ikm, Product
from sentra.querysets import ThroughIkmQuerySet
from sentra.rules import MARK_CLASSES


class Permit(models.Model):
    """A licence, certificate, registration or test of the firm, or of one product of it."""

    merge_rules = {"sentra_permit_number_once": "stay"}

    ikm = models.ForeignKey(Ikm, on_delete=models.PROTECT, related_name="permits")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, blank=True, related_name="permits")
    kind = models.CharField("jenis", max_length=10)
    subject = models.CharField("perihal", max_length=120, blank=True)
    number = models.CharField("nomor", max_length=80)
    in_process = models.BooleanField("masih dalam proses", default=False)
    mark_class = models.PositiveSmallIntegerField("kelas merek", null=True, blank=True)
    issuer = models.CharField("penerbit", max_length=120)
    issued_on = models.DateField("tanggal terbit")
    expires_on = models.DateField("berlaku sampai", null=True, blank=True)
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    objects = ThroughIkmQuerySet.as_manager()

    class Meta:
        verbose_name = "izin"
        verbose_name_plural = "izin"
        indexes = [models.Index(fields=["kind", "number"], name="sentra_permit_by_number")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in PermitKind]), name="sentra_permit_kind"
            ),
            models.CheckConstraint(
                condition=Q(in_process=False) | Q(kind=PermitKind.TRADEMARK.value), name="sentra_permit_in_process"
            ),
            models.CheckConstraint(
                condition=Q(mark_class=None) | Q(kind=PermitKind.TRADEMARK.value, mark_class__range=(1, MARK_CLASSES)),
                name="sentra_permit_mark_class",
            ),
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(expires_on__gte=F("issued_on")), name="sentra_permit_dates"
            ),
            models.UniqueConstraint(fields=["ikm", "kind", "number"], name="sentra_permit_number_once"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def checked_value(self) -> str:
        """What a comparison with the document was about; when it changes, the comparison is over."""
        return f"{self.number} {self.issued_on:%Y-%m-%d} {self.expires_on or '-'}{' *' if self.in_process else ''}"


class NumberCheck(models.Model):
    """Somebody compared a number with its document or register.

    It counts as long as the number is still the `value` that was compared, so no change of a record can forget to end
    it. The newest one of a number is shown.
    """

    ikm = models.ForeignKey(Ikm, on_delete=models.CASCADE, null=True, related_name="checks")
    permit = models.ForeignKey(Permit, on_delete=models.CASCADE, null=True, related_name="checks")
    number = models.CharField(max_length=4, blank=True)
    value = models.CharField(max_length=120)
    how = models.CharField(max_length=10)
    note = models.CharField("keterangan", max_length=250, blank=True)
    checked_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "pencocokan"
        verbose_name_plural = "pencocokan"
        constraints = [
            models.CheckConstraint(
                condition=Q(ikm__isnull=False, permit=None, number__in=[number.value for number in CheckedNumber])
                | Q(ikm=None, permit__isnull=False, number=""),
                name="sentra_numbercheck_one_subject",
            ),
            models.CheckConstraint(condition=Q(how__in=[how.value for how in CheckHow]), name="sentra_numbercheck_how"),
            models.CheckConstraint(
                condition=~Q(how=CheckHow.OTHER.value) | ~Q(note=""), name="sentra_numbercheck_other_has_note"
            ),
        ]

    def __str__(self) -> str:
        """Never the number: it may be a person's."""
        return self.number.upper() or str(self.permit)
