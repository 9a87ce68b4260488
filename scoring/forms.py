"""Checking what scorers, the chair and the secretariat type."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.fields import DayField, LineField, ParagraphField
from nominations.models import Period
from scoring.enums import Finding, Outcome
from scoring.maths.instrument import Indicator, InstrumentSpec
from scoring.models import NOTE_LENGTH, FieldClaim, FieldVisit
from scoring.rules import INTRODUCTION_MAX, NA, NOTHING, Answer, plain


class DeclarationForm(forms.Form):
    """The word on a conflict of interest; a conflict needs its reason."""

    mark_optional = False  # the help texts say when a reason is asked for

    conflict = forms.ChoiceField(
        label=gettext_lazy("Apakah Anda mempunyai benturan kepentingan dengan usulan ini?"),
        choices=[
            ("no", gettext_lazy("Tidak, saya dapat menilai secara mandiri")),
            ("yes", gettext_lazy("Ya, saya mempunyai benturan kepentingan")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Pilih salah satu pernyataan.")},
    )
    reason = ParagraphField(
        label=gettext_lazy("Penjelasan benturan kepentingan"),
        help_text=gettext_lazy("Diisi hanya bila ada benturan. Penjelasan hanya dibaca ketua panel dan auditor."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("conflict") == "yes" and not data.get("reason", "").strip():
            self.add_error("reason", _("Jelaskan benturan kepentingan Anda."))
        return data

    @property
    def has_conflict(self) -> bool:
        return self.cleaned_data["conflict"] == "yes"


class SheetForm:
    """All indicators of an instrument with their notes, as typed; every one may be left for later.

    Reads like a Django form and is none: fifty fields would cost more than the rest of a save.
    """

    note = ParagraphField(required=False, max_length=NOTE_LENGTH)

    def __init__(self, data: Any = None, *, spec: InstrumentSpec, answers: Mapping[str, Answer], version: int) -> None:
        self.spec = spec
        self.is_bound = data is not None
        self.errors: dict[str, str] = {}  # by the name of the field
        self._answers = dict(answers)
        self.typed = _shown(spec, answers) if data is None else _typed(spec, data)
        self.version = str(version) if data is None else data.get("version", "")
        if self.is_bound:
            self._read()

    def is_valid(self) -> bool:
        return self.is_bound and not self.errors

    def answers(self) -> dict[str, Answer]:
        """What was typed, for `services.sheets.save_sheet`; only of a valid form."""
        return self._answers

    @property
    def version_number(self) -> int:
        return int(self.version)

    @property
    def error_links(self) -> list[dict[str, str]]:
        """For the summary of errors."""
        return [{"text": text, "url": f"#{name}"} for name, text in self.errors.items()]

    def _read(self) -> None:
        if not (self.version.isascii() and self.version.isdigit() and len(self.version) < 10):
            self.errors["version"] = _("Formulir tidak lengkap. Muat ulang halaman, lalu kirim lagi.")
        self._answers = {one.code: self._answer(one) for one in self.spec.indicators}

    def _answer(self, indicator: Indicator) -> Answer:
        code = indicator.code
        chosen, note = self.typed[f"value_{code}"], self.typed[f"note_{code}"]
        values = {plain(value): value for value in indicator.values} if chosen else {}
        na = chosen == NA and indicator.na_allowed
        if chosen and not na and chosen not in values:
            self.errors[f"value_{code}"] = _(
                "Nilai %(code)s tidak ada dalam pilihan. Pilih salah satu nilai yang tersedia."
            ) % {"code": code}
        try:
            note = self.note.clean(note) if note else ""
        except ValidationError as error:
            self.errors[f"note_{code}"] = f"{code}: {' '.join(error.messages)}"
        return Answer(values.get(chosen), note, na)


def _shown(spec: InstrumentSpec, answers: Mapping[str, Answer]) -> dict[str, str]:
    """The stored answers as the fields of the form."""
    shown = {}
    for one in spec.indicators:
        given = answers.get(one.code, NOTHING)
        shown[f"value_{one.code}"] = NA if given.na else "" if given.value is None else plain(given.value)
        shown[f"note_{one.code}"] = given.note
    return shown


def _typed(spec: InstrumentSpec, data: Any) -> dict[str, str]:
    names = [f"{kind}_{one.code}" for one in spec.indicators for kind in ("value", "note")]
    return {name: data.get(name, "") for name in names}


FINDING_LABELS = [
    ("", gettext_lazy("Belum diperiksa")),
    (Finding.PROVEN.value, gettext_lazy("Terbukti")),
    (Finding.PARTLY.value, gettext_lazy("Terbukti sebagian")),
    (Finding.NOT_PROVEN.value, gettext_lazy("Tidak terbukti")),
]


PARTS = ("finding", "interviewee", "note", "actual")


class VisitForm(forms.Form):
    """Facts of the visit and a finding per claim; all may be left for later."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    visited_on = DayField(
        label=gettext_lazy("Tanggal kunjungan"), help_text=gettext_lazy("Contoh: 17-08-2026"), required=False
    )
    place = LineField(label=gettext_lazy("Tempat"), max_length=160, required=False)
    summary = ParagraphField(
        label=gettext_lazy("Ringkasan kunjungan"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    added_claim = LineField(
        label=gettext_lazy("Klaim lain yang diperiksa"),
        help_text=gettext_lazy("Diisi bila ada hal lain yang perlu diperiksa. Klaim ditambahkan setelah disimpan."),
        max_length=330,
        required=False,
    )
    mark_optional = False

    def __init__(self, data: Any = None, *, visit: FieldVisit, claims: Iterable[FieldClaim]) -> None:
        names = ("version", "visited_on", "place", "summary")
        super().__init__(data, initial={name: getattr(visit, name) for name in names})
        self.claims = list(claims)
        for claim in self.claims:
            self.fields[f"finding_{claim.pk}"] = forms.ChoiceField(
                choices=FINDING_LABELS, required=False, initial=claim.finding, widget=forms.RadioSelect
            )
            self.fields[f"interviewee_{claim.pk}"] = LineField(
                required=False, initial=claim.interviewee, max_length=120
            )
            self.fields[f"note_{claim.pk}"] = ParagraphField(required=False, initial=claim.note, max_length=NOTE_LENGTH)
            self.fields[f"actual_{claim.pk}"] = LineField(required=False, initial=claim.actual, max_length=300)

    def rows(self) -> list[dict[str, Any]]:
        """One row per claim with its bound fields, for the template."""
        return [{"claim": claim, **{name: self[f"{name}_{claim.pk}"] for name in PARTS}} for claim in self.claims]

    def findings(self) -> dict[int, tuple[str, ...]]:
        """Finding, interviewee, note and what was found instead, per claim id."""
        data = self.cleaned_data
        return {claim.pk: tuple(data[f"{name}_{claim.pk}"].strip() for name in PARTS) for claim in self.claims}


class CloseForm(forms.Form):
    """Closing a stage; the note is asked for when the scorers are far apart."""

    stage = forms.IntegerField(widget=forms.HiddenInput)
    moderation_note = ParagraphField(
        label=gettext_lazy("Catatan moderasi"),
        help_text=gettext_lazy("Wajib bila selisih nilai melebihi ambang: apa yang dibahas dan kesimpulannya."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class AssignForm(forms.Form):
    """One scorer for one stage, from the buttons of the assignment page."""

    stage = forms.IntegerField()
    assessor = forms.IntegerField()


class PlenaryForm(forms.Form):
    """A meeting of the panel."""

    period = forms.ModelChoiceField(
        label=gettext_lazy("Periode"),
        queryset=Period.objects.order_by("-year", "award"),
        empty_label=gettext_lazy("Pilih periode"),
    )
    held_on = DayField(label=gettext_lazy("Tanggal pleno"), help_text=gettext_lazy("Contoh: 17-08-2026"))
    place = LineField(label=gettext_lazy("Tempat"), max_length=160)
    attendance = ParagraphField(
        label=gettext_lazy("Daftar hadir"),
        help_text=gettext_lazy("Satu nama per baris, dengan jabatan atau lembaganya."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class RecommendationForm(forms.Form):
    """The plenary's word; stars only where the award has them."""

    mark_optional = False  # the help texts say when stars and reason are asked for

    outcome = forms.ChoiceField(
        label=gettext_lazy("Putusan pleno"),
        choices=[
            (Outcome.RECOMMENDED.value, gettext_lazy("Direkomendasikan")),
            (Outcome.NOT_RECOMMENDED.value, gettext_lazy("Tidak direkomendasikan")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Pilih putusan pleno.")},
    )
    reason = ParagraphField(
        label=gettext_lazy("Alasan pleno"),
        help_text=gettext_lazy("Wajib bila tidak direkomendasikan, atau bila bintang berbeda dari hasil nilai."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    field_order = ["outcome", "stars", "reason"]

    def __init__(self, data: Any = None, *, known_stars: Iterable[int], proposed: int | None) -> None:
        super().__init__(data, initial={"stars": proposed})
        known = sorted(known_stars, reverse=True)
        if known:
            self.fields["stars"] = forms.TypedChoiceField(
                label=_("Bintang"),
                choices=[(number, f"{'★' * number} ({number})") for number in known],
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
            )
            self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        """Stars belong to a recommendation alone."""
        data = super().clean() or {}
        if data.get("outcome") != Outcome.RECOMMENDED:
            data["stars"] = None
            if data.get("outcome") and not data.get("reason", "").strip():
                self.add_error("reason", _("Tulis alasan pleno tidak merekomendasikan usulan ini."))
        elif "stars" in self.fields and not data.get("stars"):
            self.add_error("stars", _("Pilih jumlah bintang yang direkomendasikan."))
        return data


class ReminderForm(forms.Form):
    """The first words of a reminder to scorers who are late."""

    introduction = ParagraphField(
        label=gettext_lazy("Kalimat pembuka"),
        max_length=INTRODUCTION_MAX,
        initial=gettext_lazy(
            "Bapak/Ibu penilai yang terhormat,\n\nmasa penilaian hampir berakhir dan masih ada pekerjaan Anda yang"
            " belum dikirim. Bila ada kendala, sampaikan kepada Sekretariat."
        ),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
