"""Rows of the register as they are exported."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

from sentra.enums import ExportKind
from sentra.models import Ikm, NumberCheck, Permit, Product, RegisterExport, Sentra, SentraYear
from sentra.selectors.register import with_ikm_count

DIRECT_ROWS = 2000  # more than this is written by a worker


def export_rows(kind: str, chosen: QuerySet[Sentra], joins: tuple[str, ...]) -> QuerySet[Any]:
    """The sentra chosen, or everything in them, in the order in which it was registered. One query."""
    within = chosen.order_by().values("pk")
    rows: QuerySet[Any] = with_ikm_count(chosen)
    if kind == ExportKind.IKM:
        rows = Ikm.objects.filter(sentra__in=within)
    elif kind == ExportKind.PRODUCT:
        rows = Product.objects.filter(ikm__sentra__in=within)
    elif kind == ExportKind.YEAR:
        rows = SentraYear.objects.filter(sentra__in=within)
    elif kind == ExportKind.PERMIT:
        rows = with_comparisons(Permit.objects.filter(ikm__sentra__in=within, ikm__merged_into=None))
    return rows.select_related(*joins).order_by("pk")


def with_comparisons(rows: QuerySet[Permit]) -> QuerySet[Permit]:
    """Adds `compared`: who compared the permit, when and how, the newest first. No query of its own."""
    facts = JSONObject(value="value", how="how", note="note", by="checked_by__name", at="checked_at")
    checks = NumberCheck.objects.filter(permit=OuterRef("pk")).order_by("-pk")
    return rows.annotate(compared=ArraySubquery(checks.values(row=facts)))


def is_direct(rows: QuerySet[Any]) -> bool:
    """Whether a request can answer with the file itself. One query, which stops counting."""
    return rows.select_related(None).order_by()[: DIRECT_ROWS + 1].count() <= DIRECT_ROWS


def visible_exports(user: Any) -> QuerySet[RegisterExport]:
    return RegisterExport.objects.visible_to(user).select_related("file")
