from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certificates.models import DecreeCorrection, Handover
from certificates.rendering import CORRECTABLE
from core.fields import DayField
from nominations.enums import EntryKind
from nominations.models import Category, Nomination
from nominations.selectors.reviews import periods_for_review
from reference.models import Region
from scoring.models import Decree
from scoring.selectors.decrees import choices_for
from scoring.services.decrees import DecreeFacts

MAX_CHECKED = 2 * 1024 * 1024


class NominationChoices(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, nomination: Nomination) -> str:
        stars = nomination.recommendation.stars
        parts = [nomination.reference, nomination.title, nomination.region.label, nomination.category.label]
        return " · ".join(parts + ([_("Bintang %(stars)d") % {"stars": stars}] if stars else []))


class DecreeForm(forms.ModelForm):
    """The decree, and from the second step on the nominations in it; their stars are the plenary's."""

    nominations = NominationChoices(
        Nomination.objects.none(),
        required=False,
        label=gettext_lazy("Usulan yang ditetapkan"),
        help_text=gettext_lazy(
            "Hanya usulan dari peringkat yang ditandatangani dua orang, dengan bintangnya. Bila Keputusan Menteri"
            " memberi bintang lain, minta ketua panel mengajukan koreksi peringkat lebih dahulu."
        ),
    )

    class Meta:
        model = Decree
        fields = ["period", "number", "title", "decided_on", "signatory_title", "signatory_name", "place"]
        help_texts = {
            "number": gettext_lazy("Misalnya: 3137 Tahun 2026."),
            "title": gettext_lazy("Tanpa kata “Keputusan Menteri … tentang”. Misalnya: Penerima Penghargaan OVOP."),
            "signatory_title": gettext_lazy("Seperti akan tercetak pada piagam."),
            "signatory_name": gettext_lazy("Seperti akan tercetak pada piagam, dengan gelar."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["nominations"].queryset = choices_for(self.instance)
            self.initial["nominations"] = list(self.instance.decisions.values_list("nomination_id", flat=True))

    def clean_decided_on(self) -> Any:
        day = self.cleaned_data["decided_on"]
        if day > timezone.localdate():
            raise ValidationError(_("Tanggal keputusan belum terjadi. Isi tanggal hari ini atau sebelumnya."))
        return day

    def facts(self) -> DecreeFacts:
        names = ("number", "title", "decided_on", "signatory_title", "signatory_name", "place")
        return DecreeFacts(**{name: self.cleaned_data[name] for name in names})


class FileForm(forms.Form):
    """A PDF that somebody wants to have checked; it is not kept."""

    file = forms.FileField(
        label=gettext_lazy("Berkas PDF piagam"),
        help_text=gettext_lazy("Pilih berkas atau seret ke sini. Berkas hanya diperiksa, tidak disimpan."),
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,.pdf"}),
        error_messages={
            "required": gettext_lazy("Pilih berkas PDF piagam yang ingin diperiksa."),
            "empty": gettext_lazy("Berkas ini kosong. Pilih berkas PDF piagam."),
        },
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_CHECKED:
            raise ValidationError(_("Berkas ini lebih besar daripada 2 MB. Piagam dari portal ini jauh lebih kecil."))
        if not file.read(1024).lstrip().startswith(b"%PDF-"):
            raise ValidationError(_("Berkas ini bukan PDF. Pilih berkas PDF piagam."))
        file.seek(0)
        return file


class HandoverForm(forms.ModelForm):
    class Meta:
        model = Handover
        fields = ["giver_title", "giver_name", "place", "dated_on"]
        widgets = {"dated_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts = {
            "giver_title": gettext_lazy("Seperti akan tercetak pada piagam."),
            "giver_name": gettext_lazy("Seperti akan tercetak pada piagam, dengan gelar."),
            "dated_on": gettext_lazy("Kosongkan untuk memakai tanggal terbitnya masing-masing piagam."),
        }


class DecreeCorrectionForm(forms.ModelForm):
    class Meta:
        model = DecreeCorrection
        fields = ["number", "title", "decided_on", "reason"]
        widgets = {
            "number": forms.TextInput(attrs={"class": "vTextField"}),
            "title": forms.TextInput(attrs={"class": "vLargeTextField"}),
            "decided_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "reason": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        }
        help_texts = {"reason": gettext_lazy("Tercatat bersama koreksinya dan dalam jejak audit.")}
        error_messages = {"reason": {"required": gettext_lazy("Tulis alasan koreksi.")}}


class ReplaceForm(forms.Form):
    holder_name = forms.CharField(
        label=gettext_lazy("Nama penerima"), max_length=160, widget=forms.TextInput(attrs={"class": "vTextField"})
    )
    holder_detail = forms.CharField(
        label=gettext_lazy("Keterangan di bawah nama"),
        max_length=250,
        required=False,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Alasan penggantian"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text=gettext_lazy("Tercatat dalam jejak audit dan tidak ditampilkan kepada umum."),
        error_messages={"required": gettext_lazy("Tulis alasan penggantian.")},
    )

    def corrections(self) -> dict[str, str]:
        """What differs from the old face."""
        words = {name: self.cleaned_data[name].strip() for name in CORRECTABLE}
        return {name: text for name, text in words.items() if text != self.initial.get(name, "")}


class RevokeForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Alasan pencabutan"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
        help_text=gettext_lazy("Tercatat dalam jejak audit dan tidak ditampilkan kepada umum."),
        error_messages={"required": gettext_lazy("Tulis alasan pencabutan.")},
    )


class ReviewChoiceForm(forms.Form):
    """Which stars are judged anew, and in which period."""

    period = forms.ModelChoiceField(
        periods_for_review(), label=gettext_lazy("Periode penilaian"), empty_label=gettext_lazy("Pilih")
    )
    until = DayField(
        label=gettext_lazy("Berakhir paling lambat"),
        help_text=gettext_lazy("Bintang yang habis sampai tanggal ini. Contoh: 31-12-2027."),
    )
    endless = forms.BooleanField(label=gettext_lazy("Sertakan bintang yang berlaku tanpa batas waktu"), required=False)
    category = forms.ModelChoiceField(
        Category.objects.filter(award__entry_kind=EntryKind.PRODUCT).order_by("order"),
        label=gettext_lazy("Komoditas"),
        required=False,
        empty_label=gettext_lazy("Semua"),
    )
    province = forms.ModelChoiceField(
        Region.objects.current().provinces().order_by("name"),
        label=gettext_lazy("Provinsi"),
        required=False,
        empty_label=gettext_lazy("Semua"),
    )
