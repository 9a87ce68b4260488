"""The form of a year's figures."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.fields import LineField, RupiahField
from sentra.forms.base import WIDE, RegisterForm, number_field
from sentra.models import SentraYear
from sentra.presenters.years import duplicate_year, production_problem, year_oddities, year_problem

MOST = 10**15


def money_field(label: str) -> RupiahField:
    attrs = {"inputmode": "numeric", "autocomplete": "off", **WIDE}
    return RupiahField(label=label, required=False, min_value=0, max_value=MOST, widget=forms.TextInput(attrs=attrs))


class YearForm(RegisterForm):
    """`before` are texts on the year before, by field; they stand below the label of each figure."""

    year = number_field(_("Tahun"), help_text=_("Empat angka, tidak melebihi tahun ini."))
    units = number_field(_("Unit usaha"), min_value=0, max_value=100_000)
    workers = number_field(_("Tenaga kerja"), min_value=0, max_value=10_000_000)
    production_amount = number_field(_("Jumlah produksi setahun"), required=False, min_value=0, max_value=MOST)
    turnover = money_field(_("Omzet setahun"))
    export_value = money_field(_("Nilai ekspor setahun"))

    sections = (
        (_("Tahun"), ("year",)),
        (_("Usaha dan tenaga kerja"), ("units", "workers")),
        (_("Produksi"), ("production_amount", "production_unit")),
        (_("Penjualan, dalam rupiah"), ("turnover", "export_value")),
    )

    class Meta:
        model = SentraYear
        fields = ("year", "units", "workers", "production_amount", "production_unit", "turnover", "export_value")
        field_classes = {"production_unit": LineField}
        help_texts = {"production_unit": _("Contoh: lembar, kilogram, buah.")}

    def __init__(self, *args: Any, before: dict[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        hints = {
            "units": _("IKM anggota sentra pada akhir tahun."),
            "workers": _("Di semua unit usaha, termasuk pemilik yang ikut bekerja."),
            "export_value": _("Isi 0 bila tidak ada ekspor. Kosongkan bila belum diketahui."),
        }
        for name in ("units", "workers", "production_amount", "turnover", "export_value"):
            texts = (hints.get(name), before.get(name))
            self.fields[name].help_text = " ".join(str(text) for text in texts if text)
        self.fields["production_amount"].widget.attrs |= WIDE
        self.fields["production_unit"].widget.attrs |= WIDE

    def check(self) -> None:
        data = self.cleaned_data
        if year := data.get("year"):
            self._problem("year", year_problem(year))
            self._note(duplicate_year(self.instance.sentra_id, year, self.instance.pk))
        if not {"production_amount", "production_unit"} & self.errors.keys():
            amount, unit = data["production_amount"], data["production_unit"]
            self._problem(
                "production_amount" if amount is None else "production_unit", production_problem(amount, unit)
            )
        figures = SentraYear(turnover=data.get("turnover"), export_value=data.get("export_value"))
        self.warnings += year_oddities(figures)
