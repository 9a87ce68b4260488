"""The verifier's queue, and many dossiers that pass at once."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import RuleBroken
from core.onetime import one_time
from core.paging import oldest_first
from nominations.filters import queue_filtered
from nominations.models import BulkPass, Category
from nominations.policies import can_work_queue
from nominations.presenters.queue import bulk_preview, queue_rows, state_tabs
from nominations.selectors.queue import queue_counts, queue_of, with_progress
from nominations.services.bulk_pass import MAX_AT_ONCE, pass_many
from reference.enums import RegionLevel
from reference.models import Region


def _only_the_secretariat(request: HttpRequest) -> None:
    if not can_work_queue(request.user):
        raise Http404


@require_safe
def verification_queue(request: HttpRequest) -> HttpResponse:
    """What waits for the Sekretariat, the longest waiting first. Eight queries at most."""
    _only_the_secretariat(request)
    rows = with_progress(queue_filtered(queue_of(request.user), request.GET, request.user)).with_list_columns()
    page = oldest_first(rows, request.GET, by="submitted_at")
    categories = list(Category.objects.filter(active=True).select_related("award").order_by("award", "order"))
    context = {
        "page": page,
        "rows": queue_rows(page.items, timezone.now()),
        "tabs": state_tabs(queue_counts(), request.GET),
        "checking": request.GET.get("status") == "diperiksa",
        "awards": {category.award_id: category.award.name for category in categories}.items(),
        "categories": categories,
        "provinces": Region.objects.filter(level=RegionLevel.PROVINCE, valid_to=None).order_by("name"),
        "chosen": request.GET,
    }
    return render(request, "nominations/queue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@one_time
def verification_bulk(request: HttpRequest) -> HttpResponseBase:
    """Preview of what was chosen on the queue (GET), and the press (POST)."""
    _only_the_secretariat(request)
    wanted = [
        int(pk)
        for pk in (request.POST or request.GET).getlist("pilih")
        if pk.isascii() and pk.isdigit() and len(pk) < 10
    ]
    error = ""
    if request.method == "POST":
        try:
            return redirect("verification_bulk_result", pass_many(nomination_ids=wanted, actor=request.user).pk)
        except RuleBroken as broken:
            error = broken.message
    rows = with_progress(queue_of(request.user).filter(pk__in=wanted[:MAX_AT_ONCE])).with_list_columns()
    context = bulk_preview(list(rows.order_by("submitted_at", "pk"))) | {"error": error}
    return render(request, "nominations/bulk.html", context, status=422 if error else 200)


@require_safe
def verification_bulk_result(request: HttpRequest, bulk_id: int) -> HttpResponse:
    """What one press did; it can be read again at any time."""
    _only_the_secretariat(request)
    done = get_object_or_404(BulkPass.objects.select_related("actor"), pk=bulk_id)
    passed = [row for row in done.results if row["passed"]]
    context = {"done": done, "passed": passed, "refused": [row for row in done.results if not row["passed"]]}
    return render(request, "nominations/bulk_result.html", context)
