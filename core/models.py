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
    NOT_SCANNED = "not_scanned", "Tidak dipindai"
    WAITING = "waiting", "Menunggu pemindaian"
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
    scan_attempts = models.PositiveIntegerField(default=0)
    scan_rests_until = models.DateTimeField(null=True)
    scan_finding = models.CharField(max_length=200, blank=True)
    scanned_at = models.DateTimeField(null=True)
    created_by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(size__gt=0), name="core_storedfile_not_empty"),
            models.CheckConstraint(condition=models.Q(sha256__regex="^[0-9a-f]{64}$"), name="core_storedfile_sha256"),
            models.CheckConstraint(condition=models.Q(scan_state__in=ScanState.values), name="core_storedfile_scan"),
        ]
        indexes = [
            models.Index(
                fields=["scan_state", "created_at"],
                condition=models.Q(scan_state__in=["waiting", "infected"]),
                name="core_storedfile_held",
            )
        ]

    @property
    def held(self) -> bool:
        """Not to be served: a scanner has not seen it yet, or has found something in it."""
        return self.scan_state in (ScanState.WAITING, ScanState.INFECTED)


class PreviewState(models.TextChoices):
    WANTED = "wanted", "Sedang dibuat"
    READY = "ready", "Ada"
    FAILED = "failed", "Gagal"


class Preview(models.Model):
    """Page images of a file, made once by a worker. The row says that they are wanted."""

    file = models.OneToOneField(StoredFile, on_delete=models.CASCADE, primary_key=True, related_name="preview")
    state = models.CharField(max_length=6, choices=PreviewState, default=PreviewState.WANTED)
    page_count = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=500, blank=True)
    wanted_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=PreviewState.values), name="core_preview_state"),
            models.CheckConstraint(
                condition=~models.Q(state="ready") | models.Q(page_count__gt=0), name="core_preview_ready_has_pages"
            ),
        ]
        indexes = [models.Index(fields=["wanted_at"], condition=models.Q(state="wanted"), name="core_preview_wanted")]


class PreviewPage(models.Model):
    """One page as an image of ours, kept as a private file."""

    preview = models.ForeignKey(Preview, on_delete=models.CASCADE, related_name="pages")
    number = models.PositiveSmallIntegerField()
    image = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["preview", "number"], name="core_previewpage_once")]


class Upload(models.Model):
    """A file that arrives in pieces. `purpose` is the caller's; what was received beyond `received` does not count."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner_id = models.BigIntegerField()
    purpose = models.CharField(max_length=120)
    name = models.CharField(max_length=255)
    size = models.PositiveIntegerField()
    received = models.PositiveIntegerField(default=0)
    touched_at = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner_id", "purpose"], name="core_upload_one_per_purpose"),
            models.CheckConstraint(condition=models.Q(received__lte=models.F("size")), name="core_upload_not_beyond"),
            models.CheckConstraint(condition=models.Q(size__gt=0), name="core_upload_not_empty"),
        ]


class OutboxMail(models.Model):
    """A mail, written with the change that it tells of; a worker sends it once, or it is shown as stuck."""

    dedupe_key = models.CharField(max_length=200, unique=True)
    to = models.EmailField("kepada")
    subject = models.CharField("perihal", max_length=200)
    body = models.TextField()
    attachment = models.ForeignKey(StoredFile, verbose_name="lampiran", on_delete=models.PROTECT, null=True)
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
