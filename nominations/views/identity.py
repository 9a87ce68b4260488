"""The identity number of a candidate, in full."""

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from core.onetime import one_time
from core.reveal import show_once
from nominations.models import CandidateEntry
from nominations.services.identity import show_identity
from nominations.views.access import visible_nomination


@require_POST
@one_time
def candidate_identity(request: HttpRequest, pk: int) -> HttpResponseBase:
    nomination = visible_nomination(request, pk)
    if not isinstance(nomination.entry, CandidateEntry):
        raise Http404
    show_identity(nomination=nomination, actor=request.user)
    show_once(request, nomination)
    return redirect("nomination_content", pk)
