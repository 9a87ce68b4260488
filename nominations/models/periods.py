"""Awards, categories and periods with everything that may change between rounds."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from nominations.enums import (
    AnswerKind,
    DocumentStage,
    EntryKind,
    HintCounts,
    RequirementLevel,
    WindowKind,
)


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
    min_sentra_hint = models.PositiveSmallIntegerField("anjuran paling sedikit per daerah", default=2)
    hint_counts = models.CharField("anjuran menghitung", max_length=12, choices=HintCounts, default=HintCounts.SENTRA)
    min_units = models.PositiveSmallIntegerField("unit usaha minimal per sentra", default=5)
    min_beneficiaries = models.PositiveSmallIntegerField("IKM binaan minimal", default=5)
    beneficiary_years = models.PositiveSmallIntegerField("tahun pembinaan berturut-turut", default=5)
    certificate_years = models.PositiveSmallIntegerField("masa berlaku sertifikat (tahun)", default=2)
    province_can_object = models.BooleanField("provinsi boleh menyatakan keberatan", default=False)
    results_released_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "periode"
        verbose_name_plural = "periode"
        constraints = [
            models.UniqueConstraint(fields=["award", "year"], name="nominations_period_once"),
            one_of("hint_counts", HintCounts, "nominations_period_hint_counts"),
        ]

    def __str__(self) -> str:
        return self.name

    def counted(self, *, nominations: int, sentra: int) -> int:
        """Which of the two stands against the recommended number."""
        return sentra if self.hint_counts == HintCounts.SENTRA else nominations


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


class Requirement(models.Model):
    """A document that a period asks for, in all categories or in some."""

    period = models.ForeignKey(Period, on_delete=models.CASCADE, related_name="requirements", verbose_name="periode")
    code = models.CharField("kode", max_length=8)
    label = models.CharField("dokumen", max_length=160)
    level = models.CharField("sifat", max_length=10, choices=[("required", "Wajib"), ("optional", "Opsional")])
    answer_kind = models.CharField(max_length=6, default=AnswerKind.FILE)
    stage = models.CharField(max_length=12, default=DocumentStage.NOMINATION)
    personal = models.BooleanField("data pribadi", default=False)
    hidden_when_blind = models.BooleanField("ditutup pada tahap tersamar", default=False)
    # Kinds of `sentra.enums.PermitKind`, one of which the register must hold, in force.
    permit_kinds = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    # For what states no last day itself, as a test report does.
    valid_years = models.PositiveSmallIntegerField("berlaku (tahun) sejak terbit", null=True, blank=True)
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
