"""Named reads of the reference data."""

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Q

from reference.enums import RegionLevel
from reference.models import KbliCode, KbliCommodity, Region

VILLAGES_SHOWN = 20
ALIKE = 0.25  # "kuaman" and "kauman" have 0.27 in common


def regencies_by_province() -> list[tuple[Region, list[Region]]]:
    """Each province in force with its kabupaten and kota, by code. One query; the parents are filled in."""
    provinces: dict[str, tuple[Region, list[Region]]] = {}
    for region in Region.objects.current().filter(level__lte=RegionLevel.REGENCY).order_by("level", "code"):
        if region.level == RegionLevel.PROVINCE:
            provinces[region.code] = (region, [])
        elif region.parent_id in provinces:
            region.parent, regencies = provinces[region.parent_id]
            regencies.append(region)
    return list(provinces.values())


def kecamatan_of(regency: str) -> list[Region]:
    """Kecamatan or distrik in force of a kabupaten or kota, by name. One query."""
    return list(Region.objects.current().children_of(regency).order_by("name", "code"))


def villages_of(kecamatan: str) -> list[Region]:
    """Desa, kelurahan and desa adat in force of a kecamatan, by name. One query.

    Sixteen pairs of villages share a name within their kecamatan, so the code stays part of the identity.
    """
    return list(Region.objects.current().children_of(kecamatan).order_by("name", "code"))


def villages_named(regency: str, text: str) -> list[Region]:
    """At most 20 villages in force of a kabupaten or kota whose name contains the text or resembles it, the closest
    first, each with its kecamatan. One query, which reads the villages of one regency: 852 at most.
    """
    rows = Region.objects.current().filter(level=RegionLevel.VILLAGE, code__startswith=f"{regency}.")
    rows = rows.annotate(likeness=TrigramSimilarity("name", text)).filter(
        Q(name__icontains=text) | Q(likeness__gte=ALIKE)
    )
    return list(rows.select_related("parent").order_by("-likeness", "name", "code")[:VILLAGES_SHOWN])


def kbli_codes_of(commodity: str) -> list[KbliCode]:
    """Business classes in force for a commodity in both editions, the core ones first. One query."""
    return list(KbliCode.objects.current().of_commodity(commodity))


def kbli_link(kbli: KbliCode, commodity: str) -> KbliCommodity | None:
    """How close the class is to the commodity, or None when firms of this class do not make it. One query."""
    return KbliCommodity.objects.current().filter(kbli=kbli, commodity=commodity).first()
