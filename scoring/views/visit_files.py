"""Photos of a visit, and its report for the other scorers of the nomination."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.errors import RuleBroken
from core.http import inline_picture, private_file, require
from core.onetime import one_time
from scoring.forms.visits import VisitPhotoForm
from scoring.models import FieldPhoto
from scoring.policies import can_change_visit, can_view_scores, can_view_scores_now, can_view_visit
from scoring.presenters.visits import claim_rows
from scoring.selectors.assignments import live_assignment, owed_by, with_facts
from scoring.selectors.sheets import visits_of
from scoring.selectors.stages import assessment_state_now, results_of
from scoring.services import visit_photos
from scoring.views.access import assessed_nomination, own_assignment
from scoring.views.visits import visit_assignment, visit_page


@require_POST
@one_time
def visit_photo_add(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One photo; a refused one leaves the page with what was typed about it."""
    assignment = visit_assignment(request, pk)
    require(can_change_visit(request.user, assignment, assessment_state_now(assignment.nomination)))
    form = VisitPhotoForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            visit_photos.add_photo(
                assignment_id=pk,
                upload=form.cleaned_data["photo"],
                caption=form.cleaned_data["caption"],
                made_at=form.cleaned_data["made_at"],
                actor=request.user,
            )
        except RuleBroken as error:
            form.add_error("photo", error.message)
        else:
            messages.success(request, _("Foto ditambahkan."))
            return redirect("field_visit", pk)
    return visit_page(request, assignment, photo_form=form)


@require_POST
@one_time
def visit_photo_remove(request: HttpRequest, pk: int) -> HttpResponseBase:
    photo = get_object_or_404(FieldPhoto.objects.select_related("visit"), pk=pk)
    assignment = own_assignment(request, photo.visit.assignment_id)
    visit_photos.remove_photo(photo_id=pk, assignment_id=assignment.pk, actor=request.user)
    messages.success(request, _("Foto dihapus."))
    return redirect("field_visit", assignment.pk)


@require_safe
def visit_photo(request: HttpRequest, pk: int) -> HttpResponseBase:
    return inline_picture(_seen_photo(request, pk).small)


@require_safe
def visit_photo_download(request: HttpRequest, pk: int) -> HttpResponseBase:
    return private_file(_seen_photo(request, pk).file)


def _seen_photo(request: HttpRequest, pk: int) -> FieldPhoto:
    """A photo that the person may see, or 404: overseers by the score page's rule, scorers by the stage's."""
    rows = FieldPhoto.objects.select_related("file", "small", "visit__assignment__stage")
    photo = get_object_or_404(rows, pk=pk)
    nomination_id = photo.visit.assignment.nomination_id
    if can_view_scores(request.user):
        nomination = assessed_nomination(request, nomination_id)
        require(can_view_scores_now(request.user, nomination, owed_by(request.user, [nomination])))
        return photo
    if not any(_verdicts(request.user, nomination_id, photo.visit)):
        raise Http404
    return photo


def _verdicts(user: Any, nomination_id: int, visit: Any) -> list[Any]:
    assignments = list(with_facts(live_assignment(user, nomination_id)))
    if not assignments:
        return []
    closed = {result.stage_id for result in results_of(assignments[0].nomination)}
    return [can_view_visit(user, one, visit, closed=visit.assignment.stage_id in closed) for one in assignments]


@require_safe
def visit_report(request: HttpRequest, pk: int) -> HttpResponse:
    """What the visits of a nomination found, for a scorer of it, as their stage's visibility says."""
    assignment = own_assignment(request, pk)
    closed = {result.stage_id for result in results_of(assignment.nomination)}
    found = [
        (visit, can_view_visit(request.user, assignment, visit, closed=visit.assignment.stage_id in closed))
        for visit in visits_of(assignment.nomination)
        if visit.assignment.status == "active"
    ]
    if not found:
        raise Http404
    if not any(verdict for _visit, verdict in found):
        require(found[0][1])
    reports = [{"visit": visit, "claims": claim_rows(visit.claims.all())} for visit, verdict in found if verdict]
    context = {"assignment": assignment, "nomination": assignment.nomination, "reports": reports}
    return render(request, "scoring/visit_report.html", context)
