"""Records that may be the same: the pairs of a region, the merge with its preview, and what was merged."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.http import require
from core.onetime import one_time
from core.paging import page_of
from sentra import policies
from sentra.enums import RecordKind
from sentra.forms.merging import MergeForm
from sentra.models import DuplicatePair, Merge
from sentra.presenters.duplicates import KINDS, merge_row, move_rows, pair_rows
from sentra.presenters.records import crumbs
from sentra.presenters.records import page_of as page_of_record
from sentra.selectors.duplicates import open_pairs
from sentra.selectors.merging import merge_plan
from sentra.services.duplicates import dismiss_pair
from sentra.services.merging import merge_records, undo_merge
from sentra.views.access import (
    form_page,
    require_existence,
    visible_ikm_or_404,
    visible_product_or_404,
    visible_sentra_or_404,
)

FIND = {
    RecordKind.SENTRA: visible_sentra_or_404,
    RecordKind.IKM: visible_ikm_or_404,
    RecordKind.PRODUCT: visible_product_or_404,
}


@require_safe
def duplicate_list(request: HttpRequest) -> HttpResponse:
    """Pairs of the person's regions. Eight queries for any number of pairs."""
    require_existence(policies.can_view_register(request.user))
    page = page_of(open_pairs(request.user), request.GET)
    rows = [row | {"may": policies.can_merge(request.user, row["pair"].region)} for row in pair_rows(page.items)]
    return render(request, "sentra/duplicate_list.html", {"page": page, "rows": rows, "crumbs": crumbs()})


@require_POST
@one_time
def duplicate_dismiss(request: HttpRequest, pk: int) -> HttpResponseBase:
    pair = get_object_or_404(DuplicatePair.objects.visible_to(request.user), pk=pk)
    dismiss_pair(pair_id=pair.pk, actor=request.user)
    messages.success(request, _("Pasangan ini ditandai bukan data ganda dan tidak ditampilkan lagi."))
    return redirect("duplicate_list")


@form_page
@one_time
def record_merge(request: HttpRequest, kind: str, keep: int, drop: int) -> HttpResponseBase:
    """Preview and merge in one page: nothing moves before the form is sent."""
    if kind not in KINDS or keep == drop:
        raise Http404
    known = RecordKind(kind)
    winner, loser = FIND[known](request, keep), FIND[known](request, drop)
    for record in (winner, loser):
        require(policies.can_merge(request.user, record.region))
    plan = merge_plan(known, winner, loser)
    form = MergeForm(*([request.POST] if request.method == "POST" else []), plan=plan)
    if request.method == "POST" and form.is_valid():
        versions = {keep: form.cleaned_data["winner_version"], drop: form.cleaned_data["loser_version"]}
        merge_records(
            kind=known, winner_id=keep, loser_id=drop, versions=versions, taken=form.taken, actor=request.user
        )
        messages.success(request, _("%(loser)s sudah digabung ke data ini.") % {"loser": loser.name})
        return redirect(page_of_record(winner))
    return render(request, "sentra/merge.html", _merge_context(plan, form), status=form.status)


def _merge_context(plan: Any, form: MergeForm) -> dict[str, Any]:
    return {
        "plan": plan,
        "form": form,
        "kind": KINDS[plan.kind],
        "moves": move_rows(plan.moves),
        "winner_url": page_of_record(plan.winner),
        "loser_url": page_of_record(plan.loser),
        "crumbs": crumbs(),
    }


@require_safe
def merge_list(request: HttpRequest) -> HttpResponse:
    """What was merged in the person's regions, and what was put back. Five queries."""
    require_existence(policies.can_view_register(request.user))
    merges = Merge.objects.visible_to(request.user).select_related("region__parent", "merged_by", "undone_by")
    page = page_of(merges, request.GET)
    rows = [merge_row(one) | {"may": policies.can_merge(request.user, one.region)} for one in page.items]
    return render(request, "sentra/merge_list.html", {"page": page, "rows": rows, "crumbs": crumbs()})


@require_POST
@one_time
def merge_undo(request: HttpRequest, pk: int) -> HttpResponseBase:
    merge = get_object_or_404(Merge.objects.visible_to(request.user), pk=pk)
    undo_merge(merge_id=merge.pk, actor=request.user)
    messages.success(request, _("Penggabungan dibatalkan. Kedua data berdiri sendiri lagi."))
    return redirect("merge_list")
