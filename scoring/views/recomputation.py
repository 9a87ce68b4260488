"""The chair lets a stage go on with a later version of its instrument, after seeing what would change."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import DomainError, RuleBroken, StaleVersion
from core.http import require
from core.onetime import one_time
from core.paging import page_of
from scoring.models import Instrument, Stage
from scoring.policies import can_view_recomputation, can_view_scores, is_chair
from scoring.presenters.recomputation import change_rows, history
from scoring.selectors.assignments import owed_by
from scoring.selectors.people import recused_by_category
from scoring.selectors.recomputation import later_versions, recomputations_of, stages_with_sheets
from scoring.selectors.stages import assessed_nominations
from scoring.services import recomputation as service
from scoring.services.viewing import record_stage_view
from scoring.views.access import hidden_unless, posted_reason


@require_safe
def recomputation_list(request: HttpRequest) -> HttpResponse:
    """Stages in which somebody has scored, and whether their instrument has a newer version. Two queries."""
    hidden_unless(can_view_scores(request.user))
    page = page_of(stages_with_sheets(request.user), request.GET)
    return render(request, "scoring/recomputations.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@one_time
def recomputation(request: HttpRequest, pk: int) -> HttpResponseBase:
    """`?versi=` names the later version: preview, and for the chair the button that applies it."""
    hidden_unless(can_view_scores(request.user))
    stage = get_object_or_404(stages_with_sheets(request.user), pk=pk)
    met = {one.pk: one for one in assessed_nominations(request.user).filter(sheets__stage=stage).distinct()}
    conflicted = stage.category_id in recused_by_category(request.user, stage.period_id)
    require(can_view_recomputation(request.user, owed_by(request.user, met.values()), conflicted=conflicted))
    record_stage_view(stage=stage, actor=request.user)
    chosen = _chosen(request, stage)
    if request.method != "POST":
        return _page(request, stage, chosen, met)
    require(is_chair(request.user))
    if chosen is None:
        return _page(request, stage, chosen, met, RuleBroken(_("Pilih versi instrumen lebih dahulu.")))
    try:
        service.apply_recomputation(
            stage_id=pk,
            instrument_id=chosen.pk,
            reason=posted_reason(request),
            seen=request.POST.get("seen", ""),
            actor=request.user,
        )
    except (RuleBroken, StaleVersion) as error:
        return _page(request, stage, chosen, met, error)
    messages.success(request, _("Tahap dihitung ulang. Hasil lama dan baru tersimpan."))
    return redirect("recomputation", pk)


def _chosen(request: HttpRequest, stage: Stage) -> Instrument | None:
    wanted = request.GET.get("versi", "")
    return later_versions(stage).filter(pk=int(wanted)).first() if wanted.isdecimal() and len(wanted) < 10 else None


def _page(
    request: HttpRequest, stage: Stage, chosen: Instrument | None, met: dict[int, Any], error: DomainError | None = None
) -> HttpResponse:
    """Who stepped back from a nomination meets it here no more than elsewhere: `met` are the ones that are shown."""
    preview = service.preview_recomputation(stage, chosen) if chosen else None
    context = {
        "stage": stage,
        "versions": later_versions(stage),
        "chosen": chosen,
        "preview": preview,
        "rows": change_rows(preview.changes, met) if preview else [],
        "history": history(recomputations_of(stage), met),
        "may_act": bool(is_chair(request.user)),
        "error": error.message if error else "",
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "scoring/recomputation.html", context, status=error.status if error else 200)
