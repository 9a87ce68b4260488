"""Form fields for what Indonesian officers type: identity numbers, rupiah, whole numbers, dates, text, addresses."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from core import formats, identifiers
from core.identifiers import IdentifierError, Kind

TYPED_MAX = 120  # with blanks and dots; the number's own length is ruled by `core.identifiers`
WHOLE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+)")
MONEY = re.compile(rf"(?:rp\.?)?\s*{WHOLE.pattern}(?:,(?:00?|-))?", re.IGNORECASE)
POINT = re.compile(r"(-?[0-9]{1,3}(?:[.,][0-9]+)?)\s*[,;\s]\s*(-?[0-9]{1,3}(?:[.,][0-9]+)?)")
POINT_PLACES = 6  # about ten centimetres
SOUTH, NORTH = Decimal("-11.1"), Decimal("6.2")  # Ndana and Rondo, with a little sea
WEST, EAST = Decimal("94.9"), Decimal("141.1")
DAY_IN_WORDS = re.compile(r"([0-9]{1,2})\s+([A-Za-z]{3,9})\s+([0-9]{4})")


def plain_line(text: str) -> str:
    """One line without control, invisible or direction-changing characters; blanks are single."""
    return " ".join("".join(c for c in word if c.isprintable()) for word in text.split()).strip()


def _with_largest(text: str) -> str:
    return text % {"largest": formats.file_size(settings.UPLOAD_MAX_BYTES)}


# The help of a file field, in whose text `%(largest)s` stands for the limit that is in force.
with_largest = lazy(_with_largest, str)
TOO_LONG: dict[str, Any] = {"max_length": _("Paling banyak %(limit_value)d karakter. Anda mengisi %(show_value)d.")}
# Numbers that name a person or a firm before the law; a browser keeps no copy of them.
PRIVATE = frozenset({Kind.NIK, Kind.NPWP, Kind.NIB})
LETTERS = (Kind.SK, Kind.BPOM, Kind.HALAL, Kind.SNI, Kind.TRADEMARK, Kind.CERTIFICATE)
KEYBOARDS = {Kind.PHONE: "tel"} | dict.fromkeys(LETTERS, "text")


class LineField(forms.CharField):
    """A single line of text."""

    default_error_messages = TOO_LONG

    def to_python(self, value: Any) -> str:
        return plain_line(super().to_python(value) or "")


class ParagraphField(forms.CharField):
    """Text of several lines; blank lines stay. Line ends count as one character."""

    widget = forms.Textarea
    default_error_messages = TOO_LONG

    def to_python(self, value: Any) -> str:
        return "\n".join(plain_line(line) for line in (super().to_python(value) or "").splitlines()).strip()


class IdentifierField(forms.CharField):
    """A number of `kind`: typed in any grouping, cleaned to the bare value. Oddities are in `warnings`, per form."""

    def __init__(self, kind: Kind, **options: Any) -> None:
        self.kind = kind
        self.warnings: tuple[str, ...] = ()
        attrs = {"autocomplete": "off", "class": "w-24ch", "inputmode": KEYBOARDS.get(kind, "numeric")}
        if kind in PRIVATE:
            attrs["data-private"] = ""
        super().__init__(max_length=TYPED_MAX, widget=forms.TextInput(attrs=attrs), **options)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        try:
            reading = identifiers.read(self.kind, text)
        except IdentifierError as error:
            raise ValidationError(error.message, code="identifier") from error
        self.warnings = reading.warnings
        return reading.value

    def prepare_value(self, value: Any) -> Any:
        return identifiers.display(self.kind, value) if value else value


class WholeNumberField(forms.IntegerField):
    """`1250` or `1.250`. Django's own field reads `1.000` as 1."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    default_error_messages = {"invalid": _("Isi dengan angka bulat, misalnya 1250.")}
    shape = WHOLE

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values or isinstance(value, int):
            return None if value in self.empty_values else value
        found = self.shape.fullmatch(str(value).strip())
        if found is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(found[1].replace(".", ""))


