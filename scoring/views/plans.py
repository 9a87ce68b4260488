"""Which visits are still to be made, province by province, and when."""

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.roles import SCORERS
from core.errors import RuleBroken
from core.fields import plain_line
from core.http import require
from core.onetime import one_time
from core.paging import page_of
from core.verdict import ALLOWED
from scoring.enums import StageKind
from scoring.forms.visits import PlanForm
from scoring.models import Assignment
from scoring.policies import can_plan_visit, can_view_board, can_view_scores
from scoring.selectors.plans import open_visits, visits_by_province
from scoring.services.visit_plans import plan_visit
from scoring.views.access import hidden_unless


@require_safe
def visit_plan(request: HttpRequest) -> HttpResponse:
    return _plan_page(request)


def _plan_page(request: HttpRequest, error: str = "") -> HttpResponse:
    """Four queries besides the session, whatever the number."""
    hidden_unless(ALLOWED if request.user.roles & SCORERS else can_view_board(request.user))
    every, chosen = open_visits(request.user), plain_line(request.GET.get("provinsi", ""))[:2]
    page = page_of(every.filter(region__parent=chosen) if chosen else every, request.GET)
    near = sorted(page.items, key=lambda one: (one.region.parent.name, one.region.name, one.pk))
    rows = [_row(request.user, nomination) for nomination in near]
    provinces = [
        {"province": province, "rows": list(group)}
        for province, group in groupby(rows, key=lambda row: row["nomination"].region.parent)
    ]
    context = {
        "page": page,
        "provinces": provinces,
        "counts": visits_by_province(every),
        "chosen": chosen,
        "error": error,
        "overseer": bool(can_view_board(request.user)),
        "with_scores": bool(can_view_scores(request.user)),
    }
    return render(request, "scoring/plan.html", context, status=422 if error else 200)


def _row(user: Any, nomination: Any) -> dict[str, Any]:
    visitor = next((one for one in nomination.visitors if one.stage_id == nomination.current_stage_id), None)
    plan = getattr(visitor, "plan", None)
    return {
        "nomination": nomination,
        "visitor": visitor,
        "planned_on": plan.planned_on if plan else None,
        "begun": getattr(visitor, "visit", None) is not None,
        "may_plan": visitor is not None and bool(can_plan_visit(user, visitor)),
        "own": visitor is not None and visitor.assessor_id == user.pk,
    }


@require_POST
@one_time
def visit_date(request: HttpRequest, pk: int) -> HttpResponseBase:
    rows = Assignment.objects.visible_to(request.user).filter(stage__kind=StageKind.FINDINGS)
    seen = open_visits(request.user).order_by().values("pk")
    assignment = get_object_or_404(rows.filter(nomination__in=seen), pk=pk)
    require(can_plan_visit(request.user, assignment))
    form = PlanForm(request.POST)
    if not form.is_valid():
        return _plan_page(request, " ".join(form.errors["planned_on"]))
    try:
        plan_visit(assignment_id=pk, planned_on=form.cleaned_data["planned_on"], actor=request.user)
    except RuleBroken as error:
        return _plan_page(request, error.message)
    messages.success(request, _("Rencana kunjungan tersimpan."))
    return redirect("visit_plan")
