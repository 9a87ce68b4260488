from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.fields import ParagraphField
from nominations.models import Period
from nominations.services.region_reminder import INTRODUCTION_MAX
from reports.enums import ReportKind
from scoring.selectors.stages import staged_periods

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
        self.fields["period"].queryset = staged_periods()
