"""The filter bar of the list."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from reference.models import Commodity
from sentra.models import Sentra

SEARCH_MAX = 80


class SentraFilter(forms.Form):
    """A value that cannot be read filters nothing."""

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
        """Two queries for the choice of commodity, none for the search."""
        self.is_valid()
        if name := self.cleaned_data.get("q"):
            rows = rows.filter(name__icontains=name)
        if commodity := self.cleaned_data.get("commodity"):
            rows = rows.filter(commodity=commodity)
        return rows


def chosen_sentra(params: Mapping[str, str], user: Any) -> QuerySet[Sentra]:
    """What the list shows this person for these parameters; `sentra` narrows it to one. Queries as `SentraFilter`."""
    rows = SentraFilter(params).apply(Sentra.objects.visible_to(user))
    one = params.get("sentra", "")
    return rows.filter(pk=int(one)) if one.isascii() and one.isdigit() and len(one) < 19 else rows
