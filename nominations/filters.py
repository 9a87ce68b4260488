"""List filters. None of them can tell apart what is still sealed from a region."""

from django.db.models import Q
from django.http import QueryDict

from nominations.presenters.status import GROUPS
from nominations.querysets import NominationQuerySet

MAX_SEARCH = 80


def filtered(rows: NominationQuerySet, params: QueryDict) -> NominationQuerySet:
    """Rows by award (`award`), group of statuses (`status`) and text in number or title (`q`). No query."""
    if params.get("award"):
        rows = rows.filter(period__award=_plain(params["award"]))
    if params.get("status") in GROUPS:
        rows = rows.filter(status__in=GROUPS[params["status"]][1])
    text = _plain(params.get("q", ""))
    if text:
        rows = rows.filter(Q(title__icontains=text) | Q(reference__iexact=text))
    return rows


def _plain(text: str) -> str:
    """What PostgreSQL can compare; it takes no NUL."""
    return text.replace("\x00", "").strip()[:MAX_SEARCH]
