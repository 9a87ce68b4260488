from django import forms
from django.utils.translation import gettext_lazy as _

from core.fields import ParagraphField
from nominations.services.region_reminder import INTRODUCTION_MAX

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
