"""Rows of the register as they are exported."""

from typing import Any

from django.db.models import QuerySet

from sentra.enums import TableKind
from sentra.models import Ikm, Product, RegisterExport, Sentra
from sentra.selectors.register import with_ikm_count

DIRECT_ROWS = 2000  # more than this is written by a worker


def export_rows(kind: str, chosen: QuerySet[Sentra], joins: tuple[str, ...]) -> QuerySet[Any]:
    """The sentra chosen, or everything in them, in the order in which it was registered. One query."""
    if kind == TableKind.SENTRA:
        rows: QuerySet[Any] = with_ikm_count(chosen)
    elif kind == TableKind.IKM:
        rows = Ikm.objects.filter(sentra__in=chosen.order_by().values("pk"))
    else:
        rows = Product.objects.filter(ikm__sentra__in=chosen.order_by().values("pk"))
    return rows.select_related(*joins).order_by("pk")


def is_direct(rows: QuerySet[Any]) -> bool:
    """Whether a request can answer with the file itself. One query, which stops counting."""
    return rows.select_related(None).order_by()[: DIRECT_ROWS + 1].count() <= DIRECT_ROWS


def visible_exports(user: Any) -> QuerySet[RegisterExport]:
    return RegisterExport.objects.visible_to(user).select_related("file")
