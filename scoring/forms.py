"""Checking what scorers, the chair and the secretariat type."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.fields import DayField, LineField, MapPointField, ParagraphField, WholeNumberField
from core.formats import JAKARTA
from nominations.models import Period
from scoring.enums import CustodyKind, Finding, Outcome
from scoring.maths.instrument import InstrumentSpec
from scoring.models import NOTE_LENGTH, FieldClaim, FieldInterview, FieldVisit
from scoring.presenters.samples import CUSTODY_LABELS
from scoring.presenters.sheets import plain
from scoring.rules import INTRODUCTION_MAX, MAX_INTERVIEWS, Answer

WIB = ZoneInfo(JAKARTA)


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


class SheetForm(forms.Form):
    """All indicators of an instrument with their notes; every one may be left for later."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    mark_optional = False

    def __init__(self, data: Any = None, *, spec: InstrumentSpec, answers: Mapping[str, Answer], version: int) -> None:
        super().__init__(data, initial={"version": version})
        self.codes = [indicator.code for indicator in spec.indicators]
        for indicator in spec.indicators:
            given = answers.get(indicator.code, Answer(None))
            self.fields[f"value_{indicator.code}"] = forms.ChoiceField(
                label=indicator.code,
                choices=[(plain(value), plain(value)) for value in indicator.values],
                required=False,
                initial=None if given.value is None else plain(given.value),
                widget=forms.RadioSelect,
                error_messages={
                    "invalid_choice": _("Nilai %(code)s tidak ada dalam pilihan. Pilih salah satu nilai yang tersedia.")
                    % {"code": indicator.code}
                },
            )
            self.fields[f"note_{indicator.code}"] = ParagraphField(
                label=_("Catatan %(code)s") % {"code": indicator.code},
                required=False,
                initial=given.note,
                max_length=NOTE_LENGTH,
            )

    def answers(self) -> dict[str, Answer]:
        """What was typed, for `services.sheets.save_sheet`."""
        data = self.cleaned_data
        return {
            code: Answer(Decimal(data[f"value_{code}"]) if data[f"value_{code}"] else None, data[f"note_{code}"])
            for code in self.codes
        }


FINDING_LABELS = [
    ("", gettext_lazy("Belum diperiksa")),
    (Finding.PROVEN.value, gettext_lazy("Terbukti")),
    (Finding.PARTLY.value, gettext_lazy("Terbukti sebagian")),
    (Finding.NOT_PROVEN.value, gettext_lazy("Tidak terbukti")),
]


PARTS = ("finding", "interviewee", "note", "actual")
INTERVIEW = ("name", "role", "held_on", "summary")
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
            self.fields[f"finding_{claim.pk}"] = forms.ChoiceField(
                choices=FINDING_LABELS, required=False, initial=claim.finding, widget=forms.RadioSelect
            )
            self.fields[f"interviewee_{claim.pk}"] = LineField(
                required=False, initial=claim.interviewee, max_length=120
            )
            self.fields[f"note_{claim.pk}"] = ParagraphField(required=False, initial=claim.note, max_length=NOTE_LENGTH)
            self.fields[f"actual_{claim.pk}"] = LineField(required=False, initial=claim.actual, max_length=300)

    def _add_interviews(self, stored: list[FieldInterview]) -> None:
        """The stored interviews and two empty ones; a posted form may hold as many as are allowed."""
        self.slots = MAX_INTERVIEWS if self.is_bound else min(len(stored) + 2, MAX_INTERVIEWS)
        for place in range(1, self.slots + 1):
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
        """Bound fields of each interview that is shown, for the template."""
        rows = [
            {"number": place, "fields": [self[f"interview{place}_{name}"] for name in INTERVIEW]}
            for place in range(1, self.slots + 1)
        ]
        filled = [row for row in rows if any(field.value() for field in row["fields"])]
        return rows[: max(len(filled) + 2, 2)] if self.is_bound else rows

    def facts(self) -> dict[str, Any]:
        """What was typed about the visit as a whole, as `services.visits.VisitFacts` takes it, and its interviews."""
        names = [name for name in (*FACTS, "point") if name != "version"]
        return {name: self.cleaned_data[name] for name in names}

    def interviews(self) -> list[dict[str, Any]]:
        """The interviews that were filled in."""
        given = (
            {name: self.cleaned_data[f"interview{place}_{name}"] for name in INTERVIEW}
            for place in range(1, self.slots + 1)
        )
        return [interview for interview in given if any(interview.values())]

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
        help_text=gettext_lazy("JPEG atau PNG, paling besar 10 MB. Data lokasi dan kamera di dalam foto dihapus."),
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


class StepForm(forms.Form):
    """One step of a sample; who has it now gives it."""

    mark_optional = False

    kind = forms.ChoiceField(
        label=gettext_lazy("Yang terjadi"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Pilih yang terjadi pada contoh ini.")},
    )
    taken_by = LineField(
        label=gettext_lazy("Diterima oleh"),
        help_text=gettext_lazy("Nama dan lembaga. Dikosongkan bila contoh diuji atau dimusnahkan."),
        max_length=160,
        required=False,
    )
    day = DayField(label=gettext_lazy("Tanggal"), help_text=gettext_lazy("Contoh: 17-08-2026"))
    clock = forms.TimeField(
        label=gettext_lazy("Jam (WIB)"),
        help_text=gettext_lazy("Contoh: 09.30"),
        input_formats=["%H.%M", "%H:%M"],
        widget=forms.TimeInput(attrs={"class": "w-16ch", "autocomplete": "off"}, format="%H.%M"),
        error_messages={"invalid": gettext_lazy("Isi jam dengan angka, misalnya 09.30.")},
    )
    place = LineField(label=gettext_lazy("Tempat penyimpanan"), max_length=160)
    condition = LineField(label=gettext_lazy("Keadaan contoh"), max_length=300)
    deviates = forms.BooleanField(label=gettext_lazy("Keadaan atau isinya tidak sesuai dengan berkas"), required=False)
    note = ParagraphField(
        label=gettext_lazy("Catatan"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data: Any = None, *, kinds: Iterable[CustodyKind] = (), now: datetime) -> None:
        local = now.astimezone(WIB)
        super().__init__(data, initial={"day": local.date(), "clock": local.time()})
        if "kind" in self.fields:
            self.fields["kind"].choices = [(kind.value, _(CUSTODY_LABELS[kind])) for kind in kinds]

    def step(self, **more: Any) -> dict[str, Any]:
        """What was typed, as `services.samples.Step` takes it."""
        data = self.cleaned_data
        names = ("place", "condition", "taken_by", "deviates", "note")
        at = datetime.combine(data["day"], data["clock"], WIB)
        return {"at": at, **{name: data[name] for name in names}} | more


class ReceiptForm(StepForm):
    """A sample that arrives."""

    kind = None
    description = LineField(
        label=gettext_lazy("Contoh yang diterima"),
        help_text=gettext_lazy("Contoh: Kain batik tulis jlamprang 2,5 m"),
        max_length=200,
    )
    count = WholeNumberField(label=gettext_lazy("Jumlah"), min_value=1, max_value=1000)
    given_by = LineField(
        label=gettext_lazy("Diserahkan oleh"),
        help_text=gettext_lazy("Nama dan lembaga, atau jasa pengiriman dengan nomor resinya."),
        max_length=160,
    )
    taken_by = LineField(label=gettext_lazy("Diterima oleh"), max_length=160)
    field_order = ("description", "count", "condition", "deviates", "given_by", "taken_by", "day", "clock", "place")
