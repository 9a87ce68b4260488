"""What the ministry types to move a deadline, or to act for a region."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy

from core.fields import DayField, LineField, with_largest
from core.formats import JAKARTA
from nominations.enums import EXTENDABLE
from nominations.models import Period, Window
from reference.models import Region

REASON_MAX = 250


class RegionField(forms.ModelChoiceField):
    """A kabupaten or kota of the country, by province."""

    def __init__(self, **options: Any) -> None:
        rows = Region.objects.current().regencies().select_related("parent").order_by("parent__name", "name")
        super().__init__(rows, label=gettext_lazy("Kabupaten/kota"), empty_label=gettext_lazy("Pilih"), **options)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.parent.label}: {obj.label}"


class ExtensionForm(forms.Form):
    """The new deadline, as it is ruled: in WIB."""

    closes_on = DayField(label=gettext_lazy("Tanggal batas baru"), help_text=gettext_lazy("Contoh: 21-05-2027."))
    closes_time = forms.TimeField(
        label=gettext_lazy("Pukul (WIB)"),
        help_text=gettext_lazy("Sebaiknya pukul 16.00 pada hari kerja."),
        input_formats=["%H.%M", "%H:%M"],
        widget=forms.TimeInput(format="%H.%M", attrs={"autocomplete": "off", "class": "w-8ch"}),
        initial="16.00",
        error_messages={"invalid": gettext_lazy("Isi jam dan menit, misalnya 16.00.")},
    )
    reason = LineField(
        label=gettext_lazy("Alasan"),
        help_text=gettext_lazy("Dibaca oleh petugas daerah dan tercatat dalam jejak audit."),
        max_length=REASON_MAX,
    )

    @property
    def closes_at(self) -> datetime:
        """The moment that a valid form names."""
        data = self.cleaned_data
        return datetime.combine(data["closes_on"], data["closes_time"], tzinfo=ZoneInfo(JAKARTA))


class RegionExtensionForm(ExtensionForm):
    window = forms.ModelChoiceField(
        Window.objects.filter(kind__in=EXTENDABLE)
        .select_related("period")
        .order_by("-period__year", "period__name", "opens_at"),
        label=gettext_lazy("Jadwal"),
        empty_label=gettext_lazy("Pilih"),
    )
    region = RegionField()
    field_order = ("region", "window", "closes_on", "closes_time", "reason")


class WithdrawalForm(forms.Form):
    reason = LineField(label=gettext_lazy("Alasan"), max_length=REASON_MAX)


class ProxyForm(forms.Form):
    """For which region, in which rounds and why the Sekretariat acts."""

    region = RegionField()
    periods = forms.ModelMultipleChoiceField(
        Period.objects.order_by("-year", "name"),
        label=gettext_lazy("Periode"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Pilih sedikitnya satu periode.")},
    )
    reason = LineField(
        label=gettext_lazy("Alasan"),
        help_text=gettext_lazy("Dibaca oleh petugas daerah. Contoh: jaringan terputus sejak gempa 12 Mei 2027."),
        max_length=REASON_MAX,
    )
    letter = forms.FileField(
        label=gettext_lazy("Surat permintaan dinas"),
        help_text=with_largest(gettext_lazy("Sangat disarankan. PDF, JPEG, atau PNG, paling besar %(largest)s.")),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
        required=False,
        allow_empty_file=True,
    )
