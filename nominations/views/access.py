"""No nomination without its check."""

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from nominations.models import Nomination
from nominations.policies import can_read_correspondence


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


def nomination_to_talk_about(request: HttpRequest, pk: int) -> Nomination:
    """As above, for the pages of questions and comments, which to scorers and the chair do not exist."""
    nomination = visible_nomination(request, pk)
    if not can_read_correspondence(request.user, nomination):
        raise Http404
    return nomination
