"""Proposals of assignments: ask for one, see it, apply it, take it back; tables that become one."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import RuleBroken, StaleVersion
from core.http import attachment, require
from core.onetime import one_time
from core.paging import page_of
from core.workbooks import XLSX
from scoring.enums import RunKind, RunState
from scoring.forms.panel import AssignmentTableForm, RunForm
from scoring.models import AssignmentRun
from scoring.policies import can_decide_run, can_manage_panel, can_view_panel
from scoring.presenters.runs import busy_text, kind_label, run_tag, shortage_lines
from scoring.selectors import runs as selectors
from scoring.selectors.stages import stage_codes
from scoring.services import run_jobs
from scoring.services.runs import discard_run
from scoring.services.tables import template_workbook
from scoring.views.access import hidden_unless


@require_http_methods(["GET", "HEAD", "POST"])
@one_time
def run_list(request: HttpRequest) -> HttpResponseBase:
    """Proposals, newest first, and the form for a new one."""
    hidden_unless(can_view_panel(request.user))
    may_manage = can_manage_panel(request.user)
    form = RunForm(request.POST or None, stages=selectors.stage_choices())
    if request.method == "POST":
        require(may_manage)
        if form.is_valid() and (run := _wanted(form, request.user)):
            return redirect("run_detail", run.pk)
    page = page_of(selectors.runs(), request.GET, size=20)
    labels = dict(stage_codes())
    rows = [
        {"run": run, "stage": labels.get(run.stage_code, ""), "kind": kind_label(run.kind), "tag": run_tag(run.state)}
        for run in page.items
    ]
    context = {"form": form, "page": page, "rows": rows, "may_manage": bool(may_manage)}
    return render(request, "scoring/run_list.html", context, status=422 if form.errors else 200)


def _wanted(form: RunForm, actor: Any) -> AssignmentRun | None:
    """None when it was refused; the form says why."""
    period, _colon, code = form.cleaned_data["stage"].partition(":")
    try:
        return run_jobs.want_run(
            period_id=int(period),
            stage_code=code,
            kind=RunKind(form.cleaned_data["kind"]),
            per_nomination=form.cleaned_data["per_nomination"],
            mix=form.cleaned_data["mix"],
            actor=actor,
        )
    except RuleBroken as error:
        form.add_error("per_nomination", error.message)
        return None


@require_safe
def run_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal: what it does, who gets how much, what it cannot do. At most 25 queries."""
    hidden_unless(can_view_panel(request.user))
    return _run_page(request, get_object_or_404(selectors.runs(), pk=pk))


def _run_page(request: HttpRequest, run: AssignmentRun, error: str = "", status: int = 200) -> HttpResponse:
    moves = selectors.visible_moves(request.user, run)
    categories, names = selectors.shortage_facts(request.user, run)
    may_decide = bool(can_decide_run(request.user, run))
    context = {
        "run": run,
        "kind": kind_label(run.kind),
        "tag": run_tag(run.state),
        "busy": busy_text(run.state),
        "changed": selectors.changes_of(request.user, run),
        "errors": run.report.get("errors", ()) if run.created_by_id == request.user.pk else (),
        "stage_label": selectors.stage_label(run),
        "counts": selectors.move_counts(moves),
        "moves": selectors.shown_moves(moves),
        "loads": selectors.loads_of(request.user, run) if run.state == RunState.READY else [],
        "lines": shortage_lines(run.report.get("short", ()), categories, names),
        "overdue": selectors.overdue_of(request.user, run),
        "kept": selectors.shown_moves(moves.filter(kept=True)) if run.state == RunState.UNDONE else [],
        "may_apply": may_decide and run.state == RunState.READY and not run.outdated,
        "may_undo": may_decide and run.state == RunState.APPLIED,
        "may_discard": may_decide and run.state in (RunState.READY, RunState.WANTED, RunState.READING),
        "error": error,
    }
    return render(request, "scoring/run_detail.html", context, status=status)


def _decide(request: HttpRequest, pk: int, use_case: Any, done: str) -> HttpResponseBase:
    hidden_unless(can_view_panel(request.user))
    run = get_object_or_404(selectors.runs(), pk=pk)
    require(can_decide_run(request.user, run))
    try:
        use_case(run_id=pk, actor=request.user)
    except (RuleBroken, StaleVersion) as error:
        return _run_page(request, run, error.message, status=error.status)
    if done:
        messages.success(request, done)
    return redirect("run_detail", pk)


@require_POST
@one_time
def run_apply(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A worker applies it; the page shows how far that is."""
    return _decide(request, pk, run_jobs.want_applied, "")


@require_POST
@one_time
def run_undo(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _decide(request, pk, run_jobs.want_undone, "")


@require_POST
@one_time
def run_discard(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _decide(request, pk, discard_run, _("Usulan penugasan tidak dipakai."))


@require_http_methods(["GET", "HEAD", "POST"])
@one_time
def run_import(request: HttpRequest) -> HttpResponseBase:
    """A table of assignments becomes a proposal; its page says how far the check is, and every error by its cell."""
    hidden_unless(can_view_panel(request.user))
    require(can_manage_panel(request.user))
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = AssignmentTableForm(*posted, stages=selectors.stage_choices())
    if form.is_bound and form.is_valid():
        period, _colon, code = form.cleaned_data["stage"].partition(":")
        try:
            run = run_jobs.want_import(
                period_id=int(period),
                stage_code=code,
                replace=form.cleaned_data["mode"] == "replace",
                upload=form.cleaned_data["file"],
                actor=request.user,
            )
            return redirect("run_detail", run.pk)
        except RuleBroken as error:
            form.add_error("file", error.message)
    return render(request, "scoring/run_import.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def run_template(request: HttpRequest) -> HttpResponseBase:
    """The empty table. No query beyond the session."""
    hidden_unless(can_view_panel(request.user))
    require(can_manage_panel(request.user))
    return attachment(template_workbook(), name=_("Templat penugasan.xlsx"), content_type=XLSX)
