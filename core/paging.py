"""Keyset pages: no OFFSET, no uncapped COUNT, so that a page costs the same at 100 and at 100,000 rows."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.http import QueryDict

COUNT_CAP = 1000


@dataclass(frozen=True, slots=True)
class Page:
    items: list[Any]
    count: int
    capped: bool
    next_query: str
    first_query: str

    @property
    def count_label(self) -> str:
        return f"lebih dari {COUNT_CAP:,}".replace(",", ".") if self.capped else str(self.count)


def page_of(queryset: QuerySet[Model], params: QueryDict, *, size: int = 50, oldest_first: bool = False) -> Page:
    """One page, newest first by primary key, after the key in `?after=`. Two queries whatever the table's size."""
    after = params.get("after", "")
    rows = queryset.order_by("pk" if oldest_first else "-pk")
    if after.isascii() and after.isdigit() and len(after) < 19:
        rows = rows.filter(**{"pk__gt" if oldest_first else "pk__lt": int(after)})
    items = list(rows[: size + 1])
    count = queryset.order_by()[: COUNT_CAP + 1].count()
    more = len(items) > size
    items = items[:size]
    return Page(
        items=items,
        count=min(count, COUNT_CAP),
        capped=count > COUNT_CAP,
        next_query=_with(params, after=items[-1].pk) if more else "",
        first_query=_with(params, after=None) if after else "",
    )


def _with(params: QueryDict, *, after: Any) -> str:
    copy = params.copy()
    copy.pop("after", None)
    if after is not None:
        copy["after"] = str(after)
    return f"?{copy.urlencode()}"
