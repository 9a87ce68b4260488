"""Periods with their windows, requirements and categories; nominations with dossier, history and frozen snapshots."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now, Upper

from nominations.enums import (
    NOT_LIVE,
    AnswerKind,
    CandidateKind,
    DocumentStage,
    EntryKind,
    IdentityKind,
    ItemVerdict,
    RequirementLevel,
    Status,
    WindowKind,
)
from nominations.querysets import NominationQuerySet


def one_of(field: str, values: type, name: str) -> models.CheckConstraint:
    """The closed set of an enum, kept by the database."""
    return models.CheckConstraint(condition=Q(**{f"{field}__in": [v.value for v in values]}), name=name)


class Award(models.Model):
    code = models.SlugField(primary_key=True)
    name = models.CharField(max_length=120)
    entry_kind = models.CharField(max_length=12)
    certificate_title = models.CharField(max_length=160)

    class Meta:
        verbose_name = "penghargaan"
        verbose_name_plural = "penghargaan"
        constraints = [one_of("entry_kind", EntryKind, "nominations_award_entry_kind")]

    def __str__(self) -> str:
        return self.name


class Category(models.Model):
    """A class in which an award is given: a commodity or a kind of service. Retired, never deleted."""

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="categories", verbose_name="penghargaan")
    code = models.SlugField("kode")
    label = models.CharField("nama", max_length=120)
    commodity = models.ForeignKey(
        "reference.Commodity", on_delete=models.PROTECT, null=True, blank=True, verbose_name="komoditas"
    )
    candidate_kinds = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    order = models.PositiveSmallIntegerField("urutan")
    active = models.BooleanField("dapat diusulkan", default=True)

    class Meta:
        verbose_name = "kategori"
        verbose_name_plural = "kategori"
        ordering = ["award", "order"]
        constraints = [models.UniqueConstraint(fields=["award", "code"], name="nominations_category_once")]

    def __str__(self) -> str:
        return self.label


class Period(models.Model):
    """One round of one award. Everything that may change between rounds hangs here."""

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="periods", verbose_name="penghargaan")
    year = models.PositiveSmallIntegerField("tahun")
    name = models.CharField("nama", max_length=120)
    min_sentra_hint = models.PositiveSmallIntegerField("anjuran usulan per daerah", default=2)
    min_units = models.PositiveSmallIntegerField("unit usaha minimal per sentra", default=5)
    min_beneficiaries = models.PositiveSmallIntegerField("IKM binaan minimal", default=5)
    beneficiary_years = models.PositiveSmallIntegerField("tahun pembinaan berturut-turut", default=5)
    certificate_years = models.PositiveSmallIntegerField("masa berlaku sertifikat (tahun)", default=2)
    results_released_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "periode"
        verbose_name_plural = "periode"
        constraints = [models.UniqueConstraint(fields=["award", "year"], name="nominations_period_once")]

    def __str__(self) -> str:
        return self.name


class Window(models.Model):
    """From when to when something may be done, stored in UTC and ruled in WIB."""

    period = models.ForeignKey(Period, on_delete=models.CASCADE, related_name="windows")
    kind = models.CharField(
        "jenis",
        max_length=12,
        choices=[
            (WindowKind.NOMINATION, "Pengusulan"),
            (WindowKind.CORRECTION, "Perbaikan"),
            (WindowKind.ASSESSMENT, "Penilaian"),
            (WindowKind.OBJECTION, "Sanggah"),
        ],
    )
    opens_at = models.DateTimeField("dibuka")
    closes_at = models.DateTimeField("ditutup")
    grace_minutes = models.PositiveSmallIntegerField("tenggang (menit)", default=0)

    class Meta:
        verbose_name = "jadwal"
        verbose_name_plural = "jadwal"
        constraints = [
            models.UniqueConstraint(fields=["period", "kind"], name="nominations_window_once"),
            models.CheckConstraint(condition=Q(closes_at__gt=models.F("opens_at")), name="nominations_window_order"),
            one_of("kind", WindowKind, "nominations_window_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.period} – {self.get_kind_display()}"


class Extension(models.Model):
    """A later close for one region, with the reason."""

    window = models.ForeignKey(Window, on_delete=models.CASCADE, related_name="extensions", verbose_name="jadwal")
    region = models.ForeignKey("reference.Region", on_delete=models.PROTECT, verbose_name="wilayah", related_name="+")
    closes_at = models.DateTimeField("ditutup")
    reason = models.CharField("alasan", max_length=250)

    class Meta:
        verbose_name = "perpanjangan"
        verbose_name_plural = "perpanjangan"
        constraints = [models.UniqueConstraint(fields=["window", "region"], name="nominations_extension_once")]


class Requirement(models.Model):
    """A document that a period asks for, in all categories or in some."""

    period = models.ForeignKey(Period, on_delete=models.CASCADE, related_name="requirements", verbose_name="periode")
    code = models.CharField("kode", max_length=8)
    label = models.CharField("dokumen", max_length=160)
    level = models.CharField("sifat", max_length=10, choices=[("required", "Wajib"), ("optional", "Opsional")])
    answer_kind = models.CharField(max_length=6, default=AnswerKind.FILE)
    stage = models.CharField(max_length=12, default=DocumentStage.NOMINATION)
    personal = models.BooleanField("data pribadi", default=False)
    categories = models.ManyToManyField(Category, blank=True, verbose_name="hanya untuk kategori")
    order = models.PositiveSmallIntegerField("urutan")

    class Meta:
        verbose_name = "dokumen persyaratan"
        verbose_name_plural = "dokumen persyaratan"
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["period", "code"], name="nominations_requirement_once"),
            one_of("level", RequirementLevel, "nominations_requirement_level"),
            one_of("answer_kind", AnswerKind, "nominations_requirement_answer_kind"),
            one_of("stage", DocumentStage, "nominations_requirement_stage"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


class Nomination(models.Model):
    """One dossier of one region in one period. `status` is written by `services.transitions` alone."""

    reference = models.CharField(max_length=30, unique=True, null=True)
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="nominations")
    category = models.ForeignKey(Category, on_delete=models.PROTECT)
    region = models.ForeignKey("reference.Region", on_delete=models.PROTECT, related_name="nominations")
    subject_key = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    status = models.CharField(max_length=20, default=Status.DRAFT)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())
    submitted_at = models.DateTimeField(null=True)

    objects = NominationQuerySet.as_manager()

    class Meta:
        verbose_name = "usulan"
        verbose_name_plural = "usulan"
        indexes = [
            models.Index(fields=["region", "-id"], name="nominations_by_region"),
            models.Index(fields=["period", "status", "-id"], name="nominations_by_status"),
            models.Index(fields=["status", "-id"], name="nominations_queue"),
            GinIndex(OpClass(Upper("title"), name="gin_trgm_ops"), name="nominations_title_search"),
        ]
        constraints = [
            one_of("status", Status, "nominations_nomination_status"),
            models.UniqueConstraint(
                fields=["period", "subject_key"],
                condition=~Q(status__in=[s.value for s in NOT_LIVE]),
                name="nominations_nomination_one_live",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[Status.DRAFT, Status.WITHDRAWN]) | Q(reference__isnull=False),
                name="nominations_nomination_has_reference",
            ),
        ]

    def __str__(self) -> str:
        return self.reference or self.title

    @property
    def entry(self) -> "ProductEntry | CandidateEntry":
        """The one entry of this nomination; one query unless it was joined."""
        kind = EntryKind(self.period.award.entry_kind)
        return self.product_entry if kind is EntryKind.PRODUCT else self.candidate_entry


class ProductEntry(models.Model):
    """A product of an IKM in a sentra (OVOP)."""

    nomination = models.OneToOneField(Nomination, on_delete=models.CASCADE, related_name="product_entry")
    sentra = models.ForeignKey("sentra.Sentra", on_delete=models.PROTECT, related_name="entries")
    ikm = models.ForeignKey("sentra.Ikm", on_delete=models.PROTECT, related_name="entries")
    product = models.ForeignKey("sentra.Product", on_delete=models.PROTECT, related_name="entries")
    uniqueness = models.TextField("keunikan dan kearifan lokal", blank=True, max_length=3000)
    materials = models.TextField("bahan baku dan proses", blank=True, max_length=3000)
    marketing = models.TextField("pemasaran dan penjualan", blank=True, max_length=3000)
    community_role = models.TextField("peran IKM bagi sentra dan masyarakat", blank=True, max_length=3000)


class CandidateEntry(models.Model):
    """A person, organisation or company that builds up IKM (Upakarti)."""

    nomination = models.OneToOneField(Nomination, on_delete=models.CASCADE, related_name="candidate_entry")
    candidate_kind = models.CharField(max_length=14)
    name = models.CharField("nama calon", max_length=120)
    identity_kind = models.CharField(max_length=5)
    identity_number = models.CharField("nomor identitas", max_length=16)
    address = models.CharField("alamat", max_length=250)
    phone = models.CharField("telepon", max_length=20)
    duty_statement = models.TextField("tugas dan fungsi calon", blank=True, max_length=3000)
    motivation = models.TextField("prakarsa dan motivasi", blank=True, max_length=3000)
    coaching = models.TextField("bentuk dan kesinambungan pembinaan", blank=True, max_length=3000)
    impact = models.TextField("hasil dan dampak", blank=True, max_length=3000)

    class Meta:
        constraints = [
            one_of("candidate_kind", CandidateKind, "nominations_candidateentry_kind"),
            one_of("identity_kind", IdentityKind, "nominations_candidateentry_identity"),
        ]


class Beneficiary(models.Model):
    """An IKM that the candidate coaches, with the calendar years in which that happened."""

    entry = models.ForeignKey(CandidateEntry, on_delete=models.CASCADE, related_name="beneficiaries")
    ikm = models.ForeignKey("sentra.Ikm", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField("nama IKM binaan", max_length=160)
    place = models.CharField("kabupaten/kota atau alamat", max_length=160)
    contact = models.CharField("telepon atau narahubung", max_length=120)
    activity = models.TextField("bentuk pembinaan", max_length=1000)
    years = ArrayField(models.PositiveSmallIntegerField(), verbose_name="tahun pembinaan")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint("entry", models.functions.Lower("name"), name="nominations_beneficiary_distinct"),
            models.CheckConstraint(condition=Q(years__len__gte=1), name="nominations_beneficiary_has_year"),
        ]


class DossierItem(models.Model):
    """A document or link for a requirement. Replaced, never overwritten: the newest that is not superseded counts."""

    nomination = models.ForeignKey(Nomination, on_delete=models.CASCADE, related_name="items")
    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, related_name="items")
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, null=True)
    link = models.URLField(blank=True)
    added_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(db_default=Now())
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["nomination", "requirement"],
                condition=Q(superseded_at=None),
                name="nominations_dossieritem_one_current",
            ),
            models.CheckConstraint(
                condition=Q(file__isnull=False, link="") | (Q(file__isnull=True) & ~Q(link="")),
                name="nominations_dossieritem_file_or_link",
            ),
        ]


class Snapshot(models.Model):
    """What was submitted, frozen: canonical JSON with its sha256, and a PDF made afterwards by a worker."""

    nomination = models.ForeignKey(Nomination, on_delete=models.PROTECT, related_name="snapshots")
    number = models.PositiveSmallIntegerField()
    data = models.JSONField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(db_default=Now())
    pdf = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, null=True)
    pdf_attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["nomination", "number"], name="nominations_snapshot_once"),
            models.CheckConstraint(condition=Q(sha256__regex="^[0-9a-f]{64}$"), name="nominations_snapshot_sha256"),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(pdf=None), name="nominations_snapshot_no_pdf")]


class VerificationItem(models.Model):
    """The verifier's word on one document of one submission."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="verification_items")
    item = models.ForeignKey(DossierItem, on_delete=models.PROTECT, related_name="verifications")
    verdict = models.CharField(max_length=10)
    note = models.CharField(max_length=500, blank=True)
    verified_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    verified_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "item"], name="nominations_verificationitem_once"),
            one_of("verdict", ItemVerdict, "nominations_verificationitem_verdict"),
            models.CheckConstraint(
                condition=Q(verdict=ItemVerdict.ACCEPTED) | ~Q(note=""),
                name="nominations_verificationitem_note",
            ),
        ]


class StatusChange(models.Model):
    """Who moved a nomination, when and why. Append-only; shown to people as the history."""

    nomination = models.ForeignKey(Nomination, on_delete=models.PROTECT, related_name="status_changes")
    from_status = models.CharField(max_length=20)
    to_status = models.CharField(max_length=20)
    action = models.CharField(max_length=24)
    reason = models.TextField(blank=True)
    actor = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["nomination", "id"], name="nominations_statuschange_path")]
