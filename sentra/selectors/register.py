"""Reads of the register: what a person may see, and what is already there."""

from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Lower

from accounts.enums import Role
from reference.models import Region
from sentra.models import Ikm, Product, Sentra


def record_that_counts(record: Any) -> Any:
    """What a merged record was merged into in the end. One query per merge on the way."""
    while record.merged_into_id:
        record = record.merged_into
    return record


def regions_to_register(user: Any) -> list[Region]:
    """Kabupaten and kota in which the person is an officer, or for which an admin acts, by name.

    No query beyond the memberships; one more for an admin.
    """
    own = {m.region_id: m.region for m in user.active_memberships if m.role == Role.DISTRICT_OFFICER}
    own |= {entry.region_id: entry.region for entry in user.open_proxies}
    return sorted(own.values(), key=lambda region: region.label)


def sentra_rows(user: Any) -> QuerySet[Sentra]:
    """Rows of the list with their region, commodity, kecamatan and number of IKM, in one query."""
    return with_ikm_count(Sentra.objects.visible_to(user).select_related("region__parent", "commodity", "district"))


def with_ikm_count(rows: QuerySet[Sentra]) -> QuerySet[Sentra]:
    """`ikm_count` beside each sentra, None for 0. No further query."""
    counts = Ikm.objects.filter(sentra=OuterRef("pk")).order_by().values("sentra").annotate(n=Count("pk")).values("n")
    return rows.annotate(ikm_count=Subquery(counts))


def visible_sentra(user: Any) -> QuerySet[Sentra]:
    """Everything that a page about one sentra shows of it, in one query."""
    return Sentra.objects.visible_to(user).select_related(
        "region__parent", "commodity", "district", "village", "sk_file", "created_by"
    )


def visible_ikm(user: Any) -> QuerySet[Ikm]:
    return Ikm.objects.visible_to(user).select_related("sentra__region__parent", "sentra__commodity", "kbli")


def visible_products(user: Any) -> QuerySet[Product]:
    return Product.objects.visible_to(user).select_related(
        "ikm__sentra__region__parent", "ikm__sentra__commodity", "ikm__kbli"
    )


def same_sentra(region: str, commodity: str, name: str, besides: int | None = None) -> Sentra | None:
    """Another sentra of the region with this commodity and name, as the database compares names. One query."""
    return _of_name(Sentra.objects.filter(region=region, commodity=commodity), name, besides)


def same_product(ikm: int, name: str, besides: int | None = None) -> Product | None:
    """Another product of the IKM with this name. One query."""
    return _of_name(Product.objects.filter(ikm=ikm), name, besides)


def _of_name(rows: QuerySet[Any], name: str, besides: int | None) -> Any:
    return rows.alias(low=Lower("name")).filter(low=Lower(Value(name))).exclude(pk=besides).first()


def nib_is_taken(nib: str, besides: int | None = None) -> bool:
    """Whether any other IKM of the country has this NIB, a merged one included. One query."""
    return Ikm.everything.filter(nib=nib).exclude(pk=besides).exists()
