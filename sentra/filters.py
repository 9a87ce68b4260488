"""The filter bar of the list."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.fields import plain_line
from reference.models import Commodity
from sentra.models import Sentra
from sentra.selectors.search import with_name
from sentra.selectors.words import LEAST_LETTERS

SEARCH_MAX = 80


class SentraFilter(forms.Form):
    """A value that cannot be read filters nothing. A name with a typing error still finds its sentra."""

    q = forms.CharField(
        label=_("Nama sentra"),
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control", "maxlength": SEARCH_MAX}),
    )
    commodity = forms.ModelChoiceField(
        Commodity.objects.all(),
        label=_("Komoditas"),
        required=False,
        empty_label=_("Semua komoditas"),
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def clean_q(self) -> str:
        return self.cleaned_data["q"][:SEARCH_MAX]

    def apply(self, rows: QuerySet[Sentra]) -> QuerySet[Sentra]:
        """Two queries for the choice of commodity, one for the search."""
        self.is_valid()
        if name := self.cleaned_data.get("q"):
            rows = rows.filter(with_name(name))
        if commodity := self.cleaned_data.get("commodity"):
            rows = rows.filter(commodity=commodity)
        return rows


def search_box(label: str, help_text: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"class": "form-control", "maxlength": SEARCH_MAX, "type": "search"})
    return forms.CharField(label=label, required=False, help_text=help_text, widget=widget)


class SearchForm(forms.Form):
    q = search_box(
        _("Cari sentra, IKM, atau produk"),
        _("Nama, pemilik, desa/kelurahan, NIB, NPWP, atau telepon. Salah ketik sedikit tidak apa-apa."),
    )

    def clean_q(self) -> str:
        text = plain_line(self.cleaned_data["q"][:SEARCH_MAX])
        if text and len(text) < LEAST_LETTERS:
            raise forms.ValidationError(_("Tulis paling sedikit %(least)d huruf.") % {"least": LEAST_LETTERS})
        return text

    @property
    def text(self) -> str:
        """What to look for; empty when nothing was typed, or too little."""
        return self.cleaned_data["q"] if self.is_valid() else ""


class VillageSearchForm(SearchForm):
    q = search_box(_("Nama desa/kelurahan"), _("Salah ketik sedikit tidak apa-apa."))


def chosen_sentra(params: Mapping[str, str], user: Any) -> QuerySet[Sentra]:
    """What the list shows this person for these parameters; `sentra` narrows it to one. Queries as `SentraFilter`."""
    rows = SentraFilter(params).apply(Sentra.objects.visible_to(user))
    one = params.get("sentra", "")
    return rows.filter(pk=int(one)) if one.isascii() and one.isdigit() and len(one) < 19 else rows
