"""Forms of tables in and out."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.fields import with_largest, word_errors
from core.formats import number_id
from sentra.enums import ExportFormat, ExportKind, TableKind
from sentra.rules import MAX_IMPORT_ROWS

FILTERS = ("q", "commodity", "sentra")


class _WordedForm(forms.Form):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            word_errors(field)


class ImportForm(_WordedForm):
    kind = forms.ChoiceField(label=_("Tabel"), choices=TableKind, widget=forms.RadioSelect)
    file = forms.FileField(
        label=_("Berkas Excel"),
        help_text=with_largest(
            format_lazy(_("XLSX, paling besar %(largest)s dan {rows} baris."), rows=number_id(MAX_IMPORT_ROWS))
        ),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )


class ConfirmForm(forms.Form):
    confirmed = forms.BooleanField(label=_("Peringatan sudah saya cocokkan dengan dokumen"), required=False)


class ExportForm(_WordedForm):
    """The table and the kind of file, and what the list was narrowed to."""

    kind = forms.ChoiceField(label=_("Tabel"), choices=ExportKind, widget=forms.RadioSelect)
    format = forms.ChoiceField(
        label=_("Bentuk berkas"),
        choices=ExportFormat,
        widget=forms.RadioSelect,
        help_text=_("Pilih XLSX untuk Excel. CSV untuk program lain; Excel menghapus angka 0 di depan NIB dan NPWP."),
    )
    npwp = forms.BooleanField(
        label=_("Tulis NPWP IKM daerah saya secara lengkap"),
        required=False,
        help_text=_(
            "Hanya untuk tabel IKM. NPWP perseorangan dapat berupa NIK, jadi tanpa tanda ini angkanya disamarkan."
            " Siapa yang memintanya dan berapa IKM yang termuat dicatat."
        ),
    )
    q = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    commodity = forms.CharField(required=False, max_length=30, widget=forms.HiddenInput)
    sentra = forms.CharField(required=False, max_length=19, widget=forms.HiddenInput)

    @property
    def params(self) -> dict[str, str]:
        """What narrows the table, and whether NPWP are whole; empty values narrow nothing."""
        narrowed = {name: self.cleaned_data[name] for name in FILTERS if self.cleaned_data.get(name)}
        return narrowed | ({"npwp": "on"} if self.cleaned_data.get("npwp") else {})