class RupiahField(WholeNumberField):
    """`1234567`, `1.234.567` and `Rp 1.234.567,00` are the same amount."""

    default_error_messages = {"invalid": _("Isi jumlah rupiah tanpa sen, misalnya 250.000.000.")}
    shape = MONEY

    def prepare_value(self, value: Any) -> Any:
        return formats.number_id(value) if isinstance(value, int) else value


class DayField(forms.DateField):
    """`21-05-2024`, `21/05/2024`, `2024-05-21` or `21 Mei 2024`."""

    widget = forms.DateInput(attrs={"autocomplete": "off", "class": "w-16ch"}, format="%d-%m-%Y")
    default_error_messages = {"invalid": _("Isi tanggal yang ada, dengan urutan hari-bulan-tahun: 21-05-2024.")}

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, str) and (found := DAY_IN_WORDS.fullmatch(value.strip())):
            months = [n for n, name in enumerate(formats.MONTHS, 1) if name.lower().startswith(found[2].lower())]
            if len(months) == 1:
                value = f"{found[1]}-{months[0]}-{found[3]}"
        return super().to_python(value)


class MapPointField(forms.CharField):
    """`-6.8886, 109.6753` as a map gives it, or with decimal commas: latitude and longitude within Indonesia."""

    default_error_messages = {
        "invalid": _("Tulis lintang lalu bujur, dipisah koma. Contoh: -6.8886, 109.6753."),
        "swapped": _("Urutannya terbalik. Tulis lintang dahulu, lalu bujur. Contoh: -6.8886, 109.6753."),
        "outside": _("Titik ini berada di luar Indonesia. Periksa kembali koordinatnya."),
    }

    def __init__(self, **options: Any) -> None:
        attrs = {"autocomplete": "off", "class": "w-24ch"}
        super().__init__(max_length=TYPED_MAX, widget=forms.TextInput(attrs=attrs), **options)

    def clean(self, value: Any) -> tuple[Decimal, Decimal] | None:
        text = super().clean(value)
        if not text:
            return None
        found = POINT.fullmatch(text.replace("\u2212", "-"))
        if found is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        first, second = (round(Decimal(part.replace(",", ".")), POINT_PLACES) for part in found.groups())
        if _in_indonesia(first, second):
            return first, second
        code = "swapped" if _in_indonesia(second, first) else "outside"
        raise ValidationError(self.error_messages[code], code=code)

    def prepare_value(self, value: Any) -> Any:
        return formats.map_point(*value) if isinstance(value, tuple) else value


def _in_indonesia(latitude: Decimal, longitude: Decimal) -> bool:
    return SOUTH <= latitude <= NORTH and WEST <= longitude <= EAST


class CoordinateField(forms.DecimalField):
    """One number of a point, with a decimal point or comma."""

    default_error_messages = {"invalid": _("Isi dengan angka seperti pada peta. Contoh: -6.8886 atau 109.6753.")}

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # the stubs take it for an IntegerField
        found = super().to_python(str(value or "").replace("\u2212", "-").replace(",", "."))
        return found if found is None else round(found, POINT_PLACES)


class WebAddressField(forms.URLField):
    """An http or https address; Django's own takes ftp too."""

    default_validators = [URLValidator(schemes=["http", "https"])]
    default_error_messages = {"invalid": _("Tautan tidak sah. Contoh: https://www.contoh.go.id/video.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(assume_scheme="https", **options)


def confirm_field() -> forms.BooleanField:
    """The tick with which somebody says that what looks odd stands so in the document; see `ask_about`."""
    return forms.BooleanField(label=_("Sudah saya cocokkan dengan dokumen"), required=False)


def ask_about(form: forms.BaseForm, oddities: Iterable[str]) -> None:
    """From a form's `clean`: oddities wait for the tick of its field `confirmed`, which goes when there are none."""
    if not list(oddities):
        del form.fields["confirmed"]
    elif not form.cleaned_data.get("confirmed"):
        form.add_error("confirmed", _("Ada isian yang tidak biasa. Cocokkan dengan dokumen, lalu beri centang."))


def word_errors(field: forms.Field) -> None:
    """Give a field errors that name it and the way out; Django's own wording does neither."""
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
