from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.models import AuditEntry
from reports import selectors
from reports.presenters.audit import GROUPS


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
