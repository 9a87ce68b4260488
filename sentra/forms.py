"""Forms of the register. They say everything that is wrong at once; the services rule again."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError, StaleVersion
from core.fields import DayField, IdentifierField, LineField, ParagraphField, RupiahField, WholeNumberField
from core.identifiers import Kind
from reference.models import Commodity, KbliCode, Region
from sentra import messages
from sentra.errors import Duplicate
from sentra.models import Ikm, Product, Sentra
from sentra.presenters import kbli_choices, page_of
from sentra.selectors import villages_to_choose

PHONE_HELP = _("Contoh: 0812-3456-7890 atau 0285-421234.")
WIDE, NARROW = {"class": "w-24ch"}, {"class": "w-8ch"}


def _number(label: str, **options: Any) -> WholeNumberField:
    attrs = {"inputmode": "numeric", "autocomplete": "off", **NARROW}
    return WholeNumberField(label=label, widget=forms.TextInput(attrs=attrs), **options)


class RegisterForm(forms.ModelForm):
    """One record of the register.

    `version` is what the page shows, for the service to compare; it is None for a new record. `duplicate` is the record
    that holds the number or name already, `conflicts` what somebody else saved meanwhile, `status` the answer's status.
    """

    sections: tuple[tuple[str, tuple[str, ...]], ...] = ()
    file_field = ""

    confirmed = forms.BooleanField(label=_("Sudah saya cocokkan dengan dokumen"), required=False)

    def __init__(self, *args: Any, actor: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.order_fields([name for _title, names in self.sections for name in names])
        self.actor = actor
        self.version: int | None = self.instance.version if self.instance.pk else None
        self.duplicate: Any = None
        self.warnings: list[str] = []
        self.conflicts: list[dict[str, str]] = []
        self.status = 422 if self.is_bound else 200
        if not self.is_bound:
            del self.fields["confirmed"]
        for field in self.fields.values():
            _word_errors(field)

    def grouped(self) -> Iterator[dict[str, Any]]:
        """Sections with a heading, notes and bound fields, in order; the confirmation last, when there is one."""
        for title, names in self.sections:
            yield {"title": title, "notes": [], "fields": [self[name] for name in names]}
        if "confirmed" in self.fields:
            yield {"title": _("Cocokkan dengan dokumen"), "notes": self.warnings, "fields": [self["confirmed"]]}

    def clean(self) -> dict[str, Any]:
        """Model uniqueness is not asked for here: `check` finds duplicates with words that fit."""
        self.check()
        self.warnings = [text for field in self.fields.values() for text in getattr(field, "warnings", ())]
        if not self.warnings:
            del self.fields["confirmed"]
        elif not self.cleaned_data.get("confirmed"):
            self.add_error("confirmed", _("Ada isian yang tidak biasa. Cocokkan dengan dokumen, lalu beri centang."))
        return self.cleaned_data

    def check(self) -> None:
        """Rules over several fields, and duplicates."""

    def refuse(self, error: DomainError) -> None:
        """Show what the service refused where the officer can repair it."""
        if isinstance(error, StaleVersion):
            self.status = error.status
            self._show_conflicts()
            self.add_error(None, error.message)
        elif isinstance(error, Duplicate):
            self.duplicate = error.record
            self.add_error(error.field, error.message)
        else:
            self.add_error(self.file_field, error.message)

    @property
    def duplicate_url(self) -> str:
        return page_of(self.duplicate) if self.duplicate else ""

    @property
    def lost_files(self) -> bool:
        """A browser forgets the chosen file when a form comes back."""
        return self.is_bound and bool(self.files)

    def _note(self, duplicate: Duplicate | None) -> None:
        if duplicate:
            self.refuse(duplicate)

    def _problem(self, field: str, problem: str) -> None:
        if problem:
            self.add_error(field, problem)

    def _show_conflicts(self) -> None:
        """The next post is made against the stored record, which the page shows beside what was typed."""
        stored = self._meta.model.objects.get(pk=self.instance.pk)
        self.version = stored.version
        for name in self._meta.fields:
            value, field = getattr(stored, name), self.fields[name]
            if self.cleaned_data.get(name) != value:
                plain = value is None or isinstance(value, Model)
                text = value if plain else field.widget.format_value(field.prepare_value(value))
                self.conflicts.append({"key": field.label, "value": str(text or "–")})


def _word_errors(field: forms.Field) -> None:
    """Django's own wording names neither the field nor the way out."""
    label = {"label": capfirst(str(field.label))}
    choose = isinstance(field, forms.ChoiceField | forms.FileField | forms.ModelChoiceField)
    field.error_messages["required"] = (
        _("%(label)s belum dipilih.") if choose else _("%(label)s belum diisi.")
    ) % label
    field.error_messages["invalid_choice"] = _("Pilih %(label)s dari daftar.") % label
    field.error_messages["empty"] = _("Berkas kosong (0 byte). Pilih berkas yang berisi.")
    for code, text in (
        ("max_length", _("{label} paling banyak %(limit_value)d karakter. Anda mengisi %(show_value)d karakter.")),
        ("min_value", _("{label} paling sedikit %(limit_value)d.")),
        ("max_value", _("{label} paling banyak %(limit_value)d.")),
    ):
        field.error_messages[code] = text.format(**label)


