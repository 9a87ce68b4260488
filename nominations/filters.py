"""List filters. None of them can tell apart what is still sealed from a region."""

import re
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from nominations.enums import Status
from nominations.presenters.status import GROUPS
from nominations.querysets import NominationQuerySet
from sentra.filters import SearchForm, search_box
from sentra.models import Ikm, Product
from sentra.selectors.search import with_name

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


QUEUE_STATES = {
    "": Status.SUBMITTED,
    "diperiksa": Status.UNDER_VERIFICATION,
    "dikembalikan": Status.RETURNED,
}


def queue_filtered(rows: NominationQuerySet, params: QueryDict, user: Any) -> NominationQuerySet:
    """Rows of `selectors.queue.queue_of` by state, award, category, province, first or repeated, mine, and text.

    No query.
    """
    rows = rows.filter(status=QUEUE_STATES.get(params.get("status", ""), Status.SUBMITTED))
    if params.get("award"):
        rows = rows.filter(period__award=_plain(params["award"]))
    if _key(params.get("kategori", "")):
        rows = rows.filter(category=_key(params["kategori"]))
    if params.get("provinsi"):
        rows = rows.filter(region__parent=_plain(params["provinsi"]))
    if params.get("pengajuan") == "pertama":
        rows = rows.filter(submission=1)
    elif params.get("pengajuan") == "perbaikan":
        rows = rows.filter(submission__gt=1)
    if params.get("saya"):
        rows = rows.filter(checker=user.pk)
    text = _plain(params.get("q", ""))
    if text:
        rows = rows.filter(Q(title__icontains=text) | Q(reference__iexact=text) | Q(region__name__icontains=text))
    return rows


class ProductSearch(SearchForm):
    """Which of the region's products the start page lists."""

    q = search_box(_("Cari produk atau IKM"), _("Salah ketik sedikit tidak apa-apa."))

    def apply(self, rows: QuerySet[Product]) -> QuerySet[Product]:
        """Those whose name, or that of their IKM, contains the text or words like its words. One query for a text."""
        if not self.text:
            return rows
        named = with_name(self.text)
        return rows.filter(named | Q(ikm__in=Ikm.objects.filter(named)))


def _key(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _plain(text: str) -> str:
    """What PostgreSQL can compare; it takes no NUL."""
    return text.replace("\x00", "").strip()[:MAX_SEARCH]
