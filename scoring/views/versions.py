"""What a sheet said each time it was submitted, side by side."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from core.http import require
from scoring.models import Sheet
from scoring.policies import can_open_sheet, can_view_scores_now
from scoring.presenters.blind import shown_nomination
from scoring.presenters.versions import version_context
from scoring.rules import questions_in
from scoring.selectors.assignments import owed_by
from scoring.services.viewing import record_view
from scoring.views.access import assessed_nomination, own_assignment


@require_safe
def sheet_versions(request: HttpRequest, pk: int) -> HttpResponse:
    """For the scorer's own sheet, and for who may see all scores; of the latter it is recorded. Six queries at most."""
    sheets = Sheet.objects.visible_to(request.user).select_related("stage", "assessor", "instrument")
    sheet = get_object_or_404(sheets, pk=pk)
    own = sheet.assessor_id == request.user.pk
    if own:
        assignment = own_assignment(request, sheet.assignment_id)
        require(can_open_sheet(request.user, assignment))
        nomination = shown_nomination(assignment)
    else:
        nomination = assessed_nomination(request, sheet.nomination_id)
        require(can_view_scores_now(request.user, nomination, owed_by(request.user, [nomination])))
        record_view(nomination=nomination, actor=request.user)
    context = {"sheet": sheet, "nomination": nomination, "stage": sheet.stage, "own": own}
    context |= version_context(sheet.events.select_related("actor"), questions_in(sheet.instrument.definition))
    return render(request, "scoring/versions.html", context)
