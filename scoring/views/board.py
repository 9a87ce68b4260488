"""The chair's board, all scores of one nomination, and closing or reopening."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.errors import RuleBroken
from core.fields import plain_line
from core.http import require
from core.onetime import one_time
from core.paging import page_of
from nominations.models import Nomination, Period
from nominations.presenters.status import status_tag
from scoring.forms.decision import CloseForm
from scoring.models import CategoryLead, FieldVisit, Sheet, Stage, StageReopening
from scoring.policies import (
    can_judge_visit,
    can_reopen_stage,
    can_step_aside,
    can_view_board,
    can_view_scores,
    can_view_scores_now,
    is_chair,
)
from scoring.presenters import scores as presenters
from scoring.presenters.medians import final_median
from scoring.presenters.moderations import moderation_entries
from scoring.presenters.visits import history_rows as visit_history_rows
from scoring.presenters.visits import mismatch_block
from scoring.presenters.work import board_row
from scoring.selectors.assignments import assignments_of, conflicts_of, owed_by, removals_of
from scoring.selectors.board import board_nominations, stages_by_id
from scoring.selectors.mismatches import digest_of, mismatches_on, notes_of
from scoring.selectors.moderations import is_moderated, moderations_of, newest_moderation
from scoring.selectors.panel import led_by
from scoring.selectors.sheets import sheet_histories, sheets_in, visits_in
from scoring.selectors.stages import stage_codes, stages_with_results
from scoring.selectors.visits import visit_histories
from scoring.services import sheets, stages, visits
from scoring.services.mismatches import note_mismatches
from scoring.services.viewing import record_view
from scoring.views.access import assessed_nomination, hidden_unless, posted_number, posted_reason


@require_safe
def stage_board(request: HttpRequest) -> HttpResponse:
    """Nominations in assessment by progress of their stage. At most thirteen queries whatever the number."""
    hidden_unless(can_view_board(request.user))
    chosen = request.GET
    period = chosen.get("periode", "")
    rows = board_nominations(
        request.user,
        period_id=int(period) if period.isdecimal() and len(period) < 10 else None,
        stage_code=plain_line(chosen.get("tahap", ""))[:50],
        ready_only=chosen.get("siap") == "1",
    )
    leads = CategoryLead.objects.filter(user=request.user).exists() if is_chair(request.user) else False
    if leads and chosen.get("milik") == "1":
        rows = rows.filter(led_by(request.user))
    page = page_of(rows, chosen)
    known, owed = stages_by_id({n.current_stage_id for n in page.items}), owed_by(request.user, page.items)
    context = {
        "page": page,
        "rows": [
            board_row(n, known.get(n.current_stage_id), with_scores=can_view_scores_now(request.user, n, owed))
            for n in page.items
        ],
        "with_scores": can_view_scores(request.user),
        "periods": Period.objects.order_by("-year", "award"),
        "stages": stage_codes(),
        "leads": leads,
        "chosen": chosen,
    }
    return render(request, "scoring/board.html", context)


@require_safe
def nomination_scores(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about the scores of one nomination. That somebody looked is recorded."""
    nomination = scored_nomination(request, pk)
    record_view(nomination=nomination, actor=request.user)
    return _scores_page(request, nomination)


def scored_nomination(request: HttpRequest, pk: int) -> Any:
    hidden_unless(can_view_scores(request.user))
    nomination = assessed_nomination(request, pk)
    require(can_view_scores_now(request.user, nomination, owed_by(request.user, [nomination])))
    return nomination


def _scores_page(request: HttpRequest, nomination: Any, **refused: Any) -> HttpResponse:
    """Nine queries beside the person's two, three more with a visit; a list of mismatches, a sample that deviates and a
    discrepancy add one each."""
    every, results = stages_with_results(nomination)
    current = next((stage for stage in every if stage not in {result.stage for result in results}), None)
    assignments = assignments_of(nomination)
    given, visited = sheets_in(assignments), visits_in(assignments)
    final = getattr(nomination, "final_result", None)
    context = {
        "nomination": nomination,
        "status": status_tag(nomination, request.user),
        "blocks": presenters.stage_blocks(every, current, results, assignments, given, visited),
        "final": final,
        "final_median": final_median(results) if final else None,
        "mismatches": _mismatches(nomination, visited),
        "may_act": bool(is_chair(request.user)),
        "may_step_aside": bool(can_step_aside(request.user, nomination)),
        "may_reopen_stage": bool(can_reopen_stage(request.user, nomination)),
        "close_form": refused.get("close_form") or CloseForm(initial={"stage": current.pk if current else None}),
        "error": refused.get("error", ""),
    }
    if is_chair(request.user) and current is not None:
        loaded = stages.Loaded(
            every,
            results,
            presenters.waiting_in(current, assignments),
            [sheet for sheet in given if sheet.stage_id == current.pk],
            [visit for visit in visited if visit.assignment.stage_id == current.pk],
        )
        context["closing"] = _closing(nomination, current, loaded)
    return render(request, "scoring/scores.html", context, status=422 if refused else 200)


def _mismatches(nomination: Any, visits: list[FieldVisit]) -> dict[str, Any] | None:
    rows = mismatches_on(nomination, visits)
    return mismatch_block(rows, notes_of(nomination.pk), digest_of(rows)) if rows else None


