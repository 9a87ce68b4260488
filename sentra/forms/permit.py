"""The form of a permit. Its kind is chosen on the page before and never changes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.fields import DayField, IdentifierField, LineField, WholeNumberField, with_largest
from core.identifiers import IdentifierError, Kind
from sentra.enums import PermitKind
from sentra.forms.base import RegisterForm
from sentra.models import Permit
from sentra.presenters.permits import (
    NUMBER_LABELS,
    SUBJECT_LABELS,
    dates_problem,
    duplicate_permit,
    number_kind,
    permit_oddities,
    read_permit,
)
from sentra.rules import ENDING_KINDS, MARK_CLASSES

NUMBER_HELP = {
    PermitKind.PIRT: _("15 angka. Contoh: 3063306010072-29."),
    PermitKind.BPOM: _("MD lalu 12 atau 15 angka. Contoh: MD 867028042317."),
    PermitKind.HALAL: _("ID lalu 17 angka, bukan nomor ketetapan yang diawali KH. Contoh: ID35110017058840424."),
    PermitKind.SNI: _("Nomor SPPT SNI atau sertifikat dari lembaga sertifikasi, seperti pada dokumen."),
    PermitKind.TRADEMARK: _("Yang terdaftar bernomor IDM dan 9 angka. Yang dalam proses memakai nomor permohonan."),
}
SUBJECT_HELP = {
    PermitKind.SNI: _("Contoh: SNI 8302:2016 atau SNI ISO 9626:2018."),
    PermitKind.OTHER_IP: _("Contoh: Hak cipta motif Jlamprang, indikasi geografis, desain industri."),
    PermitKind.LAB_TEST: _("Contoh: Cemaran logam dan mikroba pada abon tongkol."),
}
ISSUER_HELP = {
    PermitKind.LAB_TEST: _("Nama laboratorium."),
    PermitKind.SNI: _("Nama lembaga sertifikasi produk."),
}


class PermitForm(RegisterForm):
    in_process = forms.TypedChoiceField(
        label=_("Keadaan merek"),
        choices=[("False", _("Terdaftar")), ("True", _("Masih dalam proses"))],
        coerce=lambda value: value == "True",
        widget=forms.RadioSelect,
    )
    number = IdentifierField(Kind.CERTIFICATE)
    mark_class = WholeNumberField(
        label=_("Kelas merek"),
        required=False,
        min_value=1,
        max_value=MARK_CLASSES,
        help_text=_("Angka 1 sampai 45, seperti pada dokumen. Boleh dikosongkan."),
    )
    issued_on = DayField(label=_("Tanggal terbit"), help_text=_("Contoh: 21-05-2024 atau 21 Mei 2024."))
    expires_on = DayField(label=_("Berlaku sampai"), required=False)
    file = forms.FileField(
        label=_("Berkas"),
        required=False,
        widget=forms.FileInput(
            attrs={"accept": ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png", "data-shrink": ""}
        ),
        help_text=with_largest(_("PDF, JPEG, atau PNG, paling besar %(largest)s.")),
    )

    file_field = "file"
    sections = (
        (
            _("Yang tertulis pada dokumen"),
            ("subject", "in_process", "number", "mark_class", "issuer", "issued_on", "expires_on"),
        ),
        (_("Cakupan dan berkas"), ("product", "file")),
    )

    class Meta:
        model = Permit
        fields = ("product", "subject", "number", "in_process", "mark_class", "issuer", "issued_on", "expires_on")
        field_classes = dict.fromkeys(("subject", "issuer"), LineField)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kind = kind = PermitKind(self.instance.kind)
        self._fit_texts(kind)
        self.fields["product"].queryset = self.instance.ikm.products.order_by("name")
        self.fields["product"].empty_label = _("Semua produk IKM ini")
        self.fields["product"].label = _("Untuk produk")
        if kind is not PermitKind.TRADEMARK:
            del self.fields["in_process"], self.fields["mark_class"]
        elif not self.instance.pk:
            self.initial["in_process"] = None
        if self.instance.file_id:
            self.fields["file"].help_text = with_largest(
                _("Pilih berkas hanya bila perlu diganti. PDF, JPEG, atau PNG, %(largest)s.")
            )
        self._word_errors()

    def _fit_texts(self, kind: PermitKind) -> None:
        """Each kind has its own words, and number and standard their own way of being read."""
        number, subject = self.fields["number"], SUBJECT_LABELS.get(kind)
        number.kind = Kind.CERTIFICATE if kind is PermitKind.TRADEMARK else number_kind(kind)
        number.label, number.help_text = _(NUMBER_LABELS[kind]), NUMBER_HELP.get(kind, "")
        if kind is not PermitKind.PIRT:
            number.widget.attrs["inputmode"] = "text"
        if subject is None:
            del self.fields["subject"]
        elif kind is PermitKind.SNI:
            self.fields["subject"] = IdentifierField(Kind.SNI, label=subject)
        if subject:
            self.fields["subject"].label, self.fields["subject"].required = _(subject), True
            self.fields["subject"].help_text = SUBJECT_HELP.get(kind, "")
        self.fields["issuer"].help_text = ISSUER_HELP.get(kind, _("Instansi yang namanya tertulis pada dokumen."))
        self.fields["expires_on"].help_text = (
            _("Tanggal berakhirnya seperti pada dokumen.")
            if kind in ENDING_KINDS
            else _("Kosongkan bila pada dokumen tidak ada tanggal akhir.")
        )

    def check(self) -> None:
        data = self.cleaned_data
        if data.get("issued_on") and (problem := dates_problem(data["issued_on"], data.get("expires_on"))):
            self.add_error(*problem)
        if data.get("number") and "in_process" not in self.errors:
            self._check_number(data)

    def _check_number(self, data: dict[str, Any]) -> None:
        try:
            reading = read_permit(self.kind, data["number"], in_process=data.get("in_process", False))
        except IdentifierError as error:
            self.add_error("number", error.message)
            return
        data["number"] = reading.value
        self.warnings += [text for text in reading.warnings if text not in self.warnings]
        self._note(duplicate_permit(self.instance.ikm_id, self.kind, reading.value, self.instance.pk))
        if data.get("issued_on"):
            facts = {"number": reading.value, "issued_on": data["issued_on"], "expires_on": data.get("expires_on")}
            self.warnings += permit_oddities(Permit(ikm_id=self.instance.ikm_id, kind=self.kind, **facts))
