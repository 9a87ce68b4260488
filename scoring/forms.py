"""Checking what scorers, the chair and the secretariat type."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.fields import DayField, LineField, MapPointField, ParagraphField, WholeNumberField
from core.formats import JAKARTA, number_id
from nominations.models import Period
from scoring.enums import CustodyKind, Finding, ModerationDecision, Outcome, RunKind, TieKind, VoteChoice
from scoring.maths.instrument import Indicator, InstrumentSpec
from scoring.models import NOTE_LENGTH, FieldClaim, FieldInterview, FieldVisit, Sheet
from scoring.presenters.samples import CUSTODY_LABELS
from scoring.rules import INTRODUCTION_MAX, MAX_INTERVIEWS, NA, NOTHING, Answer, plain

TABLE_BYTES = 2 * 1024 * 1024
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
    """Closing a stage."""

    stage = forms.IntegerField(widget=forms.HiddenInput)


class PeopleField(forms.ModelMultipleChoiceField):
    """People to tick, by name."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class SheetsField(forms.ModelMultipleChoiceField):
    """Sheets to tick, by their scorer."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        total = number_id(obj.total, 2) if obj.total is not None else "–"
        return _("%(name)s (nilai %(total)s)") % {"name": obj.assessor.name, "total": total}


class ModerationForm(forms.Form):
    """What was said about far-apart scores, who took part, and what came of it."""

    mark_optional = False  # the help texts say when sheets are asked for

    discussion = ParagraphField(
        label=gettext_lazy("Apa yang dibahas dan kesimpulannya"),
        help_text=gettext_lazy("Penilai usulan ini dapat membacanya setelah catatan dikirim."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    participants = PeopleField(
        label=gettext_lazy("Yang ikut membahas"),
        queryset=User.objects.none(),
        error_messages={"required": gettext_lazy("Pilih siapa saja yang ikut membahas.")},
    )
    decision = forms.ChoiceField(
        label=gettext_lazy("Kesimpulan"),
        choices=[
            (ModerationDecision.KEEP.value, gettext_lazy("Nilai tetap; tahap dapat ditutup")),
            (ModerationDecision.REVIEW.value, gettext_lazy("Penilai diminta meninjau ulang lembar nilainya")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Pilih salah satu kesimpulan.")},
    )
    sheets = SheetsField(
        label=gettext_lazy("Lembar nilai yang dibuka kembali"),
        help_text=gettext_lazy("Diisi hanya bila penilai diminta meninjau ulang."),
        queryset=Sheet.objects.none(),
        required=False,
    )

    def __init__(self, data: Any = None, *, people: Any, sheets: Any, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["participants"].queryset = people  # type: ignore[attr-defined]
        self.fields["sheets"].queryset = sheets  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("decision") == ModerationDecision.REVIEW and not data.get("sheets"):
            self.add_error("sheets", _("Pilih lembar nilai yang perlu ditinjau ulang."))
        return data

    def facts(self) -> dict[str, Any]:
        """For `services.moderations.ModerationFacts`."""
        data = self.cleaned_data
        return {
            "discussion": data["discussion"],
            "participants": [person.pk for person in data["participants"]],
            "decision": ModerationDecision(data["decision"]),
            "sheet_ids": [sheet.pk for sheet in data["sheets"]],
        }


class AssignForm(forms.Form):
    """One scorer for one stage, from the buttons of the assignment page."""

    stage = forms.IntegerField()
    assessor = forms.IntegerField()


class PlenaryForm(forms.Form):
    """A meeting of the panel, planned or held."""

    period = forms.ModelChoiceField(
        label=gettext_lazy("Periode"),
        queryset=Period.objects.order_by("-year", "award"),
        empty_label=gettext_lazy("Pilih periode"),
    )
    held_on = DayField(label=gettext_lazy("Tanggal pleno"), help_text=gettext_lazy("Contoh: 17-08-2026"))
    place = LineField(label=gettext_lazy("Tempat"), max_length=160)
    quorum_percent = forms.IntegerField(
        label=gettext_lazy("Kuorum (persen anggota yang harus hadir)"),
        help_text=gettext_lazy("51 berarti lebih dari setengah."),
        min_value=1,
        max_value=100,
        initial=51,
        widget=forms.NumberInput(attrs={"class": "w-8ch"}),
    )
    attendance = ParagraphField(
        label=gettext_lazy("Undangan lain"),
        help_text=gettext_lazy("Yang hadir tanpa hak suara, satu nama per baris. Anggota panel dicatat tersendiri."),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class WhatIfForm(forms.Form):
    """Other minima of the bands, and another cap."""

    mark_optional = False

    def __init__(self, data: Any = None, *, bands: Iterable[Any], cap: int | None) -> None:
        self.bands = sorted(bands, key=lambda band: -band.stars)
        super().__init__(data, initial={"cap": cap} | {f"band_{one.stars}": one.minimum for one in self.bands})
        for band in self.bands:
            self.fields[f"band_{band.stars}"] = forms.DecimalField(
                label=_("Bintang %(stars)d mulai dari nilai") % {"stars": band.stars},
                min_value=0,
                max_value=100,
                decimal_places=2,
                localize=True,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "w-8ch"}),
            )
        self.fields["cap"] = forms.IntegerField(
            label=_("Paling banyak penerima (kosong: tanpa batas)"),
            min_value=1,
            required=False,
            widget=forms.NumberInput(attrs={"class": "w-8ch"}),
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        minima = [data.get(f"band_{one.stars}") for one in self.bands]
        if all(one is not None for one in minima) and any(low >= high for high, low in pairwise(minima)):
            raise forms.ValidationError(_("Bintang yang lebih tinggi memerlukan nilai yang lebih tinggi."))
        return data

    def changed(self) -> list[Any]:
        """The bands as typed."""
        return [replace(one, minimum=self.cleaned_data[f"band_{one.stars}"]) for one in self.bands]


class TieOrderForm(forms.Form):
    """The order of nominations that no declared key separates: one place each."""

    mark_optional = False

    def __init__(self, data: Any = None, *, nominations: Iterable[Any]) -> None:
        super().__init__(data)
        self.tied = list(nominations)
        places = [(str(place), str(place)) for place in range(1, len(self.tied) + 1)]
        for nomination in self.tied:
            self.fields[f"place_{nomination.pk}"] = forms.ChoiceField(
                label=nomination.title, choices=[("", _("Pilih urutan")), *places]
            )
        self.fields["reason"] = ParagraphField(
            label=_("Alasan pleno"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        places = [data.get(f"place_{nomination.pk}") for nomination in self.tied]
        if all(places) and len(set(places)) < len(places):
            raise forms.ValidationError(_("Setiap usulan mendapat urutan yang berbeda."))
        return data

    def entries(self) -> list[int]:
        """Ids from the best on."""
        return sorted((n.pk for n in self.tied), key=lambda pk: int(self.cleaned_data[f"place_{pk}"]))


VOTES = [
    ("", gettext_lazy("Mufakat")),
    (VoteChoice.FOR.value, gettext_lazy("Setuju")),
    (VoteChoice.AGAINST.value, gettext_lazy("Menolak")),
    (VoteChoice.ABSTAIN.value, gettext_lazy("Abstain")),
]


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

    def __init__(
        self, data: Any = None, *, known_stars: Iterable[int], proposed: int | None, voters: Iterable[Any] = ()
    ) -> None:
        super().__init__(data, initial={"stars": proposed})
        self.voters = list(voters)
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
        for member in self.voters:
            self.fields[f"vote_{member.pk}"] = forms.ChoiceField(label=member.name, choices=VOTES, required=False)

    def votes(self) -> dict[int, VoteChoice]:
        """What was voted, by member; empty for consensus."""
        given = {member.pk: self.cleaned_data.get(f"vote_{member.pk}") for member in self.voters}
        return {pk: VoteChoice(choice) for pk, choice in given.items() if choice}

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


class SeatForm(forms.Form):
    """A seat of the panel; `user` is chosen among scorers without one, or given by the page."""

    user = forms.TypedChoiceField(label=gettext_lazy("Penilai"), coerce=int)
    capacity = forms.IntegerField(
        label=gettext_lazy("Kapasitas"),
        help_text=gettext_lazy("Paling banyak usulan yang dinilai pada periode ini."),
        min_value=1,
        max_value=999,
        error_messages={"required": gettext_lazy("Isi kapasitas."), "invalid": gettext_lazy("Isi dengan angka.")},
    )
    note = LineField(label=gettext_lazy("Catatan"), max_length=250, required=False)
    active = forms.BooleanField(label=gettext_lazy("Duduk pada panel periode ini"), required=False, initial=True)

    def __init__(self, data: Any = None, *, people: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["user"].choices = [("", _("Pilih penilai")), *people]
        self.fields["user"].error_messages["required"] = _("Pilih penilai.")


class KeepApartForm(forms.Form):
    """Two scorers who are not put on the same nomination."""

    first = forms.TypedChoiceField(label=gettext_lazy("Penilai pertama"), coerce=int)
    second = forms.TypedChoiceField(label=gettext_lazy("Penilai kedua"), coerce=int)
    reason = LineField(
        label=gettext_lazy("Alasan"),
        max_length=250,
        error_messages={"required": gettext_lazy("Tulis alasan kedua penilai dipisahkan.")},
    )

    def __init__(self, data: Any = None, *, people: Iterable[tuple[int, str]]) -> None:
        super().__init__(data, prefix="apart")
        for name in ("first", "second"):
            self.fields[name].choices = [("", _("Pilih penilai")), *people]
            self.fields[name].error_messages["required"] = _("Pilih penilai.")


TIE_LABELS = [
    ("", gettext_lazy("Pilih hubungan")),
    (TieKind.EMPLOYED.value, gettext_lazy("Bekerja atau pernah bekerja")),
    (TieKind.COACHED.value, gettext_lazy("Membina atau pernah membina")),
    (TieKind.FAMILY.value, gettext_lazy("Hubungan keluarga")),
    (TieKind.BUSINESS.value, gettext_lazy("Hubungan usaha atau keuangan")),
]


class TieForm(forms.Form):
    """One tie of a statement. Without a name it is left out; `record` is `ikm:7` or `sentra:7` from the search."""

    record = forms.RegexField(r"^(ikm|sentra):[0-9]{1,9}$", required=False, widget=forms.HiddenInput)
    name = LineField(label=gettext_lazy("Nama lembaga, IKM, sentra, atau orang"), max_length=160, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Hubungan"), choices=TIE_LABELS, required=False)
    note = LineField(label=gettext_lazy("Keterangan, misalnya tahun"), max_length=250, required=False)
    mark_optional = False

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("name") and not data.get("kind"):
            self.add_error("kind", _("Pilih hubungannya."))
        if data.get("kind") and not data.get("name"):
            self.add_error("name", _("Isi namanya."))
        return data


TieFormSet = forms.formset_factory(TieForm, extra=2, max_num=40, absolute_max=40)


class StatementForm(forms.Form):
    """The word that the statement is complete."""

    complete = forms.BooleanField(
        label=gettext_lazy(
            "Saya menyatakan telah menyebutkan semua hubungan kerja, pembinaan, keluarga, dan usaha yang saya ketahui."
        ),
        error_messages={"required": gettext_lazy("Centang pernyataan ini sebelum menyimpan.")},
    )


class DeclineForm(forms.Form):
    """Giving a task back."""

    reason = LineField(
        label=gettext_lazy("Alasan"),
        help_text=gettext_lazy("Dibaca Sekretariat dan ketua panel. Benturan kepentingan dinyatakan di atas."),
        max_length=250,
        error_messages={"required": gettext_lazy("Tulis alasan Anda menolak tugas ini.")},
    )


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


class RunForm(forms.Form):
    """What the solver is asked for."""

    stage = forms.ChoiceField(label=gettext_lazy("Periode dan tahap"))
    kind = forms.ChoiceField(
        label=gettext_lazy("Cara menyusun"),
        choices=[
            (RunKind.FILL.value, gettext_lazy("Lengkapi: semua penugasan yang ada dipertahankan")),
            (
                RunKind.REBALANCE.value,
                gettext_lazy("Susun ulang: penugasan yang belum dimulai dipindahkan sesedikit mungkin"),
            ),
        ],
        initial=RunKind.FILL.value,
        widget=forms.RadioSelect,
    )
    per_nomination = forms.IntegerField(
        label=gettext_lazy("Penilai per usulan"),
        help_text=gettext_lazy("Kosongkan untuk memakai jumlah paling sedikit yang ditetapkan tahap."),
        min_value=1,
        max_value=9,
        required=False,
    )
    mix = forms.BooleanField(
        label=gettext_lazy("Penilai satu usulan tidak semuanya dari satu lembaga"), required=False, initial=True
    )

    def __init__(self, data: Any = None, *, stages: Iterable[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["stage"].choices = [("", _("Pilih periode dan tahap")), *stages]
        self.fields["stage"].error_messages["required"] = _("Pilih periode dan tahap.")


class AssignmentTableForm(forms.Form):
    """A table of assignments."""

    stage = forms.ChoiceField(label=gettext_lazy("Periode dan tahap"))
    mode = forms.ChoiceField(
        label=gettext_lazy("Penugasan yang sudah ada"),
        choices=[
            ("add", gettext_lazy("Tambahkan: yang ada dipertahankan")),
            ("replace", gettext_lazy("Ganti: penilai yang tidak ada dalam tabel dilepas dari usulan yang tercantum")),
        ],
        initial="add",
        widget=forms.RadioSelect,
    )
    file = forms.FileField(
        label=gettext_lazy("Berkas Excel"),
        help_text=gettext_lazy("XLSX dengan kolom Nomor usulan dan Surel penilai, paling besar 2 MB."),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={"required": gettext_lazy("Pilih berkas.")},
    )

    def __init__(self, data: Any = None, files: Any = None, *, stages: Iterable[tuple[str, str]]) -> None:
        super().__init__(data, files)
        self.fields["stage"].choices = [("", _("Pilih periode dan tahap")), *stages]
        self.fields["stage"].error_messages["required"] = _("Pilih periode dan tahap.")

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload.size > TABLE_BYTES:
            raise forms.ValidationError(_("Berkas lebih besar dari 2 MB. Bagi menjadi beberapa tabel."))
        return upload


class BlindForm(forms.Form):
    """What scorers of a blind stage read, row by row; it begins with what they would read by themselves."""

    mark_optional = False

    def __init__(self, data: Any = None, *, rows: Iterable[tuple[str, str, str]]) -> None:
        """`rows`: label, what the submission says, what is shown."""
        super().__init__(data)
        self.places: dict[str, str] = {}
        for number, (place, original, shown) in enumerate(rows):
            self.places[f"text_{number}"] = place
            self.fields[f"text_{number}"] = ParagraphField(
                label=place,
                help_text=_("Pada usulan: %(text)s") % {"text": original or "–"},
                initial=shown,
                required=False,
                max_length=8000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def texts(self) -> dict[str, str]:
        """Those that differ from what would be shown anyway."""
        return {place: self.cleaned_data[name] for name, place in self.places.items() if name in self.changed_data}


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
