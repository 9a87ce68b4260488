"""Figures of a sentra, year by year, with everything that was ever saved."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from sentra.models.register import Sentra
from sentra.querysets import ThroughSentraQuerySet
from sentra.rules import FIRST_FIGURES_YEAR


class YearFigures(models.Model):
    """What is asked for a year. Production, turnover and export stay empty as long as nobody knows them."""

    year = models.PositiveSmallIntegerField("tahun")
    units = models.PositiveIntegerField("unit usaha")
    workers = models.PositiveIntegerField("tenaga kerja")
    production_amount = models.PositiveBigIntegerField("jumlah produksi", null=True, blank=True)
    production_unit = models.CharField("satuan produksi", max_length=40, blank=True)
    turnover = models.PositiveBigIntegerField("omzet", null=True, blank=True)
    export_value = models.PositiveBigIntegerField("nilai ekspor", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True


class SentraYear(YearFigures):
    """The figures that count now."""

    merge_rules = {"sentra_sentrayear_once": "stay"}

    sentra = models.ForeignKey(Sentra, on_delete=models.PROTECT, related_name="years")
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    objects = ThroughSentraQuerySet.as_manager()

    class Meta:
        verbose_name = "angka tahunan"
        verbose_name_plural = "angka tahunan"
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(fields=["sentra", "year"], name="sentra_sentrayear_once"),
            models.CheckConstraint(
                condition=Q(year__gte=FIRST_FIGURES_YEAR, year__lte=2100), name="sentra_sentrayear_year"
            ),
            models.CheckConstraint(
                condition=Q(production_amount=None, production_unit="")
                | (Q(production_amount__isnull=False) & ~Q(production_unit="")),
                name="sentra_sentrayear_production_has_unit",
            ),
        ]

    def __str__(self) -> str:
        return str(self.year)


class SentraYearRevision(YearFigures):
    """One saving of a year, the newest included. Append-only; shown to people as the history."""

    record = models.ForeignKey(SentraYear, on_delete=models.PROTECT, related_name="revisions")
    saved_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "version"], name="sentra_sentrayearrevision_once"),
        ]
