"""List filters. None of them can tell apart what is still sealed from a region."""

import re

from django.db.models import Q
from django.http import QueryDict

from nominations.presenters.status import GROUPS
from nominations.querysets import NominationQuerySet

MAX_SEARCH = 80
REGION_CODE = re.compile(r"[0-9]{2}(\.[0-9]{2})?")


def filtered(rows: NominationQuerySet, params: QueryDict) -> NominationQuerySet:
    """Rows by award (`award`), group of statuses (`status`), region (`wilayah`: the code of a kabupaten or kota, or of
    a province) and text in number or title (`q`). No query.
    """
    if params.get("award"):
        rows = rows.filter(period__award=_plain(params["award"]))
    if params.get("status") in GROUPS:
        rows = rows.filter(status__in=GROUPS[params["status"]][1])
    if region := chosen_region(params):
        rows = rows.filter(Q(region=region) | Q(region__parent=region))
    text = _plain(params.get("q", ""))
    if text:
        rows = rows.filter(Q(title__icontains=text) | Q(reference__iexact=text))
    return rows


def chosen_region(params: QueryDict) -> str:
    """The code that is filtered by; empty when there is none or it is no code."""
    code = params.get("wilayah", "")
    return code if REGION_CODE.fullmatch(code) else ""


def _plain(text: str) -> str:
    """What PostgreSQL can compare; it takes no NUL."""
    return text.replace("\x00", "").strip()[:MAX_SEARCH]
