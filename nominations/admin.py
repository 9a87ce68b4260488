"""What the ministry sets for a round: schedules, extensions, documents, categories.

`PeriodAdmin` is registered by `scoring.admin`, where a new period gets its stages together with its documents.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin import AuditedAdmin, LabelledFields
from core import audit, formats
from nominations.enums import AnswerKind, DocumentStage, EntryKind, HintCounts, WindowKind
from nominations.forms.drafting import KIND_LABELS
from nominations.models import Category, Coaching, Period, Requirement, Window
from nominations.services.awards import ensure_period

WIB = gettext_lazy("Waktu Indonesia Barat (WIB).")


class MinistryOnly:
    """What `accounts.roles` gives to staff of the ministry. A superuser without a role gets nothing here."""

    class Media:
        css = {"all": ["css/pengelola.css"]}

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return "view" in request.user.admin_verbs

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return "add" in request.user.admin_verbs

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return "change" in request.user.admin_verbs

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class WindowForm(ModelForm):
    class Meta:
        model = Window
        fields = ["kind", "opens_at", "closes_at", "grace_minutes"]
        help_texts = {
            "opens_at": WIB,
            "closes_at": WIB,
            "grace_minutes": gettext_lazy("Kelonggaran setelah ditutup, tidak ditampilkan kepada daerah."),
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        opens, closes = data.get("opens_at"), data.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("Waktu tutup harus sesudah waktu buka."))
        return data


class WindowInline(MinistryOnly, LabelledFields, admin.TabularInline):
    model = Window
    form = WindowForm
    max_num = len(WindowKind)

    def get_extra(self, request: HttpRequest, obj: Period | None = None, **kwargs: Any) -> int:
        return len(WindowKind) - (obj.windows.count() if obj else 0)


class CoachingInline(MinistryOnly, LabelledFields, admin.TabularInline):
    model = Coaching
    fields = ["stars", "level"]
    extra = 1
    max_num = 5

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_change_permission(request, obj)


class PeriodForm(ModelForm):
    class Meta:
        model = Period
        fields = [
            "award",
            "year",
            "name",
            "min_sentra_hint",
            "hint_counts",
            "min_units",
            "min_beneficiaries",
            "beneficiary_years",
            "certificate_years",
            "province_can_object",
        ]
        help_texts = {
            "min_sentra_hint": gettext_lazy(
                "Hanya ditampilkan sebagai anjuran, tidak pernah menolak. Isi 0 bila tanpa."
            ),
            "hint_counts": gettext_lazy("Beberapa usulan dari satu sentra dihitung satu bila yang dihitung sentra."),
            "certificate_years": gettext_lazy("Sejak tanggal keputusan. Isi 0 bila tanpa batas waktu."),
            "province_can_object": gettext_lazy("Selama ada keberatan provinsi, usulan tidak dapat dinyatakan lolos."),
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        award = data.get("award") or getattr(self.instance, "award", None)
        if award and award.entry_kind == EntryKind.CANDIDATE and data.get("hint_counts") == HintCounts.SENTRA:
            self.add_error("hint_counts", _("Usulan penghargaan ini tidak berasal dari sentra. Pilih “usulan”."))
        return data


class PeriodAdmin(MinistryOnly, AuditedAdmin):
    """A new period starts with the shipped documents; award and year are part of numbers and stay."""

    form = PeriodForm
    fields = [*PeriodForm.Meta.fields, "results_released"]
    inlines = [WindowInline, CoachingInline]
    list_display = ["name", "award", "year", "results_released"]
    list_select_related = ["award"]
    list_filter = ["award", "year"]
    ordering = ["-year", "award"]

    def get_inlines(self, request: HttpRequest, obj: Period | None) -> list[type]:
        return self.inlines if obj else [WindowInline]  # a new period starts with the shipped coaches

    def get_readonly_fields(self, request: HttpRequest, obj: Period | None = None) -> list[str]:
        return ["results_released"] + (["award", "year"] if obj else [])

    @admin.display(description=gettext_lazy("hasil dirilis"), ordering="results_released_at")
    def results_released(self, period: Period) -> str:
        return formats.moment_text(period.results_released_at) if period.results_released_at else ""

    def save_model(self, request: HttpRequest, obj: Period, form: ModelForm, change: bool) -> None:
        if not change:
            obj.pk = ensure_period(obj.award_id, obj.year).pk
        super().save_model(request, obj, form, change)


class RequirementForm(ModelForm):
    answer_kind = forms.ChoiceField(
        label=gettext_lazy("Bentuk"),
        choices=[(AnswerKind.FILE, gettext_lazy("Berkas")), (AnswerKind.LINK, gettext_lazy("Tautan"))],
    )
    stage = forms.ChoiceField(
        label=gettext_lazy("Diisi oleh"),
        choices=[
            (DocumentStage.NOMINATION, gettext_lazy("Daerah, saat pengusulan")),
            (DocumentStage.ASSESSMENT, gettext_lazy("Sekretariat, saat penilaian")),
        ],
    )

    class Meta:
        model = Requirement
        fields = [
            "period",
            "code",
            "label",
            "level",
            "answer_kind",
            "stage",
            "personal",
            "hidden_when_blind",
            "valid_years",
            "categories",
            "order",
        ]
        widgets = {"categories": forms.CheckboxSelectMultiple}
        help_texts = {
            "categories": gettext_lazy("Kosongkan bila berlaku untuk semua kategori."),
            "personal": gettext_lazy("Seperti KTP dan NPWP: diperiksa Sekretariat, tidak dibuka untuk penilai."),
            "hidden_when_blind": gettext_lazy("Untuk dokumen yang isinya menyebut nama IKM, calon, atau daerah."),
            "valid_years": gettext_lazy(
                "Untuk izin dan hasil uji yang tidak menyebut tanggal akhir. Kosongkan bila berlaku tanpa batas."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "categories" in self.fields:
            self.fields["categories"].queryset = Category.objects.filter(award=self.instance.period.award_id)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        period = data.get("period") or getattr(self.instance, "period", None)
        if period and any(category.award_id != period.award_id for category in data.get("categories") or []):
            self.add_error("categories", _("Pilih kategori dari penghargaan periode ini."))
        return data


@admin.register(Requirement)
class RequirementAdmin(MinistryOnly, AuditedAdmin):
    form = RequirementForm
    list_display = ["label", "code", "level", "period", "order"]
    list_filter = ["period", "level"]
    list_select_related = ["period"]
    search_fields = ["code", "label"]
    ordering = ["-period__year", "period", "order"]

    def get_readonly_fields(self, request: HttpRequest, obj: Requirement | None = None) -> list[str]:
        return ["period", "code"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Requirement | None = None) -> bool:
        """One at a time, and only as long as nothing was handed in for it."""
        return obj is not None and self.has_change_permission(request) and not obj.items.exists()

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Requirement]) -> Any:
        for requirement in queryset:
            audit.record(request.user, "nominations.requirement.deleted", requirement, code=requirement.code)
        return super().log_deletions(request, queryset)


class CategoryForm(ModelForm):
    candidate_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Jenis calon"),
        choices=KIND_LABELS.items(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("Hanya untuk penghargaan bagi perorangan, lembaga, atau perusahaan."),
    )

    class Meta:
        model = Category
        fields = ["award", "code", "label", "commodity", "candidate_kinds", "order", "active"]


@admin.register(Category)
class CategoryAdmin(MinistryOnly, AuditedAdmin):
    form = CategoryForm
    list_display = ["label", "code", "award", "order", "active"]
    list_filter = ["award", "active"]
    list_select_related = ["award"]

    def get_readonly_fields(self, request: HttpRequest, obj: Category | None = None) -> list[str]:
        return ["award", "code", "commodity"] if obj else []
