"""What a form of the register offers, and whether a business class fits."""

from django.db.models import OuterRef, Q, QuerySet, Subquery

from reference.enums import Relevance
from reference.models import KbliCode, KbliCommodity, Region

KbliLinks = dict[tuple[str, str], list[KbliCommodity]]


def kbli_in_force(chosen: int | None = None) -> QuerySet[KbliCode]:
    """Business classes in force, and the retired one that an IKM has chosen."""
    return KbliCode.objects.filter(Q(valid_to=None) | Q(pk=chosen))


def kbli_options(commodity: str, chosen: int | None = None) -> list[KbliCode]:
    """Business classes with their `relevance` for the commodity (None: not linked), the core ones first. One query.

    A retired class is offered only to the IKM that has chosen it.
    """
    links = KbliCommodity.objects.current().filter(kbli=OuterRef("pk"), commodity=commodity)
    rows = kbli_in_force(chosen).annotate(relevance=Subquery(links.values("relevance")[:1]))
    order = [Relevance.CORE, Relevance.RELATED, None]
    return sorted(rows, key=lambda row: (order.index(row.relevance), row.edition, row.code))


def villages_to_choose(kecamatan: str, chosen: str | None = None) -> QuerySet[Region]:
    """Desa and kelurahan in force, and the one already chosen even if it was retired since. By name."""
    in_force = Region.objects.filter(Q(valid_to=None) | Q(pk=chosen))
    return in_force.children_of(kecamatan).order_by("name", "code")


def kbli_fit(kbli: KbliCode, commodity: str, links: KbliLinks | None = None) -> tuple[bool, KbliCode | None]:
    """Whether firms of the class make the commodity, and the class that was perhaps meant. One query without `links`.

    Editions reuse numbers: 13133 is cloth printing in 2020 and batik in 2025. The other edition's class of the same
    number was perhaps meant when it is a core one of the commodity and the chosen one is not.
    """
    found = kbli_links(kbli__code=kbli.code, commodity=commodity) if links is None else links
    by_edition = {link.kbli.edition: link for link in found.get((kbli.code, commodity), ())}
    own = by_edition.pop(kbli.edition, None)
    if own and own.relevance == Relevance.CORE:
        return True, None
    meant = next((link.kbli for link in by_edition.values() if link.relevance == Relevance.CORE), None)
    return own is not None, meant


def kbli_links(**only: str) -> KbliLinks:
    """The links in force by number and commodity, for many questions. One query."""
    links: KbliLinks = {}
    for link in KbliCommodity.objects.current().filter(**only).select_related("kbli"):
        links.setdefault((link.kbli.code, link.commodity_id), []).append(link)
    return links
