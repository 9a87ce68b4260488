"""Instruments and stages to read. They come from the shipped documents; a used one is frozen by the database."""

from typing import Any

from django.contrib import admin
from django.forms import BaseModelFormSet, ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from core import formats
from nominations.admin import MinistryOnly, PeriodAdmin
from nominations.models import Period
from scoring.enums import Method
from scoring.models import AwardCap, Indicator, Instrument, Stage
from scoring.services.instruments import install_stages

METHODS = {
    Method.OPTIONS: gettext_lazy("Pilihan"),
    Method.SCALE: gettext_lazy("Skala"),
    Method.FINDINGS: gettext_lazy("Temuan kunjungan"),
}


class ReadOnly(MinistryOnly):
    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class StageInline(ReadOnly, admin.TabularInline):
    model = Stage
    fields = ["category_label", "label", "instrument", "share", "needed", "assessors"]
    readonly_fields = fields
    ordering = ["category__order", "order"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("category", "instrument")

    @admin.display(description=gettext_lazy("kategori"))
    def category_label(self, stage: Stage) -> str:
        return stage.category.label

    @admin.display(description=gettext_lazy("bobot"))
    def share(self, stage: Stage) -> str:
        return formats.number_id(stage.weight, 2)

    @admin.display(description=gettext_lazy("nilai ambang"))
    def needed(self, stage: Stage) -> str:
        return formats.number_id(stage.pass_mark, 2) if stage.pass_mark is not None else ""

    @admin.display(description=gettext_lazy("penilai minimal"))
    def assessors(self, stage: Stage) -> int:
        return stage.min_assessors


@admin.register(Period)
class StagedPeriodAdmin(PeriodAdmin):
    inlines = [*PeriodAdmin.inlines, StageInline]

    def save_related(
        self, request: HttpRequest, form: ModelForm, formsets: list[BaseModelFormSet], change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        install_stages(period=form.instance)


@admin.register(AwardCap)
class AwardCapAdmin(MinistryOnly, admin.ModelAdmin):
    """How many may be recommended, in a period or in one category of it."""

    list_display = ["period", "where", "max_awards", "binding"]
    list_filter = ["period"]
    list_select_related = ["period", "category"]
    ordering = ["-period__year", "period", "category__order"]

    @admin.display(description=gettext_lazy("untuk"))
    def where(self, cap: AwardCap) -> str:
        return cap.category.label if cap.category else str(gettext_lazy("seluruh periode"))


class IndicatorInline(ReadOnly, admin.TabularInline):
    model = Indicator
    verbose_name_plural = gettext_lazy("indikator")
    fields = ["number", "aspect", "name", "share", "choices"]
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("options")

    @admin.display(description=gettext_lazy("kode"))
    def number(self, indicator: Indicator) -> str:
        return indicator.code

    @admin.display(description=gettext_lazy("aspek"))
    def aspect(self, indicator: Indicator) -> str:
        return indicator.aspect_label

    @admin.display(description=gettext_lazy("yang dinilai"))
    def name(self, indicator: Indicator) -> str:
        return indicator.label

    @admin.display(description=gettext_lazy("bobot"))
    def share(self, indicator: Indicator) -> str:
        return formats.number_id(indicator.weight.normalize()) if indicator.weight is not None else ""

    @admin.display(description=gettext_lazy("pilihan"))
    def choices(self, indicator: Indicator) -> str:
        return "; ".join(f"{option.points.normalize():f} = {option.label}" for option in indicator.options.all())


@admin.register(Instrument)
class InstrumentAdmin(ReadOnly, admin.ModelAdmin):
    fields = ["title", "code", "version", "award_name", "how", "seal", "frozen"]
    readonly_fields = fields
    inlines = [IndicatorInline]
    list_display = ["title", "code", "version", "award_name", "how", "frozen"]
    list_filter = ["award"]
    list_select_related = ["award"]
    ordering = ["award", "code", "-version"]

    @admin.display(description=gettext_lazy("penghargaan"), ordering="award")
    def award_name(self, instrument: Instrument) -> str:
        return instrument.award.name

    @admin.display(description=gettext_lazy("segel (SHA-256)"))
    def seal(self, instrument: Instrument) -> str:
        return instrument.sha256

    @admin.display(description=gettext_lazy("dibekukan"), ordering="frozen_at")
    def frozen(self, instrument: Instrument) -> str:
        return formats.moment_text(instrument.frozen_at) if instrument.frozen_at else ""

    @admin.display(description=gettext_lazy("cara menilai"))
    def how(self, instrument: Instrument) -> str:
        return str(METHODS[Method(instrument.method)])
