"""Certificates and how they are handed over.

The row says "wanted" before any task runs, and is the truth about number, file and validity.
"""

import secrets

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Concat, Now, Upper

from certificates.enums import CertificateState
from certificates.querysets import CertificateQuerySet
from nominations.models import one_of

STATE_LABELS = {
    CertificateState.WANTED: "Menunggu dibuat",
    CertificateState.HELD: "Ditahan",
    CertificateState.RENDERING: "Sedang dibuat",
    CertificateState.ISSUED: "Terbit",
    CertificateState.FAILED: "Gagal dibuat",
    CertificateState.REVOKED: "Dicabut",
    CertificateState.REPLACED: "Diganti",
}


def new_token() -> str:
    """192 random bits: nobody finds a certificate by counting."""
    return secrets.token_urlsafe(24)


def face_column(expression: Combinable, field: models.Field) -> models.GeneratedField:
    return models.GeneratedField(expression=expression, output_field=field, db_persist=True)


class Handover(models.Model):
    """Who gives the certificates of a decree, where and when: known late, and not always who signed the decree.

    Without one the certificates say what the decree says. It holds for certificates that are made from then on.
    """

    decree = models.OneToOneField("scoring.Decree", on_delete=models.PROTECT, related_name="handover")
    giver_title = models.CharField("jabatan pemberi", max_length=120)
    giver_name = models.CharField("nama pemberi", max_length=120)
    place = models.CharField("tempat", max_length=120)
    dated_on = models.DateField("tanggal pada piagam", null=True, blank=True)

    class Meta:
        verbose_name = "penyerahan piagam"
        verbose_name_plural = "penyerahan piagam"

    def __str__(self) -> str:
        return f"{self.giver_name}, {self.place}"


class DecreeCorrection(models.Model):
    """Other words for a released decree: one admin proposes them, another confirms, then the decree says so.

    `before` is what it said, by the names of the columns. Certificates keep the words they were issued with.
    """

    decree = models.ForeignKey("scoring.Decree", on_delete=models.PROTECT, related_name="corrections")
    number = models.CharField("nomor keputusan", max_length=80)
    title = models.CharField("tentang", max_length=250)
    decided_on = models.DateField("tanggal keputusan")
    before = models.JSONField()
    reason = models.CharField("alasan", max_length=500)
    proposed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(db_default=Now())
    closed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    is_confirmed = models.BooleanField(default=False)

    class Meta:
        verbose_name = "koreksi keputusan"
        verbose_name_plural = "koreksi keputusan"
        constraints = [
            models.UniqueConstraint(
                fields=["decree"], condition=Q(closed_at=None), name="certificates_decreecorrection_one_open"
            ),
            models.CheckConstraint(
                condition=Q(closed_by=None, closed_at=None, is_confirmed=False)
                | Q(closed_by__isnull=False, closed_at__isnull=False)
                & (Q(is_confirmed=False) | ~Q(closed_by=F("proposed_by"))),
                name="certificates_decreecorrection_two_persons",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="certificates_decreecorrection_why"),
        ]

    def __str__(self) -> str:
        return self.number


class Certificate(models.Model):
    """One certificate of one decision. The number is taken when it is issued and never given twice or skipped."""

    decision = models.ForeignKey("scoring.Decision", on_delete=models.PROTECT, related_name="certificates")
    period = models.ForeignKey(
        "nominations.Period", on_delete=models.PROTECT, related_name="certificates", verbose_name="periode"
    )
    state = models.CharField("keadaan", max_length=10, default=CertificateState.WANTED, choices=STATE_LABELS.items())
    number = models.PositiveIntegerField(null=True)
    serial = models.CharField("nomor", max_length=40, null=True, unique=True)
    token = models.CharField(max_length=40, unique=True, default=new_token)
    face = models.JSONField(default=dict)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    replacement_reason = models.CharField("alasan penggantian", max_length=500, blank=True)
    corrections = models.JSONField(default=dict)
    signed_by = models.CharField("ditandatangani oleh", max_length=200, blank=True)
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, null=True)
    sha256 = models.CharField("SHA-256 berkas", max_length=64, blank=True)
    wanted_at = models.DateTimeField(db_default=Now())
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField("jumlah percobaan", default=0)
    last_error = models.TextField("kesalahan terakhir", blank=True)
    issued_at = models.DateTimeField("diterbitkan", null=True)
    valid_until = models.DateField("berlaku sampai dengan", null=True)
    revoked_at = models.DateTimeField("dicabut", null=True)
    revoked_reason = models.CharField("alasan pencabutan", max_length=500, blank=True)

    # Parts of the face that the public register is filtered and searched by; the database takes them out of it.
    region_code = face_column(KT("face__region_code"), models.CharField(max_length=13))
    category_code = face_column(KT("face__category_code"), models.CharField(max_length=50))
    stars = face_column(Cast(KT("face__stars"), models.SmallIntegerField()), models.SmallIntegerField())
    holder_search = face_column(
        Upper(Concat(KT("face__holder_name"), Value(" ", models.TextField()), KT("face__holder_detail"))),
        models.TextField(),
    )

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = "sertifikat"
        verbose_name_plural = "sertifikat"
        indexes = [
            models.Index(fields=["id"], condition=Q(state__in=["wanted", "rendering"]), name="certificates_waiting"),
            models.Index(fields=["region_code", "-id"], name="certificates_by_region"),
            models.Index(fields=["category_code", "-id"], name="certificates_by_category"),
            models.Index(fields=["stars", "-id"], name="certificates_by_stars"),
            models.Index(fields=["valid_until", "-id"], name="certificates_by_end"),
            GinIndex(OpClass("holder_search", name="gin_trgm_ops"), name="certificates_holder_search"),
        ]
        constraints = [
            one_of("state", CertificateState, "certificates_certificate_state"),
            models.UniqueConstraint(fields=["period", "number"], name="certificates_certificate_number_once"),
            models.UniqueConstraint(
                fields=["sha256"], condition=~Q(sha256=""), name="certificates_certificate_file_once"
            ),
            models.CheckConstraint(
                condition=Q(replaces=None) | ~Q(replacement_reason=""), name="certificates_certificate_replaced_why"
            ),
            models.UniqueConstraint(
                fields=["decision"],
                condition=~Q(state__in=[CertificateState.REVOKED, CertificateState.REPLACED]),
                name="certificates_certificate_one_in_force",
            ),
            models.CheckConstraint(
                condition=~Q(state=CertificateState.ISSUED)
                | Q(number__isnull=False, file__isnull=False, issued_at__isnull=False, serial__isnull=False)
                & ~Q(sha256=""),
                name="certificates_certificate_issued_complete",
            ),
            models.CheckConstraint(
                condition=~Q(state=CertificateState.REVOKED) | Q(revoked_at__isnull=False) & ~Q(revoked_reason=""),
                name="certificates_certificate_revoked_complete",
            ),
        ]

    def __str__(self) -> str:
        return self.serial or str(self.pk)
