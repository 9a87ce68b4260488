"""The Sekretariat's look at what a blind stage shows of a nomination."""

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.http import require
from core.onetime import one_time
from scoring.forms.sheets import BlindForm
from scoring.policies import can_assign, can_cover
from scoring.presenters.blind import cover_rows
from scoring.selectors.blind import blind_texts
from scoring.selectors.stages import stages_of
from scoring.services.blind import save_blind_texts
from scoring.views.access import assessed_nomination, hidden_unless


@require_http_methods(["GET", "HEAD", "POST"])
@one_time
def blind_texts_of(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Each row that is shown, with what the submission says beside it."""
    hidden_unless(can_cover(request.user))
    nomination = assessed_nomination(request, pk)
    may_change = can_assign(request.user, nomination)
    if request.method == "POST":
        require(may_change)
    rows = cover_rows(nomination.snapshots.latest("number"), blind_texts(pk))
    form = BlindForm(request.POST if request.method == "POST" else None, rows=rows)
    if request.method == "POST" and form.is_valid():
        save_blind_texts(nomination_id=pk, texts=form.texts(), actor=request.user)
        messages.success(request, _("Teks samaran tersimpan."))
        return redirect("blind_texts", pk)
    names = [(stage.label, stage.name_of(nomination)) for stage in stages_of(nomination) if stage.blind]
    context = {"nomination": nomination, "form": form, "may_change": may_change, "names": names}
    return render(request, "scoring/blind.html", context, status=422 if form.errors else 200)
