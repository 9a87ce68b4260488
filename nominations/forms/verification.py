"""What the verifier says of a dossier."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.fields import LineField, ParagraphField
from nominations.enums import Action, ItemVerdict
from nominations.models import DossierItem

VERDICT_LABELS = [
    (ItemVerdict.ACCEPTED.value, gettext_lazy("Diterima")),
    (ItemVerdict.REPAIR.value, gettext_lazy("Perlu perbaikan")),
    (ItemVerdict.REJECTED.value, gettext_lazy("Ditolak")),
]

OUTCOMES = {
    "lolos": Action.DECLARE_ELIGIBLE,
    "kembalikan": Action.RETURN_FOR_REPAIR,
    "tidak-memenuhi": Action.DECLARE_INELIGIBLE,
}


class VerdictsForm(forms.Form):
    """A verdict and a note per document, and the outcome with its reason; everything may be left for later."""

    mark_optional = False
    outcome = forms.TypedChoiceField(
        choices=[(code, code) for code in OUTCOMES],
        coerce=OUTCOMES.get,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Pilih hasil verifikasi.")},
    )
    reason = ParagraphField(label=gettext_lazy("Alasan yang dibaca pengusul"), max_length=1000, required=False)

    def __init__(self, *args: Any, items: list[DossierItem], given: dict[int, tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        for item in items:
            verdict, note = given.get(item.pk, ("", ""))
            self.fields[f"verdict_{item.pk}"] = forms.ChoiceField(
                label=_("Putusan"), choices=VERDICT_LABELS, required=False, initial=verdict, widget=forms.RadioSelect
            )
            self.fields[f"note_{item.pk}"] = LineField(
                label=_("Catatan untuk pengusul"), required=False, initial=note, max_length=500
            )

    def rows(self) -> list[dict[str, Any]]:
        """One row per document with its two bound fields, for the template."""
        return [{"item": i, "verdict": self[f"verdict_{i.pk}"], "note": self[f"note_{i.pk}"]} for i in self.items]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for item in self.items:
            verdict = data.get(f"verdict_{item.pk}")
            if verdict in (ItemVerdict.REPAIR, ItemVerdict.REJECTED) and not data.get(f"note_{item.pk}", "").strip():
                message = _("%(code)s: tulis apa yang harus diperbaiki.") % {"code": item.requirement.code}
                self.add_error(f"note_{item.pk}", ValidationError(message))
        return data

    def verdicts(self) -> dict[int, tuple[str, str]]:
        """What was given, for `services.verification.save_verdicts`."""
        data = self.cleaned_data
        return {
            item.pk: (data[f"verdict_{item.pk}"], data[f"note_{item.pk}"])
            for item in self.items
            if data[f"verdict_{item.pk}"]
        }
