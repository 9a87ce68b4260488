"""Calibration rounds: the chair's pages, and the scorer's practice sheet."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError, RuleBroken
from core.fields import plain_line
from core.http import require
from core.onetime import one_time
from scoring.enums import CalibrationStatus, RoundStatus, StageKind
from scoring.forms.sheets import SheetForm
from scoring.models import CalibrationAnchor, CalibrationSheet, Stage
from scoring.policies import can_fill_calibration, can_view_calibration, can_view_scores, is_chair
from scoring.presenters import calibration as presenters
from scoring.presenters.sheets import sections
from scoring.rules import questions_in
from scoring.selectors.calibration import (
    calibrated_stages,
    own_part,
    own_sheets,
    round_of,
    sheets_have_come,
)
from scoring.selectors.stages import stage_spec
from scoring.services import calibration
from scoring.views.access import hidden_unless, posted_number, posted_reason


@require_safe
def calibration_list(request: HttpRequest) -> HttpResponse:
    """Stages with the state of their round, without any score. Five queries."""
    hidden_unless(can_view_scores(request.user))
    rows = [presenters.list_row(stage) for stage in calibrated_stages()]
    return render(request, "scoring/calibration_list.html", {"rows": rows, "with_scores": True})


def _stage(request: HttpRequest, pk: int) -> Stage:
    """404 for who reads no scores; 403 with the reason for who practises too, or is in conflict with an anchor."""
    hidden_unless(can_view_scores(request.user))
    stages = Stage.objects.select_related("period__award", "category", "instrument").filter(kind=StageKind.SHEETS)
    stage = get_object_or_404(stages, pk=pk)
    owes, conflicted = own_part(request.user, pk)
    require(can_view_calibration(request.user, owes=owes, conflicted=conflicted))
    return stage


@require_safe
def calibration_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A round with everybody's deviations; each view is recorded. Twelve queries besides its savepoint."""
    stage = _stage(request, pk)
    calibration.record_round_view(stage=stage, actor=request.user)
    return _round_page(request, stage)


def _round_page(request: HttpRequest, stage: Stage, error: str = "") -> HttpResponse:
    found = round_of(stage.pk)
    blocks = presenters.anchor_blocks(found, questions_in(stage.instrument.definition)) if found else []
    rows = presenters.scorer_rows(blocks)
    waits = presenters.waits(found)
    late = waits and sheets_have_come(stage.pk)
    context = {
        "stage": stage,
        "round": found,
        "state": presenters.status_tag(found, has_begun=late),
        "waits": waits,
        "late": late,
        "blocks": blocks,
        "scorers": rows,
        "chart": presenters.chart(rows),
        "may_manage": bool(is_chair(request.user)),
        "in_draft": found is not None and found.status == RoundStatus.DRAFT,
        "is_open": found is not None and found.status == RoundStatus.OPEN,
        "may_add": found is not None and len(blocks) < calibration.MOST,
        "typed": plain_line(request.POST.get("reference", ""))[:60],
        "error": error,
    }
    return render(request, "scoring/calibration.html", context, status=422 if error else 200)


def _change(request: HttpRequest, stage: Stage, change: Any, done: str) -> HttpResponseBase:
    """Carry out one change of a round and go back to its page; a refusal keeps what was typed."""
    require(is_chair(request.user))
    try:
        change()
    except RuleBroken as error:
        return _round_page(request, stage, error.message)
    messages.success(request, done)
    return redirect("calibration_detail", stage.pk)


@require_POST
@one_time
def calibration_set_up(request: HttpRequest, pk: int) -> HttpResponseBase:
    stage, required = _stage(request, pk), request.POST.get("required") == "1"
    return _change(
        request,
        stage,
        lambda: calibration.set_up_round(stage_id=pk, required=required, actor=request.user),
        _("Kalibrasi disimpan."),
    )


@require_POST
@one_time
def calibration_anchor_add(request: HttpRequest, pk: int) -> HttpResponseBase:
    stage, reference = _stage(request, pk), plain_line(request.POST.get("reference", ""))[:60]
    return _change(
        request,
        stage,
        lambda: calibration.add_anchor(stage_id=pk, reference=reference, actor=request.user),
        _("Usulan kalibrasi ditambahkan."),
    )


