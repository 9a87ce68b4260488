"""The scorer's sheet: fill in, save, check, send; the file beside it; the peers' sheets when the stage allows."""

import re
from functools import partial
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.roles import SCORERS
from core.claims import opening
from core.errors import DomainError, NotPermitted, RuleBroken, StaleVersion
from core.http import json_endpoint, require
from core.onetime import one_time
from core.verdict import ALLOWED, denied
from nominations.models import Nomination
from scoring.enums import StageKind
from scoring.forms.sheets import SheetForm
from scoring.maths.instrument import InstrumentSpec
from scoring.models import Assignment
from scoring.policies import can_change_sheet, can_open_sheet, can_view_peer_sheets
from scoring.presenters import reasons
from scoring.presenters import sheets as presenters
from scoring.presenters.blind import file_context, shown_nomination
from scoring.presenters.moderations import moderation_entries
from scoring.presenters.work import desk_url
from scoring.rules import Answer, questions_in
from scoring.selectors.blind import cover_of
from scoring.selectors.desk import next_assignment
from scoring.selectors.moderations import moderations_of
from scoring.selectors.sheets import (
    answers_of,
    assessment_items,
    judged_snapshot,
    was_reopened,
)
from scoring.selectors.sheets import (
    peer_sheets as other_sheets,
)
from scoring.selectors.stages import assessment_state, stage_spec
from scoring.services.sheets import autosave_sheet, save_sheet, submission_gaps, submit_sheet
from scoring.views.access import hidden_unless, own_assignment, posted_number, posted_origin


