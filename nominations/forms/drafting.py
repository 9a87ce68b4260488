"""What officers type into a dossier. Completeness is not asked here but at submission."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import formats
from core.fields import (
    TYPED_MAX,
    IdentifierField,
    LineField,
    ParagraphField,
    WebAddressField,
    ask_about,
    confirm_field,
    word_errors,
)
from core.identifiers import Kind
from nominations.enums import IDENTITY_OF, CandidateKind, Topic
from nominations.models import ANSWER_MAX, Answer, Beneficiary, CandidateEntry, Category, Period
from nominations.rules import activity_years

KIND_LABELS = {
    CandidateKind.PERSON: gettext_lazy("Perseorangan (WNI)"),
    CandidateKind.ORGANISATION: gettext_lazy("Lembaga atau organisasi"),
    CandidateKind.COMPANY: gettext_lazy("Perusahaan"),
    CandidateKind.REGIONAL_HEAD: gettext_lazy("Kepala daerah"),
}


QUESTION_HELP = {
    Topic.UNIQUENESS: gettext_lazy("Motif, rasa, teknik, atau cerita yang tidak dimiliki daerah lain."),
    Topic.MATERIALS: gettext_lazy("Asal bahan baku, ketersediaannya, dan cara membuat produk."),
    Topic.MARKETING: gettext_lazy("Wilayah pemasaran, saluran penjualan, dan penjualan tiga tahun terakhir."),
    Topic.COMMUNITY_ROLE: gettext_lazy("Peran sebagai penghela: melatih, membeli dari anggota sentra, dan lainnya."),
    Topic.DUTY_STATEMENT: gettext_lazy("Jelaskan bahwa membina IKM bukan tugas calon, atau bentuk kemitraannya."),
    Topic.MOTIVATION: gettext_lazy("Mengapa dan sejak kapan calon membina IKM."),
    Topic.COACHING: gettext_lazy("Bentuk pembinaan setiap tahun: pelatihan, pendampingan, modal, alat, pemasaran."),
    Topic.IMPACT: gettext_lazy("Perubahan pada IKM binaan: omzet, tenaga kerja, legalitas, pasar."),
}


def version_field() -> forms.IntegerField:
    """The version that the page shows. Browsers that refill a form after a reload must leave it alone."""
    field = forms.IntegerField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}), min_value=0)
    text = gettext_lazy("Halaman ini tidak lengkap terkirim. Salin isian Anda, lalu muat ulang halaman.")
    field.error_messages |= dict.fromkeys(("required", "invalid"), text)
    return field


def name_in_errors(form: forms.Form) -> None:
    """A script shows the errors of several fields in one place, where each has to say of which field it speaks."""
    for name in form.fields.keys() - {"version", "confirmed"}:
        word_errors(form.fields[name])


class AnswerForm(forms.Form):
    """The text of one topic; it may be left half written. `version` is the one that the page shows."""

    version = version_field()
    text = ParagraphField(required=False, max_length=ANSWER_MAX, widget=forms.Textarea(attrs={"rows": 12}))
    mark_optional = False

    def __init__(self, *args: Any, question: Topic, answer: Answer | None, **kwargs: Any) -> None:
        initial = {"version": answer.version, "text": answer.text} if answer else {"version": 0}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["text"].label = question.label
        self.fields["text"].help_text = QUESTION_HELP[question]
        # A browser would cut a pasted text off without a word; the refusal counts the letters and keeps them.
        del self.fields["text"].widget.attrs["maxlength"]

    def clean_text(self) -> str:
        """A post without the field is a broken one; it clears nothing."""
        if self.add_prefix("text") not in self.data:
            raise ValidationError(self.fields["version"].error_messages["required"])
        return self.cleaned_data["text"]


class CandidateForm(forms.Form):
    """Who is nominated. The kind of the candidate tells which identity number is asked for; a draft needs a name alone.

    An entry that is stored comes with its version and without its number, which an empty field leaves as it is.
    """

    version = version_field()
    candidate_kind = forms.ChoiceField(label=gettext_lazy("Jenis calon"), widget=forms.RadioSelect, required=False)
    name = LineField(
        label=gettext_lazy("Nama lengkap calon"),
        help_text=gettext_lazy("Tulis seperti pada KTP atau akta, dengan gelar bila ada."),
        min_length=2,
        max_length=120,
    )
    identity_number = forms.CharField(
        label=gettext_lazy("Nomor identitas"),
        required=False,
        help_text=gettext_lazy("NIK untuk perseorangan, NPWP untuk lembaga, NIB untuk perusahaan."),
        max_length=TYPED_MAX,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "w-24ch", "data-private": ""}
        ),
    )
    address = LineField(label=gettext_lazy("Alamat"), max_length=250, required=False)
    phone = IdentifierField(Kind.PHONE, label=gettext_lazy("Telepon"), required=False)
    confirmed = confirm_field()
    mark_optional = False

    def __init__(self, *args: Any, category: Category, entry: CandidateEntry | None = None, **kwargs: Any) -> None:
        if entry is not None:
            names = ("version", "candidate_kind", "name", "address", "phone")
            kwargs.setdefault("initial", {name: getattr(entry, name) for name in names})
        super().__init__(*args, **kwargs)
        if entry is None:
            del self.fields["version"]
        elif entry.identity_number:
            self.fields["candidate_kind"].required = True
            self.fields["identity_number"].help_text = _(
                "Tersimpan: %(kind)s %(number)s. Isi hanya bila nomornya perlu diganti."
            ) % {"kind": entry.identity_kind.upper(), "number": formats.mask_id(entry.identity_number)}
        if not self.is_bound:
            del self.fields["confirmed"]
        kinds = [CandidateKind(kind) for kind in category.candidate_kinds]
        self.fields["candidate_kind"].choices = [(kind.value, KIND_LABELS[kind]) for kind in kinds]
        if len(kinds) == 1:
            self.fields["candidate_kind"].initial = kinds[0].value
        name_in_errors(self)

    def clean(self) -> dict[str, Any]:
        """What is cleaned is what the services take, and the version."""
        data = super().clean() or {}
        kind, number, oddities = data.get("candidate_kind"), data.get("identity_number"), ()
        if kind and number:
            field = IdentifierField(Kind(IDENTITY_OF[CandidateKind(kind)]))
            try:
                data["identity_number"], oddities = field.clean(number), field.warnings
            except ValidationError as error:
                self.add_error("identity_number", error)
        self["confirmed"].help_text = " ".join(oddities)  # a bound field has copied that of its field by now
        ask_about(self, oddities)
        return {name: value for name, value in data.items() if name != "confirmed"}


class BeneficiaryForm(forms.Form):
    """One IKM binaan with the years in which it was coached; a draft needs a name alone.

    A row that is stored comes with its version; the page of a new one names 0.
    """

    version = version_field()
    name = LineField(label=gettext_lazy("Nama IKM binaan"), max_length=160)
    place = LineField(
        label=gettext_lazy("Tempat usaha"),
        help_text=gettext_lazy("Desa atau kelurahan dan kabupaten/kota."),
        max_length=160,
        required=False,
    )
    contact = LineField(label=gettext_lazy("Narahubung dan telepon"), max_length=120, required=False)
    activity = ParagraphField(
        label=gettext_lazy("Bentuk pembinaan"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    years = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Tahun pembinaan"),
        help_text=gettext_lazy("Pilih setiap tahun ketika IKM ini dibina."),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    mark_optional = False

    def __init__(self, *args: Any, period: Period, beneficiary: Beneficiary | None = None, **kwargs: Any) -> None:
        if beneficiary is not None:
            names = ("version", "name", "place", "contact", "activity", "years")
            kwargs.setdefault("initial", {name: getattr(beneficiary, name) for name in names})
        super().__init__(*args, **kwargs)
        if beneficiary is None:
            self.fields["version"].required, self.fields["version"].initial = False, 0
        years = activity_years(period.year, period.beneficiary_years)
        self.fields["years"].choices = [(year, str(year)) for year in years]
        name_in_errors(self)


class DocumentForm(forms.Form):
    """One answer to one requirement: a file, an upload that has come in pieces, or a link."""

    file = forms.FileField(required=False, allow_empty_file=True)
    upload = forms.RegexField("^[0-9a-f]{32}$", required=False)
    sha256 = forms.RegexField("^[0-9a-f]{64}$", required=False)
    link = WebAddressField(required=False, max_length=200)
    seen = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1)


class UploadStartForm(forms.Form):
    """What a browser says of a file before it sends the pieces."""

    name = forms.CharField(max_length=255)
    size = forms.IntegerField(min_value=0, max_value=2**31 - 1)


class DeclarationForm(forms.Form):
    declared = forms.BooleanField(
        required=False,
        label=gettext_lazy(
            "Saya menyatakan bahwa data dan dokumen dalam usulan ini benar, dan saya berwenang mengajukannya"
            " atas nama dinas."
        ),
    )


class ReasonForm(forms.Form):
    reason = ParagraphField(
        label=gettext_lazy("Alasan"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Tulis alasannya.")},
    )
