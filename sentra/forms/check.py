"""With what a number was compared."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from core.fields import LineField
from sentra.enums import CHECK_LABELS, CheckedNumber, CheckHow, PermitKind
from sentra.rules import ways_to_check


class CheckForm(forms.Form):
    how = forms.TypedChoiceField(
        label=_("Dicocokkan dengan"),
        coerce=CheckHow,
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih dengan apa nomor ini dicocokkan.")},
    )
    note = LineField(
        label=_("Keterangan"),
        required=False,
        max_length=250,
        help_text=_("Wajib diisi bila dicocokkan dengan cara lain."),
    )

    def __init__(self, *args: Any, what: PermitKind | CheckedNumber, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["how"].choices = [(how.value, capfirst(str(CHECK_LABELS[how]))) for how in ways_to_check(what)]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("how") is CheckHow.OTHER and not data.get("note"):
            self.add_error("note", _("Tulis dengan apa nomor ini dicocokkan."))
        return data
