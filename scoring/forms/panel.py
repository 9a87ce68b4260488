"""The panel: who sits in it, who states what, and who judges what."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.fields import LineField, ParagraphField
from scoring.enums import RunKind, TieKind
from scoring.rules import INTRODUCTION_MAX

TABLE_BYTES = 2 * 1024 * 1024


class StepAsideForm(forms.Form):
    reason = ParagraphField(
        label=gettext_lazy("Penjelasan benturan kepentingan"),
        help_text=gettext_lazy("Hanya dibaca ketua panel lain dan auditor."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Jelaskan benturan kepentingan Anda.")},
    )


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


class AssignForm(forms.Form):
    """One scorer for one stage, from the buttons of the assignment page."""

    stage = forms.IntegerField()
    assessor = forms.IntegerField()


class LeadForm(forms.Form):
    """Who looks after each category of a period; `chairs` and `categories` as (id, name)."""

    mark_optional = False

    def __init__(
        self,
        data: Any = None,
        *,
        chairs: Iterable[tuple[int, str]],
        categories: Iterable[tuple[int, str]],
        named: Mapping[int, int],
    ) -> None:
        super().__init__(data)
        choices = [("", _("Belum ditunjuk")), *chairs]
        self.categories = [pk for pk, __ in categories]
        for pk, label in categories:
            self.fields[f"lead_{pk}"] = forms.TypedChoiceField(
                label=label, choices=choices, coerce=int, empty_value=None, required=False, initial=named.get(pk, "")
            )

    def chosen(self) -> dict[int, int | None]:
        return {pk: self.cleaned_data[f"lead_{pk}"] for pk in self.categories}


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
    """The first words of a reminder to scorers whose work is late or ends soon."""

    introduction = ParagraphField(
        label=gettext_lazy("Kalimat pembuka"),
        max_length=INTRODUCTION_MAX,
        initial=gettext_lazy(
            "Bapak/Ibu penilai yang terhormat,\n\nmasih ada pekerjaan Anda yang belum dikirim padahal batasnya"
            " sudah lewat atau hampir tiba. Bila ada kendala, sampaikan kepada Sekretariat."
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
