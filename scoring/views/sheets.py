"""The scorer's sheet: fill in, save, check, send; the file beside it; the peers' sheets when the stage allows."""

import re
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import DomainError, NotPermitted, RuleBroken, StaleVersion
from core.http import require
from core.onetime import one_time
from scoring.enums import StageKind
from scoring.forms import SheetForm
from scoring.policies import can_change_sheet, can_open_sheet, can_view_peer_sheets
from scoring.presenters import reasons
from scoring.presenters import sheets as presenters
from scoring.presenters.blind import file_context, shown_nomination
from scoring.rules import Answer
from scoring.selectors.blind import cover_of
from scoring.selectors.sheets import (
    answers_of,
    assessment_items,
    judged_snapshot,
    questions_of,
    values_in,
)
from scoring.selectors.sheets import (
    peer_sheets as other_sheets,
)
from scoring.selectors.stages import assessment_state_now, stage_spec
from scoring.services.sheets import save_sheet, submission_gaps, submit_sheet
from scoring.views.access import own_assignment, posted_number


@require_http_methods(["GET", "HEAD", "POST"])
@one_time
def score_sheet(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The sheet with the file beside it. A refused save keeps what was typed on the page."""
    assignment = _sheet_assignment(request, pk)
    if not assignment.declared:
        return redirect("declare_interest", pk)
    require(can_open_sheet(request.user, assignment))
    form = _sheet_form(assignment, request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _sheet_page(request, assignment, form)
    try:
        save_sheet(assignment_id=pk, answers=form.answers(), version=form.cleaned_data["version"], actor=request.user)
    except (StaleVersion, NotPermitted) as error:
        return _sheet_page(request, assignment, form, error)
    if "next" in request.POST:
        return redirect("sheet_submit", pk)
    return redirect(reverse("score_sheet", args=[pk]) + _place(request.POST.get("at", "")))


def _place(button: str) -> str:
    """Back to the button that was pressed: a long sheet is saved in the middle."""
    return f"#{button}" if re.fullmatch(r"simpan-[A-Za-z0-9]{0,8}", button) else ""


def _sheet_assignment(request: HttpRequest, pk: int) -> Any:
    assignment = own_assignment(request, pk)
    if assignment.stage.kind != StageKind.SHEETS:
        raise Http404
    return assignment


def _sheet_form(assignment: Any, data: Any) -> SheetForm:
    sheet = getattr(assignment, "sheet", None)
    answers = answers_of(sheet)
    version = sheet.version if sheet else 0
    return SheetForm(data, spec=stage_spec(assignment.stage), answers=answers, version=version)


def _sheet_page(
    request: HttpRequest, assignment: Any, form: SheetForm, error: DomainError | None = None
) -> HttpResponse:
    sheet = getattr(assignment, "sheet", None)
    stored = answers_of(sheet)
    editable = can_change_sheet(request.user, assignment, assessment_state_now(assignment.nomination))
    context = _file_context(assignment) | _question_context(assignment, form, stored, read_only=not editable)
    context |= {
        "form": form,
        "sheet": sheet,
        "editable": editable,
        "receipt": presenters.receipt(sheet),
        "refusal": error,
        "version": _page_version(form, sheet, error),
        "differences": presenters.differences(stored, form.answers()) if isinstance(error, StaleVersion) else [],
        "peers": bool(can_view_peer_sheets(request.user, assignment)),
    }
    status = error.status if error else 422 if form.errors else 200
    return render(request, "scoring/sheet.html", context, status=status)


def _question_context(
    assignment: Any, form: SheetForm, stored: dict[str, Answer], *, read_only: bool
) -> dict[str, Any]:
    """The questions as typed, and the running total as stored."""
    spec, instrument = stage_spec(assignment.stage), assignment.stage.instrument
    sections = presenters.sections(
        spec,
        instrument.definition,
        questions_of(instrument.pk),
        form,
        commodity=assignment.nomination.category.commodity_id,
        read_only=read_only,
    )
    return {
        "sections": sections,
        "total": presenters.running_total(spec, instrument.definition, values_in(stored)),
    }


def _page_version(form: SheetForm, sheet: Any, error: DomainError | None) -> Any:
    """The version the page was opened with; after a conflict has been shown, the stored one."""
    if form.is_bound and not isinstance(error, StaleVersion):
        return form["version"].value()
    return sheet.version if sheet else 0


def _file_context(assignment: Any) -> dict[str, Any]:
    """The frozen submission and the Sekretariat's documents, which every page of a scorer shows alike."""
    later = assessment_items(assignment.nomination)
    facts = file_context(assignment, judged_snapshot(assignment), later, cover_of(assignment))
    return {"assignment": assignment, "stage": assignment.stage} | facts


@require_http_methods(["GET", "HEAD", "POST"])
@one_time
def sheet_submit(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What would be sent, what is missing, and the button that locks the sheet."""
    assignment = _sheet_assignment(request, pk)
    require(can_change_sheet(request.user, assignment, assessment_state_now(assignment.nomination)))
    error = ""
    if request.method == "POST":
        try:
            submit_sheet(assignment_id=pk, version=posted_number(request), actor=request.user)
        except RuleBroken as refusal:
            error = refusal.message
        else:
            messages.success(request, _("Nilai terkirim dan terkunci."))
            return redirect("score_sheet", pk)
    return _submit_page(request, assignment, error)


def _submit_page(request: HttpRequest, assignment: Any, error: str) -> HttpResponse:
    sheet, spec = getattr(assignment, "sheet", None), stage_spec(assignment.stage)
    answers = answers_of(sheet)
    gaps = submission_gaps(spec, answers)
    context = {
        "assignment": assignment,
        "nomination": shown_nomination(assignment),
        "stage": assignment.stage,
        "sheet": sheet,
        "receipt": presenters.receipt(sheet),
        "gaps": reasons.gap_links(gaps),
        "rows": presenters.answer_rows(questions_of(assignment.stage.instrument_id), answers),
        "total": presenters.running_total(spec, assignment.stage.instrument.definition, values_in(answers)),
        "error": error,
    }
    return render(request, "scoring/submit.html", context, status=422 if error else 200)


@require_safe
def peer_sheets(request: HttpRequest, pk: int) -> HttpResponse:
    """The other scorers' submitted sheets of the same stage, read-only."""
    assignment = _sheet_assignment(request, pk)
    require(can_view_peer_sheets(request.user, assignment))
    context = {
        "assignment": assignment,
        "nomination": shown_nomination(assignment),
        "stage": assignment.stage,
        "matrix": presenters.matrix(other_sheets(assignment).order_by("assessor__name")),
    }
    return render(request, "scoring/peers.html", context)
