"""Files that a worker makes of what the rooms below hold, and what the public pages say beside the certificates."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from reports.enums import ApiScope, ReportKind, ReportState
from reports.querysets import PublicationQuerySet, ReportQuerySet

STORY_MAX = 1500


class Report(models.Model):
    """One file that somebody asked for. The row is the job: a worker claims it by `claimed_at`.

    `scope` is a digest of what the person could see when it was written; who sees less now does not get it any more.
    `total` is 0 as long as nobody knows how much `done` is of. `refusal` is why the person got no file, when it was
    not our fault. `compared` is the round that was chosen to stand beside it. `rows` is how many rows went out. Only
    `file` is dropped after a day; the row stays as the history of what left.
    """

    kind = models.CharField("laporan", max_length=20, choices=ReportKind)
    period = models.ForeignKey("nominations.Period", on_delete=models.PROTECT, related_name="reports")
    category = models.ForeignKey("nominations.Category", on_delete=models.PROTECT, null=True, related_name="+")
    compared = models.ForeignKey("nominations.Period", on_delete=models.PROTECT, null=True, related_name="+")
    scope = models.CharField(max_length=64, blank=True)
    state = models.CharField("keadaan", max_length=8, choices=ReportState, default=ReportState.WRITING)
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    refusal = models.TextField(blank=True)
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
            models.CheckConstraint(
                condition=Q(kind=ReportKind.DOSSIERS, category__isnull=False)
                | ~Q(kind=ReportKind.DOSSIERS) & Q(category=None),
                name="reports_report_category",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


class Publication(models.Model):
    """What a holder agreed to show on the public page: a word, a photo, or both. Withdrawn, never deleted.

    The agreement is the holder's; the officer of its region writes it down, with the person who gave it.
    """

    nomination = models.ForeignKey("nominations.Nomination", on_delete=models.PROTECT, related_name="publications")
    # A copy: what was agreed to stays what is shown, whatever becomes of the product's photos.
    photo = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    caption = models.CharField("keterangan foto", max_length=160, blank=True)
    story = models.TextField("cerita singkat", max_length=STORY_MAX, blank=True)
    consent_text = models.TextField()
    consented_by = models.CharField("nama pemberi persetujuan", max_length=120)
    consented_on = models.DateField("tanggal persetujuan")
    recorded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(db_default=Now())
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = "persetujuan publikasi"
        verbose_name_plural = "persetujuan publikasi"
        constraints = [
            models.UniqueConstraint(
                fields=["nomination"], condition=Q(withdrawn_at=None), name="reports_publication_one_in_force"
            ),
            models.CheckConstraint(
                condition=Q(photo__isnull=False) | ~Q(story=""), name="reports_publication_shows_something"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="reports_publication_withdrawn_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nomination}, {self.consented_by}"


class ArchiveRound(models.Model):
    """A round before this portal, as public sources tell it: with the scale and the categories of its time.

    `figures` is a list of `{"label", "number", "retired"}`: how many received what, and whether that category or
    scale is given no longer.
    """

    award = models.ForeignKey(
        "nominations.Award", on_delete=models.PROTECT, related_name="+", verbose_name="penghargaan"
    )
    year = models.PositiveSmallIntegerField("tahun")
    scale = models.PositiveSmallIntegerField("bintang tertinggi", null=True, blank=True)
    recipients = models.PositiveIntegerField("banyaknya penerima", null=True, blank=True)
    figures = models.JSONField("rincian", default=list, blank=True)
    note = models.CharField("catatan", max_length=300, blank=True)
    source = models.CharField("sumber", max_length=300)

    class Meta:
        verbose_name = "periode terdahulu"
        verbose_name_plural = "periode terdahulu"
        ordering = ["award", "-year"]
        constraints = [models.UniqueConstraint(fields=["award", "year"], name="reports_archiveround_once")]

    def __str__(self) -> str:
        return f"{self.award} {self.year}"


class ArchiveHolder(models.Model):
    """Who received an award in a round before this portal."""

    round = models.ForeignKey(ArchiveRound, on_delete=models.CASCADE, related_name="holders")
    name = models.CharField("penerima", max_length=160)
    detail = models.CharField("keterangan", max_length=160, blank=True)
    place = models.CharField("daerah", max_length=160, blank=True)
    category = models.CharField("kategori", max_length=120, blank=True)
    stars = models.PositiveSmallIntegerField("bintang", null=True, blank=True)

    class Meta:
        verbose_name = "penerima terdahulu"
        verbose_name_plural = "penerima terdahulu"
        ordering = ["round", "-stars", "name"]
        constraints = [models.UniqueConstraint(fields=["round", "name", "detail"], name="reports_archiveholder_once")]

    def __str__(self) -> str:
        return self.name


class ApiKey(models.Model):
    """What another system of the ministry signs in with. The key itself is shown once and never stored."""

    name = models.CharField("sistem", max_length=120)
    prefix = models.CharField(max_length=8, unique=True)
    digest = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=20), verbose_name="hak baca")
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    expires_on = models.DateField("berlaku sampai dengan")
    revoked_at = models.DateTimeField(null=True)
    last_used_on = models.DateField("terakhir dipakai", null=True)

    class Meta:
        verbose_name = "kunci API"
        verbose_name_plural = "kunci API"
        constraints = [
            models.CheckConstraint(
                condition=Q(scopes__len__gte=1, scopes__contained_by=ApiScope.values), name="reports_apikey_scopes"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix})"

    @property
    def scope_labels(self) -> list[str]:
        return [str(ApiScope(scope).label) for scope in self.scopes]
