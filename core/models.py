"""Rows that know no business word: audit entries, one-time keys, counters, private files, outgoing mail."""

import uuid

from django.db import models
from django.db.models.functions import Now


class AuditEntry(models.Model):
    """Who did what, for investigation; no rule reads it. The database refuses UPDATE, DELETE and TRUNCATE."""

    at = models.DateTimeField(db_default=Now(), db_index=True)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200)
    action = models.CharField(max_length=80)
    object_type = models.CharField(max_length=80, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["object_type", "object_id"], name="core_audit_object")]


class OneTimeKey(models.Model):
    """A form that was sent once. The unique row makes a second post wait for, and then repeat, the first answer."""

    user_id = models.BigIntegerField()
    key = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    answer = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user_id", "key"], name="core_onetimekey_once")]


class Counter(models.Model):
    name = models.CharField(max_length=120, primary_key=True)
    value = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(value__gte=1), name="core_counter_positive")]


class ScanState(models.TextChoices):
    NOT_SCANNED = "not_scanned", "Belum dipindai"
    CLEAN = "clean", "Bersih"
    INFECTED = "infected", "Berbahaya"


class StoredFile(models.Model):
    """A private file. The row is written after the bytes are safely on disk; `path` is ours, never the person's."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    path = models.CharField(max_length=120, unique=True)
    original_name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    scan_state = models.CharField(max_length=12, choices=ScanState, default=ScanState.NOT_SCANNED)
    created_by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(size__gt=0), name="core_storedfile_not_empty"),
            models.CheckConstraint(condition=models.Q(sha256__regex="^[0-9a-f]{64}$"), name="core_storedfile_sha256"),
            models.CheckConstraint(condition=models.Q(scan_state__in=ScanState.values), name="core_storedfile_scan"),
        ]


class OutboxMail(models.Model):
    """A mail, written with the change that it tells of; a worker sends it once, or it is shown as stuck."""

    dedupe_key = models.CharField(max_length=200, unique=True)
    to = models.EmailField("kepada")
    subject = models.CharField("perihal", max_length=200)
    body = models.TextField()
    created_at = models.DateTimeField("dibuat", db_default=Now())
    claimed_at = models.DateTimeField("diambil", null=True)
    rests_until = models.DateTimeField("menunggu sampai", null=True)
    sent_at = models.DateTimeField("terkirim", null=True)
    attempts = models.PositiveSmallIntegerField("percobaan", default=0)
    last_error = models.TextField("kesalahan terakhir", blank=True)

    class Meta:
        verbose_name = "surel keluar"
        verbose_name_plural = "surel keluar"
        indexes = [
            models.Index(fields=["created_at"], condition=models.Q(sent_at=None), name="core_outboxmail_waiting")
        ]