@require_POST
@one_time
def calibration_anchor_remove(request: HttpRequest, pk: int) -> HttpResponseBase:
    anchor = _anchor(request, pk)
    return _change(
        request,
        anchor.round.stage,
        lambda: calibration.remove_anchor(anchor_id=pk, actor=request.user),
        _("Usulan kalibrasi dihapus."),
    )


def _anchor(request: HttpRequest, pk: int) -> CalibrationAnchor:
    hidden_unless(can_view_scores(request.user))
    anchor = get_object_or_404(CalibrationAnchor.objects.select_related("round__stage"), pk=pk)
    _stage(request, anchor.round.stage_id)
    return anchor


@require_POST
@one_time
def calibration_open(request: HttpRequest, pk: int) -> HttpResponseBase:
    stage = _stage(request, pk)
    return _change(
        request,
        stage,
        lambda: calibration.open_round(stage_id=pk, actor=request.user),
        _("Lembar kalibrasi dibagikan kepada penilai."),
    )


@require_POST
@one_time
def calibration_end(request: HttpRequest, pk: int) -> HttpResponseBase:
    stage = _stage(request, pk)
    return _change(
        request,
        stage,
        lambda: calibration.end_round(stage_id=pk, actor=request.user),
        _("Kalibrasi diakhiri. Penilai kini melihat letak nilainya terhadap panel."),
    )


@require_POST
@one_time
def calibration_reference(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The chair begins, or goes on with, the reference of an anchor; while another chair is at it the page says so."""
    anchor = _anchor(request, pk)
    require(is_chair(request.user))
    try:
        sheet = calibration.begin_reference(anchor_id=pk, actor=request.user)
    except RuleBroken as error:
        return _round_page(request, anchor.round.stage, error.message)
    return redirect("calibration_sheet", sheet.pk)


# The practice sheet


def _own_sheet(request: HttpRequest, pk: int) -> CalibrationSheet:
    return get_object_or_404(own_sheets(request.user), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@one_time
def calibration_sheet(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The practice sheet with the anchor beside it; after the end of the round, where the own sheet stands."""
    sheet = _own_sheet(request, pk)
    form = _form(sheet, request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _sheet_page(request, sheet, form)
    submit = "kirim" in request.POST
    try:
        calibration.save_calibration_sheet(
            sheet_id=pk, answers=form.answers(), version=posted_number(request), submit=submit, actor=request.user
        )
    except DomainError as error:
        return _sheet_page(request, sheet, form, error)
    messages.success(request, _("Lembar kalibrasi terkirim.") if submit else _("Lembar kalibrasi tersimpan."))
    return redirect("calibration_sheet", pk)


def _form(sheet: CalibrationSheet, data: Any) -> SheetForm:
    spec = stage_spec(sheet.anchor.round.stage)
    return SheetForm(data, spec=spec, answers=calibration.answers_in(sheet), version=sheet.version)


def _sheet_page(
    request: HttpRequest, sheet: CalibrationSheet, form: SheetForm, error: DomainError | None = None
) -> HttpResponse:
    stage = sheet.anchor.round.stage
    editable, indicators = can_fill_calibration(request.user, sheet), questions_in(stage.instrument.definition)
    over = sheet.anchor.round.status == RoundStatus.ENDED and sheet.status == CalibrationStatus.SUBMITTED
    context = presenters.anchor_file(sheet) | {
        "sheet": sheet,
        "stage": stage,
        "editable": editable,
        "result": presenters.own_result(sheet, indicators) if over and not sheet.is_reference else None,
        "form": form,
        "error": error.message if error else "",
        "sections": sections(
            stage_spec(stage),
            stage.instrument.definition,
            form,
            commodity=stage.category.commodity_id,
            read_only=not editable,
        ),
    }
    status = error.status if error else 422 if form.errors else 200
    return render(request, "scoring/calibration_sheet.html", context, status=status)


@require_POST
@one_time
def calibration_recuse(request: HttpRequest, pk: int) -> HttpResponseBase:
    sheet = _own_sheet(request, pk)
    if sheet.is_reference:
        raise Http404
    require(can_fill_calibration(request.user, sheet))
    try:
        calibration.recuse_from_anchor(sheet_id=pk, reason=posted_reason(request, 500), actor=request.user)
    except RuleBroken as error:
        return _sheet_page(request, sheet, _form(sheet, None), error)
    messages.success(request, _("Pernyataan tersimpan. Usulan itu tidak lagi tampil bagi Anda."))
    return redirect("assessor_desk")
