"""Instruments as versioned data, and the stages that use them."""

from base64 import b32encode
from typing import Any

from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from nominations.models import Period, one_of
from scoring.enums import Method, StageKind, Visibility


class Instrument(models.Model):
    """One version of an instrument, whole as JSON (`definition`) for the maths, and as rows for forms and joins.

    Frozen by a database trigger from the first submitted sheet or visit on. A visit's instrument has no indicators.
    """

    code = models.CharField("kode", max_length=40)
    version = models.PositiveSmallIntegerField("versi", default=1)
    award = models.ForeignKey("nominations.Award", on_delete=models.PROTECT, related_name="instruments")
    title = models.CharField("judul", max_length=160)
    method = models.CharField(max_length=8)
    definition = models.JSONField()
    sha256 = models.CharField(max_length=64)
    shipped_sha256 = models.CharField(max_length=64, blank=True)  # of the shipped document that it began as
    frozen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "instrumen"
        verbose_name_plural = "instrumen"
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="scoring_instrument_once"),
            one_of("method", Method, "scoring_instrument_method"),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class Indicator(models.Model):
    """One thing to judge: with options (OVOP) or on a weighted scale (Upakarti)."""

    instrument = models.ForeignKey(Instrument, on_delete=models.CASCADE, related_name="indicators")
    code = models.CharField(max_length=8)
    aspect_code = models.CharField(max_length=8)
    aspect_label = models.CharField(max_length=160)
    label = models.CharField(max_length=200)
    guidance = models.JSONField(default=dict)
    weight = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["instrument", "code"], name="scoring_indicator_once")]


class Option(models.Model):
    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="options")
    points = models.DecimalField(max_digits=6, decimal_places=2)
    label = models.CharField(max_length=200)

    class Meta:
        ordering = ["points"]
        constraints = [models.UniqueConstraint(fields=["indicator", "points"], name="scoring_option_once")]


class Stage(models.Model):
    """A step of the assessment of one category in one period.

    `opens_at` and `closes_at` narrow the period's assessment window; empty means the whole window. In a `blind` stage
    scorers are not told whom a nomination is about; see `scoring.presenters.blind`.
    """

    period = models.ForeignKey(
        "nominations.Period", on_delete=models.CASCADE, related_name="stages", verbose_name="periode"
    )
    category = models.ForeignKey(
        "nominations.Category", on_delete=models.PROTECT, related_name="stages", verbose_name="kategori"
    )
    code = models.SlugField("kode")
    label = models.CharField("tahap", max_length=120)
    order = models.PositiveSmallIntegerField("urutan")
    kind = models.CharField("bentuk", max_length=8)
    instrument = models.ForeignKey(
        Instrument, on_delete=models.PROTECT, null=True, blank=True, verbose_name="instrumen"
    )
    scorer_role = models.CharField("peran penilai", max_length=20)
    weight = models.DecimalField("bobot", max_digits=4, decimal_places=3)
    pass_mark = models.DecimalField("nilai ambang", max_digits=5, decimal_places=2, null=True, blank=True)
    # The chair may go on without it, for a nomination and with a written reason.
    optional = models.BooleanField("dapat dilewati", default=False)
    visibility = models.CharField("nilai penilai lain", max_length=20, default=Visibility.UNTIL_STAGE_CLOSED)
    min_assessors = models.PositiveSmallIntegerField("penilai minimal")
    opens_at = models.DateTimeField("dibuka", null=True, blank=True)
    closes_at = models.DateTimeField("ditutup", null=True, blank=True)
    blind = models.BooleanField("tersamar", default=False)

    class Meta:
        verbose_name = "tahap"
        verbose_name_plural = "tahap"
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["period", "category", "code"], name="scoring_stage_once"),
            models.UniqueConstraint(
                fields=["period", "category", "order"],
                name="scoring_stage_order_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            one_of("kind", StageKind, "scoring_stage_kind"),
            one_of("visibility", Visibility, "scoring_stage_visibility"),
            models.CheckConstraint(condition=Q(weight__gte=0, weight__lte=1), name="scoring_stage_weight"),
            models.CheckConstraint(
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(closes_at__gt=F("opens_at")),
                name="scoring_stage_dates",
            ),
            models.CheckConstraint(condition=Q(blind=False) | Q(kind=StageKind.SHEETS), name="scoring_stage_blind"),
            models.CheckConstraint(condition=Q(optional=False) | Q(weight=0), name="scoring_stage_optional_weightless"),
        ]

    def __str__(self) -> str:
        return f"{self.label} – {self.category}"

    def name_of(self, nomination: Any) -> str:
        """How this stage's scorers are told of a nomination in mails, lists and headings.

        In a blind stage a code, the same for all its scorers, that nobody turns back without the portal's secret key.
        """
        if not self.blind:
            return nomination.reference
        digest = salted_hmac("scoring.cover", f"{self.pk}:{nomination.pk}", algorithm="sha256").digest()
        code = b32encode(digest).decode()
        return _("Usulan tersamar %(code)s") % {"code": f"{code[:4]}-{code[4:8]}"}


class StagePlan(Period):
    """A period as the page on which its stages are set."""

    class Meta:
        proxy = True
        verbose_name = "tahap penilaian"
        verbose_name_plural = "tahap penilaian"


class Recomputation(models.Model):
    """A stage whose instrument was replaced by a later version after sheets were in. Append-only, with its results.

    It is written in the transaction that changes the stage; `scoring_stage_frozen` asks for it.
    """

    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="recomputations")
    old_instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+")
    new_instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=1000)
    applied_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    applied_at = models.DateTimeField(db_default=TransactionNow())

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="scoring_recomputation_reason"),
            models.CheckConstraint(
                condition=~Q(old_instrument=F("new_instrument")), name="scoring_recomputation_two_versions"
            ),
        ]


class RecomputedResult(models.Model):
    """What one nomination had under the old version and what it has under the new one. Append-only.

    `old` and `new`: score, spread, passed, rank, final score, stars and input hash, numbers as text.
    """

    recomputation = models.ForeignKey(Recomputation, on_delete=models.PROTECT, related_name="results")
    nomination = models.ForeignKey(
        "nominations.Nomination", on_delete=models.PROTECT, related_name="recomputed_results"
    )
    old = models.JSONField()
    new = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recomputation", "nomination"], name="scoring_recomputedresult_once")
        ]


class BlindText(models.Model):
    """What scorers of a blind stage read in place of one row of the submission; empty shows empty.

    `place` is the label of the row in the snapshot.
    """

    nomination = models.ForeignKey("nominations.Nomination", on_delete=models.CASCADE, related_name="blind_texts")
    place = models.CharField(max_length=200)
    text = models.TextField(max_length=8000, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["nomination", "place"], name="scoring_blindtext_once")]
