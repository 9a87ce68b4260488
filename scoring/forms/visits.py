"""The record of a visit on the spot."""

from collections.abc import Iterable
from datetime import UTC
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.fields import DayField, LineField, MapPointField, ParagraphField, with_largest
from scoring.enums import Finding
from scoring.models import NOTE_LENGTH, FieldClaim, FieldInterview, FieldVisit
from scoring.rules import MAX_INTERVIEWS

FINDING_LABELS = [
    ("", gettext_lazy("Belum diperiksa")),
    (Finding.PROVEN.value, gettext_lazy("Terbukti")),
    (Finding.PARTLY.value, gettext_lazy("Terbukti sebagian")),
    (Finding.NOT_PROVEN.value, gettext_lazy("Tidak terbukti")),
]


PARTS = ("finding", "interviewee", "note", "actual")


INTERVIEW = ("name", "role", "held_on", "summary")
EMPTY_INTERVIEWS = 2  # shown behind the last one that is filled in


FACTS = (
    "version",
    "visited_on",
    "visited_at",
    "place",
    "participants",
    "host_name",
    "host_role",
    "accuracy_m",
    "located_at",
    "summary",
)


class VisitForm(forms.Form):
    """Facts of the visit and a finding per claim; all may be left for later."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    visited_on = DayField(
        label=gettext_lazy("Tanggal kunjungan"), help_text=gettext_lazy("Contoh: 17-08-2026"), required=False
    )
    visited_at = forms.TimeField(
        label=gettext_lazy("Jam kunjungan"),
        help_text=gettext_lazy("Jam setempat. Contoh: 09.30"),
        input_formats=["%H.%M", "%H:%M"],
        required=False,
        widget=forms.TimeInput(attrs={"class": "w-16ch", "autocomplete": "off"}, format="%H.%M"),
        error_messages={"invalid": gettext_lazy("Isi jam dengan angka, misalnya 09.30.")},
    )
    place = LineField(label=gettext_lazy("Tempat"), max_length=160, required=False)
    point = MapPointField(
        label=gettext_lazy("Koordinat"),
        help_text=gettext_lazy("Lintang lalu bujur. Contoh: -6.8886, 109.6753"),
        required=False,
    )
    # Not of the type "hidden": what a script keeps of a form leaves such fields out.
    accuracy_m = forms.IntegerField(
        required=False, min_value=0, max_value=100_000, widget=forms.TextInput(attrs={"hidden": True})
    )
    located_at = forms.DateTimeField(
        required=False,
        input_formats=["%Y-%m-%dT%H:%M:%S%z"],
        widget=forms.TextInput(attrs={"hidden": True, "autocomplete": "off"}),
    )
    participants = ParagraphField(
        label=gettext_lazy("Peserta kunjungan"),
        help_text=gettext_lazy("Satu nama per baris, dengan lembaganya."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    host_name = LineField(
        label=gettext_lazy("Diterima oleh"),
        help_text=gettext_lazy("Nama yang menerima kunjungan, sebagai pengganti tanda tangan."),
        max_length=120,
        required=False,
    )
    host_role = LineField(label=gettext_lazy("Jabatan atau hubungannya dengan usaha"), max_length=120, required=False)
    summary = ParagraphField(
        label=gettext_lazy("Ringkasan kunjungan"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    mark_optional = False

    def __init__(self, data: Any = None, *, visit: FieldVisit, claims: Iterable[FieldClaim]) -> None:
        super().__init__(data, initial={name: getattr(visit, name) for name in FACTS} | _place(visit))
        self.claims = list(claims)
        self._add_interviews(list(visit.interviews.all()))
        for claim in self.claims:
            self._add_claim(claim)

    def _add_claim(self, claim: FieldClaim) -> None:
        parts = {
            "finding": forms.ChoiceField(choices=FINDING_LABELS, widget=forms.RadioSelect),
            "interviewee": LineField(max_length=120),
            "note": ParagraphField(max_length=NOTE_LENGTH),
            "actual": LineField(max_length=300),
        }
        for name, field in parts.items():
            field.required, field.label, field.initial = False, claim.label, getattr(claim, name)
            self.fields[f"{name}_{claim.pk}"] = field

    def _add_interviews(self, stored: list[FieldInterview]) -> None:
        """All that are allowed, filled in or not: without a line nobody can ask for one more."""
        for place in range(1, MAX_INTERVIEWS + 1):
            known = stored[place - 1] if place <= len(stored) else FieldInterview()
            self.fields |= {
                f"interview{place}_name": LineField(
                    label=_("Nama narasumber"), required=False, initial=known.name, max_length=120
                ),
                f"interview{place}_role": LineField(
                    label=_("Peran atau hubungannya"), required=False, initial=known.role, max_length=120
                ),
                f"interview{place}_held_on": DayField(
                    label=_("Tanggal wawancara"), required=False, initial=known.held_on
                ),
                f"interview{place}_summary": ParagraphField(
                    label=_("Isi wawancara"),
                    required=False,
                    initial=known.summary,
                    max_length=2000,
                    widget=forms.Textarea(attrs={"rows": 3}),
                ),
            }

    def interview_rows(self) -> list[dict[str, Any]]:
        """Bound fields of each interview. `spare` are those behind the second empty one, which a page folds up."""
        rows = [
            {"number": place, "fields": [self[f"interview{place}_{name}"] for name in INTERVIEW]}
            for place in range(1, MAX_INTERVIEWS + 1)
        ]
        filled = [row["number"] for row in rows if any(field.value() for field in row["fields"])]
        last = max(filled, default=0) + EMPTY_INTERVIEWS
        return [row | {"spare": row["number"] > last} for row in rows]

    def facts(self) -> dict[str, Any]:
        """What was typed about the visit as a whole, as `services.visits.VisitFacts` takes it, and its interviews."""
        names = [name for name in (*FACTS, "point") if name != "version"]
        return {name: self.cleaned_data[name] for name in names}

    def interviews(self) -> list[dict[str, Any]]:
        """The interviews that were filled in."""
        given = (
            {name: self.cleaned_data[f"interview{place}_{name}"] for name in INTERVIEW}
            for place in range(1, MAX_INTERVIEWS + 1)
        )
        return [interview for interview in given if any(interview.values())]

    def rows(self) -> list[dict[str, Any]]:
        """One row per claim with its bound fields, for the template."""
        return [{"claim": claim, **{name: self[f"{name}_{claim.pk}"] for name in PARTS}} for claim in self.claims]

    def findings(self) -> dict[int, tuple[str, ...]]:
        """Finding, interviewee, note and what was found instead, per claim id."""
        data = self.cleaned_data
        return {claim.pk: tuple(data[f"{name}_{claim.pk}"].strip() for name in PARTS) for claim in self.claims}

    def typed_claims(self) -> list[FieldClaim]:
        """The claims as they were typed. They are not saved by this."""
        for claim in self.claims:
            claim.finding, claim.interviewee, claim.note, claim.actual = self.findings()[claim.pk]
        return self.claims


def _place(visit: FieldVisit) -> dict[str, Any]:
    """The point and its moment as the form's own script writes them."""
    at = visit.located_at
    return {"point": visit.map_point, "located_at": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z" if at else ""}


class ClaimForm(forms.Form):
    label = LineField(
        label=gettext_lazy("Klaim lain yang diperiksa"),
        help_text=gettext_lazy("Diisi bila ada hal lain yang perlu diperiksa. Simpan catatan di atas lebih dahulu."),
        max_length=330,
    )


class VisitPhotoForm(forms.Form):
    """One photo of a visit. `made_at` says when it was chosen, should it be sent later."""

    photo = forms.FileField(
        label=gettext_lazy("Foto"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png", "capture": "environment"}),
        help_text=with_largest(
            gettext_lazy("JPEG atau PNG, paling besar %(largest)s. Data lokasi dan kamera di dalam foto dihapus.")
        ),
        error_messages={"empty": gettext_lazy("Berkas kosong (0 byte). Pilih berkas yang berisi.")},
    )
    caption = LineField(
        label=gettext_lazy("Keterangan foto"),
        max_length=160,
        help_text=gettext_lazy("Apa yang terlihat. Contoh: Perajin mencanting di teras rumah."),
    )
    made_at = forms.DateTimeField(required=False, input_formats=["%Y-%m-%dT%H:%M:%S%z"], widget=forms.HiddenInput)


class PlanForm(forms.Form):
    planned_on = DayField(label=gettext_lazy("Tanggal rencana"))
