"""The form of a sentra."""

from collections import Counter
from functools import cache
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.fields import DayField, IdentifierField, LineField, MapPointField, with_largest
from core.identifiers import Kind
from reference.models import Commodity, Region
from sentra import messages
from sentra.enums import RecordKind
from sentra.forms.base import PHONE_HELP, RegisterForm, number_field
from sentra.models import Sentra
from sentra.selectors.choices import villages_to_choose
from sentra.selectors.duplicates import LookAlike


class SentraForm(RegisterForm):
    different = forms.BooleanField(label=_("Ini sentra yang berbeda"), required=False)
    unit_count = number_field(
        _("Jumlah unit usaha"),
        min_value=1,
        max_value=100_000,
        help_text=_("Semua IKM anggota sentra, menurut SK. Sentra baru paling sedikit 5."),
    )
    village_unlisted = LineField(
        label=_("Nama desa/kelurahan bila belum terdaftar"),
        required=False,
        max_length=120,
        help_text=_("Isi hanya bila desa/kelurahan tidak ada dalam daftar di atas."),
    )
    sk_number = IdentifierField(
        Kind.SK, label=_("Nomor SK"), help_text=_("Tulis seperti pada dokumen. Contoh: 188/82/KEP/2025.")
    )
    sk_date = DayField(
        label=_("Tanggal SK"),
        help_text=_("Contoh: 21-05-2024 atau 21 Mei 2024."),
    )
    sk_file = forms.FileField(
        label=_("Berkas SK"),
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}),
        help_text=with_largest(_("PDF, paling besar %(largest)s.")),
    )
    contact_phone = IdentifierField(Kind.PHONE, label=_("Telepon narahubung"), help_text=PHONE_HELP)
    contact_email = forms.EmailField(
        label=_("Surel narahubung (bila ada)"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "class": "w-24ch"}),
        error_messages={"invalid": _("Alamat surel tidak lengkap. Contoh: nama@contoh.id.")},
    )
    map_point = MapPointField(
        label=_("Titik pada peta (bila ada)"),
        required=False,
        help_text=_("Lintang dan bujur, dapat disalin dari aplikasi peta. Contoh: -6.8886, 109.6753."),
    )

    file_field = "sk_file"
    compared = ("map_point",)
    mark_optional = False  # a village is optional only when the other field names it
    sections = (
        (_("Tentang sentra"), ("name", "commodity", "unit_count")),
        (_("Lokasi"), ("village", "village_unlisted", "address", "map_point")),
        (_("SK penetapan sentra"), ("sk_number", "sk_date", "sk_signatory", "sk_file")),
        (_("Narahubung"), ("contact_name", "contact_phone", "contact_email")),
    )

    class Meta:
        model = Sentra
        fields = (
            "name", "commodity", "unit_count", "village", "village_unlisted", "address", "sk_number", "sk_date",
            "sk_signatory", "contact_name", "contact_phone", "contact_email",
        )  # fmt: skip
        field_classes = dict.fromkeys(("name", "address", "sk_signatory", "contact_name"), LineField)
        labels = {"village": _("Desa/kelurahan"), "commodity": _("Komoditas")}
        help_texts = {
            "address": _("Jalan, dusun, atau tempat yang mudah ditemukan."),
            "sk_signatory": _("Jabatan dan nama. Contoh: Wali Kota Pekalongan, nama pejabat."),
        }

    def __init__(self, *args: Any, district: Region, village: str = "", **options: Any) -> None:
        """`village` is preselected when it lies in the kecamatan."""
        super().__init__(*args, **options)
        self.district = district
        self.initial["village"] = self.instance.village_id or village
        self.initial["map_point"] = self.instance.map_point
        chosen = self.instance.village_id
        villages = villages_to_choose(district.pk, chosen)
        self.fields["village"].queryset = villages
        self.fields["village"].required = False
        offered = cache(lambda: [("", _("Pilih desa/kelurahan")), *_village_choices(list(villages))])
        self.fields["village"].choices = offered  # asked for when they are shown, which a save does not
        self.fields["commodity"].queryset = Commodity.objects.current()
        self.fields["commodity"].empty_label = _("Pilih komoditas")
        self.fields["sk_file"].required = not self.instance.pk
        if self.instance.sk_file_id:
            self.fields["sk_file"].help_text = with_largest(
                _("Pilih berkas hanya bila SK perlu diganti. PDF, paling besar %(largest)s.")
            )
        elif self.instance.pk:
            self.fields["sk_file"].help_text = with_largest(
                _("Berkas SK belum diunggah. PDF, paling besar %(largest)s.")
            )
        if self.instance.pk and self.instance.ikm.exists():
            self.fields["commodity"].disabled = True
            self.fields["commodity"].help_text = messages.commodity_is_fixed()

    def check(self) -> None:
        data = self.cleaned_data
        data["district"] = self.district
        if "map_point" in data:
            data["latitude"], data["longitude"] = data["map_point"] or (None, None)
        if "village" in data and "village_unlisted" in data:
            self._problem("village", messages.place_problem(self.district, data["village"], data["village_unlisted"]))
        if data.get("unit_count") and not self.instance.pk:
            self._problem("unit_count", messages.units_problem(data["unit_count"]))
        if data.get("sk_date"):
            self._problem("sk_date", messages.sk_date_problem(data["sk_date"]))
        chosen = {name: data.get(name) for name in ("name", "commodity")}
        if all(chosen.values()) and not self.unchanged(**chosen):
            region, commodity = self.district.parent_id, data["commodity"].pk
            self._note(messages.duplicate_sentra(region, commodity, data["name"], self.instance.pk))

    def find_look_alikes(self) -> list[LookAlike]:
        data = self.cleaned_data
        if not data.get("commodity") or self.duplicate:
            return []
        return self._look_alikes(
            RecordKind.SENTRA,
            self.district.parent_id,
            name=data["name"],
            commodity=data["commodity"],
            village=data.get("village"),
            contact_phone=data.get("contact_phone", ""),
        )


def _village_choices(villages: list[Region]) -> list[tuple[str, str]]:
    """Some villages share their name within a kecamatan; their code tells them apart."""
    times = Counter(village.name for village in villages)
    return [(v.pk, f"{v.label} ({v.pk})" if times[v.name] > 1 else v.label) for v in villages]
