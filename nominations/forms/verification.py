"""What the verifier says of a dossier, part by part, and at the end."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.fields import LineField, ParagraphField
from nominations.enums import BASIS, RULES_OF, Action, AdminRule, EntryKind, ItemVerdict
from nominations.models import NOTE_MAX, VerificationDesk, VerificationItem
from nominations.presenters.verification import VERDICTS

OUTCOMES = {
    "lolos": Action.DECLARE_ELIGIBLE,
    "kembalikan": Action.RETURN_FOR_REPAIR,
    "tidak-memenuhi": Action.DECLARE_INELIGIBLE,
}

# What is said most often; the free text beside it says the rest.
USUAL_DOCUMENT = (
    gettext_lazy("Pindaian tidak terbaca. Unggah pindaian yang jelas."),
    gettext_lazy("Dokumen belum ditandatangani atau belum distempel."),
    gettext_lazy("Masa berlaku dokumen sudah habis. Unggah dokumen yang masih berlaku."),
    gettext_lazy("Nama atau nomor pada dokumen berbeda dengan isian usulan."),
    gettext_lazy("Dokumen yang diunggah bukan dokumen yang diminta."),
    gettext_lazy("Halaman dokumen tidak lengkap."),
)
USUAL_SECTION = (
    gettext_lazy("Isian belum menjawab yang ditanyakan. Lengkapi uraiannya."),
    gettext_lazy("Isian berbeda dengan dokumen yang dilampirkan."),
    gettext_lazy("Sebutkan angka dan tahunnya."),
)


class MarkForm(forms.Form):
    """The verdict on one part. `version` is the one that the page shows, 0 for none."""

    mark_optional = False
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)
    verdict = forms.ChoiceField(
        label=gettext_lazy("Putusan"),
        choices=[(verdict.value, label) for verdict, (label, _kind) in VERDICTS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Pilih putusan.")},
    )
    usual = forms.ChoiceField(label=gettext_lazy("Catatan yang sering dipakai"), required=False)
    note = LineField(
        label=gettext_lazy("Catatan untuk pengusul"),
        help_text=gettext_lazy("Wajib bila tidak diterima. Catatan yang dipilih di atas ditaruh di depannya."),
        required=False,
        max_length=NOTE_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, mark: VerificationItem | None, of_document: bool, **kwargs: Any) -> None:
        if mark:
            kwargs["initial"] = {"version": mark.version, "verdict": mark.verdict, "note": mark.note}
        super().__init__(*args, **kwargs)
        usual = USUAL_DOCUMENT if of_document else USUAL_SECTION
        self.fields["usual"].choices = [("", _("Tidak ada")), *((str(text), text) for text in usual)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        note = " ".join(filter(None, [data.get("usual"), data.get("note")]))
        if len(note) > NOTE_MAX:
            self.add_error("note", ValidationError(_("Paling banyak %(max)d karakter.") % {"max": NOTE_MAX}))
        if not note and data.get("verdict") in (ItemVerdict.REPAIR, ItemVerdict.REJECTED):
            self.add_error("note", ValidationError(_("Tulis apa yang harus diperbaiki.")))
        return data | {"full_note": note}

    def mark(self) -> dict[str, Any]:
        """Verdict, note and version, for `services.verification.Mark`."""
        data = self.cleaned_data
        return {"verdict": data["verdict"], "note": data["full_note"], "version": data["version"]}


class OutcomeForm(forms.Form):
    """The outcome with its reasons; without an outcome the reasons are kept as a draft."""

    mark_optional = False
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    outcome = forms.TypedChoiceField(
        choices=[(code, code) for code in OUTCOMES],
        coerce=OUTCOMES.get,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Pilih hasil verifikasi.")},
    )
    reason = ParagraphField(
        label=gettext_lazy("Alasan yang dibaca pengusul"),
        help_text=gettext_lazy("Wajib bila usulan dikembalikan."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, kind: EntryKind, desk: VerificationDesk, seen: int, **kwargs: Any) -> None:
        drafts = {f"why_{rule}": text for rule, text in desk.failed.items()}
        chosen = {f"rule_{rule}": True for rule in desk.failed}
        initial = {"version": desk.version, "seen": seen, "reason": desk.reason} | drafts | chosen
        super().__init__(*args, initial=initial, **kwargs)
        self.rules = RULES_OF[kind]
        for rule in self.rules:
            self.fields[f"rule_{rule}"] = forms.BooleanField(label=rule.label, required=False)
            self.fields[f"why_{rule}"] = LineField(label=_("Alasan"), required=False, max_length=NOTE_MAX)

    def rule_rows(self) -> list[dict[str, Any]]:
        """One row per rule with its two bound fields, for the template."""
        return [
            {"rule": rule, "basis": BASIS[rule], "chosen": self[f"rule_{rule}"], "why": self[f"why_{rule}"]}
            for rule in self.rules
        ]

    def rule_chosen(self) -> bool:
        """Whether the list of rules is in use, so that the page shows it open."""
        return any(self[f"rule_{rule}"].value() or self[f"why_{rule}"].value() for rule in self.rules)

    def failed(self) -> dict[AdminRule, str]:
        """The chosen rules with their reasons, for `services.verification`."""
        data = self.cleaned_data
        return {rule: data[f"why_{rule}"] for rule in self.rules if data[f"rule_{rule}"]}
