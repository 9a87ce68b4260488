"""From the talk about far-apart scores to what the plenary recommends."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.fields import DayField, LineField, ParagraphField
from core.formats import number_id
from nominations.models import Period
from scoring.enums import CapPer, ModerationDecision, Outcome, VoteChoice
from scoring.maths.ranking import Cap
from scoring.models import Sheet
from scoring.rules import SHARED_CODE


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
        self.fields["participants"].queryset = people
        self.fields["sheets"].queryset = sheets

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
    """Other minima of the bands, and other caps."""

    mark_optional = False

    CAPS = (
        ("cap", 0, gettext_lazy("Paling banyak penerima (kosong: tanpa batas)")),
        ("cap_province", SHARED_CODE[CapPer.PROVINCE], gettext_lazy("Paling banyak dari satu provinsi")),
        ("cap_district", SHARED_CODE[CapPer.DISTRICT], gettext_lazy("Paling banyak dari satu kabupaten/kota")),
    )

    def __init__(self, data: Any = None, *, bands: Iterable[Any], caps: Iterable[Cap]) -> None:
        self.bands = sorted(bands, key=lambda band: -band.stars)
        most = {cap.shared: cap.most for cap in caps}
        initial = {name: most.get(shared) for name, shared, _label in self.CAPS}
        super().__init__(data, initial=initial | {f"band_{one.stars}": one.minimum for one in self.bands})
        for band in self.bands:
            self.fields[f"band_{band.stars}"] = forms.DecimalField(
                label=_("Bintang %(stars)d mulai dari nilai") % {"stars": band.stars},
                min_value=0,
                max_value=100,
                decimal_places=2,
                localize=True,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "w-8ch"}),
            )
        for name, _shared, label in self.CAPS:
            self.fields[name] = forms.IntegerField(
                label=label, min_value=1, required=False, widget=forms.NumberInput(attrs={"class": "w-8ch"})
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        minima = [data.get(f"band_{one.stars}") for one in self.bands]
        if all(one is not None for one in minima) and any(low >= high for high, low in pairwise(minima)):
            raise forms.ValidationError(_("Bintang yang lebih tinggi memerlukan nilai yang lebih tinggi."))
        return data

    def caps(self) -> list[Cap]:
        """The caps as typed."""
        given = ((self.cleaned_data[name], shared) for name, shared, _label in self.CAPS)
        return [Cap(most, shared) for most, shared in given if most]

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


VOTE = "vote_"  # and the number of the member: one field each
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
        self.voters, self.proposed = list(voters), proposed
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
            self.fields[f"{VOTE}{member.pk}"] = forms.ChoiceField(label=member.name, choices=VOTES, required=False)

    def word_fields(self) -> list[forms.BoundField]:
        return [field for field in self if not field.name.startswith(VOTE)]

    def vote_fields(self) -> list[forms.BoundField]:
        return [field for field in self if field.name.startswith(VOTE)]

    def votes(self) -> dict[int, VoteChoice]:
        """What was voted, by member; empty for consensus."""
        given = {member.pk: self.cleaned_data.get(f"{VOTE}{member.pk}") for member in self.voters}
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
        elif "stars" in self.fields and data["stars"] != self.proposed and not data.get("reason", "").strip():
            self.add_error("reason", _("Bintang berbeda dari hasil nilai. Tulis alasan pleno."))
        return data
