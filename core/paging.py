"""Keyset pages: no OFFSET, no uncapped COUNT, so that a page costs the same at 100 and at 100,000 rows."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.http import QueryDict

COUNT_CAP = 1000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
LAST_MICROSECOND = (datetime.max.replace(tzinfo=UTC) - EPOCH) // MICROSECOND


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


def page_of(queryset: QuerySet[Model], params: QueryDict, *, size: int = 50) -> Page:
    """One page, newest first by primary key, after the key in `?after=`. Two queries whatever the table's size."""
    rows = queryset.order_by("-pk")
    after = _whole(params.get("after", ""))
    if after is not None:
        rows = rows.filter(pk__lt=after)
    return _page(queryset, rows, params, size, lambda row: row.pk)


def oldest_first(queryset: QuerySet[Model], params: QueryDict, *, by: str, size: int = 50) -> Page:
    """One page, the longest waiting first by the moment `by` (never null), equal ones by primary key. Two queries.

    `?after=` holds both, so that rows of one moment are neither skipped nor repeated; an unreadable one counts as none.
    """
    rows = queryset.order_by(by, "pk")
    moment, _dash, key = params.get("after", "").partition("-")
    at, pk = _whole(moment), _whole(key)
    if at is not None and pk is not None and at <= LAST_MICROSECOND:
        when = EPOCH + at * MICROSECOND
        # The first condition follows from the second; it lets the index begin at the right place.
        rows = rows.filter(Q(**{f"{by}__gte": when}), Q(**{f"{by}__gt": when}) | Q(**{by: when, "pk__gt": pk}))
    return _page(queryset, rows, params, size, lambda row: f"{(getattr(row, by) - EPOCH) // MICROSECOND}-{row.pk}")


def _page(queryset: QuerySet[Model], rows: QuerySet[Model], params: QueryDict, size: int, key_of: Any) -> Page:
    items = list(rows[: size + 1])
    count = queryset.order_by().values("pk")[: COUNT_CAP + 1].count()
    more = len(items) > size
    items = items[:size]
    return Page(
        items=items,
        count=min(count, COUNT_CAP),
        capped=count > COUNT_CAP,
        next_query=_with(params, after=key_of(items[-1])) if more else "",
        first_query=_with(params, after=None) if params.get("after") else "",
    )


def rows_before(params: QueryDict) -> int:
    """How many rows come before the page, for lists that are counted anyway."""
    return _whole(params.get("after", "")) or 0


def counted_page(items: list[Any], params: QueryDict, *, count: int, size: int = 50) -> Page:
    """One page of such a list: `items` are the rows after `rows_before`, `count` is how many there are. No query."""
    following = rows_before(params) + size
    return Page(
        items=items,
        count=count,
        capped=False,
        next_query=_with(params, after=following) if following < count else "",
        first_query=_with(params, after=None) if params.get("after") else "",
    )


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _with(params: QueryDict, *, after: Any) -> str:
    copy = params.copy()
    copy.pop("after", None)
    if after is not None:
        copy["after"] = str(after)
    return f"?{copy.urlencode()}"