@require_http_methods(["GET", "HEAD", "POST"])
@csp_update({"frame-src": [SELF], "worker-src": [SELF]})
@one_time
def score_sheet(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The sheet with the file beside it. A refused save keeps what was typed on the page."""
    if request.method != "POST":
        return _opened(request, pk)
    spec = stage_spec(_scored(request, pk).stage)
    form = SheetForm(request.POST, spec=spec, answers={}, version=0)
    if not form.is_valid():
        return _opened(request, pk, form)
    try:
        save_sheet(assignment_id=pk, answers=form.answers(), version=form.version_number, actor=request.user)
    except (StaleVersion, NotPermitted) as error:
        return _opened(request, pk, form, error)
    if "next" in request.POST:
        return redirect("sheet_submit", pk)
    return redirect(reverse("score_sheet", args=[pk]) + _place(request.POST.get("stay", "")))


def _scored(request: HttpRequest, pk: int) -> Assignment:
    """An own assignment to a stage of sheets, with its instrument, or 404. The service asks the policy. One query."""
    assignments = Assignment.objects.of_scorer(request.user).select_related("stage__instrument")
    return get_object_or_404(assignments, pk=pk, stage__kind=StageKind.SHEETS)


def _opened(
    request: HttpRequest, pk: int, form: SheetForm | None = None, error: DomainError | None = None
) -> HttpResponseBase:
    assignment = sheet_assignment(request, pk)
    if not (assignment.stated and assignment.declared):
        return redirect("declare_interest", pk)
    require(can_open_sheet(request.user, assignment))
    return sheet_page(request, assignment, form or _sheet_form(assignment), error)


@require_POST
@json_endpoint
def sheet_autosave(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Save while somebody scores; receipt and total come from what was stored. At most ten queries.

    No one-time key of the form's kind: the version does its work, and `key` tells a repeat of what a browser kept.
    """
    origin = posted_origin(request, _subject(pk))
    try:
        saved = autosave_sheet(assignment_id=pk, read=partial(_read, request), actor=request.user, origin=origin)
    except Nomination.DoesNotExist as error:
        raise Http404 from error
    total = presenters.running_total(saved.spec, saved.stage.instrument.definition, saved.answers)
    return JsonResponse(
        {
            "version": saved.sheet.version,
            "receipt": presenters.receipt(saved.sheet, request.user.timezone),
            "total": presenters.total_text(total),
            "note": total["note"],
            "parts": presenters.part_texts(total),
        }
    )


def _read(request: HttpRequest, spec: InstrumentSpec) -> tuple[dict[str, Answer], int]:
    """Answers and version as sent. Raises RuleBroken."""
    form = SheetForm(request.POST, spec=spec, answers={}, version=0)
    if not form.is_valid():
        raise RuleBroken(" ".join(form.errors.values()))
    return form.answers(), form.version_number


def _subject(pk: int) -> str:
    """What the signed moment of opening is about."""
    return f"sheet:{pk}"


def _place(button: str) -> str:
    """Back to the button that was pressed: a long sheet is saved in the middle."""
    return f"#{button}" if re.fullmatch(r"simpan-[A-Za-z0-9]{0,8}", button) else ""


def sheet_assignment(request: HttpRequest, pk: int) -> Any:
    assignment = own_assignment(request, pk)
    if assignment.stage.kind != StageKind.SHEETS:
        raise Http404
    return assignment


def _sheet_form(assignment: Any) -> SheetForm:
    sheet = getattr(assignment, "sheet", None)
    version = sheet.version if sheet else 0
    return SheetForm(spec=stage_spec(assignment.stage), answers=answers_of(sheet), version=version)


def sheet_page(
    request: HttpRequest, assignment: Any, form: SheetForm, error: DomainError | None = None
) -> HttpResponse:
    sheet = getattr(assignment, "sheet", None)
    stored = answers_of(sheet)
    editable = can_change_sheet(request.user, assignment, assessment_state(assignment.nomination, assignment.now))
    context = _file_context(assignment) | _question_context(assignment, form, stored, read_only=not editable)
    context |= {
        "form": form,
        "sheet": sheet,
        "editable": editable,
        "receipt": presenters.receipt(sheet, request.user.timezone),
        "refusal": error,
        "version": _page_version(form, sheet, error),
        "opened": opening(_subject(assignment.pk)),
        "differences": presenters.differences(stored, form.answers()) if error else [],
        "resubmitted": sheet is not None and was_reopened(sheet),
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
        form,
        commodity=assignment.nomination.category.commodity_id,
        read_only=read_only,
    )
    return {
        "sections": sections,
        "unanswered": presenters.unanswered(sections),
        "total": presenters.running_total(spec, instrument.definition, stored),
    }


def _page_version(form: SheetForm, sheet: Any, error: DomainError | None) -> Any:
    """The version the page was opened with; after a conflict has been shown, the stored one."""
    if form.is_bound and not isinstance(error, StaleVersion):
        return form.version
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
    assignment = sheet_assignment(request, pk)
    require(can_change_sheet(request.user, assignment, assessment_state(assignment.nomination, assignment.now)))
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
        "receipt": presenters.receipt(sheet, request.user.timezone),
        "gaps": reasons.gap_links(gaps),
        "rows": presenters.answer_rows(questions_in(assignment.stage.instrument.definition), answers),
        "total": presenters.running_total(spec, assignment.stage.instrument.definition, answers),
        "error": error,
    }
    return render(request, "scoring/submit.html", context, status=422 if error else 200)


@require_safe
def peer_sheets(request: HttpRequest, pk: int) -> HttpResponse:
    """The other scorers' submitted sheets of the same stage, read-only."""
    assignment = sheet_assignment(request, pk)
    require(can_view_peer_sheets(request.user, assignment))
    context = {
        "assignment": assignment,
        "nomination": shown_nomination(assignment),
        "stage": assignment.stage,
        "matrix": presenters.matrix(other_sheets(assignment).order_by("assessor__name")),
        "moderations": moderation_entries(
            [one for one in moderations_of(assignment.nomination, submitted_only=True) if one.stage == assignment.stage]
        ),
    }
    return render(request, "scoring/peers.html", context)


@require_safe
def next_sheet(request: HttpRequest) -> HttpResponse:
    """To the own open sheet whose nomination has been judged least so far. How often, nobody is told."""
    hidden_unless(ALLOWED if request.user.roles & SCORERS else denied(""))
    assignment = next_assignment(request.user)
    if assignment is None:
        messages.info(request, _("Tidak ada lagi lembar nilai yang menunggu Anda."))
        return redirect("assessor_desk")
    return redirect(desk_url(assignment))
