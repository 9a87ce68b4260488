from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.fields import LineField, ParagraphField
from nominations.models import Category, Period
from nominations.services.region_reminder import INTRODUCTION_MAX
from reports.enums import ApiScope, ReportKind
from reports.models import STORY_MAX
from reports.policies import can_report_on
from sentra.models import ProductPhoto

KEY_LONGEST = timedelta(days=366)
FIRST_WORDS = _(
    "Yth. dinas yang membidangi perindustrian,\n\nKami mengingatkan agar usulan dari daerah Anda diajukan sebelum"
    " batas akhir. Bila ada kendala, sampaikan kepada kami lewat portal."
)


class ReminderForm(forms.Form):
    introduction = ParagraphField(
        label=_("Kalimat pembuka"),
        max_length=INTRODUCTION_MAX,
        initial=FIRST_WORDS,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class ReportForm(forms.Form):
    """Which report of which round."""

    kind = forms.ChoiceField(label=_("Laporan"))
    period = forms.ModelChoiceField(Period.objects.none(), label=_("Periode"), empty_label=None)

    def __init__(self, *args: Any, kinds: list[ReportKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]
        self.fields["period"].queryset = Period.objects.select_related("award").order_by("-year", "award__name")
        if any(kind.compares for kind in kinds):
            self.fields["compared"] = forms.ModelChoiceField(
                self.fields["period"].queryset,
                label=_("Dibandingkan dengan"),
                required=False,
                empty_label=_("Periode sebelumnya"),
                help_text=_("Hanya dipakai untuk partisipasi daerah serta rekap provinsi dan kategori."),
            )
        if ReportKind.DOSSIERS in kinds:
            categories = Category.objects.select_related("award").order_by("award", "order")
            self.fields["category"] = forms.ModelChoiceField(
                categories,
                label=_("Kategori"),
                required=False,
                empty_label=_("Pilih kategori"),
                help_text=_("Hanya dipakai untuk berkas usulan satu kategori."),
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        kind, period, category = (cleaned.get(name) for name in ("kind", "period", "category"))
        if kind != ReportKind.DOSSIERS:
            cleaned["category"] = None
        elif period and (category is None or category.award_id != period.award_id):
            self.add_error("category", _("Pilih kategori dari penghargaan periode itu."))
        if not (kind and ReportKind(kind).compares):
            cleaned["compared"] = None
        elif (other := cleaned.get("compared")) and period and (other == period or other.award_id != period.award_id):
            self.add_error("compared", _("Pilih periode lain dari penghargaan yang sama."))
        if kind and period and not (verdict := can_report_on(ReportKind(kind), period)):
            self.add_error("kind", verdict.reason)
        return cleaned


class PublicationForm(forms.Form):
    """What the holder agreed to show, and the agreement. No box is ticked beforehand."""

    photo = forms.ModelChoiceField(
        ProductPhoto.objects.none(),
        label=_("Foto"),
        required=False,
        empty_label=_("Tanpa foto"),
        widget=forms.RadioSelect,
    )
    story = ParagraphField(
        label=_("Cerita singkat"),
        max_length=STORY_MAX,
        required=False,
        help_text=_(
            "Tentang produk atau pengabdiannya. Jangan tulis nomor telepon, alamat rumah, atau nomor identitas."
        ),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    consented_by = LineField(
        label=_("Nama pemberi persetujuan"), max_length=120, help_text=_("Pemegang penghargaan atau yang mewakilinya.")
    )
    consented_on = forms.DateField(label=_("Tanggal persetujuan"), widget=forms.DateInput(attrs={"type": "date"}))
    agreed = forms.BooleanField(label=_("Pemegang menyetujui pernyataan di atas"))

    def __init__(self, *args: Any, photos: QuerySet[ProductPhoto], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["photo"].queryset = photos
        if not photos:
            del self.fields["photo"]

    def clean_consented_on(self) -> date:
        day = self.cleaned_data["consented_on"]
        if day > self.today:
            raise forms.ValidationError(_("Tanggal persetujuan belum tiba. Tulis tanggal pemegang menyetujui."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "story" in cleaned and not cleaned["story"] and not cleaned.get("photo"):
            self.add_error("story", _("Pilih foto atau tulis cerita. Tanpa keduanya tidak ada yang ditampilkan."))
        return cleaned


class ApiKeyForm(forms.Form):
    """Which system, what it may read, and until when."""

    name = LineField(label=_("Nama sistem"), max_length=120)
    scopes = forms.MultipleChoiceField(
        label=_("Hak baca"), choices=ApiScope.choices, widget=forms.CheckboxSelectMultiple
    )
    expires_on = forms.DateField(
        label=_("Berlaku sampai dengan"),
        help_text=_("Paling lama satu tahun."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_expires_on(self) -> date:
        day = self.cleaned_data["expires_on"]
        if not self.today <= day <= self.today + KEY_LONGEST:
            raise forms.ValidationError(_("Pilih tanggal dari hari ini sampai satu tahun ke depan."))
        return day