class SentraForm(RegisterForm):
    unit_count = _number(
        _("Jumlah unit usaha"), min_value=1, max_value=100_000, help_text=_("Semua IKM anggota sentra, menurut SK.")
    )
    village_unlisted = LineField(
        label=_("Nama desa/kelurahan bila belum terdaftar"),
        required=False,
        max_length=120,
        help_text=_("Isi hanya bila desa/kelurahan tidak ada dalam daftar di atas."),
    )
    sk_number = IdentifierField(
        Kind.SK, label=_("Nomor SK"), help_text=_("Tulis seperti pada dokumen. Contoh: 188/82/KEP/2025.")
    )
    sk_date = DayField(
        label=_("Tanggal SK"),
        help_text=_("Contoh: 21-05-2024 atau 21 Mei 2024."),
    )
    sk_file = forms.FileField(
        label=_("Berkas SK"),
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}),
        help_text=_("PDF, paling besar 10 MB."),
    )
    contact_phone = IdentifierField(Kind.PHONE, label=_("Telepon narahubung"), help_text=PHONE_HELP)

    file_field = "sk_file"
    mark_optional = False  # a village is optional only when the other field names it
    sections = (
        (_("Tentang sentra"), ("name", "commodity", "unit_count")),
        (_("Lokasi"), ("village", "village_unlisted", "address")),
        (_("SK penetapan sentra"), ("sk_number", "sk_date", "sk_signatory", "sk_file")),
        (_("Narahubung"), ("contact_name", "contact_phone")),
    )

    class Meta:
        model = Sentra
        fields = (
            "name", "commodity", "unit_count", "village", "village_unlisted", "address", "sk_number", "sk_date",
            "sk_signatory", "contact_name", "contact_phone",
        )  # fmt: skip
        field_classes = dict.fromkeys(("name", "address", "sk_signatory", "contact_name"), LineField)
        labels = {"village": _("Desa/kelurahan"), "commodity": _("Komoditas")}
        help_texts = {
            "address": _("Jalan, dusun, atau tempat yang mudah ditemukan."),
            "sk_signatory": _("Jabatan dan nama. Contoh: Wali Kota Pekalongan, nama pejabat."),
        }

    def __init__(self, *args: Any, district: Region, **options: Any) -> None:
        super().__init__(*args, **options)
        self.district = district
        chosen = self.instance.village_id
        villages = villages_to_choose(district.pk, chosen)
        self.fields["village"].queryset = villages
        self.fields["village"].required = False
        self.fields["village"].choices = [("", _("Pilih desa/kelurahan")), *_village_choices(list(villages))]
        self.fields["commodity"].queryset = Commodity.objects.current()
        self.fields["commodity"].empty_label = _("Pilih komoditas")
        self.fields["sk_file"].required = not self.instance.pk
        if self.instance.pk:
            self.fields["sk_file"].help_text = _("Pilih berkas hanya bila SK perlu diganti. PDF, paling besar 10 MB.")
            if self.instance.ikm.exists():
                self.fields["commodity"].disabled = True
                self.fields["commodity"].help_text = messages.commodity_is_fixed()

    def check(self) -> None:
        data = self.cleaned_data
        data["district"] = self.district
        if "village" in data and "village_unlisted" in data:
            self._problem("village", messages.place_problem(self.district, data["village"], data["village_unlisted"]))
        if data.get("sk_date"):
            self._problem("sk_date", messages.sk_date_problem(data["sk_date"]))
        if data.get("name") and data.get("commodity"):
            region, commodity = self.district.parent_id, data["commodity"].pk
            self._note(messages.duplicate_sentra(region, commodity, data["name"], self.instance.pk))


