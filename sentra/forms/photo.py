"""Photos of a product."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.fields import LineField, with_largest

CAPTION_MAX = 160


class CaptionForm(forms.Form):
    caption = LineField(
        label=_("Keterangan foto"),
        max_length=CAPTION_MAX,
        help_text=_("Apa yang terlihat pada foto. Contoh: Perajin mencanting motif jlamprang."),
    )


class PhotoForm(CaptionForm):
    photo = forms.FileField(
        label=_("Berkas foto"),
        widget=forms.FileInput(attrs={"accept": ".jpg,.jpeg,.png,image/jpeg,image/png", "data-shrink": ""}),
        help_text=with_largest(
            _("JPEG atau PNG, paling besar %(largest)s. Data lokasi dan kamera di dalam foto dihapus.")
        ),
        error_messages={"empty": _("Berkas kosong (0 byte). Pilih berkas yang berisi.")},
    )

    field_order = ("photo", "caption")
