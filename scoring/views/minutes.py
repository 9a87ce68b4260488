"""The draft of the minutes, as a page and as a PDF."""

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import RuleBroken
from core.http import private_file, require
from core.onetime import one_time
from scoring.enums import MinutesState
from scoring.models import Minutes, PlenarySession
from scoring.policies import can_view_scores, is_chair
from scoring.selectors.people import recused_somewhere
from scoring.selectors.plenary import sessions
from scoring.services.minutes import content_of, record_minutes_download, request_minutes
from scoring.views.access import hidden_unless


def _session(request: HttpRequest, pk: int) -> PlenarySession:
    """The session, for who may see all scores and is recused from nothing that the minutes speak of."""
    hidden_unless(can_view_scores(request.user))
    return get_object_or_404(sessions().filter(~recused_somewhere(request.user)), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@one_time
def plenary_minutes(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What the minutes would say now, and the versions that were made. Twelve queries."""
    session = _session(request, pk)
    error = ""
    if request.method == "POST":
        require(is_chair(request.user))
        try:
            request_minutes(session_id=pk, actor=request.user)
        except RuleBroken as refused:
            error = refused.message
        else:
            messages.success(request, _("Berita acara sedang disiapkan."))
            return redirect("plenary_minutes", pk)
    versions = list(Minutes.objects.filter(session=session).select_related("requested_by"))
    context = {
        "session": session,
        "minutes": content_of(session),
        "versions": versions,
        "waiting": any(one.state == MinutesState.WANTED for one in versions),
        "may_record": bool(is_chair(request.user)),
        "error": error,
    }
    return render(request, "scoring/plenary_minutes.html", context, status=422 if error else 200)


@require_safe
def plenary_minutes_file(request: HttpRequest, pk: int, version: int) -> HttpResponseBase:
    """The PDF of a version; that it left is recorded."""
    session = _session(request, pk)
    made = get_object_or_404(
        Minutes.objects.select_related("file", "session"), session=session, version=version, file__isnull=False
    )
    assert made.file is not None  # noqa: S101 - the query asks for it
    record_minutes_download(minutes=made, actor=request.user)
    return private_file(made.file)