def _village_choices(villages: list[Region]) -> list[tuple[str, str]]:
    """Some villages share their name within a kecamatan; their code tells them apart."""
    times = Counter(village.name for village in villages)
    return [(v.pk, f"{v.label} ({v.pk})" if times[v.name] > 1 else v.label) for v in villages]


class IkmForm(RegisterForm):
    nib = IdentifierField(Kind.NIB, label=_("NIB"), help_text=_("Nomor Induk Berusaha, 13 angka."))
    npwp = IdentifierField(Kind.NPWP, label=_("NPWP"), help_text=_("15 atau 16 angka, seperti pada kartu NPWP."))
    workers = _number(
        _("Jumlah tenaga kerja"), min_value=1, max_value=1_000_000, help_text=_("Termasuk pemilik yang ikut bekerja.")
    )
    investment = RupiahField(
        label=_("Nilai investasi"),
        min_value=0,
        max_value=10**15,
        help_text=_("Dalam rupiah, tanpa tanah dan bangunan tempat usaha. Contoh: 250.000.000."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", **WIDE}),
    )
    established_year = _number(_("Tahun mulai usaha"), help_text=_("Empat angka. Contoh: 2012."))
    phone = IdentifierField(Kind.PHONE, label=_("Telepon"), help_text=PHONE_HELP)

    sections = (
        (_("Tentang IKM"), ("name", "owner_name", "established_year")),
        (_("Legalitas"), ("nib", "npwp", "kbli")),
        (_("Skala usaha"), ("workers", "investment")),
        (_("Alamat dan telepon"), ("address", "phone")),
    )

    class Meta:
        model = Ikm
        fields = (
            "name", "owner_name", "established_year", "nib", "npwp", "kbli", "workers", "investment", "address",
            "phone",
        )  # fmt: skip
        field_classes = dict.fromkeys(("name", "owner_name", "address"), LineField)
        help_texts = {"kbli": _("Kode usaha pada NIB. Periksa juga edisinya: KBLI 2020 atau KBLI 2025.")}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        groups = kbli_choices(self.instance.sentra.commodity, self.instance.kbli_id)
        offered = [pk for _head, choices in groups for pk, _label in choices]
        self.fields["kbli"].queryset = KbliCode.objects.filter(pk__in=offered)
        self.fields["kbli"].choices = [("", _("Pilih kode KBLI")), *groups]

    def check(self) -> None:
        if year := self.cleaned_data.get("established_year"):
            self._problem("established_year", messages.year_problem(year))
        if nib := self.cleaned_data.get("nib"):
            self._note(messages.duplicate_nib(self.actor, nib, self.instance.pk))


class ProductForm(RegisterForm):
    photo = forms.FileField(
        label=_("Foto produk"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".jpg,.jpeg,.png,image/jpeg,image/png"}),
        help_text=_("JPEG atau PNG, paling besar 10 MB."),
    )

    file_field = "photo"
    sections = (
        (_("Tentang produk"), ("name", "description", "photo")),
        (_("Produksi dan pasar"), ("monthly_capacity", "markets")),
    )

    class Meta:
        model = Product
        fields = ("name", "description", "monthly_capacity", "markets")
        field_classes = {
            **dict.fromkeys(("name", "monthly_capacity", "markets"), LineField),
            "description": ParagraphField,
        }
        help_texts = {
            "description": _("Bahan, cara membuat, dan ciri khas produk. Paling banyak 2.000 karakter."),
            "monthly_capacity": _("Jumlah dan satuannya. Contoh: 200 lembar kain."),
            "markets": _("Contoh: Pekalongan dan Semarang; ekspor ke Malaysia."),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.photo_id:
            self.fields["photo"].help_text = _("Pilih berkas hanya bila foto perlu diganti. JPEG atau PNG, 10 MB.")

    def check(self) -> None:
        if name := self.cleaned_data.get("name"):
            self._note(messages.duplicate_product(self.instance.ikm_id, name, self.instance.pk))
