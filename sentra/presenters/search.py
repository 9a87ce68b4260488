"""What a search has found, by kind of record."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from sentra.enums import RecordKind
from sentra.selectors.search import SHOWN, Found

TITLES = {RecordKind.SENTRA: "Sentra", RecordKind.IKM: "IKM", RecordKind.PRODUCT: "Produk"}


def result_groups(found: Found) -> list[dict[str, Any]]:
    """Kinds that have a result, each with its rows. No query."""
    groups = []
    for kind in RecordKind:
        rows = [{"hit": hit, "url": reverse(f"{kind}_detail", args=[hit.pk])} for hit in found.hits if hit.kind is kind]
        if rows:
            groups.append({"title": _(TITLES[kind]), "rows": rows, "full": len(rows) == SHOWN})
    return groups