def _closing(nomination: Nomination, current: Stage, loaded: stages.Loaded) -> dict[str, Any]:
    """The preview of closing the current stage, or what is still missing."""
    try:
        outcome, final = stages.preview_closing(nomination, current, loaded)
    except RuleBroken as error:
        return {"obstacle": error.message}
    following = next((stage for stage in loaded.stages if stage.order > current.order), None)
    rows = presenters.preview_rows(current, outcome, final, following)
    newest = newest_moderation(nomination, current) if outcome.discrepant else None
    moderated = is_moderated(newest, outcome.input_hash)
    return {"rows": rows, "discrepant": outcome.discrepant, "moderated": moderated, "stage": current}


@require_safe
def nomination_history(request: HttpRequest, pk: int) -> HttpResponse:
    """What was sent, opened again, moderated, declared, ended and sent back on one nomination. At most 17 queries."""
    nomination = scored_nomination(request, pk)
    record_view(nomination=nomination, actor=request.user)
    reopenings = StageReopening.objects.filter(nomination=nomination).select_related("stage", "reopened_by")
    context = {
        "nomination": nomination,
        "sheets": presenters.history_rows(sheet_histories(nomination)),
        "visits": visit_history_rows(visit_histories(nomination)),
        "removals": presenters.removal_entries(removals_of(nomination)),
        "conflicts": presenters.conflict_entries(conflicts_of(nomination)),
        "reopenings": presenters.reopening_entries(reopenings),
        "moderations": moderation_entries(moderations_of(nomination)),
    }
    return render(request, "scoring/history.html", context)


@require_POST
@one_time
def stage_close(request: HttpRequest, pk: int) -> HttpResponseBase:
    nomination = scored_nomination(request, pk)
    require(is_chair(request.user))
    form = CloseForm(request.POST)
    if not form.is_valid():
        return _scores_page(request, nomination, close_form=form, error=_("Periksa kembali isian penutupan tahap."))
    try:
        stages.close_stage(
            nomination_id=pk,
            stage_id=form.cleaned_data["stage"],
            actor=request.user,
        )
    except RuleBroken as error:
        return _scores_page(request, nomination, close_form=form, error=error.message)
    messages.success(request, _("Tahap ditutup."))
    return redirect("nomination_scores", pk)


@require_POST
@one_time
def mismatches_note(request: HttpRequest, pk: int) -> HttpResponseBase:
    nomination = scored_nomination(request, pk)
    require(is_chair(request.user))
    try:
        note_mismatches(
            nomination_id=pk,
            digest=plain_line(request.POST.get("digest", ""))[:64],
            note=posted_reason(request),
            actor=request.user,
        )
    except RuleBroken as error:
        return _scores_page(request, nomination, error=error.message)
    messages.success(request, _("Daftar ketidaksesuaian ditandai sudah dibaca."))
    return redirect("nomination_scores", pk)


@require_POST
@one_time
def stage_skip(request: HttpRequest, pk: int) -> HttpResponseBase:
    nomination = scored_nomination(request, pk)
    require(is_chair(request.user))
    try:
        stages.skip_stage(
            nomination_id=pk,
            stage_id=posted_number(request, "stage"),
            reason=posted_reason(request),
            actor=request.user,
        )
    except RuleBroken as error:
        return _scores_page(request, nomination, error=error.message)
    messages.success(request, _("Usulan dilanjutkan tanpa tahap itu."))
    return redirect("nomination_scores", pk)


@require_POST
@one_time
def stage_reopen(request: HttpRequest, pk: int) -> HttpResponseBase:
    nomination = scored_nomination(request, pk)
    require(can_reopen_stage(request.user, nomination))
    try:
        stages.reopen_stage(
            nomination_id=pk,
            stage_id=posted_number(request, "stage"),
            reason=posted_reason(request),
            actor=request.user,
        )
    except RuleBroken as error:
        return _scores_page(request, nomination, error=error.message)
    messages.success(request, _("Tahap dibuka kembali. Lembar nilai tetap terkunci sampai dibuka satu per satu."))
    return redirect("nomination_scores", pk)


@require_POST
@one_time
def sheet_reopen(request: HttpRequest, pk: int) -> HttpResponseBase:
    sheet = get_object_or_404(Sheet.objects.visible_to(request.user), pk=pk)
    nomination = scored_nomination(request, sheet.nomination_id)
    require(is_chair(request.user))
    try:
        sheets.reopen_sheet(sheet_id=pk, reason=posted_reason(request), actor=request.user)
    except RuleBroken as error:
        return _scores_page(request, nomination, error=error.message)
    messages.success(request, _("Lembar nilai dibuka kembali. Penilai diberi tahu melalui surel."))
    return redirect("nomination_scores", nomination.pk)


@require_POST
@one_time
def visit_confirm(request: HttpRequest, pk: int) -> HttpResponseBase:
    nomination = _nomination_of_visit(request, pk)
    try:
        visits.confirm_visit(visit_id=pk, actor=request.user)
    except RuleBroken as error:
        return _scores_page(request, nomination, error=error.message)
    messages.success(request, _("Hasil kunjungan disahkan."))
    return redirect("nomination_scores", nomination.pk)


@require_POST
@one_time
def visit_return(request: HttpRequest, pk: int) -> HttpResponseBase:
    nomination = _nomination_of_visit(request, pk)
    try:
        visits.return_visit(visit_id=pk, reason=posted_reason(request), actor=request.user)
    except RuleBroken as error:
        return _scores_page(request, nomination, error=error.message)
    messages.success(request, _("Hasil kunjungan dikembalikan kepada penilai."))
    return redirect("nomination_scores", nomination.pk)


def _nomination_of_visit(request: HttpRequest, pk: int) -> Nomination:
    visit = get_object_or_404(FieldVisit.objects.select_related("assignment"), pk=pk)
    nomination = scored_nomination(request, visit.assignment.nomination_id)
    require(can_judge_visit(request.user, visit))
    return nomination
