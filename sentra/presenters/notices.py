"""Notices that hinder nobody from saving."""

from django.utils.translation import gettext as _

from sentra.enums import Scale
from sentra.models import Ikm, Sentra
from sentra.rules import MIN_UNITS
from sentra.selectors.choices import fits_commodity


def sentra_notices(sentra: Sentra) -> list[str]:
    missing = [] if sentra.sk_file_id else [_("Berkas SK belum diunggah. Unggah PDF-nya lewat Ubah data sentra.")]
    if sentra.has_enough_units:
        return missing
    text = _(
        "Sentra ini memiliki %(count)d unit usaha. Produk baru dapat diusulkan bila sentra memiliki paling sedikit"
        " %(least)d unit usaha (PP 29/2018)."
    )
    return [*missing, text % {"count": sentra.unit_count, "least": MIN_UNITS}]


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
    if not fits_commodity(ikm):
        notices.append(
            _("KBLI %(code)s tidak termasuk kode untuk komoditas %(commodity)s. Cocokkan dengan NIB.")
            % {"code": f"{ikm.kbli.code} ({ikm.kbli.edition})", "commodity": ikm.sentra.commodity.name}
        )
    return notices
