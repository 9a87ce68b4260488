"""Sheets and visits by way of a workbook: the fallback that needs neither a line nor a script while somebody works."""

from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import RuleBroken, StaleVersion
from core.http import attachment, require
from core.onetime import one_time
from core.workbooks import XLSX
from scoring.forms.sheets import SheetForm
from scoring.forms.visit_workbook import cell_problems, finding_words, form_from, parts_of
from scoring.forms.visits import VisitForm
from scoring.policies import can_change_sheet, can_change_visit
from scoring.presenters.blind import shown_nomination
from scoring.rendering import sheet_workbook as sheet_file
from scoring.rendering import visit_workbook as visit_file
from scoring.rendering.workbook_parts import MAX_BYTES, Mark
from scoring.rules import questions_in
from scoring.selectors.sheets import answers_of
from scoring.selectors.stages import assessment_state, stage_spec
from scoring.services.sheets import Origin, save_sheet, submission_gaps
from scoring.views.sheets import sheet_assignment, sheet_page
from scoring.views.visits import save_visit_form, visit_assignment, visit_page

FROM_FILE = Origin(source="xlsx")


@require_safe
def sheet_workbook_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The own sheet as it is stored."""
    assignment = _sheet(request, pk)
    sheet, instrument = getattr(assignment, "sheet", None), assignment.stage.instrument
    nomination = shown_nomination(assignment)
    data = sheet_file.write_workbook(
        stage_spec(assignment.stage),
        questions_in(instrument.definition),
        answers_of(sheet),
        Mark(pk, sheet.version if sheet else 0, instrument.sha256),
        f"{nomination.reference} – {assignment.stage.label}",
    )
    return attachment(data, name=f"lembar-nilai-{slugify(nomination.reference)}.xlsx", content_type=XLSX)


@require_http_methods(["GET", "HEAD", "POST"])
@csp_update({"frame-src": [SELF]})
@one_time
def sheet_workbook(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Download, fill in, upload. Every mistake is named by its cell, and then nothing is saved; what was saved is a
    draft. A workbook that is older than the sheet is shown beside it, and overwrites nothing."""
    assignment = _sheet(request, pk)
    if request.method != "POST":
        return _page(request, assignment, "workbook")
    try:
        filled = sheet_file.read_workbook(_uploaded(request), stage_spec(assignment.stage))
        _refuse_other(filled.mark, assignment)
    except RuleBroken as error:
        return _page(request, assignment, "workbook", [error.message])
    if filled.mistakes:
        return _page(request, assignment, "workbook", filled.mistakes)
    version = filled.mark.version
    try:
        sheet = save_sheet(
            assignment_id=pk, answers=filled.answers, version=version, actor=request.user, origin=FROM_FILE
        )
    except StaleVersion as error:
        shown = SheetForm(None, spec=stage_spec(assignment.stage), answers=filled.answers, version=version)
        return sheet_page(request, assignment, shown, error)
    messages.success(request, _("Isi berkas tersimpan sebagai konsep, versi %(version)d.") % {"version": sheet.version})
    gaps = submission_gaps(stage_spec(assignment.stage), filled.answers)
    unexplained = [code for code, gap in gaps.items() if gap == "note_missing"]
    if unexplained:
        codes = {"codes": ", ".join(unexplained)}
        messages.warning(request, _("Nilai ini masih memerlukan catatan sebelum dikirim: %(codes)s.") % codes)
    return redirect("score_sheet", pk)


def _sheet(request: HttpRequest, pk: int) -> Any:
    assignment = sheet_assignment(request, pk)
    require(can_change_sheet(request.user, assignment, assessment_state(assignment.nomination, assignment.now)))
    return assignment


@require_safe
def visit_workbook_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The own record of a visit as it is stored, with its claims."""
    assignment = _visit(request, pk)
    visit = assignment.visit
    nomination = shown_nomination(assignment)
    data = visit_file.write_workbook(
        parts_of(VisitForm(None, visit=visit, claims=visit.claims.all())),
        list(finding_words()),
        Mark(pk, visit.version, assignment.stage.instrument.sha256),
        f"{nomination.reference} – {assignment.stage.label}",
    )
    return attachment(data, name=f"kunjungan-{slugify(nomination.reference)}.xlsx", content_type=XLSX)


@require_http_methods(["GET", "HEAD", "POST"])
@one_time
def visit_workbook(request: HttpRequest, pk: int) -> HttpResponseBase:
    """As `sheet_workbook`: the form of the visit reads the cells, and names what it does not take by them."""
    assignment = _visit(request, pk)
    if request.method != "POST":
        return _page(request, assignment, "visit_workbook")
    stored = VisitForm(None, visit=assignment.visit, claims=assignment.visit.claims.all())
    try:
        filled = visit_file.read_workbook(_uploaded(request), parts_of(stored), finding_words())
        _refuse_other(filled.mark, assignment)
    except RuleBroken as error:
        return _page(request, assignment, "visit_workbook", [error.message])
    form = form_from(filled, stored, assignment.visit)
    if filled.mistakes or not form.is_valid():
        return _page(request, assignment, "visit_workbook", filled.mistakes + cell_problems(form, filled))
    try:
        visit = save_visit_form(pk, form, request.user, FROM_FILE)
    except StaleVersion as error:
        return visit_page(request, assignment, form, error)
    except RuleBroken as error:
        return _page(request, assignment, "visit_workbook", [error.message])
    messages.success(request, _("Isi berkas tersimpan sebagai konsep, versi %(version)d.") % {"version": visit.version})
    return redirect("field_visit", pk)


def _visit(request: HttpRequest, pk: int) -> Any:
    assignment = visit_assignment(request, pk)
    require(can_change_visit(request.user, assignment, assessment_state(assignment.nomination, assignment.now)))
    if getattr(assignment, "visit", None) is None:
        raise RuleBroken(_("Mulai catatan kunjungan lebih dahulu."))
    return assignment


def _page(request: HttpRequest, assignment: Any, name: str, mistakes: list[str] | None = None) -> HttpResponse:
    """The steps, with everything that stood against the file."""
    context = {
        "assignment": assignment,
        "nomination": shown_nomination(assignment),
        "stage": assignment.stage,
        "errors": [{"text": text} for text in mistakes or ()],
    }
    return render(request, f"scoring/{name}.html", context, status=422 if mistakes else 200)


def _uploaded(request: HttpRequest) -> bytes:
    upload = request.FILES.get("file")
    if upload is None:
        raise RuleBroken(_("Pilih berkas yang sudah diisi."))
    if upload.size > MAX_BYTES:
        raise RuleBroken(_("Berkas ini terlalu besar. Paling besar 1 MB."))
    data: bytes = upload.read()
    return data


def _refuse_other(mark: Mark, assignment: Any) -> None:
    if mark.assignment != assignment.pk:
        raise RuleBroken(_("Berkas ini untuk usulan lain. Unggah di halaman usulan itu."))
    if mark.instrument != assignment.stage.instrument.sha256:
        raise RuleBroken(_("Instrumen penilaian sudah berubah sejak berkas ini diunduh. Unduh lagi, lalu salin isian."))
