"""No nomination without its check."""

import re

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from core.http import require
from nominations.enums import TOPICS, Topic
from nominations.models import Nomination
from nominations.policies import can_edit, can_edit_page, can_read_correspondence

WHOLE = re.compile(r"[0-9]{1,9}")


def visible_nomination(request: HttpRequest, pk: int, rows: QuerySet[Nomination] | None = None) -> Nomination:
    """The nomination with period, award, category, region and entry, or 404. One query.

    `rows` brings further columns; it narrows nothing that `visible_to` would not.
    """
    rows = (
        (Nomination.objects.all() if rows is None else rows)
        .visible_to(request.user)
        .select_related(
            "period__award",
            "category",
            "region__parent",
            "product_entry__product",
            "product_entry__ikm__kbli",
            "product_entry__sentra__commodity",
            "product_entry__sentra__village",
            "product_entry__sentra__district",
            "candidate_entry",
        )
    )
    return get_object_or_404(rows, pk=pk)


def visible_row(request: HttpRequest, pk: int, *joined: str) -> Nomination:
    """The same with what is named alone, for an answer that is no page of it. One query."""
    rows = Nomination.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related(*joined) if joined else rows, pk=pk)


def nomination_to_talk_about(request: HttpRequest, pk: int) -> Nomination:
    """As above, for the pages of questions and comments, which to scorers and the chair do not exist."""
    nomination = visible_nomination(request, pk)
    if not can_read_correspondence(request.user, nomination):
        raise Http404
    return nomination


def editable_nomination(request: HttpRequest, pk: int) -> Nomination:
    """A nomination whose content this person may change now: 404 for a foreign one, 403 with the reason for others."""
    nomination = visible_nomination(request, pk)
    require(can_edit(request.user, nomination))
    return nomination


def editable_topic(request: HttpRequest, pk: int, question: str) -> tuple[Nomination, Topic]:
    """The same for one topic: what a return leaves locked is refused with its reason."""
    nomination = visible_nomination(request, pk)
    topic = topic_or_404(nomination, question)
    require(can_edit_page(request.user, nomination, topic))
    return nomination, topic


def topic_or_404(nomination: Nomination, question: str) -> Topic:
    topic = next((q for q in TOPICS[nomination.entry_kind] if q == question), None)
    if topic is None:
        raise Http404
    return topic


def from_check(request: HttpRequest) -> bool:
    """Whether the page was opened from the check, to which the officer then comes back."""
    return request.GET.get("dari") == "periksa"


def whole_number(text: str) -> int:
    """A version as a form sends it; 0, which no stored row has, when the field was tampered with."""
    return int(text) if WHOLE.fullmatch(text) else 0
