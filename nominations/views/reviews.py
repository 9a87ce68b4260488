"""Beginning the re-evaluation of a star."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from core.http import require
from core.onetime import one_time
from nominations.models import StarReview
from nominations.policies import can_nominate
from nominations.services.reviews import begin_review


@require_http_methods(["GET", "HEAD", "POST"])
@one_time
def review_begin(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What is judged anew, with the figures of the register of today; the button begins it."""
    rows = (
        StarReview.objects.visible_to(request.user)
        .with_columns()
        .select_related(
            "star__product_entry__ikm__sentra__region", "star__product_entry__sentra__commodity", "star__decision"
        )
    )
    review = get_object_or_404(rows, pk=pk)
    require(can_nominate(request.user, review.star.region_id, review.period))
    if request.method == "POST":
        nomination = begin_review(review_id=pk, actor=request.user)
        return redirect("nomination_detail", nomination.pk)
    return render(request, "nominations/review_begin.html", {"review": review, "star": review.star})
