"""Samples and the steps of their custody."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.fields import DayField, LineField, ParagraphField, WholeNumberField
from core.formats import JAKARTA
from scoring.enums import CustodyKind
from scoring.presenters.samples import CUSTODY_LABELS

WIB = ZoneInfo(JAKARTA)


class StepForm(forms.Form):
    """One step of a sample; who has it now gives it."""

    mark_optional = False

    kind = forms.ChoiceField(
        label=gettext_lazy("Yang terjadi"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Pilih yang terjadi pada contoh ini.")},
    )
    taken_by = LineField(
        label=gettext_lazy("Diterima oleh"),
        help_text=gettext_lazy("Nama dan lembaga. Dikosongkan bila contoh diuji atau dimusnahkan."),
        max_length=160,
        required=False,
    )
    day = DayField(label=gettext_lazy("Tanggal"), help_text=gettext_lazy("Contoh: 17-08-2026"))
    clock = forms.TimeField(
        label=gettext_lazy("Jam (WIB)"),
        help_text=gettext_lazy("Contoh: 09.30"),
        input_formats=["%H.%M", "%H:%M"],
        widget=forms.TimeInput(attrs={"class": "w-16ch", "autocomplete": "off"}, format="%H.%M"),
        error_messages={"invalid": gettext_lazy("Isi jam dengan angka, misalnya 09.30.")},
    )
    place = LineField(label=gettext_lazy("Tempat penyimpanan"), max_length=160)
    condition = LineField(label=gettext_lazy("Keadaan contoh"), max_length=300)
    deviates = forms.BooleanField(label=gettext_lazy("Keadaan atau isinya tidak sesuai dengan berkas"), required=False)
    note = ParagraphField(
        label=gettext_lazy("Catatan"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data: Any = None, *, kinds: Iterable[CustodyKind] = (), now: datetime) -> None:
        local = now.astimezone(WIB)
        super().__init__(data, initial={"day": local.date(), "clock": local.time()})
        if "kind" in self.fields:
            self.fields["kind"].choices = [(kind.value, _(CUSTODY_LABELS[kind])) for kind in kinds]

    def step(self, **more: Any) -> dict[str, Any]:
        """What was typed, as `services.samples.Step` takes it."""
        data = self.cleaned_data
        names = ("place", "condition", "taken_by", "deviates", "note")
        at = datetime.combine(data["day"], data["clock"], WIB)
        return {"at": at, **{name: data[name] for name in names}} | more


class ReceiptForm(StepForm):
    """A sample that arrives."""

    kind = None
    description = LineField(
        label=gettext_lazy("Contoh yang diterima"),
        help_text=gettext_lazy("Contoh: Kain batik tulis jlamprang 2,5 m"),
        max_length=200,
    )
    count = WholeNumberField(label=gettext_lazy("Jumlah"), min_value=1, max_value=1000)
    given_by = LineField(
        label=gettext_lazy("Diserahkan oleh"),
        help_text=gettext_lazy("Nama dan lembaga, atau jasa pengiriman dengan nomor resinya."),
        max_length=160,
    )
    taken_by = LineField(label=gettext_lazy("Diterima oleh"), max_length=160)
    field_order = ("description", "count", "condition", "deviates", "given_by", "taken_by", "day", "clock", "place")
