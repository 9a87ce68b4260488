from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nominations.models import Nomination
from scoring.models import Decree
from scoring.selectors.decrees import choices_for
from scoring.services.decrees import DecreeFacts


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


class RevokeForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Alasan pencabutan"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
        help_text=gettext_lazy("Tercatat dalam jejak audit dan tidak ditampilkan kepada umum."),
        error_messages={"required": gettext_lazy("Tulis alasan pencabutan.")},
    )
