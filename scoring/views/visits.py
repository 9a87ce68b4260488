"""The visit on the spot, on the scorer's phone."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import DomainError, NotPermitted, RuleBroken, StaleVersion
from core.http import require
from core.onetime import one_time
from nominations.presenters.documents import summary_sections
from scoring.enums import StageKind
from scoring.forms import VisitForm
from scoring.models import FieldVisit
from scoring.policies import can_change_visit, can_open_sheet
from scoring.presenters.visits import claim_rows, interview_progress
from scoring.selectors.sheets import assessment_items, judged_snapshot
from scoring.selectors.stages import assessment_state_now, field_spec
from scoring.services import visits
from scoring.views.access import own_assignment, posted_number


@require_http_methods(["GET", "HEAD", "POST"])
@one_time
def field_visit(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The record of the visit. A refused save keeps what was typed on the page."""
    assignment = _visit_assignment(request, pk)
    if not (assignment.stated and assignment.declared):
        return redirect("declare_interest", pk)
    require(can_open_sheet(request.user, assignment))
    visit = getattr(assignment, "visit", None)
    form = _visit_form(visit, request.POST if request.method == "POST" else None)
    if request.method != "POST" or form is None or not form.is_valid():
        return _visit_page(request, assignment, form)
    try:
        _save(pk, form, request.user)
    except (StaleVersion, NotPermitted, RuleBroken) as error:
        return _visit_page(request, assignment, form, error)
    if "next" in request.POST:
        return redirect("visit_submit", pk)
    messages.success(request, _("Catatan kunjungan tersimpan."))
    return redirect("field_visit", pk)


def _visit_assignment(request: HttpRequest, pk: int) -> Any:
    assignment = own_assignment(request, pk)
    if assignment.stage.kind != StageKind.FINDINGS:
        raise Http404
    return assignment


def _visit_form(visit: FieldVisit | None, data: Any) -> VisitForm | None:
    return VisitForm(data, visit=visit, claims=visit.claims.all()) if visit else None


def _save(pk: int, form: VisitForm, actor: Any) -> None:
    data = form.cleaned_data
    visits.save_visit(
        assignment_id=pk,
        facts=visits.VisitFacts(data["visited_on"], data["place"], data["summary"]),
        findings={claim: visits.Found(*found) for claim, found in form.findings().items()},
        added_claim=data["added_claim"],
        version=data["version"],
        actor=actor,
    )


def _visit_page(
    request: HttpRequest, assignment: Any, form: VisitForm | None, error: DomainError | None = None
) -> HttpResponse:
    visit, snapshot = getattr(assignment, "visit", None), judged_snapshot(assignment)
    spec = field_spec(assignment.stage)
    editable = can_change_visit(request.user, assignment, assessment_state_now(assignment.nomination))
    context = {
        "assignment": assignment,
        "nomination": assignment.nomination,
        "stage": assignment.stage,
        "visit": visit,
        "form": form,
        "claims": claim_rows(form.claims) if form else [],
        "refusal": error,
        "editable": editable,
        "read_only": not editable,
        "version": _page_version(form, visit, error),
        "interviews": interview_progress(spec, form.claims) if form else "",
        "note_rule": bool(spec.note_required_at),
        "snapshot": snapshot,
        "dossier": summary_sections(snapshot.data),
        "documents": snapshot.data["documents"],
        "later_documents": assessment_items(assignment.nomination),
    }
    status = error.status if error else 422 if form and form.errors else 200
    return render(request, "scoring/visit.html", context, status=status)


def _page_version(form: VisitForm | None, visit: FieldVisit | None, error: DomainError | None) -> Any:
    """The version the page was opened with; after a conflict has been shown, the stored one."""
    if form and form.is_bound and not isinstance(error, StaleVersion):
        return form["version"].value()
    return visit.version if visit else 0


@require_POST
@one_time
def visit_open(request: HttpRequest, pk: int) -> HttpResponseBase:
    _visit_assignment(request, pk)
    visits.open_visit(assignment_id=pk, actor=request.user)
    return redirect("field_visit", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@one_time
def visit_submit(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What would be handed to the chair, and what is missing."""
    assignment = _visit_assignment(request, pk)
    require(can_change_visit(request.user, assignment, assessment_state_now(assignment.nomination)))
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
