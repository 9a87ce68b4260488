"""The form of an IKM."""

from functools import cache
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import formats
from core.fields import IdentifierField, LineField, RupiahField
from core.identifiers import Kind
from sentra import messages
from sentra.enums import RecordKind
from sentra.forms.base import PHONE_HELP, WIDE, RegisterForm, number_field
from sentra.models import Ikm
from sentra.presenters.notices import edition_oddities
from sentra.presenters.records import kbli_choices
from sentra.selectors.choices import kbli_in_force
from sentra.selectors.duplicates import LookAlike


class IkmForm(RegisterForm):
    different = forms.BooleanField(label=_("Ini IKM yang berbeda"), required=False)
    nib = IdentifierField(Kind.NIB, label=_("NIB"), help_text=_("Nomor Induk Berusaha, 13 angka."))
    npwp = IdentifierField(Kind.NPWP, label=_("NPWP"), help_text=_("15 atau 16 angka, seperti pada kartu NPWP."))
    workers = number_field(
        _("Jumlah tenaga kerja"), min_value=1, max_value=1_000_000, help_text=_("Termasuk pemilik yang ikut bekerja.")
    )
    investment = RupiahField(
        label=_("Nilai investasi"),
        min_value=0,
        max_value=10**15,
        help_text=_("Dalam rupiah, tanpa tanah dan bangunan tempat usaha. Contoh: 250.000.000."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", **WIDE}),
    )
    established_year = number_field(_("Tahun mulai usaha"), help_text=_("Empat angka. Contoh: 2012."))
    phone = IdentifierField(Kind.PHONE, label=_("Telepon"), help_text=PHONE_HELP)

    hidden = ("npwp",)
    sections = (
        (_("Tentang IKM"), ("name", "owner_name", "established_year")),
        (_("Legalitas"), ("nib", "npwp", "kbli")),
        (_("Skala usaha"), ("workers", "investment")),
        (_("Alamat dan telepon"), ("address", "phone")),
    )

    class Meta:
        model = Ikm
        fields = (
            "name", "owner_name", "established_year", "nib", "npwp", "kbli", "workers", "investment", "address",
            "phone",
        )  # fmt: skip
        field_classes = dict.fromkeys(("name", "owner_name", "address"), LineField)
        help_texts = {"kbli": _("Kode usaha pada NIB. Periksa juga edisinya: KBLI 2020 atau KBLI 2025.")}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            self._hide_npwp()
        commodity, chosen = self.instance.sentra.commodity, self.instance.kbli_id
        offered = cache(lambda: [("", _("Pilih kode KBLI")), *kbli_choices(commodity, chosen)])
        self.fields["kbli"].queryset = kbli_in_force(chosen)
        self.fields["kbli"].choices = offered  # asked for when they are shown, which a save does not

    def _hide_npwp(self) -> None:
        """It may be a person's NIK: the stored one is not written into the page, and an empty field leaves it."""
        self.initial["npwp"], field = "", self.fields["npwp"]
        field.required, self.mark_optional = False, False
        field.help_text = _("Tersimpan: %(npwp)s. Isi hanya bila NPWP perlu diganti.") % {
            "npwp": formats.mask_id(self.instance.npwp)
        }

    def clean_npwp(self) -> str:
        return self.cleaned_data["npwp"] or self.instance.npwp

    def check(self) -> None:
        if year := self.cleaned_data.get("established_year"):
            self._problem("established_year", messages.year_problem(year))
        if (nib := self.cleaned_data.get("nib")) and not self.unchanged(nib=nib):
            self._note(messages.duplicate_nib(self.actor, nib, self.instance.pk))
        if (kbli := self.cleaned_data.get("kbli")) and "kbli" in self.changed_data:
            self.warnings += edition_oddities(kbli, self.instance.sentra.commodity)

    def find_look_alikes(self) -> list[LookAlike]:
        values = {name: self.cleaned_data.get(name, "") for name in ("name", "npwp", "phone")}
        return self._look_alikes(RecordKind.IKM, self.instance.sentra.region_id, **values)
