"""Reads of what the register follows over the years: figures, permits, checks, photos."""

from collections import defaultdict
from typing import Any

from django.db.models import Q, QuerySet

from sentra.enums import CheckedNumber, PermitKind
from sentra.models import Ikm, NumberCheck, Permit, Product, ProductPhoto, Sentra, SentraYear, SentraYearRevision

KIND_ORDER = list(PermitKind)
HISTORY_ROWS = 100


def years_of(sentra: Sentra) -> list[SentraYear]:
    """All years with figures, the newest first. One query."""
    return list(sentra.years.order_by("-year"))


def newest_year(sentra: Sentra) -> SentraYear | None:
    """One query."""
    return sentra.years.order_by("-year").first()


def visible_years(user: Any) -> QuerySet[SentraYear]:
    """Without those that stayed with a merged sentra."""
    years = SentraYear.objects.visible_to(user).filter(sentra__merged_into=None)
    return years.select_related("sentra__region__parent", "sentra__commodity")


def year_is_taken(sentra: int, year: int, besides: int | None = None) -> SentraYear | None:
    """The record that the sentra has for that year already. One query."""
    return SentraYear.objects.filter(sentra=sentra, year=year).exclude(pk=besides).first()


def revision_pairs(sentra: Sentra) -> list[tuple[SentraYearRevision, SentraYearRevision | None]]:
    """What was saved, the newest first, each with what stood there before. At most `HISTORY_ROWS`. One query."""
    rows = SentraYearRevision.objects.filter(record__sentra=sentra).select_related("saved_by").order_by("-pk")
    by_version: dict[int, dict[int, SentraYearRevision]] = defaultdict(dict)
    newest = list(rows[:HISTORY_ROWS])
    for row in newest:
        by_version[row.record_id][row.version] = row
    return [(row, by_version[row.record_id].get(row.version - 1)) for row in newest]


def visible_permits(user: Any) -> QuerySet[Permit]:
    """Without those that stayed with a merged IKM."""
    permits = Permit.objects.visible_to(user).filter(ikm__merged_into=None)
    return permits.select_related("ikm__sentra__region__parent", "product", "file")


def permits_of(ikm: Ikm) -> list[Permit]:
    """All permits of the firm and its products, by kind, then the one that ends last. One query."""
    rows = list(ikm.permits.select_related("product", "file").order_by("-expires_on", "-pk"))
    return sorted(rows, key=lambda permit: KIND_ORDER.index(PermitKind(permit.kind)))


def same_permit(ikm: int, kind: str, number: str, besides: int | None = None) -> Permit | None:
    """Another permit of the IKM of that kind with this number. One query."""
    return Permit.objects.filter(ikm=ikm, kind=kind, number=number).exclude(pk=besides).first()


def number_is_used_elsewhere(ikm: int, kind: str, number: str) -> bool:
    """Whether an IKM other than this one has a permit of that kind with this number. One query."""
    return Permit.objects.filter(kind=kind, number=number).exclude(ikm=ikm).exists()


def checks_of(ikm: Ikm, permits: list[Permit]) -> dict[CheckedNumber | int, NumberCheck]:
    """The newest comparison of each number that has not changed since: by `CheckedNumber`, or by the permit's id.

    One query.
    """
    values: dict[CheckedNumber | int, str] = {CheckedNumber.NIB: ikm.nib, CheckedNumber.NPWP: ikm.npwp}
    values |= {permit.pk: permit.checked_value for permit in permits}
    rows = NumberCheck.objects.filter(Q(ikm=ikm) | Q(permit__in=[permit.pk for permit in permits]))
    found: dict[CheckedNumber | int, NumberCheck] = {}
    for row in rows.select_related("checked_by").order_by("pk"):
        key = row.permit_id or CheckedNumber(row.number)
        if values[key] == row.value:
            found[key] = row
    return found


def visible_checks(user: Any) -> QuerySet[NumberCheck]:
    seen = Ikm.objects.visible_to(user)
    return NumberCheck.objects.filter(Q(ikm__in=seen) | Q(permit__ikm__in=seen))


def photos_of(product: Product) -> list[ProductPhoto]:
    """In the order in which they are shown. One query."""
    return list(product.photos.select_related("file", "small").order_by("order"))


def visible_photos(user: Any) -> QuerySet[ProductPhoto]:
    seen = Product.objects.visible_to(user)
    return ProductPhoto.objects.filter(product__in=seen).select_related(
        "product__ikm__sentra__region__parent", "file", "small"
    )
