"""The sheet by way of a workbook: the fallback that needs neither a line nor a script while somebody scores."""

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
from scoring.policies import can_change_sheet
from scoring.presenters.blind import shown_nomination
from scoring.rendering.sheet_workbook import MAX_BYTES, Filled, Mark, read_workbook, write_workbook
from scoring.rules import questions_in
from scoring.selectors.sheets import answers_of
from scoring.selectors.stages import assessment_state, stage_spec
from scoring.services.sheets import Origin, save_sheet, submission_gaps
from scoring.views.sheets import sheet_assignment, sheet_page


@require_safe
def sheet_workbook_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The own sheet as it is stored."""
    assignment = sheet_assignment(request, pk)
    require(can_change_sheet(request.user, assignment, assessment_state(assignment.nomination, assignment.now)))
    sheet, instrument = getattr(assignment, "sheet", None), assignment.stage.instrument
    nomination = shown_nomination(assignment)
    data = write_workbook(
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
    assignment = sheet_assignment(request, pk)
    require(can_change_sheet(request.user, assignment, assessment_state(assignment.nomination, assignment.now)))
    context = {"assignment": assignment, "nomination": shown_nomination(assignment), "stage": assignment.stage}
    if request.method != "POST":
        return render(request, "scoring/workbook.html", context)
    try:
        filled = _uploaded(request, assignment)
    except RuleBroken as error:
        return render(request, "scoring/workbook.html", context | {"errors": [{"text": error.message}]}, status=422)
    if filled.mistakes:
        errors = [{"text": text} for text in filled.mistakes]
        return render(request, "scoring/workbook.html", context | {"errors": errors}, status=422)
    try:
        sheet = save_sheet(
            assignment_id=pk,
            answers=filled.answers,
            version=filled.mark.version,
            actor=request.user,
            origin=Origin(source="xlsx"),
        )
    except StaleVersion as error:
        shown = SheetForm(None, spec=stage_spec(assignment.stage), answers=filled.answers, version=filled.mark.version)
        return sheet_page(request, assignment, shown, error)
    messages.success(request, _("Isi berkas tersimpan sebagai konsep, versi %(version)d.") % {"version": sheet.version})
    gaps = submission_gaps(stage_spec(assignment.stage), filled.answers)
    unexplained = [code for code, gap in gaps.items() if gap == "note_missing"]
    if unexplained:
        codes = {"codes": ", ".join(unexplained)}
        messages.warning(request, _("Nilai ini masih memerlukan catatan sebelum dikirim: %(codes)s.") % codes)
    return redirect("score_sheet", pk)


def _uploaded(request: HttpRequest, assignment: Any) -> Filled:
    upload = request.FILES.get("file")
    if upload is None:
        raise RuleBroken(_("Pilih berkas lembar nilai yang sudah diisi."))
    if upload.size > MAX_BYTES:
        raise RuleBroken(_("Berkas ini terlalu besar. Lembar nilai paling besar 1 MB."))
    filled = read_workbook(upload.read(), stage_spec(assignment.stage))
    if filled.mark.assignment != assignment.pk:
        raise RuleBroken(_("Berkas ini lembar nilai usulan lain. Unggah di halaman usulan itu."))
    if filled.mark.instrument != assignment.stage.instrument.sha256:
        raise RuleBroken(_("Instrumen penilaian sudah berubah sejak berkas ini diunduh. Unduh lagi, lalu salin isian."))
    return filled
