"""What is wrong with an entry of the register, in the officer's words; forms and services say the same."""

from datetime import date
from typing import Any

from django.conf import settings
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from reference.models import Region
from sentra.errors import Duplicate, MergedAway
from sentra.models import Ikm
from sentra.rules import EARLIEST_YEAR, MIN_UNITS
from sentra.selectors.register import nib_is_taken, record_that_counts, same_product, same_sentra


def duplicate_nib(actor: Any, nib: str, besides: int | None = None) -> Duplicate | None:
    """The holder is named only to those who may see it; elsewhere the Sekretariat helps. At most two queries.

    A merged IKM keeps its NIB; the record that counts is named for it, by one more query per merge.
    """
    if not nib_is_taken(nib, besides):
        return None
    holder = Ikm.everything.visible_to(actor).filter(nib=nib).first()
    if holder:
        text = _("NIB ini sudah terdaftar di daerah Anda untuk %(name)s. Gunakan data yang sudah ada.")
        holder = record_that_counts(holder)
        return Duplicate(text % {"name": holder.name}, field="nib", record=holder)
    return Duplicate(nib_is_elsewhere(), field="nib")


def nib_is_elsewhere() -> str:
    """Names nobody: whose NIB it is belongs to another region."""
    text = _("NIB ini sudah terdaftar di daerah lain. Hubungi Sekretariat: %(mail)s, %(phone)s.")
    return text % {"mail": settings.HELP_EMAIL, "phone": settings.HELP_PHONE}


def duplicate_sentra(region: str, commodity: str, name: str, besides: int | None = None) -> Duplicate | None:
    """One query."""
    same = same_sentra(region, commodity, name, besides)
    text = _("Sentra dengan nama dan komoditas ini sudah terdaftar di daerah Anda. Gunakan data yang sudah ada.")
    return Duplicate(text, field="name", record=same) if same else None


def duplicate_product(ikm: int, name: str, besides: int | None = None) -> Duplicate | None:
    """One query."""
    same = same_product(ikm, name, besides)
    text = _("Produk dengan nama ini sudah terdaftar pada IKM ini. Gunakan data yang sudah ada.")
    return Duplicate(text, field="name", record=same) if same else None


def merged_away(record: Any) -> MergedAway:
    """For a record that is a tombstone. One query per merge on the way to the record that counts."""
    winner = record_that_counts(record)
    text = _("%(name)s sudah digabung ke %(winner)s. Gunakan data itu. Isian untuk data lama tidak disimpan.")
    return MergedAway(text % {"name": record.name, "winner": winner.name}, winner=winner)


def place_problem(district: Region, village: Region | None, village_unlisted: str) -> str:
    """Empty when there is exactly one village, and a listed one lies in the kecamatan."""
    if village and village_unlisted:
        return _("Pilih desa/kelurahan dari daftar atau tulis namanya, tidak keduanya.")
    if not village and not village_unlisted:
        return _("Desa/kelurahan belum dipilih. Bila belum ada dalam daftar, tulis namanya.")
    if village and village.parent_id != district.pk:
        return _("Desa/kelurahan ini tidak berada di kecamatan yang dipilih.")
    return ""


def units_problem(count: int) -> str:
    """Empty when a sentra can be registered with so many units. Falling below that later hinders nobody from saving."""
    if count >= MIN_UNITS:
        return ""
    return _(
        "Sentra IKM paling sedikit %(least)d unit usaha (PP 29/2018). Anda mengisi %(count)d. Cocokkan dengan daftar"
        " anggota dalam SK; bila anggotanya memang kurang, lengkapi dahulu anggota dan SK-nya, lalu daftarkan."
    ) % {"least": MIN_UNITS, "count": count}


def sk_date_problem(sk_date: date) -> str:
    """Empty when the decree is not dated in the future."""
    if sk_date > localdate():
        return _("Tanggal SK tidak boleh sesudah hari ini. Cocokkan dengan dokumen SK.")
    return ""


def year_problem(year: int) -> str:
    """Empty when a firm can have started in that year."""
    if EARLIEST_YEAR <= year <= localdate().year:
        return ""
    return _("Tahun mulai usaha harus antara %(first)d dan %(last)d.") % {
        "first": EARLIEST_YEAR,
        "last": localdate().year,
    }


def price_problem(price: int | None, unit: str) -> str:
    """Empty when both or neither are given."""
    if (price is None) == (not unit):
        return ""
    return _("Isi harga dan satuannya, misalnya 350.000 per lembar, atau kosongkan keduanya.")


def commodity_is_fixed() -> str:
    return _("Komoditas tidak dapat diubah karena sudah ada IKM di sentra ini. Hubungi Sekretariat bila keliru.")


def stale() -> str:
    return _(
        "Data ini diubah orang lain sesudah Anda membukanya. Isian Anda belum disimpan dan masih ada di bawah."
        " Bandingkan dengan data yang tersimpan, lalu simpan lagi bila isian Anda yang benar."
    )
