"""No nomination without its check."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from nominations.models import Nomination


def visible_nomination(request: HttpRequest, pk: int) -> Nomination:
    """The nomination with period, award, category, region and entry, or 404. One query."""
    rows = Nomination.objects.visible_to(request.user).select_related(
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
    return get_object_or_404(rows, pk=pk)
