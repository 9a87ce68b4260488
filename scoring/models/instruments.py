"""Instruments as versioned data, and the stages that use them."""

from django.db import models
from django.db.models import Q

from nominations.models import one_of
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
    """A step of the assessment of one category in one period."""

    period = models.ForeignKey("nominations.Period", on_delete=models.CASCADE, related_name="stages")
    category = models.ForeignKey("nominations.Category", on_delete=models.PROTECT, related_name="stages")
    code = models.SlugField()
    label = models.CharField("tahap", max_length=120)
    order = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8)
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, null=True, blank=True)
    scorer_role = models.CharField(max_length=20)
    weight = models.DecimalField(max_digits=4, decimal_places=3)
    pass_mark = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    # The chair may go on without it, for a nomination and with a written reason.
    optional = models.BooleanField(default=False)
    visibility = models.CharField(max_length=20, default=Visibility.UNTIL_STAGE_CLOSED)
    min_assessors = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = "tahap"
        verbose_name_plural = "tahap"
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["period", "category", "code"], name="scoring_stage_once"),
            models.UniqueConstraint(fields=["period", "category", "order"], name="scoring_stage_order_once"),
            one_of("kind", StageKind, "scoring_stage_kind"),
            one_of("visibility", Visibility, "scoring_stage_visibility"),
            models.CheckConstraint(condition=Q(weight__gte=0, weight__lte=1), name="scoring_stage_weight"),
            models.CheckConstraint(condition=Q(optional=False) | Q(weight=0), name="scoring_stage_optional_weightless"),
        ]

    def __str__(self) -> str:
        return f"{self.label} – {self.category}"
