"""Records of the register as pages show them: rows of summary lists, addresses and trails."""

from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _

from core import formats
from core.identifiers import Kind, display
from reference.enums import Relevance
from sentra.enums import SCALES
from sentra.models import Ikm, Permit, Product, Sentra, SentraYear
from sentra.selectors.choices import kbli_options
from sentra.selectors.lists import kbli_text as kbli_label

KBLI_GROUPS = {
    Relevance.CORE: "Kode inti untuk %(commodity)s, KBLI %(edition)s",
    Relevance.RELATED: "Kode terkait, KBLI %(edition)s",
    None: "Kode komoditas lain, KBLI %(edition)s",
}


def row(key: str, value: Any) -> dict[str, Any]:
    return {"key": key, "value": value}


def sentra_summary(sentra: Sentra) -> list[dict[str, Any]]:
    """No query when region, kecamatan and village are joined."""
    contact = (sentra.contact_name, display(Kind.PHONE, sentra.contact_phone), sentra.contact_email)
    return [
        row(_("Komoditas"), sentra.commodity.name),
        row(_("Jumlah unit usaha"), formats.number_id(sentra.unit_count)),
        row(_("Kabupaten/kota"), sentra.region.full_label),
        row(_("Kecamatan/distrik"), sentra.district.label),
        row(_("Desa/kelurahan"), village_label(sentra)),
        row(_("Alamat"), sentra.address),
        row(_("Titik pada peta"), formats.map_point(*sentra.map_point) if sentra.map_point else ""),
        row(_("Narahubung"), "\n".join(filter(None, contact))),
    ]


def decree_summary(sentra: Sentra) -> list[dict[str, Any]]:
    return [
        row(_("Nomor SK"), sentra.sk_number),
        row(_("Tanggal SK"), formats.date_long(sentra.sk_date)),
        row(_("Pejabat penanda tangan"), sentra.sk_signatory),
    ]


def village_label(sentra: Sentra) -> str:
    if sentra.village:
        return sentra.village.label
    return _("%(name)s (belum terdaftar)") % {"name": sentra.village_unlisted}


def ikm_summary(ikm: Ikm, *, full_npwp: bool = False) -> list[dict[str, Any]]:
    """The NPWP may be a person's NIK, so it is masked unless somebody asked for it. No query when KBLI is joined."""
    return [
        row(_("Penanggung jawab"), ikm.owner_name),
        row(_("NIB"), display(Kind.NIB, ikm.nib)),
        row(_("NPWP"), display(Kind.NPWP, ikm.npwp) if full_npwp else formats.mask_id(ikm.npwp)),
        row(_("KBLI"), kbli_label(ikm.kbli)),
        row(_("Jumlah tenaga kerja"), _("%(count)s orang") % {"count": formats.number_id(ikm.workers)}),
        row(_("Nilai investasi"), formats.rupiah(ikm.investment)),
        row(_("Skala"), _("%(scale)s (menurut Permenperin 64/2016)") % {"scale": scale_label(ikm)}),
        row(_("Tahun mulai usaha"), str(ikm.established_year)),
        row(_("Alamat"), ikm.address),
        row(_("Telepon"), display(Kind.PHONE, ikm.phone)),
    ]


def scale_label(ikm: Ikm) -> str:
    return str(SCALES[ikm.scale])


def product_summary(product: Product) -> list[dict[str, Any]]:
    return [
        row(_("Uraian"), product.description),
        row(_("Cerita"), product.story),
        row(_("Kapasitas produksi per bulan"), product.monthly_capacity),
        row(_("Harga"), price_label(product)),
        row(_("Jangkauan pasar"), product.markets),
    ]


def price_label(product: Product) -> str:
    """`Rp350.000 per lembar`; empty without a price."""
    return f"{formats.rupiah(product.price)} {product.price_unit}" if product.price else ""


def kbli_choices(commodity: Any, chosen: int | None = None) -> list[tuple[str, list[tuple[int, str]]]]:
    """Choices of a `<select>`, grouped by closeness to the commodity, then by edition. One query."""
    groups: dict[str, list[tuple[int, str]]] = {}
    for kbli in kbli_options(commodity.pk, chosen):
        text = _(KBLI_GROUPS[kbli.relevance])
        head = text % {"commodity": commodity.name, "edition": kbli.edition}
        groups.setdefault(head, []).append((kbli.pk, kbli_label(kbli)))
    return list(groups.items())


def page_of(row: Model) -> str:
    """Address of the page about a record. Years and permits stand on the page of whom they belong to."""
    if isinstance(row, SentraYear):
        return reverse("sentra_years", args=[row.sentra_id])
    if isinstance(row, Permit):
        return reverse("ikm_detail", args=[row.ikm_id]) + "#izin"
    return reverse(f"{type(row).__name__.lower()}_detail", args=[row.pk])


def crumbs(*trail: Sentra | Ikm | Product) -> list[dict[str, str]]:
    """From the list down to the parent of a page."""
    top = {"label": _("Sentra IKM"), "url": reverse("sentra_list")}
    return [top, *({"label": row.name, "url": page_of(row)} for row in trail)]
