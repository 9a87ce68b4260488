from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certificates.models import Certificate
from core.fields import plain_line
from core.models import AuditEntry
from nominations.models import Award, Category
from reference.models import Region
from reports import selectors
from reports.presenters.audit import GROUPS
from reports.selectors.holders import in_force, named

SEARCH_MAX = 80
BOX = {"class": "form-control"}
SELECT = forms.Select(attrs={"class": "form-select"})


class AuditFilterForm(forms.Form):
    """What the trail is narrowed to; person and object come from the links in its rows."""

    group = forms.ChoiceField(label=_("Jenis"), choices=[("", _("Semua")), *GROUPS.items()], required=False)
    date = forms.DateField(label=_("Sampai tanggal"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    actor = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)
    type = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    id = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


def audit_filter(params: QueryDict) -> tuple[AuditFilterForm, QuerySet[AuditEntry]]:
    """The form and the entries that it leaves; what is not understood narrows nothing. No query."""
    form = AuditFilterForm(params)
    form.is_valid()
    wanted = form.cleaned_data
    return form, selectors.audit_entries(
        group=wanted.get("group", ""),
        until=wanted.get("date"),
        object_type=wanted.get("type", ""),
        object_id=wanted.get("id", ""),
        actor_id=wanted.get("actor"),
    )


class HolderFilter(forms.Form):
    """The public register. A value that cannot be read filters nothing; a name with a typing error finds its holder."""

    q = forms.CharField(label=_("Nama pemegang atau produk"), required=False)
    penghargaan = forms.ModelChoiceField(
        Award.objects.order_by("name"), label=_("Penghargaan"), required=False, empty_label=_("Semua"), widget=SELECT
    )
    tahun = forms.IntegerField(
        label=_("Tahun"), required=False, min_value=1, max_value=9999, widget=forms.NumberInput(attrs=BOX)
    )
    kategori = forms.ModelChoiceField(
        Category.objects.order_by("award", "order"),
        label=_("Kategori"),
        required=False,
        empty_label=_("Semua"),
        widget=SELECT,
    )
    provinsi = forms.ModelChoiceField(
        Region.objects.current().provinces().order_by("name"),
        label=_("Provinsi"),
        required=False,
        empty_label=_("Semua"),
        widget=SELECT,
    )
    bintang = forms.IntegerField(
        label=_("Bintang"), required=False, min_value=1, max_value=5, widget=forms.NumberInput(attrs=BOX)
    )
    berlaku = forms.ChoiceField(
        label=_("Masa berlaku"),
        choices=[("", _("Berlaku sekarang")), ("berakhir", _("Sudah berakhir")), ("semua", _("Semua"))],
        required=False,
        widget=SELECT,
    )

    def clean_q(self) -> str:
        return plain_line(self.cleaned_data["q"][:SEARCH_MAX])

    @property
    def choices(self) -> list[forms.BoundField]:
        return [self[name] for name in ("penghargaan", "tahun", "kategori", "provinsi", "bintang", "berlaku")]

    @property
    def chosen(self) -> dict[str, Any]:
        """What was understood and narrows the list."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}

    @property
    def is_narrowed(self) -> bool:
        """By more than the name, so that the other fields are shown open."""
        return bool(self.chosen.keys() - {"q"})

    def apply(self, rows: QuerySet[Certificate]) -> QuerySet[Certificate]:
        """At most three queries for the choices in the address, two for the search."""
        chosen, today = self.chosen, timezone.localdate()
        if name := chosen.get("q"):
            rows = named(rows, name)
        if award := chosen.get("penghargaan"):
            rows = rows.filter(period__award=award)
        if year := chosen.get("tahun"):
            rows = rows.filter(period__year=year)
        if category := chosen.get("kategori"):
            rows = rows.filter(period__award=category.award_id, category_code=category.code)
        if province := chosen.get("provinsi"):
            rows = rows.filter(region_code__range=(f"{province.pk}.00", f"{province.pk}.99"))
        if stars := chosen.get("bintang"):
            rows = rows.filter(stars=stars)
        ended, current = rows.filter(valid_until__lt=today), rows.filter(in_force(today))
        return {"berakhir": ended, "semua": rows}.get(chosen.get("berlaku", ""), current)
