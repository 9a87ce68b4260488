"""The visit on the spot, on the scorer's phone."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.claims import opening
from core.errors import DomainError, NotPermitted, RuleBroken, StaleVersion
from core.http import json_endpoint, refusal, require
from core.onetime import one_time
from nominations.presenters.documents import summary_sections
from scoring.enums import StageKind
from scoring.forms.visits import ClaimForm, VisitForm, VisitPhotoForm
from scoring.models import FieldVisit
from scoring.policies import can_change_visit, can_open_sheet
from scoring.presenters.visits import (
    claim_rows,
    form_problems,
    interview_progress,
    visit_differences,
    visit_progress,
    visit_receipt,
)
from scoring.rules import MAX_VISIT_PHOTOS
from scoring.selectors.sheets import assessment_items, judged_snapshot
from scoring.selectors.stages import assessment_state, field_spec
from scoring.services import visits
from scoring.services.sheets import PAGE, Origin
from scoring.views.access import own_assignment, posted_number, posted_origin


@require_http_methods(["GET", "HEAD", "POST"])
@one_time
def field_visit(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The record of the visit. A refused save keeps what was typed on the page."""
    assignment = visit_assignment(request, pk)
    if not (assignment.stated and assignment.declared):
        return redirect("declare_interest", pk)
    require(can_open_sheet(request.user, assignment))
    if request.method != "POST":
        return visit_page(request, assignment)
    return _visit_save(request, assignment)


def _visit_save(request: HttpRequest, assignment: Any) -> HttpResponseBase:
    form = _visit_form(getattr(assignment, "visit", None), request.POST)
    if form is None or not form.is_valid():
        return visit_page(request, assignment, form)
    try:
        save_visit_form(assignment.pk, form, request.user)
    except (StaleVersion, NotPermitted, RuleBroken) as error:
        return visit_page(request, assignment, form, error)
    if "next" in request.POST:
        return redirect("visit_submit", assignment.pk)
    messages.success(request, _("Catatan kunjungan tersimpan."))
    return redirect("field_visit", assignment.pk)


