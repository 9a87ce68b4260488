"""The secretariat's work: who judges which nomination, and opening the assessment."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import RuleBroken
from core.http import require
from core.onetime import one_time
from core.paging import page_of
from nominations.enums import Action, DocumentStage, Status
from nominations.models import Nomination
from nominations.policies import can_act
from nominations.selectors.dossiers import checklist
from scoring.enums import AssignmentStatus
from scoring.forms.panel import AssignForm
from scoring.models import Assignment, Stage
from scoring.policies import can_assign, can_remove, can_step_aside, can_view_board
from scoring.presenters.calibration import absence
from scoring.presenters.work import assignment_state, board_row, is_untouched
from scoring.selectors.assignments import assignments_of, possible_scorers, swap_partners
from scoring.selectors.board import assignable_nominations, stages_by_id
from scoring.selectors.stages import assessed_nominations, current_stage, stages_of
from scoring.services import assignments
from scoring.services.tables import swap_scorers
from scoring.views.access import assessed_nomination, hidden_unless, posted_number, posted_reason


@require_safe
def assignment_list(request: HttpRequest) -> HttpResponse:
    """Nominations whose scorers may still change. At most ten queries whatever the number."""
    hidden_unless(can_view_board(request.user))
    wanted = request.GET.get("tampil", "")
    page = page_of(assignable_nominations(request.user, short_only=wanted == "kurang"), request.GET)
    known = stages_by_id({nomination.current_stage_id for nomination in page.items})
    rows = [board_row(n, known.get(n.current_stage_id), with_scores=False) for n in page.items]
    context = {"page": page, "rows": rows, "wanted": wanted, "eligible": Status.ELIGIBLE}
    return render(request, "scoring/assignments.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@one_time
def assign(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One nomination: its scorers by stage, and who may be added."""
    nomination = assessed_nomination(request, pk)
    if request.method != "POST":
        return _assign_page(request, nomination)
    require(can_assign(request.user, nomination))
    form = AssignForm(request.POST)
    try:
        if not form.is_valid():
            raise RuleBroken(_("Pilih penilai dari daftar."))
        assignments.assign_assessor(
            nomination_id=pk,
            stage_id=form.cleaned_data["stage"],
            assessor_id=form.cleaned_data["assessor"],
            actor=request.user,
        )
    except RuleBroken as error:
        return _assign_page(request, nomination, error.message)
    messages.success(request, _("Penilai ditugaskan."))
    return redirect(_page_of_stage(pk, request.POST.get("kode", "")))


def _page_of_stage(pk: int, code: str) -> str:
    return f"{reverse('assign', args=[pk])}?{urlencode({'tahap': code})}"


def _assign_page(request: HttpRequest, nomination: Nomination, error: str = "") -> HttpResponse:
    all_stages = stages_of(nomination)
    chosen = _chosen_stage(request, nomination, all_stages)
    may_assign = bool(can_assign(request.user, nomination))
    people = [
        {
            "assignment": a,
            "state": assignment_state(a),
            "may_remove": can_remove(request.user, a),
            "may_swap": may_assign and is_untouched(a),
        }
        for a in assignments_of(nomination)
        if chosen and a.stage_id == chosen.pk
    ]
    live = [
        one for one in people if one["assignment"].status == AssignmentStatus.ACTIVE and not one["assignment"].closed
    ]
    may_open = bool(can_act(request.user, nomination, Action.OPEN_ASSESSMENT))
    context = {
        "nomination": nomination,
        "stages": all_stages,
        "stage": chosen,
        "people": people,
        "locked": next((one["may_remove"].reason for one in live if not one["may_remove"]), ""),
        "scorers": possible_scorers(nomination, chosen) if chosen and may_assign else [],
        "swaps": swap_partners(request.user, nomination, chosen) if chosen and may_assign else [],
        "documents": checklist(nomination, DocumentStage.ASSESSMENT) if may_assign else [],
        "may_assign": may_assign,
        "may_step_aside": bool(can_step_aside(request.user, nomination)),
        "may_open": may_open,
        "uncalibrated": absence(all_stages[0]) if may_open and all_stages else "",
        "error": error,
    }
    return render(request, "scoring/assign.html", context, status=422 if error else 200)


def _chosen_stage(request: HttpRequest, nomination: Nomination, stages: list[Stage]) -> Stage | None:
    code = request.GET.get("tahap") or request.POST.get("kode")
    named = next((stage for stage in stages if stage.code == code), None)
    return named or current_stage(nomination) or (stages[0] if stages else None)


@require_POST
@one_time
def assessment_open(request: HttpRequest, pk: int) -> HttpResponseBase:
    nomination = assessed_nomination(request, pk)
    require(can_act(request.user, nomination, Action.OPEN_ASSESSMENT))
    try:
        assignments.open_assessment(nomination_id=pk, actor=request.user)
    except RuleBroken as error:
        return _assign_page(request, nomination, error.message)
    messages.success(request, _("Penilaian dibuka. Penilai yang ditugaskan dapat mulai menilai."))
    return redirect("assign", pk)


@require_POST
@one_time
def assignment_swap(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Change places with the scorer of another nomination, in one step."""
    hidden_unless(can_view_board(request.user))
    assignment = get_object_or_404(Assignment.objects.visible_to(request.user).select_related("stage"), pk=pk)
    nomination = assessed_nomination(request, assignment.nomination_id)
    require(can_assign(request.user, nomination))
    try:
        other = posted_number(request, "other")
        there = Assignment.objects.filter(pk=other, nomination__in=assessed_nominations(request.user)).first()
        if there is None:
            raise RuleBroken(_("Pilih penugasan lain dari daftar."))
        run = swap_scorers(here=pk, there=there.pk, actor=request.user)
    except RuleBroken as error:
        return _assign_page(request, nomination, error.message)
    messages.success(request, _("Kedua penilai bertukar usulan."))
    return redirect("run_detail", run.pk)


@require_POST
@one_time
def assignment_remove(request: HttpRequest, pk: int) -> HttpResponseBase:
    hidden_unless(can_view_board(request.user))
    assignment = get_object_or_404(Assignment.objects.visible_to(request.user).select_related("stage"), pk=pk)
    nomination = assessed_nomination(request, assignment.nomination_id)
    require(can_assign(request.user, nomination))
    try:
        assignments.remove_assignment(assignment_id=pk, reason=posted_reason(request, 250), actor=request.user)
    except RuleBroken as error:
        return _assign_page(request, nomination, error.message)
    messages.success(request, _("Penugasan dihapus. Penilai dan ketua panel diberi tahu."))
    return redirect(_page_of_stage(nomination.pk, assignment.stage.code))
