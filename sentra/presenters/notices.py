"""Notices that hinder nobody from saving."""

from django.utils.translation import gettext as _

from reference.models import Commodity, KbliCode
from sentra.enums import Scale
from sentra.models import Ikm, Sentra, SentraYear
from sentra.presenters.years import year_notices
from sentra.rules import MIN_UNITS
from sentra.selectors.choices import KbliLinks, kbli_fit


def sentra_notices(sentra: Sentra, newest: SentraYear | None) -> list[str]:
    """`newest` are the figures of the newest year. No query."""
    missing = [] if sentra.sk_file_id else [_("Berkas SK belum diunggah. Unggah PDF-nya lewat Ubah data sentra.")]
    return [*missing, *units_notices(sentra, newest), *year_notices(sentra, newest)]


def units_notices(sentra: Sentra, newest: SentraYear | None) -> list[str]:
    """Too few units, by the record or by the newest figures. No query."""
    if not sentra.has_enough_units:
        text = _(
            "Sentra ini memiliki %(count)d unit usaha. Produk baru dapat diusulkan bila sentra memiliki paling sedikit"
            " %(least)d unit usaha (PP 29/2018)."
        )
        return [text % {"count": sentra.unit_count, "least": MIN_UNITS}]
    if newest and newest.units < MIN_UNITS:
        text = _(
            "Menurut angka tahun %(year)d, sentra ini tinggal memiliki %(count)d unit usaha. Sentra memerlukan paling"
            " sedikit %(least)d unit usaha (PP 29/2018)."
        )
        return [text % {"year": newest.year, "count": newest.units, "least": MIN_UNITS}]
    return []


def ikm_notices(ikm: Ikm) -> list[str]:
    """One query."""
    notices = []
    if ikm.scale is Scale.LARGE:
        notices.append(
            _(
                "IKM ini berskala besar menurut Permenperin 64/2016. Produknya tidak dapat diusulkan, karena"
                " penghargaan ini untuk industri kecil dan menengah."
            )
        )
    return notices + kbli_oddities(ikm.kbli, ikm.sentra.commodity)


def kbli_oddities(kbli: KbliCode, commodity: Commodity, links: KbliLinks | None = None) -> list[str]:
    """A class that does not fit the commodity, or whose number means another one in the other edition.

    One query without `links`.
    """
    fits, meant = kbli_fit(kbli, commodity.pk, links)
    if meant:
        return [_other_edition(kbli, meant)]
    if not fits:
        text = _("KBLI %(code)s tidak termasuk kode untuk komoditas %(commodity)s. Cocokkan dengan NIB.")
        return [text % {"code": f"{kbli.code} ({kbli.edition})", "commodity": commodity.name}]
    return []


def edition_oddities(kbli: KbliCode, commodity: Commodity) -> list[str]:
    """Only what the officer has to confirm: that the edition is the one on the NIB. One query."""
    _fits, meant = kbli_fit(kbli, commodity.pk)
    return [_other_edition(kbli, meant)] if meant else []


def _other_edition(kbli: KbliCode, meant: KbliCode) -> str:
    text = _(
        "KBLI %(code)s pada edisi %(edition)d adalah %(title)s. Nomor yang sama pada KBLI %(other)d adalah %(meant)s."
        " Periksa edisi pada NIB."
    )
    words = {"code": kbli.code, "edition": kbli.edition, "title": kbli.title}
    return text % (words | {"other": meant.edition, "meant": meant.title})
