"""What a form of the register offers, and whether a business class fits."""

from django.db.models import OuterRef, Q, QuerySet, Subquery

from reference.enums import Relevance
from reference.models import KbliCode, KbliCommodity, Region
from sentra.models import Ikm


def kbli_options(commodity: str, chosen: int | None = None) -> list[KbliCode]:
    """Business classes with their `relevance` for the commodity (None: not linked), the core ones first. One query.

    A retired class is offered only to the IKM that has chosen it.
    """
    links = KbliCommodity.objects.current().filter(kbli=OuterRef("pk"), commodity=commodity)
    rows = KbliCode.objects.filter(Q(valid_to=None) | Q(pk=chosen))
    rows = rows.annotate(relevance=Subquery(links.values("relevance")[:1]))
    order = [Relevance.CORE, Relevance.RELATED, None]
    return sorted(rows, key=lambda row: (order.index(row.relevance), row.edition, row.code))


def villages_to_choose(kecamatan: str, chosen: str | None = None) -> QuerySet[Region]:
    """Desa and kelurahan in force, and the one already chosen even if it was retired since. By name."""
    in_force = Region.objects.filter(Q(valid_to=None) | Q(pk=chosen))
    return in_force.children_of(kecamatan).order_by("name", "code")


def fits_commodity(ikm: Ikm) -> bool:
    """Whether firms of the IKM's business class make the sentra's commodity. One query."""
    return KbliCommodity.objects.current().filter(kbli=ikm.kbli_id, commodity=ikm.sentra.commodity_id).exists()
