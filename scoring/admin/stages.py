"""The stages of a period: who judges what, when, with which instrument and weight. Saved as a whole."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet, BaseModelFormSet, ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin import AuditedAdmin, LabelledFields
from accounts.enums import Role
from core.errors import DomainError
from nominations.admin import WIB, MinistryOnly, PeriodAdmin
from nominations.enums import WindowKind
from nominations.models import Category, Period, Window
from scoring.enums import Method, StageKind, Visibility
from scoring.maths.checks import floor_and_ceiling
from scoring.maths.document import document_problems
from scoring.maths.exact import round_half_up
from scoring.maths.final import weight_problems
from scoring.maths.instrument import instrument_from_dict
from scoring.models import Instrument, Stage, StagePlan
from scoring.policies import can_make_instrument
from scoring.presenters.calibration import absence, status_tag
from scoring.presenters.instruments import number
from scoring.selectors.calibration import has_calibration
from scoring.selectors.stages import frozen_categories
from scoring.services.instruments import install_stages
from scoring.services.plans import copy_stages

KINDS = [
    (StageKind.SHEETS, gettext_lazy("Lembar nilai")),
    (StageKind.FINDINGS, gettext_lazy("Kunjungan lapangan")),
]
SCORERS = [(Role.ASSESSOR, gettext_lazy("Penilai Tim Seleksi")), (Role.JUROR, gettext_lazy("Dewan Juri"))]
VISIBILITIES = [
    (Visibility.UNTIL_STAGE_CLOSED, gettext_lazy("Terlihat setelah tahap ditutup")),
    (Visibility.PANEL, gettext_lazy("Terlihat setelah mengirim nilai sendiri")),
    (Visibility.OWN_ONLY, gettext_lazy("Tidak pernah terlihat")),
]
# What a submitted sheet of the category freezes, in the database too: `scoring_stage_frozen`, `scoring_stage_place`.
FROZEN = (
    "category",
    "order",
    "kind",
    "instrument",
    "scorer_role",
    "weight",
    "pass_mark",
    "visibility",
    "min_assessors",
    "blind",
)


@admin.register(Period)
class StagedPeriodAdmin(PeriodAdmin):
    def save_related(
        self, request: HttpRequest, form: ModelForm, formsets: list[BaseModelFormSet], change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        install_stages(period=form.instance)


class StageForm(ModelForm):
    kind = forms.ChoiceField(label=gettext_lazy("Bentuk"), choices=KINDS)
    scorer_role = forms.ChoiceField(label=gettext_lazy("Dinilai oleh"), choices=SCORERS)
    visibility = forms.ChoiceField(label=gettext_lazy("Nilai penilai lain"), choices=VISIBILITIES)

    class Meta:
        model = Stage
        fields = ["category", "label", "code", "order", "kind", "instrument", "scorer_role", "weight", "pass_mark"]
        fields += ["min_assessors", "visibility", "opens_at", "closes_at", "blind", "optional"]
        labels = {"opens_at": gettext_lazy("Dibuka"), "closes_at": gettext_lazy("Ditutup")}
        help_texts = {
            "code": gettext_lazy("Huruf kecil tanpa spasi, misalnya penilaian."),
            "weight": gettext_lazy("Dari 0 sampai 1. Jumlah bobot semua tahap satu kategori harus 1."),
            "pass_mark": gettext_lazy("Kosongkan bila tidak ada yang gugur pada tahap ini."),
            "opens_at": WIB,
            "closes_at": gettext_lazy("WIB. Kosong berarti mengikuti masa penilaian periode."),
            "optional": gettext_lazy(
                "Ketua panel boleh melanjutkan tanpa tahap ini, dengan alasan. Hanya untuk bobot 0."
            ),
            "blind": gettext_lazy("Penilai tidak diberi tahu nama IKM, calon, daerah, alamat, dan kontak."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.warning = ""  # what a saved page says beside its success
        for name in FROZEN if self.instance.pk and self.is_frozen() else ():
            if name in self.fields:
                self.fields[name].disabled = True

    def is_frozen(self) -> bool:
        return self.instance.category_id in frozen_categories(self.instance.period_id)

    def clean_instrument(self) -> Instrument | None:
        instrument = self.cleaned_data["instrument"]
        if instrument and "instrument" in self.changed_data and document_problems(instrument.definition):
            raise ValidationError(
                _("%(instrument)s masih mempunyai hal yang harus diperbaiki.") % {"instrument": instrument}
            )
        return instrument

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        kind, instrument = data.get("kind"), data.get("instrument")
        if instrument is None and "instrument" in data:
            self.add_error("instrument", _("Pilih instrumen tahap ini."))
        elif instrument and kind and (instrument.method == Method.FINDINGS) != (kind == StageKind.FINDINGS):
            self.add_error("instrument", _("Instrumen ini tidak cocok dengan bentuk tahapnya."))
        if data.get("blind") and kind == StageKind.FINDINGS:
            self.add_error("blind", _("Kunjungan lapangan tidak dapat tersamar."))
        if data.get("blind") and "blind" in self.changed_data and has_calibration(self.instance.pk):
            self.add_error("blind", _("Tahap ini sudah mempunyai kalibrasi, yang menampilkan usulan apa adanya."))
        if data.get("optional") and data.get("weight"):
            self.add_error("optional", _("Hanya tahap berbobot 0 yang dapat dilewati."))
        category = data.get("category")
        if category and "category" in self.changed_data and category.pk in frozen_categories(self.instance.period_id):
            self.add_error("category", _("Pada kategori ini sudah ada nilai yang terkirim, jadi tahapnya tetap."))
        if data.get("min_assessors") == 0:
            self.add_error("min_assessors", _("Sedikitnya satu penilai."))
        self._check_pass_mark(data)
        self._check_dates(data)
        return data

    def _check_pass_mark(self, data: dict[str, Any]) -> None:
        """A mark that everybody or nobody reaches is a slip; one above the lowest band is said, and may be meant."""
        mark, instrument = data.get("pass_mark"), data.get("instrument")
        changed = {"pass_mark", "instrument"} & set(self.changed_data)
        if mark is None or instrument is None or not changed or instrument.method == Method.FINDINGS:
            return
        if document_problems(instrument.definition):
            return
        spec = instrument_from_dict(instrument.definition)
        floor, best = (round_half_up(total) for total in floor_and_ceiling(spec))
        if not floor < mark <= best:
            facts = {"floor": number(floor), "best": number(best)}
            text = _(
                "Nilai pada instrumen ini paling rendah %(floor)s dan paling tinggi %(best)s. Isi ambang di atas"
                " %(floor)s, paling tinggi %(best)s."
            )
            self.add_error("pass_mark", text % facts)
        elif spec.bands and (lowest := min(spec.bands, key=lambda band: band.minimum)).minimum < mark:
            facts = {"stars": lowest.stars, "band": number(lowest.minimum), "mark": number(mark)}
            text = _("bintang %(stars)s dimulai dari %(band)s, tetapi nilai di bawah ambang %(mark)s gugur.")
            self.warning = f"{data.get('label', '')} – {data.get('category', '')}: {text % facts}"

    def _check_dates(self, data: dict[str, Any]) -> None:
        opens, closes = data.get("opens_at"), data.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("Waktu tutup harus sesudah waktu buka."))
        window = Window.objects.filter(period=self.instance.period_id, kind=WindowKind.ASSESSMENT).first()
        text = _("Waktu ini di luar masa penilaian periode.")
        if window and opens and not window.opens_at <= opens < window.closes_at:
            self.add_error("opens_at", text)
        if window and closes and not window.opens_at < closes <= window.closes_at:
            self.add_error("closes_at", text)


class StageRows(BaseInlineFormSet):
    """All stages of a period: the weights of each category must add up to 1, and no order stands twice."""

    def clean(self) -> None:
        super().clean()
        weights: dict[Category, dict[str, Decimal]] = defaultdict(dict)
        for form in self.forms:
            data = form.cleaned_data if form.is_valid() else {}
            if data.get("DELETE") and form.instance.pk and form.instance.assignments.exists():
                form.add_error(None, _("Tahap ini sudah mempunyai penugasan, jadi tidak dapat dihapus."))
            elif data.get("category") and data.get("weight") is not None and not data.get("DELETE"):
                weights[data["category"]][f"{data['order']} {data['code']}"] = data["weight"]
        if any(self.errors):
            return
        for category, found in weights.items():
            if any(problem.code == "weights_not_one" for problem in weight_problems(found)):
                facts = {"category": category.label, "sum": number(sum(found.values()))}
                raise ValidationError(_("%(category)s: jumlah bobot tahap %(sum)s, seharusnya 1.") % facts)
            orders = [key.partition(" ")[0] for key in found]
            if len(set(orders)) < len(orders):
                raise ValidationError(_("%(category)s: dua tahap berurutan sama.") % {"category": category.label})


class StageInline(MinistryOnly, LabelledFields, admin.StackedInline):
    model = Stage
    form = StageForm
    formset = StageRows
    extra = 0
    ordering = ["category__order", "order"]
    readonly_fields = ["calibration_state"]
    fieldsets = [
        (None, {"fields": [("category", "order"), ("label", "code"), ("kind", "scorer_role"), "instrument"]}),
        (None, {"fields": [("weight", "pass_mark", "min_assessors"), "calibration_state"]}),
        (
            gettext_lazy("Waktu, keterbukaan, dan samaran"),
            {"fields": ["visibility", "opens_at", "closes_at", "blind", "optional"], "classes": ["collapse"]},
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Stage]:
        return super().get_queryset(request).select_related("category", "instrument", "period", "calibration")

    @admin.display(description=gettext_lazy("Kalibrasi"))
    def calibration_state(self, stage: Stage) -> str:
        if stage.pk is None or stage.kind == StageKind.FINDINGS:
            return "–"
        return absence(stage) or status_tag(stage.calibration)["label"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        award = request.resolver_match.kwargs.get("object_id", "") if request.resolver_match else ""
        period = Period.objects.filter(pk=award).first() if award.isdecimal() else None
        if period and db_field.name == "category":
            kwargs["queryset"] = Category.objects.filter(award=period.award_id).order_by("order")
        if period and db_field.name == "instrument":
            kwargs["queryset"] = Instrument.objects.filter(award=period.award_id).order_by("code", "-version")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Without the buttons that lead away from what was typed; both parts of a moment say what they are."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if hasattr(field.widget, "can_add_related"):
            field.widget.can_add_related = field.widget.can_change_related = field.widget.can_view_related = False
        if db_field.name in ("opens_at", "closes_at"):
            for widget, part in zip(field.widget.widgets, (_("tanggal"), _("jam")), strict=True):
                widget.attrs["aria-label"] = f"{db_field.verbose_name}, {part}"
        return field


@admin.register(StagePlan)
class StagePlanAdmin(MinistryOnly, AuditedAdmin):
    """One page per period. Two admins come one after the other: the period's row is locked before anything is read."""

    change_form_template = "admin/scoring/stageplan/change_form.html"
    fields = ["name"]
    readonly_fields = ["name"]
    inlines = [StageInline]
    list_display = ["name", "award", "year"]
    list_select_related = ["award"]
    list_filter = ["award", "year"]
    ordering = ["-year", "award"]
    actions = None

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        copy = self.admin_site.admin_view(self.copy_view)
        return [path("<int:pk>/salin/", copy, name="scoring_stageplan_copy"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        with transaction.atomic():
            if request.method == "POST" and object_id.isdecimal():
                get_object_or_404(Period.objects.select_for_update(), pk=object_id)
            facts = {"may_copy": bool(can_make_instrument(request.user))}
            return super().change_view(request, object_id, form_url, facts | (extra_context or {}))

    def save_related(self, request: HttpRequest, form: ModelForm, formsets: list[Any], change: bool) -> None:
        super().save_related(request, form, formsets, change)
        for row in (row for formset in formsets for row in formset.forms if row.warning):
            messages.warning(request, row.warning)

    def copy_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        if not can_make_instrument(request.user):
            raise PermissionDenied
        if request.method != "POST":
            raise Http404
        period = get_object_or_404(Period, pk=pk)
        try:
            made = copy_stages(period_id=period.pk, actor=request.user)
        except DomainError as error:
            messages.error(request, error.message)
        else:
            facts = {"stages": len(made.stages), "caps": len(made.caps)}
            messages.success(request, _("%(stages)d tahap dan %(caps)d batas penerima disalin.") % facts)
        return redirect(reverse("admin:scoring_stageplan_change", args=[pk]))