@require_POST
@json_endpoint
def visit_autosave(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Save while somebody writes on the spot, or later what a device kept; the receipt comes from what was stored.

    As `sheets.sheet_autosave`: the version does the work of a one-time key. At most 16 queries.
    """
    assignment = visit_assignment(request, pk)
    form = _visit_form(getattr(assignment, "visit", None), request.POST)
    if form is None:
        raise RuleBroken(_("Mulai catatan kunjungan lebih dahulu."))
    if not form.is_valid():
        return refusal(422, form_problems(form))
    visit = save_visit_form(pk, form, request.user, posted_origin(request, _subject(pk)))
    claims, spec = form.typed_claims(), field_spec(assignment.stage)
    return JsonResponse(
        {
            "version": visit.version,
            "receipt": visit_receipt(visit, request.user.timezone),
            "progress": visit_progress(claims),
            "interviews": interview_progress(spec, claims),
        }
    )


def _subject(pk: int) -> str:
    """What the signed moment of opening is about."""
    return f"visit:{pk}"


def visit_assignment(request: HttpRequest, pk: int) -> Any:
    assignment = own_assignment(request, pk)
    if assignment.stage.kind != StageKind.FINDINGS:
        raise Http404
    return assignment


def _visit_form(visit: FieldVisit | None, data: Any) -> VisitForm | None:
    return VisitForm(data, visit=visit, claims=visit.claims.all()) if visit else None


def save_visit_form(pk: int, form: VisitForm, actor: Any, origin: Origin = PAGE) -> FieldVisit:
    """Keep what a valid form says; raises as `visits.save_visit`."""
    data = form.cleaned_data
    return visits.save_visit(
        assignment_id=pk,
        facts=visits.VisitFacts(**form.facts(), interviews=tuple(visits.Interview(**one) for one in form.interviews())),
        findings={claim: visits.Found(*found) for claim, found in form.findings().items()},
        version=data["version"],
        actor=actor,
        origin=origin,
    )


def visit_page(
    request: HttpRequest,
    assignment: Any,
    form: VisitForm | None = None,
    error: DomainError | None = None,
    photo_form: VisitPhotoForm | None = None,
) -> HttpResponse:
    """The page with what was typed, in either of its forms."""
    visit, snapshot = getattr(assignment, "visit", None), judged_snapshot(assignment)
    spec = field_spec(assignment.stage)
    form = form or _visit_form(visit, None)
    editable = can_change_visit(request.user, assignment, assessment_state(assignment.nomination, assignment.now))
    if form and form.is_bound and not editable:
        error = NotPermitted(editable.reason)  # whether it is right or not: it is shown beside what is stored
    context = {
        "assignment": assignment,
        "nomination": assignment.nomination,
        "stage": assignment.stage,
        "visit": visit,
        "form": form,
        "claims": claim_rows(form.claims) if form else [],
        "refusal": error,
        "differences": visit_differences(_visit_form(visit, None), form) if error and form and form.is_bound else [],
        "editable": editable,
        "read_only": not editable,
        "version": _page_version(form, visit, error),
        "opened": opening(_subject(assignment.pk)),
        "interviews": interview_progress(spec, form.claims) if form else "",
        "photos": list(visit.photos.all()) if visit else [],
        "most_photos": MAX_VISIT_PHOTOS,
        "claim_form": ClaimForm(),
        "receipt": visit_receipt(visit, request.user.timezone) if visit else "",
        "photo_form": photo_form or VisitPhotoForm(),
        "progress": visit_progress(form.claims) if form else "",
        "note_rule": bool(spec.note_required_at),
        "snapshot": snapshot,
        "dossier": summary_sections(snapshot.data),
        "documents": snapshot.data["documents"],
        "later_documents": assessment_items(assignment.nomination),
    }
    status = error.status if error else 422 if (form and form.errors) or photo_form else 200
    response = render(request, "scoring/visit.html", context, status=status)
    response["Permissions-Policy"] = "camera=(), geolocation=(self), microphone=()"
    return response


def _page_version(form: VisitForm | None, visit: FieldVisit | None, error: DomainError | None) -> Any:
    """The version the page was opened with; after a conflict has been shown, the stored one."""
    if form and form.is_bound and not isinstance(error, StaleVersion):
        return form["version"].value()
    return visit.version if visit else 0


@require_POST
@one_time
def visit_open(request: HttpRequest, pk: int) -> HttpResponseBase:
    visit_assignment(request, pk)
    visits.open_visit(assignment_id=pk, actor=request.user)
    return redirect("field_visit", pk)


@require_POST
@one_time
def visit_claim_add(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A further thing to check; what is typed above is saved by its own button."""
    assignment = visit_assignment(request, pk)
    require(can_change_visit(request.user, assignment, assessment_state(assignment.nomination, assignment.now)))
    form = ClaimForm(request.POST)
    if not form.is_valid():
        raise RuleBroken(" ".join(form.errors["label"]))
    visits.add_claim(assignment_id=pk, label=form.cleaned_data["label"], actor=request.user)
    messages.success(request, _("Klaim ditambahkan."))
    return redirect("field_visit", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@one_time
def visit_submit(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What would be handed to the chair, and what is missing."""
    assignment = visit_assignment(request, pk)
    require(can_change_visit(request.user, assignment, assessment_state(assignment.nomination, assignment.now)))
    if getattr(assignment, "visit", None) is None:
        return redirect("field_visit", pk)
    error = ""
    if request.method == "POST":
        try:
            visits.submit_visit(assignment_id=pk, version=posted_number(request), actor=request.user)
        except RuleBroken as refusal:
            error = refusal.message
        else:
            messages.success(request, _("Hasil kunjungan terkirim kepada ketua panel."))
            return redirect("field_visit", pk)
    return _submit_page(request, assignment, error)


def _submit_page(request: HttpRequest, assignment: Any, error: str) -> HttpResponse:
    visit = assignment.visit
    context = {
        "assignment": assignment,
        "nomination": assignment.nomination,
        "stage": assignment.stage,
        "visit": visit,
        "claims": claim_rows(visit.claims.all()),
        "gaps": [{"text": gap, "url": ""} for gap in visits.visit_gaps(visit)],
        "error": error,
    }
    return render(request, "scoring/visit_submit.html", context, status=422 if error else 200)
