"""The scorer's desk and the word on conflicts of interest."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.roles import SCORERS
from core.fields import plain_line
from core.http import require
from core.onetime import one_time
from core.paging import page_of
from core.verdict import ALLOWED, denied
from scoring.forms.panel import DeclarationForm, DeclineForm, StepAsideForm
from scoring.policies import can_declare, can_decline, can_step_aside, can_view_board
from scoring.presenters.blind import shown_nomination
from scoring.presenters.calibration import practice_rows
from scoring.presenters.work import closed_file_facts, desk_row, work_url
from scoring.selectors.calibration import due_sheets
from scoring.selectors.desk import desk_assignments, narrowed, own_progress, own_stages
from scoring.selectors.people import live_sessions
from scoring.services.assignments import declare_interest as declare
from scoring.services.assignments import decline_assignment
from scoring.services.overseers import step_aside
from scoring.views.access import assessed_nomination, hidden_unless, own_assignment


@require_safe
def assessor_desk(request: HttpRequest) -> HttpResponse:
    """What the scorer still has to do, or has done. Eight queries besides the session."""
    hidden_unless(ALLOWED if request.user.roles & SCORERS else denied(""))
    chosen = request.GET
    done = chosen.get("tampil") == "selesai"
    rows = narrowed(
        desk_assignments(request.user, done=done),
        text=plain_line(chosen.get("q", ""))[:100],
        stage=plain_line(chosen.get("tahap", ""))[:50],
        state="" if done else chosen.get("keadaan", ""),
    )
    page = page_of(rows, chosen)
    context = {
        "page": page,
        "rows": [desk_row(assignment) for assignment in page.items],
        "done": done,
        "chosen": chosen,
        "filtered": any(chosen.get(name) for name in ("q", "tahap", "keadaan")),
        "stages": own_stages(request.user),
        "progress": own_progress(request.user),
        "meetings": live_sessions(request.user),
        "practice": [] if done else practice_rows(due_sheets(request.user)),
    }
    return render(request, "scoring/desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@one_time
def declare_interest(request: HttpRequest, pk: int) -> HttpResponseBase:
    assignment = own_assignment(request, pk)
    require(can_declare(request.user, assignment))
    if not assignment.stated:
        return redirect(f"{reverse('interests', args=[assignment.nomination.period_id])}?tugas={pk}")
    form = DeclarationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        declare(
            nomination_id=assignment.nomination_id,
            has_conflict=form.has_conflict,
            reason=form.cleaned_data["reason"],
            actor=request.user,
        )
        if form.has_conflict:
            messages.success(request, _("Pernyataan tersimpan. Anda tidak lagi menilai usulan itu."))
            return redirect("assessor_desk")
        return redirect(work_url(assignment))
    return _declaration_page(request, assignment, form, DeclineForm())


def _declaration_page(
    request: HttpRequest, assignment: Any, form: DeclarationForm, decline: DeclineForm
) -> HttpResponse:
    context = {
        "assignment": assignment,
        "nomination": shown_nomination(assignment),
        "form": form,
        "decline": decline if can_decline(request.user, assignment) else None,
        "facts": closed_file_facts(assignment),
    }
    refused = form.errors or decline.errors
    return render(request, "scoring/declare.html", context, status=422 if refused else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@one_time
def nomination_step_aside(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A conflict of a chair or of the Sekretariat, who are assigned to nothing."""
    hidden_unless(can_view_board(request.user))
    nomination = assessed_nomination(request, pk)
    require(can_step_aside(request.user, nomination))
    form = StepAsideForm(request.POST or None)
    if form.is_valid():
        step_aside(nomination_id=pk, reason=form.cleaned_data["reason"], actor=request.user)
        messages.success(request, _("Benturan kepentingan tercatat. Usulan itu tidak tampil lagi bagi Anda."))
        return redirect("stage_board")
    context = {"nomination": nomination, "form": form}
    return render(request, "scoring/step_aside.html", context, status=422 if form.errors else 200)


@require_POST
@one_time
def assignment_decline(request: HttpRequest, pk: int) -> HttpResponseBase:
    assignment = own_assignment(request, pk)
    require(can_decline(request.user, assignment))
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return _declaration_page(request, assignment, DeclarationForm(), form)
    decline_assignment(assignment_id=pk, reason=form.cleaned_data["reason"], actor=request.user)
    messages.success(request, _("Tugas dikembalikan. Sekretariat akan menugaskan penilai lain."))
    return redirect("assessor_desk")
